"""Command: each zone of a set gets its part of the plan."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import made
from landplan.app.plan_rules import kept, known_set, with_rule
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.recipe import Fairness
from landplan.core.registry import Param, commands


@commands.add("Set fairness", zh="设置镇间公平")
def set_fairness(
    project: Project,
    *,
    id: Annotated[str, Param("id of the rule; an existing one is replaced", zh="规则编号；已有的被替换")],
    set: Annotated[str, Param("a zone set, such as town", zh="区块类别，如 town（街镇）")],
    at_least: Annotated[
        float, Param("part of what a zone's share of the area would give it", zh="至少得到按面积应得份额的几成", low=0, high=1)
    ] = 0.5,
    quantity: Annotated[str, Param("what is shared out, as in a limit", zh="分的是什么，同限额的量")] = "area_mu",
    progress: Progress = silent,
) -> Project:
    """Each zone of a set gets at least a part of what its share of the area would give it; title and switch stay."""
    same = kept(project, "fairness", id, ("title", "on"))
    new = made(Fairness, id, id=id, set=known_set(project, set), quantity=quantity, at_least=at_least, **same)
    return with_rule(project, "fairness", new)
