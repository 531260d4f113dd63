"""Which firm is on which plots: by stated id or credit code without asking; everything else is a candidate for people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from landplan.core.firm_names import PLACES, address_key, firm_name, names_of
from landplan.core.firms import Firm, Holder, plot_ids
from landplan.core.progress import Progress, silent
from landplan.core.text_pairs import like_pairs, likeness

Reason = Literal[
    "plot_stated", "code_equal", "code_likely", "codes_differ", "name_equal", "name_core_equal", "name_former", "name_similar",
    "address_equal", "address_similar",
]  # fmt: skip
LEAST_SCORE = 0.5
MOST_CANDIDATES = 5
_LEAST_LIKENESS = 0.6
_CROWDED = 50
"""An address with more holders than this says nothing by itself."""
_EVIDENCE: dict[str, float] = {
    "code_likely": 0.9, "name_equal": 0.95, "name_core_equal": 0.9, "name_former": 0.85,
    "address_equal": 0.6, "address_similar": 0.3,
}  # fmt: skip
_SIMILAR = 0.85
"""A similar name counts this much of its likeness."""
_FORMER = 0.9
_CODES_DIFFER = 0.5


@dataclass(frozen=True, slots=True)
class Settled:
    """The plots (rows of the layer) of a firm, and why. missing: ids it states that the layer lacks."""

    plots: tuple[int, ...]
    reason: Reason
    missing: tuple[str, ...] = ()
    other_name: str = ""
    """The holder's name where the code is the same and the names have nothing in common."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A holder that may be the firm: score 0 … 1, never certain; the strongest reason first."""

    firm: int
    holder: int
    score: float
    reasons: tuple[Reason, ...]


def settled_firms(firms: Sequence[Firm], holders: Sequence[Holder], plots: Mapping[str, int]) -> dict[int, Settled]:
    """Firms by their place whose plots need no question: those the table states, else those whose holder has the same valid
    code. `plots`: id → row of the layer."""
    of_code: dict[str, list[Holder]] = defaultdict(list)
    for holder in holders:
        if holder.code.valid:
            of_code[holder.code.text].append(holder)
    found: dict[int, Settled] = {}
    for place, firm in enumerate(firms):
        ids = [id for cell in firm.stated for id in plot_ids(cell, plots)]
        known = tuple(dict.fromkeys(plots[id] for id in ids if id in plots))
        missing = tuple(dict.fromkeys(id for id in ids if id not in plots))
        if known:
            found[place] = Settled(known, "plot_stated", missing)
        elif firm.code.valid and (own := of_code.get(firm.code.text)):
            rows = tuple(dict.fromkeys(row for holder in own for row in holder.plots))
            found[place] = Settled(rows, "code_equal", missing, _other_name(firm, own))
    return found


def candidates(
    firms: Sequence[Firm],
    holders: Sequence[Holder],
    wanted: Sequence[int],
    places: tuple[str, ...] = PLACES,
    least: float = LEAST_SCORE,
    most: int = MOST_CANDIDATES,
    progress: Progress = silent,
) -> dict[int, tuple[Candidate, ...]]:
    """For each wanted firm (by place) the holders it may be, best first, at most `most`, with a score of `least` or more.

    Evidence e_i from code, name and address is joined as 1 − Π (1 − e_i): a code that is valid once O is read as 0: 0.9; the
    same name 0.95; the same but for place, brackets and legal form 0.9; a former name 0.85; a similar name 0.85 · likeness;
    the same road and number 0.6; a similar road and the same number 0.3. Two valid codes that differ halve the score.
    """
    evidence: dict[tuple[int, int], dict[Reason, float]] = defaultdict(dict)
    _by_name(firms, holders, wanted, places, evidence, progress)
    _by_code(firms, holders, wanted, evidence)
    _by_address(firms, holders, wanted, evidence)
    found: dict[int, list[Candidate]] = defaultdict(list)
    for (firm, holder), told in evidence.items():
        one = _candidate(firm, holder, told, firms[firm].code.valid and holders[holder].code.valid)
        if one.score >= least:
            found[firm].append(one)
    order = {firm: sorted(ones, key=lambda one: (-one.score, one.holder))[:most] for firm, ones in found.items()}
    return {firm: tuple(order.get(firm, ())) for firm in wanted}


