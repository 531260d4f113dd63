"""Command: what is chosen lies in connected pieces."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import made
from landplan.app.plan_rules import kept, known_kinds, known_set, with_rule
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.recipe import Connected
from landplan.core.registry import Param, commands


@commands.add("Set connected pieces", zh="设置成片")
def set_connected(
    project: Project,
    *,
    id: Annotated[str, Param("id of the rule; an existing one is replaced", zh="规则编号；已有的被替换")],
    min_area_mu: Annotated[float, Param("least area of a piece", zh="每片最小面积", unit="mu", low=0)],
    within: Annotated[
        str | None, Param("a zone set whose zones part pieces; absent = none", zh="成片不得跨越的区块类别；不写为不限")
    ] = None,
    path: Annotated[str | None, Param("id of a renewal path; absent = all", zh="更新路径编号；不写为全部")] = None,
    model: Annotated[str | None, Param("id of a land-use model; absent = all", zh="用地模式编号；不写为全部")] = None,
    progress: Progress = silent,
) -> Project:
    """What is chosen lies in pieces of parcels that touch, each of at least an area; title and switch of a known rule stay."""
    known_kinds(project, path, model)
    where = within and known_set(project, within)
    same = kept(project, "connected", id, ("title", "on"))
    new = made(Connected, id, id=id, min_area_mu=min_area_mu, within=where, path=path, model=model, **same)
    return with_rule(project, "connected", new)
