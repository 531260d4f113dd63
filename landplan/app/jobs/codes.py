"""Job: land-use codes of a file moved to another classification, each plot accounted for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, silent
from landplan.core.registry import Param, jobs


@jobs.add("Land-use codes: their version, and to another one", zh="用地代码：判断版本，换到另一版分类")
def codes(
    *,
    file: Annotated[
        Path | None,
        Param(
            "a layer or table: FILE, or FILE::LAYER; without it the lists are shown",
            zh="图层或表；不给则列出各版分类",
            positional=True,
        ),
    ] = None,
    from_: Annotated[str | None, Param("version the codes are in: 2020, 2017, 2011, shanghai", zh="代码的版本")] = None,
    to: Annotated[str, Param("version to move them to", zh="换到的版本")] = "2023",
    field: Annotated[str | None, Param("the field of the codes; else land_use", zh="代码字段；不给则按名称识别")] = None,
    table: Annotated[Path | None, Param("your own crosswalk, a CSV with from,to", zh="自己的对照表（CSV，from,to 两列）")] = None,
    out: Annotated[
        Path | None,
        Param(".csv to list every plot in, or .gpkg, .shp, .geojson for the layer", zh="逐地块清单 .csv，或换好的图层"),
    ] = None,
    progress: Progress = silent,
) -> Report:
    """Which classification the codes of a file are written in, and every plot's code in another one.

    Codes with one successor move; those with several wait for a decision and are missing until then, as are codes that the
    crosswalk does not have. A table of your own goes before the shipped one; the recipe lines for it are shown.
    """
    from landplan.app.code_report import code_report, list_report
    from landplan.app.starting_recipe import file_and_layer
    from landplan.core.errors import ExportError

    if file is None:
        return list_report()
    path, layer = file_and_layer(Path(file))
    if out is not None and Path(out).resolve() in [one.resolve() for one in (path, table) if one is not None]:
        raise ExportError("would_overwrite_input", out)
    progress(0.0, "reading_layer", layer=path.name)
    report = code_report((path, layer), field, from_, to, table, out)
    progress(1.0, "progress_done")
    return report
