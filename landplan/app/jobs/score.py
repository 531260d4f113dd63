"""Job: scores of parcels to one table or layer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, part, silent
from landplan.core.registry import Param, jobs


@jobs.add("Score parcels", zh="地块评分")
def score(
    *,
    recipe: Annotated[
        Path | None,
        Param("the recipe, or a saved project; or give --parcels instead", zh="配方或工程；也可改给 --parcels", positional=True),
    ] = None,
    out: Annotated[Path, Param(".gpkg, .shp, .parquet, .csv or .xlsx", zh=".gpkg、.shp、.parquet、.csv 或 .xlsx")],
    parcels: Annotated[
        Path | None,
        Param("the parcel layer, FILE or FILE::LAYER, instead of a recipe", zh="地块图层（文件，或 文件::图层），代替配方"),
    ] = None,
    zones: Annotated[Path | None, Param("a layer of zones: FILE, or FILE::LAYER", zh="区块图层：文件，或 文件::图层")] = None,
    layer: Annotated[
        list[str] | None, Param("another layer by its role, NAME=PATH; may be repeated", zh="其他图层，名称=路径；可重复")
    ] = None,
    join: Annotated[
        list[str] | None,
        Param("a table for the parcels, FILE:key=COLUMN; may be repeated", zh="连接到地块的表，文件:key=编号列；可重复"),
    ] = None,
    scheme: Annotated[str | None, Param("a scheme file or builtin:NAME", zh="方案文件或 builtin:名称")] = None,
    crs: Annotated[str | None, Param("CRS of a parcel layer that declares none", zh="地块图层未声明时的坐标系")] = None,
    progress: Progress = silent,
) -> Report:
    """Score every parcel for every land-use model and write one row a parcel.

    From a recipe, or from layers alone: the criteria that can be measured are scored, the others are named with the reason.
    """
    from landplan.app.main_job import results
    from landplan.app.opening import keep_inputs, open_any, project_of
    from landplan.app.starting_recipe import asked, plane_notes, starting_recipe
    from landplan.app.summary import issue_lines, issue_list, score_lines, scored
    from landplan.core.errors import UsageError
    from landplan.core.messages import text
    from landplan.export.score_table import write_scores

    folder = Path.cwd() if recipe is None else Path(recipe).resolve().parent
    notes: tuple[str, ...] = ()
    if recipe is not None:
        beside = {"--parcels": parcels, "--zones": zones, "--layer": layer, "--join": join, "--scheme": scheme, "--crs": crs}
        if extra := [name for name, value in beside.items() if value]:
            raise UsageError("beside_a_recipe", recipe, options=extra)
        project = open_any(recipe, part(progress, 0.0, 0.3))
    else:
        start = starting_recipe(asked(parcels, zones, layer, scheme, crs, join), folder)
        notes = plane_notes(start)
        project = project_of(start.recipe, folder, part(progress, 0.0, 0.3))
    keep_inputs(project.recipe, folder, Path(out))
    found = results(project.with_recipe(project.recipe.model_copy(update={"choose": None})), progress=part(progress, 0.3, 0.95))
    written = write_scores(found, Path(out))
    head = text("said_written", {"path": written, "n": len(found.scores)})
    lines = (head, *notes, *score_lines(found), *issue_lines(found))
    return Report(lines, {"file": written, **scored(found), "issue_list": issue_list(found)})
