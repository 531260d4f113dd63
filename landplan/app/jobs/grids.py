"""Job: the grids without a code that a user keeps."""

from __future__ import annotations

from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, silent
from landplan.core.registry import Param, jobs


@jobs.add("List, add or remove your own grids", zh="自有坐标系：列出、添加、删除")
def grids(
    *,
    name: Annotated[str | None, Param("name of the grid, used as grid:NAME", zh="坐标系名称，用作 grid:名称")] = None,
    proj: Annotated[
        str | None, Param("keep this PROJ string or WKT under the name", zh="以该名称存入此 PROJ 字符串或 WKT")
    ] = None,
    remove: Annotated[bool, Param("remove the grid of that name", zh="删除该名称的坐标系")] = False,
    replace: Annotated[bool, Param("replace a grid of that name", zh="覆盖同名坐标系")] = False,
    progress: Progress = silent,
) -> Report:
    """The grids in your settings: without options all are listed, with --name and --proj one is added.

    Their parameters stay in your settings; recipes, projects, .prj files and packages carry the name only.
    """
    from landplan.core.errors import InputError, UsageError
    from landplan.core.messages import text
    from landplan.io.grid_file import forget_grid, grid_facts, grids_file, keep_grid, kept_grids, text_grid

    if (proj is not None or remove) and not name:
        raise UsageError("grids_need_name", "--name")
    if remove and name:
        return Report((text("said_grid_removed", {"name": name, "path": forget_grid(name)}),), {"removed": name})
    if proj is not None and name:
        grid = text_grid(proj)
        if name in kept_grids() and not replace:
            raise InputError("grid_exists", name=name)
        return Report((text("said_grid_kept", {"name": name, "path": keep_grid(name, grid)}),), {"kept": name})
    rows = [grid_facts(one, grid) for one, grid in kept_grids().items() if name in (None, one)]
    lines = [text(f"said_grid_{row['kind']}", row) for row in rows] or [text("said_grids_none")]
    return Report((*lines, text("said_grids_file", {"path": grids_file()})), {"file": grids_file(), "grids": rows})
