"""Command: what a fund may spend in a year."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import changed, choose_with
from landplan.core.errors import SchemeError, suggestion
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.recipe import Budget
from landplan.core.registry import Param, commands
from landplan.renewal.cashflow import funds_of


@commands.add("Set budget", zh="设置预算")
def set_budget(
    project: Project,
    *,
    fund: Annotated[str, Param("id of the fund", zh="资金编号")],
    year: Annotated[int, Param("calendar year", zh="年份", low=1900, high=2200)],
    wan: Annotated[
        float | None, Param("what may be spent; absent = take the year out", zh="可用金额；不写则删去该年", unit="wan", low=0)
    ] = None,
    progress: Progress = silent,
) -> Project:
    """What a fund may spend in one year, 万元; a year that is not listed has none. Without any year the fund is unlimited."""
    budgets = project.recipe.choose.budgets if project.recipe.choose else ()
    if wan is not None:
        _refuse_odd(project, fund, year)
    old = next((budget for budget in budgets if budget.fund == fund), None)
    amounts = {key: value for key, value in (old.wan if old else {}).items() if key != year}
    amounts |= {} if wan is None else {year: wan}
    amounts = dict(sorted(amounts.items()))
    if old is None:
        return choose_with(project, budgets=(*budgets, Budget(fund=fund, wan=amounts)) if amounts else budgets)
    new = (changed(old, fund, wan=amounts),) if amounts else ()
    place = budgets.index(old)
    return choose_with(project, budgets=(*budgets[:place], *new, *budgets[place + 1 :]))


def _refuse_odd(project: Project, fund: str, year: int) -> None:
    """SchemeError for a fund no line of the scheme draws on, or a year the plan does not have."""
    funds = funds_of(project.scheme)
    if fund not in funds:
        raise SchemeError("unknown_fund", "set_budget", fund=fund, nearest=suggestion(fund, funds))
    if project.recipe.choose and year not in (years := project.recipe.choose.years).all:
        raise SchemeError("budget_outside_years", "set_budget", fund=fund, year=year, first=years.first, last=years.last)
