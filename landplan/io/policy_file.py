"""Policy packs as TOML files: a shipped one by name, or the planner's own."""

from __future__ import annotations

from pathlib import Path

from landplan.core.errors import InputError, nearest
from landplan.core.paths import resource
from landplan.core.policy import PolicyPack
from landplan.io.toml_model import checked, toml_data

BUILTIN = "builtin:"


def read_policy(spec: str, folder: Path) -> PolicyPack:
    """The pack at a path relative to `folder`, or a shipped one ("builtin:survey_illustrative").

    InputError when there is none, SchemeError about the first key that is wrong.
    """
    path = folder / spec
    if spec.startswith(BUILTIN):
        name = spec.removeprefix(BUILTIN)
        shipped = sorted(file.stem for file in resource("policies").glob("*.toml"))
        if name not in shipped:
            raise InputError("no_such_policy", spec, nearest=nearest(name, shipped) or ", ".join(shipped))
        path = resource("policies", f"{name}.toml")
    return checked(PolicyPack, toml_data(path), path.name)
