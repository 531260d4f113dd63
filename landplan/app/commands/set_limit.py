"""Command: a limit on the portfolio."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import made
from landplan.app.plan_rules import known_kinds, with_rule
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.recipe import Limit
from landplan.core.registry import Param, commands


@commands.add("Set limit", zh="设置限额")
def set_limit(
    project: Project,
    *,
    id: Annotated[str, Param("id of the limit; an existing one is replaced", zh="限额编号；已有的被替换")],
    quantity: Annotated[
        str,
        Param(
            "jobs_displaced, works_area_mu, area_mu, parcels, output_wan, tax_wan, jobs, gfa_m2, firms or cost_FUND",
            zh="量：jobs_displaced、works_area_mu、area_mu、parcels、output_wan、tax_wan、jobs、gfa_m2、firms 或 cost_资金编号",
        ),
    ],
    at_most: Annotated[float | None, Param("upper bound", zh="上限")] = None,
    at_least: Annotated[float | None, Param("lower bound", zh="下限")] = None,
    zone: Annotated[str | None, Param("id of a zone; absent = everywhere", zh="区块编号；不写为全域")] = None,
    path: Annotated[str | None, Param("id of a renewal path; absent = all", zh="更新路径编号；不写为全部")] = None,
    model: Annotated[str | None, Param("id of a land-use model; absent = all", zh="用地模式编号；不写为全部")] = None,
    year: Annotated[int | None, Param("calendar year; absent = over all years", zh="年份；不写为各年合计")] = None,
    penalty: Annotated[
        float | None,
        Param(
            "benefit lost for each unit missed; absent = as before, of a new limit: it must hold",
            zh="每差一单位扣减的效益；不写则不变，新限额为必须满足",
            low=0,
        ),
    ] = None,
    on: Annotated[bool | None, Param("whether it counts; absent = as before", zh="是否启用；不写则不变")] = None,
    progress: Progress = silent,
) -> Project:
    """What the chosen options may, or must at least, add up to.

    A limit keeps its title, penalty and whether it counts while only its bounds change.
    """
    known_kinds(project, path, model)
    what = {"quantity": quantity, "zone": zone, "path": path, "model": model, "year": year}
    limits = project.recipe.choose.limits if project.recipe.choose else ()
    old = next((limit for limit in limits if limit.id == id), None)
    same = old is not None and all(getattr(old, name) == value for name, value in what.items())
    kept = {name: getattr(old, name) for name in ("title", "penalty", "on")} if same else {}
    told = {name: value for name, value in {"penalty": penalty, "on": on}.items() if value is not None}
    new = made(Limit, id, id=id, at_most=at_most, at_least=at_least, **{**kept, **told}, **what)
    return with_rule(project, "limits", new)
