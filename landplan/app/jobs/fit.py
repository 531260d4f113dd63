"""Job: a grid without a code, fitted to control points."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, silent
from landplan.core.registry import Param, jobs


@jobs.add("Fit a grid without a code to control points", zh="用控制点求坐标系转换参数")
def fit(
    *,
    control: Annotated[
        Path, Param("table of control points: CSV, TXT or XLSX", zh="控制点表：CSV、TXT 或 XLSX", positional=True)
    ],
    model: Annotated[
        str,
        Param("4: similarity in the plane; 7: between two ellipsoids", zh="4 平面相似变换；7 布尔莎七参数", choices=("4", "7")),
    ] = "4",
    name: Annotated[
        str | None,
        Param("keep the grid in your settings under this name, used as grid:NAME", zh="以此名存入本机设置，用作 grid:名称"),
    ] = None,
    to: Annotated[
        str | None, Param("CRS of x_to, y_to, such as EPSG:4549", zh="目标坐标（x_to, y_to）的坐标系，如 EPSG:4549")
    ] = None,
    from_: Annotated[
        str | None, Param("with 7: CRS of x_from, y_from, such as EPSG:4214", zh="七参数：源坐标的坐标系，如 EPSG:4214")
    ] = None,
    without: Annotated[
        list[str] | None, Param("a point to leave out, by id; may be repeated", zh="不用的点（点号），可重复")
    ] = None,
    column: Annotated[
        list[str] | None, Param("what a column is, such as x_from=NAME; may be repeated", zh="指明列，如 x_from=列名，可重复")
    ] = None,
    sheet: Annotated[str | None, Param("the sheet, where the file has several", zh="文件有多张表时的表名")] = None,
    replace: Annotated[bool, Param("replace a grid of that name", zh="覆盖同名坐标系")] = False,
    progress: Progress = silent,
) -> Report:
    """Least squares over id, x_from, y_from, x_to, y_to [, h]: parameters, residuals a point, standard error, suspects.

    x is east, y north; names in Chinese or English are matched. The parameters are kept in your settings only: recipes,
    projects and packages carry grid:NAME. Exit code 2 with fewer than 2 (3) points.
    """
    from landplan.app.control_fit import control_points, keep_fit, target_crs
    from landplan.app.control_report import fit_data, fit_lines
    from landplan.core.control import fitted
    from landplan.core.crs import is_plane, parsed
    from landplan.core.errors import UsageError
    from landplan.core.messages import text

    if model == "7" and (not from_ or is_plane(from_) or parsed(from_).is_geocentric):
        raise UsageError("fit_needs_source", "--from")
    progress(0.0, "reading_layer", layer=Path(control).name)
    table = control_points(Path(control), column or (), without or (), sheet)
    goal = target_crs(table.control, to, Path(control).name, model)
    found = fitted(table.control, int(model), from_ or "", goal)
    kept = keep_fit(name, found, replace) if name else None
    issues = (*table.issues, *found.issues)
    lines = list(fit_lines(found, table.columns, goal, issues))
    lines += [text("said_fit_kept", {"name": name, "path": kept})] if name else [text("said_fit_not_kept")]
    return Report(tuple(lines), fit_data(found, table.columns, goal, issues, kept))
