"""The command line and the Python line that do what was done in the window."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from landplan.app.opening import PROJECT_SUFFIX
from landplan.core.registry import commands, jobs


def job_line(id: str, **values: Any) -> str:
    """`landplan run recipe.toml --out plan`: a job with its values, quoted for a shell."""
    return " ".join(shlex.quote(word) for word in ("landplan", id.replace("_", "-"), *_words(jobs[id].arguments, values)))


def edit_line(project: str, command: str, values: Mapping[str, Any]) -> str:
    """`landplan edit plan.landplan set-weight --criterion … --weight …`, quoted for a shell."""
    method = commands[command.replace("-", "_")]
    words = ["landplan", "edit", project, method.id.replace("_", "-"), *_words(method.arguments, values)]
    if not project.lower().endswith(PROJECT_SUFFIX):
        words += ["--out", f"plan{PROJECT_SUFFIX}"]
    return " ".join(shlex.quote(word) for word in words)


def python_line(command: str, values: Mapping[str, Any]) -> str:
    """`session.do("set_weight", criterion="…", weight=2.0)`."""
    named = "".join(f", {name}={value!r}" for name, value in values.items())
    return f'session.do("{command.replace("-", "_")}"{named})'


def _words(arguments: tuple[Any, ...], values: Mapping[str, Any]) -> Iterator[str]:
    for argument in arguments:
        if argument.name not in values or values[argument.name] is None or values[argument.name] == argument.default:
            continue
        yield from _argument(argument, values[argument.name])


def _argument(argument: Any, value: Any) -> Iterator[str]:
    option = f"--{argument.name.strip('_').replace('_', '-')}"
    if argument.param.positional:
        yield from (str(one) for one in (value if isinstance(value, list | tuple) else [value]))
    elif isinstance(value, bool):
        if value or argument.name == "on":
            yield option if value else "--off"
    elif isinstance(value, list | tuple):
        for one in value:
            yield from (option, str(one))
    else:
        yield from (option, f"{value:.15g}" if isinstance(value, float) else str(value))
