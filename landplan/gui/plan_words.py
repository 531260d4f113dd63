"""The portfolio in a planner's words: goals, funds, limits, prices, clashes. No Qt here."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from landplan.core.fields import PARCEL_FIELDS
from landplan.core.messages import language, pick, text
from landplan.core.recipe import Choose, Limit
from landplan.core.scheme import Scheme
from landplan.core.tables import QUANTITIES, LimitUse, Portfolio, ZoneShares
from landplan.core.units import unit_text

STARTED = ("parcels", "area_mu", "works_area_mu", "jobs_displaced")
"""What a limit can bound besides lasting changes and spending."""
_UNITS = dict(zip((*STARTED, *QUANTITIES), ("count", "mu", "mu", "person", "wan", "wan", "person", "m2", "count"), strict=True))
FIRST_WEIGHTS = {"score_area_mu": 1.0, "jobs": 0.01, "gfa_m2": 0.001, "firms": 1.0, "output_wan": 0.002, "tax_wan": 0.01}
"""Weight of a goal when it is added, such that no goal drowns the others; an NPV begins with 0.01."""


def number(value: float | None, decimals: int = 0) -> str:
    """With thousands separators; what is not known is a word, never 0."""
    if value is None or math.isnan(value):
        return text("unknown")
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    shown = f"{value:,.{decimals}f}"
    return (shown.lstrip("-") if float(shown.replace(",", "")) == 0 else shown).replace("-", "−")


def given(value: float | None) -> str:
    """A number the planner typed, as exact as it was typed; "" for none."""
    if value is None:
        return ""
    whole = f"{value:,.0f}"
    return whole if float(whole.replace(",", "")) == value else f"{value:,.15g}"


def typed(words: str) -> float | None:
    """The number in what was typed; None for an empty field. ValueError where it is no number."""
    plain = words.strip().replace(",", "").replace("，", "").replace(" ", "").replace("−", "-")
    if not plain:
        return None
    value = float(plain)
    if not math.isfinite(value):
        raise ValueError(words)
    return value


def quantity_title(quantity: str, choose: Choose | None) -> str:
    """The quantity of a limit, without its unit."""
    if quantity.startswith("cost_"):
        return text("portfolio_cost_of", {"fund": fund_title(quantity.removeprefix("cost_"), choose)})
    if quantity in QUANTITIES:
        return text("portfolio_gain", {"quantity": text(f"quantity_{quantity}")})
    return text(f"portfolio_of_{quantity}") if quantity in STARTED else quantity


def quantity_unit(quantity: str) -> str:
    """The unit of a limit's quantity as it is written: 亩, 万元 …"""
    return unit_text(_UNITS.get(quantity, "wan"), language())


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


def fund_title(id: str, choose: Choose | None) -> str:
    """The name of a fund; its id where nobody named it."""
    found = next((budget.title for budget in choose.budgets if budget.fund == id), {}) if choose else {}
    return pick(found) or id


def zone_title(id: str, zones: ZoneShares | None) -> str:
    """The name of a zone; its id while zones are not known."""
    found = zones.of_zone(id) if zones is not None else None
    return found[0].zone_names[found[1]] if found is not None else id


def zone_choices(zones: ZoneShares | None) -> Iterator[tuple[str, str]]:
    """Id and name with the kind of every zone, for a list to choose from."""
    for zone_set in zones.sets.values() if zones is not None else ():
        known = text(f"zone_set_{zone_set.id}")
        kind = zone_set.id if known == f"zone_set_{zone_set.id}" else known
        for id, name in zip(zone_set.zone_ids[:-1], zone_set.zone_names[:-1], strict=True):
            yield id, f"{name} · {kind}"


def limit_title(limit: Limit, choose: Choose, scheme: Scheme, zones: ZoneShares | None) -> str:
    """Its title, or what it limits where it has none."""
    return pick(limit.title) or limit_scope(limit, choose, scheme, zones)


def limit_scope(limit: Limit, choose: Choose, scheme: Scheme, zones: ZoneShares | None) -> str:
    """What a limit bounds, where and when: «在建用地 · 安亭镇 · 2026»."""
    parts = [quantity_title(limit.quantity, choose)]
    if limit.zone is not None:
        parts.append(zone_title(limit.zone, zones))
    for id, group in ((limit.path, scheme.paths), (limit.model, scheme.models)):
        if id is not None:
            parts.append(next((pick(one.title) for one in group if one.id == id), id))
    parts.append(text("portfolio_all_years") if limit.year is None else str(limit.year))
    return " · ".join(parts)


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
    """One of the limits no plan keeps together: its id, name, and what it would have to give."""

    id: str
    title: str
    gives: str


def clashes(error: BaseException | None, choose: Choose, scheme: Scheme, zones: ZoneShares | None) -> tuple[Clash, ...]:
    """The clashing limits an error names; none for other errors."""
    found = getattr(error, "values", {}).get("clash", {})
    return tuple(_clash(id, give, choose, scheme, zones) for id, give in found.items())


def _clash(id: str, give: float, choose: Choose, scheme: Scheme, zones: ZoneShares | None) -> Clash:
    if id == "must":
        title, unit = text("portfolio_must"), unit_text("count", language())
    elif (budget := budget_of(id, choose)) is not None:
        title = text("portfolio_budget_of", {"fund": fund_title(budget[0], choose), "year": budget[1]})
        unit = unit_text("wan", language())
    else:
        limit = next((one for one in choose.limits if one.id == id), None)
        title = id if limit is None else limit_title(limit, choose, scheme, zones)
        unit = "" if limit is None else quantity_unit(limit.quantity)
    words = "portfolio_gives_unknown" if math.isnan(give) else "portfolio_gives"
    return Clash(id, title, text(words, {"by": _at_least(give), "unit": unit}))


def _at_least(give: float) -> str:
    """Rounded up, so that giving this much is enough."""
    if math.isnan(give):
        return ""
    digits = 0 if give >= 100 else 2
    return number(math.ceil(give * 10**digits - 1e-6) / 10**digits, digits if give % 1 else 0)


def budget_of(id: str, choose: Choose) -> tuple[str, int] | None:
    """The fund and year of a budget's limit id, or None for other limits."""
    for budget in choose.budgets:
        year = id.removeprefix(f"budget_{budget.fund}_")
        if year != id and year.isdecimal():
            return budget.fund, int(year)
    return None


def field_titles(lang: str | None = None) -> dict[str, tuple[str, str]]:
    """Canonical parcel field → title and unit as they are written."""
    lang = lang or language()
    return {one.name: (one.zh if lang == "zh" else one.en, unit_text(one.unit, lang)) for one in PARCEL_FIELDS}
