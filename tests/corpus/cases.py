"""The corpus: damaged, mislabelled and hostile files of our own making, each with what landplan must say of it.

One module a group (`group_*.py`), one function a case: it writes its file into an empty folder and returns the path that is
inspected. Everything is made by code with a fixed seed; `python tests/corpus/make.py FOLDER` writes all of it to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

ANY: Any = object()
"""An expectation that any value meets: for what a case is not about."""

Make = Callable[[Path], Path]


@dataclass(frozen=True, slots=True)
class Layers:
    """The file is read. One value stands for all layers, a tuple for each in turn.

    says: the codes of all warnings of weight "data" and "blocks", exactly: a missing one is a silent error, another a false
    alarm. notes: codes of notes that must be there too. first: values of the first row of the first layer. area_m2 within 0.1 %.
    """

    features: int | tuple[int, ...]
    says: frozenset[str] | set[str] = frozenset()
    notes: frozenset[str] | set[str] = frozenset()
    crs: Any = ANY
    geometry: Any = ANY
    encoding: Any = ANY
    area_m2: Any = ANY
    fields: Any = ANY
    first: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grid:
    """The file is a raster with these facts (of "raster" in the card) and exactly these warnings of weight data or blocks."""

    facts: Mapping[str, Any]
    says: frozenset[str] | set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Refused:
    """The file is refused with one of these errors, in one line that names it."""

    ids: frozenset[str]

    def __init__(self, *ids: str) -> None:
        object.__setattr__(self, "ids", frozenset(ids))


@dataclass(frozen=True, slots=True)
class Case:
    group: str
    name: str
    make: Make
    expected: Layers | Grid | Refused


_cases: dict[str, Case] = {}


def case(expected: Layers | Grid | Refused, name: str = "") -> Callable[[Make], Make]:
    """Add a case: the decorated function writes the file; the group is its module's, the name the function's."""

    def added(make: Make) -> Make:
        add(make.__module__.removeprefix("group_"), name or make.__name__, make, expected)
        return make

    return added


def add(group: str, name: str, make: Make, expected: Layers | Grid | Refused) -> None:
    """Add a case by hand, for cases that differ in a value only."""
    key = f"{group}-{name}"
    assert key not in _cases, key
    _cases[key] = Case(group, name, make, expected)


def cases() -> dict[str, Case]:
    """All cases by "group-name"."""
    for module in sorted(Path(__file__).parent.glob("group_*.py")):
        import_module(module.stem)
    return dict(_cases)
