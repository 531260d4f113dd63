"""Command: the plan that was chosen before."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import choose_with, known_parcels
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Set earlier plan", zh="设置早先方案")
def set_earlier(
    project: Project,
    *,
    parcels: Annotated[
        list[str] | None, Param("parcels that the earlier plan chose; absent = as before", zh="早先方案已选的地块；不写则不变")
    ] = None,
    keep: Annotated[bool | None, Param("whether they must stay in; absent = as before", zh="是否必须保留；不写则不变")] = None,
    progress: Progress = silent,
) -> Project:
    """Parcels that an earlier plan chose, and whether every later plan keeps them."""
    values = {} if parcels is None else {"earlier": known_parcels(project, parcels)}
    return choose_with(project, **values, **({} if keep is None else {"keep_earlier": keep}))
