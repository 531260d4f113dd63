"""The rules of a plan in a planner's words: quantities, funds, limits as sentences, and what an id of the problem stands for."""

from __future__ import annotations

import math
from collections.abc import Sequence

from landplan.core.messages import language, pick, text
from landplan.core.recipe import Choose, Connected, Fairness, Limit
from landplan.core.scheme import Scheme
from landplan.core.tables import QUANTITIES, Portfolio, ZoneShares
from landplan.core.units import unit_text

STARTED = ("parcels", "area_mu", "works_area_mu", "jobs_displaced")
"""What a limit can bound besides lasting changes and spending."""
_UNITS = dict(zip((*STARTED, *QUANTITIES), ("count", "mu", "mu", "person", "wan", "wan", "person", "m2", "count"), strict=True))
MUST = "must"
"""The id of the must-do list among the rules."""


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


def fund_title(id: str, choose: Choose | None) -> str:
    """The name of a fund; its id where nobody named it."""
    found = next((budget.title for budget in choose.budgets if budget.fund == id), {}) if choose else {}
    return pick(found) or id


def zone_title(id: str, zones: ZoneShares | None) -> str:
    """The name of a zone; its id while zones are not known."""
    found = zones.of_zone(id) if zones is not None else None
    return found[0].zone_names[found[1]] if found is not None else id


def set_title(id: str) -> str:
    """The name of a kind of zones: 街镇; its id where it is a user's own."""
    known = text(f"zone_set_{id}")
    return id if known == f"zone_set_{id}" else known


def limit_title(limit: Limit, choose: Choose, scheme: Scheme, zones: ZoneShares | None) -> str:
    """Its title, or what it limits where it has none."""
    return pick(limit.title) or limit_scope(limit, choose, scheme, zones)


def limit_scope(limit: Limit, choose: Choose, scheme: Scheme, zones: ZoneShares | None) -> str:
    """What a limit bounds, where and when: «在建用地 · 安亭镇 · 2026»."""
    parts = [quantity_title(limit.quantity, choose)]
    if limit.zone is not None:
        parts.append(zone_title(limit.zone, zones))
    parts += _kinds(limit, scheme)
    parts.append(text("portfolio_all_years") if limit.year is None else str(limit.year))
    return " · ".join(parts)


def limit_sentence(limit: Limit, choose: Choose, scheme: Scheme, zones: ZoneShares | None) -> str:
    """A limit as a sentence: «安亭镇各年合计搬迁就业不超过 2,000 人»; a soft one says what missing it costs."""
    when = text("rule_over_years") if limit.year is None else text("rule_in_year", {"year": limit.year})
    ends = [(name, given(end)) for name, end in (("at_least", limit.at_least), ("at_most", limit.at_most)) if end is not None]
    bounds = text("rule_and").join(text(f"rule_{name}", {"end": end}) for name, end in ends)
    facts = {
        "zone": "" if limit.zone is None else text("rule_in_zone", {"zone": zone_title(limit.zone, zones)}),
        "quantity": quantity_title(limit.quantity, choose), "when": when, "bounds": bounds, "unit": quantity_unit(limit.quantity),
        "kinds": "".join(text("rule_by", {"kind": kind}) for kind in _kinds(limit, scheme)),
    }  # fmt: skip
    said = text("rule_limit", facts).strip()
    soft = {"penalty": given(limit.penalty), "unit": facts["unit"]}
    return said if limit.penalty is None else said + text("rule_soft", soft)


def connected_sentence(rule: Connected, scheme: Scheme) -> str:
    """A rule about pieces as a sentence: «成片：每片不少于 100 亩，不跨功能板块»."""
    facts = {"area": given(rule.min_area_mu), "kinds": "".join(text("rule_by", {"kind": one}) for one in _kinds(rule, scheme))}
    within = "" if rule.within is None else text("rule_within", {"set": set_title(rule.within)})
    return text("rule_connected", facts) + within


def fairness_sentence(rule: Fairness, choose: Choose) -> str:
    """A rule about fairness as a sentence: «公平：各街镇启动面积不低于应得的 50%»."""
    facts = {"set": set_title(rule.set), "quantity": quantity_title(rule.quantity, choose), "share": f"{100 * rule.at_least:.4g}"}
    return text("rule_fair", facts)


def _kinds(rule: Limit | Connected, scheme: Scheme) -> list[str]:
    """The path and the model a rule is about, by title; none where it is about all."""
    asked = ((rule.path, scheme.paths), (rule.model, scheme.models))
    return [next((pick(one.title) for one in group if one.id == id), id) for id, group in asked if id is not None]


def rule_title(id: str, choose: Choose, scheme: Scheme, zones: ZoneShares | None) -> str:
    """What the planner calls the rule that the problem knows by this id; the id itself where there is none."""
    if id == MUST:
        return text("portfolio_must")
    if (budget := budget_of(id, choose)) is not None:
        return text("portfolio_budget_of", {"fund": fund_title(budget[0], choose), "year": budget[1]})
    if (fund_year := budget_of(id, choose, "ceiling")) is not None:
        return text("rule_ceiling_of", {"fund": fund_title(fund_year[0], choose)})
    if (fair := fair_of(id, choose)) is not None:
        facts = {"zone": zone_title(fair[1], zones), "quantity": quantity_title(fair[0].quantity, choose)}
        return pick(fair[0].title) or text("rule_fair_share", facts)
    tied = next((one for one in choose.connected if one.id == id), None)
    if tied is not None:
        return pick(tied.title) or connected_sentence(tied, scheme)
    limit = next((one for one in choose.limits if one.id == id), None)
    return id if limit is None else limit_title(limit, choose, scheme, zones)


def budget_of(id: str, choose: Choose, kind: str = "budget") -> tuple[str, int] | None:
    """The fund and year of a budget's limit id (or, by kind, of a ceiling's), or None for other limits."""
    for budget in choose.budgets:
        year = id.removeprefix(f"{kind}_{budget.fund}_")
        if year != id and year.isdecimal():
            return budget.fund, int(year)
    return None


def fair_of(id: str, choose: Choose) -> tuple[Fairness, str] | None:
    """The rule about fairness and the zone that an id of the problem stands for, or None."""
    found = ((one, id.removeprefix(f"{one.id}_")) for one in choose.fairness)
    return next(((one, zone) for one, zone in found if zone != id), None)


def contiguity_words(plan: Portfolio, lang: str | None = None) -> str:
    """What it costs that the plan lies in connected pieces, with both proven bounds; "" where that is not asked for."""
    price = plan.contiguity
    if price is None:
        return ""
    ends = {"objective": plan.objective, "bound": plan.bound, "without": price.objective, "most_without": price.bound}
    shares = {"cost": price.cost, "least": price.least, "most": price.most}
    percent = {f"{name}_percent": f"{100 * value / max(abs(price.objective), 1e-300):.2f}" for name, value in shares.items()}
    facts = {name: number(value, 1) for name, value in {**ends, "cost": price.cost}.items()}
    return text("contiguity_costs", {**facts, **percent}, lang)


def listed(words: Sequence[str]) -> str:
    """Several things in one sentence."""
    return ("、" if language() == "zh" else ", ").join(words)
