"""Every limit and budget of the plan: used, binding or not, what dropping it would gain, what one unit more is worth."""

from __future__ import annotations

import math
from dataclasses import dataclass

from landplan.app.plan_questions import Asked
from landplan.core.messages import language, text
from landplan.core.rule_words import budget_of, fund_title
from landplan.core.tables import LimitUse
from landplan.core.units import unit_text
from landplan.gui import figures
from landplan.gui.plan_words import number, price_words, significant
from landplan.gui.questions import Row
from landplan.gui.theme import theme
from landplan.gui.widgets.cells import Cell, Cells, listed
from landplan.gui.widgets.fitted_table import stacked
from landplan.portfolio.problem import MUST

_HEADS = ("limit", "used", "bound", "binds", "gain", "share", "unit")


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A limit as the table shows it. use: None of the must-do list and of rules about pieces, which count nothing.

    gain: what the plan would have more without it, NaN where that was not asked or not found; 0 where it does not bind.
    """

    id: str
    name: str
    use: LimitUse | None
    price: float | None
    binding: bool
    cost: Row | None
    gain: float


def limit_lines(asked: Asked, costs: dict[str, Row] | None) -> tuple[LimitLine, ...]:
    """Every limit, the dearest first; then those that bind, in the recipe's order."""
    plan = asked.results.portfolio
    uses = () if plan is None else plan.limits
    prices = {} if plan is None else plan.prices
    found = [_line(asked, use.id, use, prices.get(use.id), use.binding, costs) for use in uses]
    problem = asked.built.problem
    others = [*(rule.id for rule in problem.pieces), *([MUST] if problem.must.size else [])]
    found += [_line(asked, id, None, None, True, costs) for id in others]
    return tuple(sorted(found, key=lambda one: (-_known(one.gain), not one.binding)))


def _line(
    asked: Asked, id: str, use: LimitUse | None, price: float | None, binding: bool, costs: dict[str, Row] | None
) -> LimitLine:
    cost = None if costs is None else costs.get(id)
    unasked = float("nan") if binding else 0.0
    gain = unasked if cost is None else float(cost["cost"])
    return LimitLine(id, _name(asked, id), use, price, binding, cost, gain)


def _name(asked: Asked, id: str) -> str:
    """A rule as the planner calls it; the budget of a fund whose rest is carried over counts all years up to its own."""
    found = budget_of(id, asked.choose)
    carried = found is not None and any(one.fund == found[0] and one.carry_over for one in asked.choose.budgets)
    if found is None or not carried:
        return asked.rule_name(id)
    return text("reasons_budget_to", {"fund": fund_title(found[0], asked.choose), "year": found[1]})


def _known(gain: float) -> float:
    return gain if math.isfinite(gain) else 0.0


def limit_cells(asked: Asked, lines: tuple[LimitLine, ...]) -> Cells:
    """The table."""
    whole = max(abs(asked.found.objective), 1e-300)
    heads, tips = ([text(f"reasons_{kind}_{id}") for id in _HEADS] for kind in ("head", "head_why"))
    return listed([heads[0], *map(stacked, heads[1:])], [_cells(one, whole) for one in lines], tips)


def _cells(one: LimitLine, whole: float) -> tuple[Cell, ...]:
    of, tip = theme(), f"{one.name} ({one.id})\n{text('reasons_go')}"
    faint = "" if one.binding else of.faint
    binds = Cell(text("reasons_binds" if one.binding else "portfolio_room"), tip, colour=of.data if one.binding else of.faint)
    return (Cell(one.name, tip), *_use(one.use, faint), binds, *_gain(one, whole), _unit_price(one))


def _use(use: LimitUse | None, faint: str) -> tuple[Cell, Cell]:
    if use is None:
        return Cell("–", right=True, colour=theme().faint), Cell("–", right=True, colour=theme().faint)
    unit, digits = unit_text(use.unit, language()), 1 if abs(use.used) < 100 and use.used % 1 else 0
    ends = {"≤": use.at_most, "≥": use.at_least}
    bound = " ".join(f"{sign} {number(end, 0 if abs(end) >= 100 or end % 1 == 0 else 2)}" for sign, end in ends.items()
                     if end is not None)  # fmt: skip
    return Cell(number(use.used, digits), right=True, colour=faint), Cell(f"{bound} {unit}", right=True, colour=faint)


def _gain(one: LimitLine, whole: float) -> tuple[Cell, Cell]:
    of = theme()
    if not one.binding and one.cost is None:
        return Cell("0", text("portfolio_room_why"), right=True, colour=of.faint), Cell("", right=True)
    if one.cost is None:
        tip = text("reasons_not_asked_why")
        return Cell(text("reasons_not_asked"), tip, right=True, colour=of.faint), Cell("", tip, right=True)
    if not math.isfinite(one.gain):
        tip = text("reasons_cost_open")
        return Cell(text("unknown"), tip, right=True, colour=of.faint), Cell("", tip, right=True)
    least, most = (figures.percent(one.cost[name] / whole, 2) for name in ("least", "most"))
    tip = text("reasons_gain_tip", {"least": least, "most": most})
    return Cell(significant(one.gain), tip, right=True), Cell(figures.percent(one.gain / whole, 2), tip, right=True)


def _unit_price(one: LimitLine) -> Cell:
    if one.use is None or one.price is None or not math.isfinite(one.price) or abs(one.price) <= 1e-9 or not one.binding:
        tip = text("reasons_no_unit_price") if one.binding else ""
        return Cell("–" if one.binding else "", tip, right=True, colour=theme().faint)
    unit = unit_text(one.use.unit, language())
    return Cell(f"{significant(abs(one.price))}/{unit}", price_words(one.use, one.price), right=True)