def _candidate(firm: int, holder: int, told: Mapping[Reason, float], both_valid: bool) -> Candidate:
    doubt = 1.0
    for value in told.values():
        doubt *= 1.0 - value
    score = (1.0 - doubt) * (_CODES_DIFFER if both_valid else 1.0)
    reasons: list[Reason] = sorted(told, key=lambda reason: (-told[reason], reason))
    if both_valid:
        reasons.append("codes_differ")
    return Candidate(firm, holder, round(min(score, 0.99), 3), tuple(reasons))


Evidence = dict[tuple[int, int], dict[Reason, float]]


def _by_name(
    firms: Sequence[Firm],
    holders: Sequence[Holder],
    wanted: Sequence[int],
    places: tuple[str, ...],
    evidence: Evidence,
    progress: Progress = silent,
) -> None:
    """The best that a pair's names say, former ones included."""
    ours = _called([(place, names_of(firms[place].name, firms[place].former)) for place in wanted], places)
    theirs = _called([(place, names_of(holder.name)) for place, holder in enumerate(holders)], places)
    cores = list(ours), list(theirs)
    for a, b, value in zip(*like_pairs(*cores, _LEAST_LIKENESS, progress), strict=True):
        for firm, full, former in ours[cores[0][a]]:
            for holder, other_full, other_former in theirs[cores[1][b]]:
                reason, worth = _name_reason(float(value), full == other_full, former or other_former)
                known = evidence[firm, holder]
                if worth > max((known[one] for one in known if one.startswith("name_")), default=0.0):
                    for one in [one for one in known if one.startswith("name_")]:
                        del known[one]
                    known[reason] = worth


def _name_reason(value: float, full: bool, former: bool) -> tuple[Reason, float]:
    if value < 1.0 - 1e-9:
        return "name_similar", _SIMILAR * value * (_FORMER if former else 1.0)
    reason: Reason = "name_former" if former else "name_equal" if full else "name_core_equal"
    return reason, _EVIDENCE[reason]


def _called(named: Sequence[tuple[int, tuple[str, ...]]], places: tuple[str, ...]) -> dict[str, list[tuple[int, str, bool]]]:
    """core → (place, full name, whether it is a former one)."""
    found: dict[str, list[tuple[int, str, bool]]] = defaultdict(list)
    for place, names in named:
        for number, name in enumerate(names):
            read = firm_name(name, places)
            if read.core:
                found[read.core].append((place, read.full, number > 0))
    return dict(found)


def _by_code(firms: Sequence[Firm], holders: Sequence[Holder], wanted: Sequence[int], evidence: Evidence) -> None:
    """Codes that are the same once letters that look like digits are read as these."""
    of_code: dict[str, list[int]] = defaultdict(list)
    for place, holder in enumerate(holders):
        code = holder.code.text if holder.code.valid else holder.code.likely
        if code:
            of_code[code].append(place)
    for place in wanted:
        code = firms[place].code.text if firms[place].code.valid else firms[place].code.likely
        for holder_place in of_code.get(code, ()) if code else ():
            evidence[place, holder_place]["code_likely"] = _EVIDENCE["code_likely"]


def _by_address(firms: Sequence[Firm], holders: Sequence[Holder], wanted: Sequence[int], evidence: Evidence) -> None:
    """The same road and number; for pairs found otherwise also a similar road."""
    keys = [address_key(holder.address) for holder in holders]
    at: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, (road, numbers) in enumerate(keys):
        if road and numbers:
            at[road, numbers[0]].append(place)
    here = {place: address_key(firms[place].address) for place in wanted}
    for place, (road, numbers) in here.items():
        same = at.get((road, numbers[0]), []) if road and numbers else []
        for holder in same if len(same) <= _CROWDED else [one for one in same if (place, one) in evidence]:
            evidence[place, holder]["address_equal"] = _EVIDENCE["address_equal"]
    for (place, holder), told in evidence.items():
        (road, numbers), (other, others) = here[place], keys[holder]
        at_number = road and other and numbers and others and numbers[0] == others[0]
        if at_number and "address_equal" not in told and likeness(road, other) >= _LEAST_LIKENESS:
            told["address_similar"] = _EVIDENCE["address_similar"]


def _other_name(firm: Firm, own: Sequence[Holder]) -> str:
    """The holder's name where none of them is anything like the firm's."""
    named = [holder.name for holder in own if holder.name]
    if not firm.name or not named:
        return ""
    ours = [firm_name(one).core for one in names_of(firm.name, firm.former)]
    theirs = [firm_name(one).core for name in named for one in names_of(name)]
    return "" if any(likeness(a, b) >= _LEAST_LIKENESS for a in ours for b in theirs) else named[0]
