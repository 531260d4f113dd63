"""Command: what missing data means."""

from __future__ import annotations

from typing import Annotated, get_args

from landplan.app.changes import changed, member, scheme_with, with_member
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands
from landplan.core.scheme import MissingPolicy

_POLICIES = get_args(MissingPolicy)


@commands.add("Set what missing data means", zh="设置缺失数据的处理")
def set_missing_policy(
    project: Project,
    *,
    policy: Annotated[
        str,
        Param(
            "interval: score low and high; worst: as the worst value; zone_median: the zone's median; refuse: stop",
            zh="interval 给出上下限；worst 按最差；zone_median 取区块中位数；refuse 拒绝计算",
            choices=_POLICIES,
        ),
    ],
    criterion: Annotated[str, Param("id of one criterion; absent = the whole scheme", zh="指标编号；不写则为整个方案")] = "",
    progress: Progress = silent,
) -> Project:
    """How a parcel is scored where a criterion is unknown."""
    if not criterion:
        return scheme_with(project, missing=policy)
    criteria = project.scheme.criteria
    new = changed(member(criteria, criterion, "criteria"), criterion, missing=policy)
    return scheme_with(project, criteria=with_member(criteria, new))
