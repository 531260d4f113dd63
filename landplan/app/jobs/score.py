"""Job: scores of parcels to one table or layer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, silent
from landplan.core.registry import Param, jobs


@jobs.add("Score parcels", zh="地块评分")
def score(
    *,
    recipe: Annotated[
        Path | None,
        Param("the recipe, or a saved project; or give --parcels instead", zh="配方或工程；也可改给 --parcels", positional=True),
    ] = None,
    out: Annotated[
        Path,
        Param(
            ".gpkg, .shp, .parquet, .csv or .xlsx; with --engine dask a folder of GeoParquet files",
            zh=".gpkg、.shp、.parquet、.csv 或 .xlsx；用 --engine dask 时为存放 GeoParquet 的文件夹",
        ),
    ],
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
    engine: Annotated[
        str,
        Param(
            "local: in one piece; dask: in parts, for more than fits into memory",
            zh="local 整体；dask 分块（内存放不下时）",
            choices=("local", "dask"),
        ),
    ] = "local",
    scheduler: Annotated[
        str, Param("dask: address of a running scheduler; else workers of this machine", zh="dask 调度器地址；不填则用本机进程")
    ] = "",
    workers: Annotated[int, Param("dask without a scheduler: processes", zh="本机进程数（未填调度器时）", low=1, high=1024)] = 2,
    part_rows: Annotated[int, Param("dask: parcels in a part", zh="dask 每块地块数", low=1)] = 200_000,
    progress: Progress = silent,
) -> Report:
    """Score every parcel for every land-use model and write one row a parcel.

    From a recipe, or from layers alone: the criteria that can be measured are scored, the others are named with the reason.
    With --engine dask the parcels (a layer, or a folder of GeoParquet files) are cut into parts; scores are the same to the bit,
    and a run that was ended goes on where it stopped.
    """
    from landplan.app.scoring import Cluster, scored_in_parts, scored_whole, wished
    from landplan.core.errors import UsageError

    recipe = None if recipe is None else Path(recipe)
    wish = wished(recipe, parcels, zones, layer, join, scheme, crs)
    if engine == "dask":
        return scored_in_parts(recipe, wish, Path(out), Cluster(scheduler, workers, part_rows), progress)
    if scheduler:
        raise UsageError("scheduler_without_dask", "--scheduler")
    return scored_whole(recipe, wish, Path(out), progress)
