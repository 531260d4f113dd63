"""Land-use codes of one classification moved to another, and the version that codes without one most likely have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from landplan.core.codes import VERSIONS, code_list, commented_csv
from landplan.core.errors import InputError
from landplan.core.mixed_use import parsed_mix, use_mix
from landplan.core.paths import resource

State = Literal["same", "moved", "merged", "open", "unlisted", "unreadable"]
"""same: written alike in both; moved: another code; merged: a code that others became too, so that the way back is lost;
open: one of several, to be decided; unlisted: the table does not have it; unreadable: no code."""


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """code → the codes it may become, one where it moves without a decision. `own`: codes that a user's table decides."""

    source: str
    target: str
    moves: Mapping[str, tuple[str, ...]]
    own: frozenset[str] = frozenset()

    @property
    def sources(self) -> Mapping[str, int]:
        """How many codes become each code, of those that move without a decision."""
        count: dict[str, int] = {}
        for targets in self.moves.values():
            if len(targets) == 1:
                count[targets[0]] = count.get(targets[0], 0) + 1
        return count


@dataclass(frozen=True, slots=True)
class MovedUse:
    """What became of a use: its new text (None: missing until it is decided) and, by old code, what it may become."""

    state: State
    text: str | None
    candidates: Mapping[str, tuple[str, ...]]


@cache
def shipped_crosswalk(source: str, target: str) -> Crosswalk:
    """The shipped table between two versions; of a version to itself every code stays. InputError when there is none."""
    if source == target:
        return Crosswalk(source, target, {code: (code,) for code in code_list(source)})
    names = (source, target)
    path = resource("codes", f"crosswalk_{source}_{target}.csv") if all(name.isalnum() for name in names) else None
    if path is None or not path.is_file():
        raise InputError("crosswalk_none", source=source, target=target, known=list(VERSIONS))
    rows, _facts = commented_csv(path.read_text(encoding="utf-8"))
    return Crosswalk(source, target, {row["from"]: tuple(row["to"].split()) for row in rows})


def crosswalk_facts(source: str, target: str) -> Mapping[str, str]:
    """What a shipped table says of itself: titles, source, complete; empty where there is none."""
    path = resource("codes", f"crosswalk_{source}_{target}.csv")
    return commented_csv(path.read_text(encoding="utf-8"))[1] if path.is_file() else {}


def own_crosswalk(text: str, source: str, target: str, where: str) -> Crosswalk:
    """A user's table (CSV with the columns from and to, several codes in `to` separated by spaces), before the shipped one.

    Where no table is shipped between the two versions it stands alone. InputError when the columns are not there, a code
    stands twice with different codes, or is empty.
    """
    rows, _facts = commented_csv(text)
    moves: dict[str, tuple[str, ...]] = {}
    for number, row in enumerate(rows, 2):
        code, targets = (row.get("from") or "").strip(), tuple((row.get("to") or "").split())
        if not code or not targets or moves.get(code, targets) != targets:
            raise InputError("crosswalk_row", where, row=number, code=code or "–")
        moves[code] = targets
    if not moves:
        raise InputError("crosswalk_empty", where)
    try:
        shipped = shipped_crosswalk(source, target).moves
    except InputError:
        shipped = {}
    return Crosswalk(source, target, {**shipped, **moves}, frozenset(moves))


def moved_use(text: str, table: Crosswalk) -> MovedUse:
    """A use, mixed or not, in the table's target version. Shares stay; codes that become one count together.

    Where one of its codes needs a decision, or is not in the table, the whole use is missing until that is settled.
    """
    try:
        mix = parsed_mix(text)
    except InputError:
        return MovedUse("unreadable", None, {})
    found = {code: table.moves.get(code, ()) for code in mix.codes}
    if any(not targets for targets in found.values()):
        return MovedUse("unlisted", None, found)
    if any(len(targets) > 1 for targets in found.values()):
        return MovedUse("open", None, found)
    percents = mix.percents or (None,) * len(mix.codes)
    pairs = ((found[code][0], percent) for code, percent in zip(mix.codes, percents, strict=True))
    written = str(use_mix(pairs, text))
    if all(targets == (code,) for code, targets in found.items()):
        return MovedUse("same", written, found)
    many = table.sources
    lost = any(many[targets[0]] > 1 for code, targets in found.items() if targets != (code,))
    return MovedUse("merged" if lost else "moved", written, found)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Which classification codes are likely written in.

    known: version → how many uses have only codes of its list, the most first (the newest first of equals). n: readable
    uses. ambiguous: codes that several of the best lists have for different things, version → name.
    """

    known: Mapping[str, int]
    n: int
    ambiguous: Mapping[str, Mapping[str, str]]

    @property
    def best(self) -> tuple[str, ...]:
        """The versions that explain the most uses; empty where none explains any."""
        top = max(self.known.values(), default=0)
        return tuple(version for version, n in self.known.items() if n == top and n)


def suspected_version(uses: Mapping[str, int]) -> Suspicion:
    """Judged by the codes alone; uses: text → how many plots have it. Never a reason to take a version unsaid."""
    codes = {text: parts for text in uses if (parts := _codes(text))}
    known = {version: _count(uses, codes, code_list(version)) for version in VERSIONS}
    ordered = dict(sorted(known.items(), key=lambda one: -one[1]))
    n = sum(uses[text] for text in codes)
    likely = [version for version, count in ordered.items() if count and count >= 0.9 * max(ordered.values())]
    names = {code: _names(code, likely) for code in sorted({code for parts in codes.values() for code in parts})}
    return Suspicion(ordered, n, {code: named for code, named in names.items() if len(set(named.values())) > 1})


def _codes(text: str) -> tuple[str, ...]:
    try:
        return parsed_mix(text).codes
    except InputError:
        return ()


def _count(uses: Mapping[str, int], codes: Mapping[str, Iterable[str]], known: Mapping[str, str]) -> int:
    return sum(uses[text] for text, parts in codes.items() if all(code in known for code in parts))


def _names(code: str, versions: Iterable[str]) -> dict[str, str]:
    return {version: code_list(version)[code] for version in versions if code in code_list(version)}
