"""Job: a table joined to a layer, as a new file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, silent
from landplan.core.registry import Param, jobs


@jobs.add("Join a table to a layer by key", zh="按编号把表连接到图层")
def join_table(
    *,
    path: Annotated[
        Path,
        Param("the layer: FILE, or FILE::LAYER; it is not changed", zh="图层：文件，或 文件::图层；不会被改动", positional=True),
    ],
    table: Annotated[Path, Param("the table: FILE, or FILE::SHEET", zh="表：文件，或 文件::工作表", positional=True)],
    key: Annotated[str, Param("the column of the table that holds the ids", zh="表中的编号列")],
    out: Annotated[Path, Param(".gpkg, .shp or .geojson to write", zh="写出的 .gpkg、.shp 或 .geojson")],
    to: Annotated[
        str, Param("the column of the layer; id: whichever holds the parcel id", zh="图层中的编号列；id 为自动识别的地块编号")
    ] = "id",
    take: Annotated[
        list[str] | None, Param("a column to take; may be repeated; all when left out", zh="要取的列，可重复；不写则全取")
    ] = None,
    many: Annotated[
        str | None,
        Param(
            "where a key stands in several rows", zh="同一编号有多行时：相加、取第一行、计行数", choices=("sum", "first", "count")
        ),
    ] = None,
    each: Annotated[bool, Param("features of one id all get the row's values", zh="编号相同的要素各取同一行的值")] = False,
    prefix: Annotated[str, Param("put before the names of the columns", zh="加在列名前")] = "",
    keys: Annotated[
        Path | None,
        Param(
            "the list of unmatched and repeated keys (.csv); by default beside OUT",
            zh="未匹配与重复编号清单（.csv），默认写在输出旁",
        ),
    ] = None,
    progress: Progress = silent,
) -> Report:
    """Write the layer with the table's columns. Ids are trimmed of white space and compared as text: 00123 is not 123.

    Every row is accounted for: rows without a parcel, parcels without a row and keys that stand several times are counted,
    and all of them are listed in a CSV file. Nothing is chosen among several rows unless --many says how.
    """
    from landplan.app.joining import join_report

    wish = {"key": key, "to": to, "take": tuple(take or ()), "many": many, "each": each, "prefix": prefix}
    return join_report(Path(path), Path(table), wish, Path(out), keys, progress)
