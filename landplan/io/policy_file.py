"""Policy packs as TOML files: shipped ones by name, or the planner's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from landplan.core.errors import InputError, SchemeError, nearest
from landplan.core.paths import resource
from landplan.core.policy import PARTS, PolicyPack
from landplan.core.recipe import BUILTIN
from landplan.io.toml_model import checked, parsed, toml_data, toml_text


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


def read_policies(specs: Iterable[str], folder: Path) -> tuple[PolicyPack, ...]:
    """The packs of a recipe, in its order."""
    return together(tuple(read_policy(spec, folder) for spec in specs))


def together(packs: tuple[PolicyPack, ...]) -> tuple[PolicyPack, ...]:
    """The packs when no two have the same id or rule the same thing (SchemeError): it could not be said which holds."""
    ids = [pack.id for pack in packs]
    if repeated := [id for id, n in Counter(ids).items() if n > 1]:
        raise SchemeError("id_twice", "policies", group="policies", name=repeated[0])
    for part in PARTS:
        ruling = [pack.id for pack in packs if getattr(pack, part) is not None]
        if len(ruling) > 1:
            raise SchemeError("policy_part_twice", "policies", part=part, first=ruling[0], second=ruling[1])
    return packs


def policy_of_text(text: str, where: str) -> PolicyPack:
    """A pack from its TOML text."""
    return checked(PolicyPack, parsed(text.encode(), where), where)


def policy_text(pack: PolicyPack) -> str:
    """The pack as TOML that reads back equal."""
    return toml_text(pack)
