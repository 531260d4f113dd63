"""When no plan fits, in words: which rules clash, and what the least change of each would be for a plan to fit."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from landplan.core.errors import SolveError
from landplan.core.messages import language, text
from landplan.core.progress import Cancelled, Progress, silent
from landplan.core.rule_words import MUST, budget_of, fair_of, given, listed, rule_title
from landplan.core.scheme import Scheme
from landplan.core.units import unit_text
from landplan.portfolio.formulation import Built, Formulation
from landplan.portfolio.relax import Relaxation, relaxations

WORK = 200.0
"""Most work on what the rules of a clash would have to give, as in `milp.solve`."""


@dataclass(frozen=True, eq=False)
class Give:
    """What one rule gives: `by` units, so that its bound goes from `now` to `enough` (rounded to the safe side).

    way: "raise" or "lower" a bound, "drop" parcels of the must-do list (`parcels` are those of one plan that fits), "loosen"
    where the bound is not a number of the recipe, "short" where this rule alone cannot do it, "open" where nobody knows.
    """

    id: str
    title: Callable[[], str]
    way: str
    by: float = math.nan
    now: float = math.nan
    enough: float = math.nan
    unit: str = ""
    parcels: tuple[str, ...] = ()
    least: bool = True
    """Whether that less is not enough was settled in the work allowed."""

    @property
    def short(self) -> str:
        """What to do, without the name of the rule: «从 5,000 提高到 6,120 万元即可»."""
        return text(f"give_{self.way}", self._facts) + self._doubt

    def __str__(self) -> str:
        return text(f"give_{self.way}_named", {"title": self.title(), **self._facts}) + self._doubt

    @property
    def _doubt(self) -> str:
        return "" if self.least else text("give_perhaps_less")

    @property
    def _facts(self) -> dict[str, object]:
        few = listed(self.parcels[:5]) + (" …" if len(self.parcels) > 5 else "")
        ends = {"now": given(self.now), "enough": given(self.enough), "by": given(_rounded(self.by, up=True))}
        return {**ends, "unit": unit_text(self.unit, language()), "parcels": few}

    @property
    def data(self) -> dict[str, Any]:
        """The same for programs."""
        return {"rule": self.id, "title": self.title(), "way": self.way, "by": self.by, "from": self.now, "to": self.enough,
                "unit": self.unit, "parcels": list(self.parcels), "least": self.least, "text": str(self)}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Ways:
    """The ways out of a clash: each of `alone` is enough by itself, or, where none is, all of `together` are.

    also: those of `alone` that are no part of the clash, such as money of a year before.
    """

    alone: tuple[Give, ...]
    together: tuple[Give, ...]
    also: tuple[Give, ...] = ()

    @property
    def short(self) -> str:
        """What to do, for who sees the rules of the clash with what each would have to give."""
        if len(self.alone) == len(self.also):
            return str(self)
        more = text("ways_also", {"ways": text("ways_or").join(map(str, self.also))}) if self.also else ""
        return text("ways_alone_short") + more

    def __str__(self) -> str:
        if self.alone:
            return text("ways_alone", {"ways": text("ways_or").join(dict.fromkeys(map(str, self.alone)))})
        if self.together:
            return text("ways_together", {"ways": text("ways_and").join(map(str, self.together))})
        return text("ways_open")


class _Names:
    """Titles of rules, made when they are read, in the language of that moment."""

    def __init__(self, names: tuple[Callable[[], str], ...]) -> None:
        self.names = names

    def __iter__(self) -> Iterator[str]:
        return (name() for name in self.names)

    def __str__(self) -> str:
        return text("ways_and").join(text("ways_quoted", {"title": name}) for name in self)


def no_plan(formulation: Formulation, built: Built, scheme: Scheme, progress: Progress = silent) -> SolveError:
    """The error of a problem that no plan fits: the smallest clash, and what each of its rules would have to give.

    values: `clash` (id → Give), `ways` (Ways), and as `data` the same for programs. Who cancels while amounts are looked for
    gets the clash without them; Cancelled only where not even the clash is known.
    """
    from landplan.portfolio.relax import conflicts

    found = conflicts(built.problem, most=1, progress=progress)
    ids = found[0].ids if found else ()
    words = _Giver(formulation, built, scheme)
    gives, earlier, together = {id: words.unknown(id) for id in ids}, tuple[Give, ...](), tuple[Give, ...]()
    try:
        for give in words.alone(ids, progress):
            gives[give.id] = give
        sooner = dict.fromkeys(words.first_year(id) for id, give in gives.items() if give.way == "short")
        earlier = tuple(words.alone([id for id in sooner if id and id not in gives], progress))
        if ids and all(give.way == "short" for give in (*gives.values(), *earlier)):
            (all_,) = relaxations(built.problem, {"all": words.limits}, work_limit=WORK, progress=progress)
            together = tuple(words.give(id, all_) for id in all_.gives)
    except Cancelled:
        pass
    alone, also = (tuple(give for give in some if give.way not in ("short", "open")) for some in (gives.values(), earlier))
    ways = Ways(alone + also, together, also)
    names = _Names(tuple(give.title for give in gives.values()))
    parts = {"clash": gives.values(), "alone": ways.alone, "together": together}
    data = {name: [give.data for give in part] for name, part in parts.items()}
    return SolveError("no_plan_fits", "choose", limits=names, n=len(ids), clash=gives, ways=ways, data=data)


class _Giver:
    """What a relaxation of the problem is to the planner."""

    def __init__(self, formulation: Formulation, built: Built, scheme: Scheme) -> None:
        self.formulation, self.built, self.scheme = formulation, built, scheme
        self.choose, self.problem = formulation.choose, built.problem
        self.place = {row.id: k for k, row in enumerate(built.rows)}

    @property
    def limits(self) -> tuple[str, ...]:
        """Every rule whose bound is a number, and the must-do list."""
        return (*self.place, *([MUST] if self.problem.must.size else []))

    def alone(self, ids: Sequence[str], progress: Progress) -> Iterator[Give]:
        """What each of the rules would have to give by itself."""
        kinds = {id: self.rows(id) for id in ids}
        alike = {id for id in ids if len(kinds[id]) > 1}
        for one in relaxations(self.problem, kinds, alike=alike, work_limit=WORK, progress=progress):
            yield self.give(one.kind, one)

    def first_year(self, id: str) -> str:
        """The first year of a fund that carries over: money that is there sooner does no less. "" for other rules."""
        found = budget_of(id, self.choose)
        if found is None or not next(one for one in self.choose.budgets if one.fund == found[0]).carry_over:
            return ""
        return f"budget_{found[0]}_{self.choose.years.first}"

    def rows(self, id: str) -> tuple[str, ...]:
        """The rules of the problem that change with one of the planner's: a budget that carries over is in all later sums, the
        ceiling of a fund holds in every year."""
        if (fund := budget_of(id, self.choose, "ceiling")) is not None:
            return tuple(one for one in self.place if one.startswith(f"ceiling_{fund[0]}_"))
        found = budget_of(id, self.choose)
        if found is None or not self.first_year(id):
            return (id,)
        later = (f"budget_{found[0]}_{year}" for year in self.choose.years.all if year >= found[1])
        return tuple(one for one in later if one in self.place)

    def unknown(self, id: str) -> Give:
        return Give(id, self._title(id), "open")

    def give(self, id: str, found: Relaxation) -> Give:
        """What the rule gives of a relaxation, and whether that is the least."""
        give = self._give(id, found)
        return give if found.least or give.way in ("short", "open") else replace(give, least=False)

    def _give(self, id: str, found: Relaxation) -> Give:
        title, by = self._title(id), found.gives.get(id, math.nan)
        if math.isnan(by):
            return Give(id, title, "open" if found.open or found.gives else "short")
        if id == MUST:
            lacking = np.setdiff1d(self.problem.must, self.problem.group[list(found.plan)])
            ids = self.formulation.options.ids
            return Give(id, title, "drop", by, self.problem.must.size, self.problem.must.size - by, "count",
                        tuple(str(ids[group]) for group in lacking.tolist()))  # fmt: skip
        if id not in self.place:
            least = next(rule.least for rule in self.problem.pieces if rule.id == id)
            return Give(id, title, "lower", by, least, _rounded(least - by, up=False), "mu")
        row = self.built.rows[self.place[id]]
        if fair_of(id, self.choose) is not None:
            return Give(id, title, "loosen", by, unit=row.unit)
        raised = self._raised(id, found)
        now = self._now(id, (row.at_most if raised else row.at_least) or 0.0)
        enough = _rounded(now + by if raised else now - by, up=raised)
        return Give(id, title, "raise" if raised else "lower", by, now, enough, row.unit)

    def _raised(self, id: str, found: Relaxation) -> bool:
        """Whether it is the upper end that gives."""
        row, place = self.built.rows[self.place[id]], self.place[id]
        if row.at_most is None or row.at_least is None:
            return row.at_most is not None
        return bool(self.problem.activity(np.array(found.plan, np.int64))[place] > row.at_most)

    def _now(self, id: str, end: float) -> float:
        """The number in the recipe: of a budget what the year itself has, not the sum up to it."""
        found = budget_of(id, self.choose)
        if found is None:
            return end
        return next(one.wan for one in self.choose.budgets if one.fund == found[0]).get(found[1], 0.0)

    def _title(self, id: str) -> Callable[[], str]:
        return lambda: rule_title(id, self.choose, self.scheme, self.formulation.zones)


def _rounded(value: float, *, up: bool) -> float:
    """So many digits as a planner would type, to the side on which it is enough."""
    if not math.isfinite(value):
        return value
    digits = 0 if abs(value) >= 100 else 2
    scaled = round(value * 10.0**digits, 6)
    return float(math.ceil(scaled) if up else math.floor(scaled)) / 10.0**digits
