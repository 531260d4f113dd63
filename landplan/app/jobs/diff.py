"""Job: what changed between two deliveries of one layer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, part, silent
from landplan.core.registry import Param, jobs


@jobs.add("Compare two deliveries of a layer", zh="比较同一图层的两次交付")
def diff(
    *,
    old: Annotated[Path, Param("the last delivery: FILE, or FILE::LAYER", zh="上一次交付：文件，或 文件::图层", positional=True)],
    new: Annotated[Path, Param("the new delivery: FILE, or FILE::LAYER", zh="新交付：文件，或 文件::图层", positional=True)],
    key: Annotated[
        str | None, Param("the field that tells the plots apart; else the parcel id", zh="区分地块的字段；不给则用地块编号")
    ] = None,
    tolerance_m: Annotated[
        float, Param("boundaries that moved by no more are as they were", unit="m", low=0, zh="界线移动不超过此值视为未变")
    ] = 0.001,
    out: Annotated[Path | None, Param(".xlsx or .gpkg to list every change in", zh="列出全部改动的 .xlsx 或 .gpkg")] = None,
    progress: Progress = silent,
) -> Report:
    """Fields, rows, values, shapes, areas, encoding and CRS of a new delivery against the last one.

    Plots are the same by key; where the key is missing or repeated, by shape. Areas are on the ellipsoid. Neither file is
    changed.
    """
    from landplan.app.change_report import change_report
    from landplan.app.starting_recipe import file_and_layer
    from landplan.core.errors import ExportError
    from landplan.core.layer_changes import layer_changes
    from landplan.export.change_file import check_format, write_changes
    from landplan.io.versions import read_versions

    places = file_and_layer(Path(old)), file_and_layer(Path(new))
    if out is not None:
        check_format(Path(out))
        if Path(out).resolve() in [path.resolve() for path, _layer in places]:
            raise ExportError("would_overwrite_input", out)
    layers = read_versions(*places, part(progress, 0.0, 0.5))
    progress(0.5, "comparing_layers", old=layers[0].source.path, new=layers[1].source.path)
    found = layer_changes(*layers, key, tolerance_m)
    if out is not None:
        progress(0.9, "progress_writing", path=out)
        write_changes(found, Path(out))
    report = change_report(found)
    progress(1.0, "progress_done")
    return report
