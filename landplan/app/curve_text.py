"""A value function as one line of a scheme, read and written, and its numbers one by one, each with its name."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from landplan.core.errors import SchemeError
from landplan.core.messages import catalogue, language, pick, text
from landplan.core.registry import measures, value_functions
from landplan.core.scheme import Criterion, MethodCall

Path = tuple[str | int, ...]
_MEASURED = {"worst", "best", "midpoint", "width", "x", "breaks"}
"""Parameters in the unit of the criterion."""
_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of a value function: where it stands in the parameters, its name, and whether it has the criterion's unit."""

    path: Path
    title: str
    value: float
    measured: bool


def curve_of(words: str, where: str) -> MethodCall:
    """The value function that a line of TOML says, `{ kind = "linear", worst = 0, best = 9 }`; SchemeError when it says none."""
    try:
        found = tomllib.loads(f"value = {words}")
    except tomllib.TOMLDecodeError:
        found = {}
    value = found.get("value")
    if len(found) != 1 or not isinstance(value, dict) or not isinstance(value.get("kind"), str):
        raise SchemeError("value_unreadable", where, value=words)
    return MethodCall(**value)


def curve_line(value: MethodCall) -> str:
    """The line of TOML that `curve_of` reads."""
    return _toml({"kind": value.kind, **{name: one for name, one in value.params.items() if one is not None}})


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        pairs = (f"{name if _BARE.fullmatch(name) else _quoted(name)} = {_toml(one)}" for name, one in value.items())
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml(one) for one in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.15g}" if isinstance(value, int | float) else _quoted(str(value))


def _quoted(words: str) -> str:
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def entries(value: MethodCall) -> tuple[Entry, ...]:
    """The numbers of a value function in its own order; words and switches are not among them."""
    return tuple(entry for name, one in value.params.items() for entry in _entries(value.kind, name, one))


def _entries(kind: str, name: str, value: Any) -> Iterator[Entry]:
    measured = name in _MEASURED
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield Entry((name,), _title(f"curve_{name}", name), float(value), measured)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield Entry((name, key), text("curve_category", {"name": key}), float(one), measured)
    elif isinstance(value, list | tuple):
        for k, one in enumerate(value):
            if isinstance(one, list | tuple):
                for j, part in enumerate(("x", "y")[: len(one)]):
                    yield Entry((name, k, j), _title(f"curve_piecewise_{part}", name, k + 1), float(one[j]), part == "x")
            else:
                yield Entry((name, k), _title(f"curve_{kind}_{name}", name, k + 1), float(one), measured)


def _title(id: str, name: str, k: int = 0) -> str:
    """The words of a parameter; its own name where there are none."""
    return text(id, {"k": k}) if id in catalogue(language()) else f"{name} {k or ''}".strip()


def with_number(value: MethodCall, path: Path, number: float) -> MethodCall:
    """The value function with another number at a place."""
    return MethodCall(kind=value.kind, **_placed(value.params, path, number))


def _placed(value: Any, path: Path, number: float) -> Any:
    if not path:
        return number
    if isinstance(value, dict):
        return {**value, path[0]: _placed(value[path[0]], path[1:], number)}
    return [_placed(one, path[1:], number) if k == path[0] else one for k, one in enumerate(value)]


def unit_of(criterion: Criterion) -> str:
    """The unit of what a criterion measures, as its scheme says it."""
    kind = criterion.measure.kind
    return str(criterion.measure.params.get("unit") or (measures[kind].unit if kind in measures else ""))


def curve_changes(old: Criterion, new: Criterion) -> Iterator[tuple[str, Any, Any, str]]:
    """(name, before, after, unit) of what another value function changes; of another kind, the kinds alone."""
    before, after = old.value, new.value
    name = text("curve")
    one, other = (() if value is None else entries(value) for value in (before, after))
    if before is None or after is None or before.kind != after.kind or [e.path for e in one] != [e.path for e in other]:
        yield name, _named(before), _named(after), ""
        return
    shown = 0
    for left, right in zip(one, other, strict=True):
        if left.value != right.value:
            shown += 1
            yield f"{name} {left.title}", left.value, right.value, unit_of(new) if left.measured else ""
    if not shown:  # a word or a switch
        yield name, curve_line(before), curve_line(after), ""


def _named(value: MethodCall | None) -> str | None:
    """A value function of another kind: its name and numbers."""
    if value is None:
        return None
    title = pick(value_functions[value.kind].titles) if value.kind in value_functions else value.kind
    return f"{title}({', '.join(f'{entry.value:.6g}' for entry in entries(value))})"
