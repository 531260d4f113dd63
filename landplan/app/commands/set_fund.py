"""Command: how the budgets of a fund are counted."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import changed, choose_with
from landplan.core.errors import SchemeError, suggestion
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Set fund", zh="设置资金规则")
def set_fund(
    project: Project,
    *,
    fund: Annotated[str, Param("id of a fund with a budget", zh="有预算的资金编号", positional=True)],
    on: Annotated[bool | None, Param("whether its budget counts; absent = as before", zh="预算是否启用；不写则不变")] = None,
    carry_over: Annotated[
        bool | None, Param("whether what is left moves on; absent = as before", zh="余额是否结转下年；不写则不变")
    ] = None,
    income_returns: Annotated[
        bool | None, Param("whether income may be spent again; absent = as before", zh="收入是否可再支出；不写则不变")
    ] = None,
    year_wan: Annotated[
        float | None,
        Param("most that may be spent in any one year; absent = as before", zh="单年支出上限；不写则不变", unit="wan", low=0),
    ] = None,
    no_ceiling: Annotated[bool, Param("without such a ceiling", zh="取消单年上限")] = False,
    progress: Progress = silent,
) -> Project:
    """Whether the budget of a fund counts, what happens to what is left and to income, and the most of any one year."""
    budgets = project.recipe.choose.budgets if project.recipe.choose else ()
    old = next((budget for budget in budgets if budget.fund == fund), None)
    if old is None:
        raise SchemeError("unknown_fund", "choose.budgets", fund=fund, nearest=suggestion(fund, [one.fund for one in budgets]))
    told = {"on": on, "carry_over": carry_over, "income_returns": income_returns, "year_wan": year_wan}
    values = {name: value for name, value in told.items() if value is not None} | ({"year_wan": None} if no_ceiling else {})
    new = changed(old, fund, **values)
    return choose_with(project, budgets=tuple(new if one is old else one for one in budgets))
