"""Command: the value function of a criterion."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import changed, member, scheme_with, with_member
from landplan.app.curve_text import curve_of
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands
from landplan.steps.methods import check_curve


@commands.add("Set value function", zh="设置价值函数")
def set_value(
    project: Project,
    *,
    criterion: Annotated[str, Param("id of the criterion", zh="指标编号")],
    value: Annotated[
        str,
        Param(
            'the value function as a scheme writes it: { kind = "linear", worst = 0, best = 300 }',
            zh='价值函数，写法同方案：{ kind = "linear", worst = 0, best = 300 }',
        ),
    ],
    progress: Progress = silent,
) -> Project:
    """How much each measured value is worth, 0 to 1. Its bounds stand in the scheme: other plots do not move them."""
    criteria = project.scheme.criteria
    old = member(criteria, criterion, "criteria")
    curve = curve_of(value, criterion)
    check_curve(curve, criterion)
    return scheme_with(project, criteria=with_member(criteria, changed(old, criterion, value=curve)))
