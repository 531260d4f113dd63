"""The portfolio in a planner's words: goals, funds, limits, prices, clashes. No Qt here."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from landplan.core.fields import PARCEL_FIELDS
from landplan.core.messages import language, pick, text
from landplan.core.recipe import Choose
from landplan.core.rule_words import STARTED, rule_title, set_title
from landplan.core.rule_words import budget_of as budget_of
from landplan.core.rule_words import fund_title as fund_title
from landplan.core.rule_words import given as given
from landplan.core.rule_words import limit_scope as limit_scope
from landplan.core.rule_words import limit_title as limit_title
from landplan.core.rule_words import number as number
from landplan.core.rule_words import quantity_title as quantity_title
from landplan.core.rule_words import quantity_unit as quantity_unit
from landplan.core.scheme import Scheme
from landplan.core.tables import QUANTITIES, LimitUse, Portfolio, ZoneShares
from landplan.core.units import unit_text

FIRST_WEIGHTS = {"score_area_mu": 1.0, "jobs": 0.01, "gfa_m2": 0.001, "firms": 1.0, "output_wan": 0.002, "tax_wan": 0.01}
"""Weight of a goal when it is added, such that no goal drowns the others; an NPV begins with 0.01."""


def typed(words: str) -> float | None:
    """The number in what was typed; None for an empty field. ValueError where it is no number."""
    plain = words.strip().replace(",", "").replace("，", "").replace(" ", "").replace("−", "-")
    if not plain:
        return None
    value = float(plain)
    if not math.isfinite(value):
        raise ValueError(words)
    return value


def quantities(funds: tuple[str, ...]) -> tuple[str, ...]:
    """What can be limited."""
    return (*STARTED, *QUANTITIES, *(f"cost_{fund}" for fund in funds))


def goal_title(goal: str, scheme: Scheme) -> str:
    """What is maximised, without its unit."""
    if goal == "score_area_mu":
        return text("portfolio_goal_score")
    party = goal.removeprefix("npv_").removesuffix("_wan")
    if goal == f"npv_{party}_wan":
        return text("portfolio_npv_of", {"party": party_title(party, scheme)})
    return text("portfolio_gain", {"quantity": text(f"quantity_{goal}")})


def goal_unit(goal: str) -> str:
    """The unit of a goal as it is written."""
    return unit_text("mu", language()) if goal == "score_area_mu" else quantity_unit(goal)


def first_weight(goal: str) -> float:
    """The weight a goal begins with."""
    return FIRST_WEIGHTS.get(goal, 0.01)


def party_title(id: str, scheme: Scheme) -> str:
    found = next((party.title for party in scheme.parties if party.id == id), {})
    return pick(found) or id


def zone_choices(zones: ZoneShares | None) -> Iterator[tuple[str, str]]:
    """Id and name with the kind of every zone, for a list to choose from."""
    for zone_set in zones.sets.values() if zones is not None else ():
        kind = set_title(zone_set.id)
        for id, name in zip(zone_set.zone_ids[:-1], zone_set.zone_names[:-1], strict=True):
            yield id, f"{name} · {kind}"


def price_words(use: LimitUse, price: float | None) -> str:
    """What one more unit of a limit is worth; "" where it does not bind."""
    if not use.binding:
        return ""
    unit = unit_text(use.unit, language())
    if price is None or math.isnan(price) or abs(price) <= 1e-9:
        return text("portfolio_binds")
    end = "portfolio_binds_upper" if price > 0 else "portfolio_binds_lower"
    return text(end, {"unit": unit, "value": significant(abs(price))})


def significant(value: float, digits: int = 3) -> str:
    """A number of no fixed size with so many digits."""
    if value == 0 or not math.isfinite(value):
        return number(value)
    return number(value, max(0, digits - 1 - math.floor(math.log10(abs(value)))))


def result_words(plan: Portfolio) -> str:
    """How many parcels are chosen, what the plan is worth, and what any plan could have more."""
    facts = {"n": number(len(plan)), "value": significant(plan.objective, 6), "gap": gap_words(plan.gap)}
    return text("portfolio_result", facts)


def status_words(plan: Portfolio) -> str:
    """How the search ended."""
    known = {
        "optimal within gap": "portfolio_is_optimal",
        "work limit": "portfolio_is_limited",
        "cancelled": "portfolio_is_stopped",
    }
    return text(known[plan.status], {"gap": gap_words(plan.gap)}) if plan.status in known else plan.status


def gap_words(gap: float) -> str:
    """A share as percent: «0.37 %»; a word where nothing is proven."""
    return f"{100 * gap:.2f} %" if math.isfinite(gap) else text("unknown")


def search_words(facts: Mapping[str, object]) -> str:
    """Best plan, bound and gap of a search that runs; "" before there is any."""
    best, bound, gap = (facts.get(name) for name in ("best", "bound", "gap"))
    found = []
    if isinstance(best, float) and math.isfinite(best):
        found.append(text("portfolio_best", {"value": significant(best, 6)}))
    if isinstance(bound, float) and math.isfinite(bound):
        found.append(text("portfolio_bound", {"value": significant(bound, 6)}))
    if isinstance(gap, float) and math.isfinite(gap):
        found.append(text("portfolio_gap", {"gap": gap_words(gap)}))
    return " · ".join(found)


@dataclass(frozen=True, slots=True)
class Clash:
    """One of the rules no plan keeps together: its id, name, and what it would have to give for a plan to fit."""

    id: str
    title: str
    gives: str


def clashes(error: BaseException | None, choose: Choose, scheme: Scheme, zones: ZoneShares | None) -> tuple[Clash, ...]:
    """The clashing rules an error names; none for other errors."""
    found = getattr(error, "values", {}).get("clash", {})
    return tuple(Clash(id, rule_title(id, choose, scheme, zones), give.short) for id, give in found.items())


def clash_why(error: BaseException | None) -> str:
    """What to do about a clash: any one of its rules, or several together; "" for other errors."""
    ways = getattr(error, "values", {}).get("ways")
    return "" if ways is None else ways.short


def field_titles(lang: str | None = None) -> dict[str, tuple[str, str]]:
    """Canonical parcel field → title and unit as they are written."""
    lang = lang or language()
    return {one.name: (one.zh if lang == "zh" else one.en, unit_text(one.unit, lang)) for one in PARCEL_FIELDS}
