"""Honest faults, each in one small file that otherwise is fine."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely import Polygon

from .fields import Parcels
from .ground import on_grid
from .places import NOTE_BOTH, Array, centre_xy, degrees
from .writing import PARCEL_FIELDS, Schema, dbf_fields, write_shp

KEPT = ("id", "name", "land_use", "land_use_version", "area_declared_m2", "gfa_m2", "built_year", "output_wan", "note")
FIELDS: Schema = [f for f in PARCEL_FIELDS if f[0] in KEPT]
Rows = dict[str, list[Any]]


class Sample:
    """Some parcels of one place, as a fresh copy for each fault."""

    def __init__(self, p: Parcels, count: int = 30) -> None:
        far = np.hypot(*(shapely.get_coordinates(shapely.centroid(np.array(p.shapes))) - centre_xy((121.165, 31.285))).T)
        self.rows = sorted(int(i) for i in np.argsort(far, kind="stable")[:count])
        self.shapes = [p.shapes[i] for i in self.rows]
        self.columns: Rows = {k: [p.columns[k][i] for i in self.rows] for k in KEPT}

    def moved(self, change: Callable[[Array], Array]) -> list[Polygon]:
        return [shapely.transform(s, change) for s in self.shapes]


def _gbk_unsaid(at: Path, s: Sample) -> None:
    write_shp(at, s.shapes, s.columns, FIELDS)
    at.with_suffix(".cpg").unlink()
    dbf = bytearray(at.with_suffix(".dbf").read_bytes())
    dbf[29] = 0
    at.with_suffix(".dbf").write_bytes(dbf)


def _no_prj(at: Path, s: Sample) -> None:
    write_shp(at, s.shapes, s.columns, FIELDS)
    at.with_suffix(".prj").unlink()


def _degrees(at: Path, s: Sample) -> None:
    write_shp(at, s.moved(degrees), s.columns, FIELDS)


def _swapped(at: Path, s: Sample) -> None:
    write_shp(at, s.moved(lambda xy: xy[:, ::-1]), s.columns, FIELDS)


def _zone_40(at: Path, s: Sample) -> None:
    write_shp(at, s.moved(lambda xy: xy + np.array([40_000_000, 0])), s.columns, FIELDS)


def _duplicate_ids(at: Path, s: Sample) -> None:
    ids = s.columns["id"]
    for i in (4, 11, 12, 20):
        ids[i] = ids[i - 1]
    write_shp(at, s.shapes, s.columns, FIELDS)


def _missing_ids(at: Path, s: Sample) -> None:
    for i in (2, 9, 17):
        s.columns["id"][i] = None
    write_shp(at, s.shapes, s.columns, FIELDS)


def _bow_ties(at: Path, s: Sample) -> None:
    for i in (3, 8, 15):
        a, b, c, d = shapely.get_coordinates(shapely.minimum_rotated_rectangle(s.shapes[i]))[:4].round(3)
        s.shapes[i] = Polygon([a, c, b, d])
    write_shp(at, s.shapes, s.columns, FIELDS)


def _overlaps(at: Path, s: Sample) -> None:
    """Every fifth plot 3 m too large (overlaps), every fifth drawn 5 cm away (slivers)."""
    s.shapes = [
        on_grid(x.buffer(3, join_style="mitre"))
        if i % 5 == 0
        else shapely.transform(x, lambda xy: xy + 0.05)
        if i % 5 == 2
        else x
        for i, x in enumerate(s.shapes)
    ]
    write_shp(at, s.shapes, s.columns, FIELDS)


def _fewer_rows(at: Path, s: Sample) -> None:
    """The last 7 rows of the .dbf are gone, as after a broken copy."""
    write_shp(at, s.shapes, s.columns, FIELDS)
    dbf = bytearray(at.with_suffix(".dbf").read_bytes())
    head, size = int.from_bytes(dbf[8:10], "little"), int.from_bytes(dbf[10:12], "little")
    count = len(s.shapes) - 7
    dbf[4:8] = count.to_bytes(4, "little")
    at.with_suffix(".dbf").write_bytes(bytes(dbf[: head + count * size]) + b"\x1a")


def _asterisks(at: Path, s: Sample) -> None:
    """Numbers as rows of asterisks (too wide for the field) or blanks."""
    write_shp(at, s.shapes, s.columns, FIELDS)
    dbf = bytearray(at.with_suffix(".dbf").read_bytes())
    head, size = int.from_bytes(dbf[8:10], "little"), int.from_bytes(dbf[10:12], "little")
    for _, kind, offset, width in dbf_fields(bytes(dbf)):
        if kind == "N":
            for row, sign in ((1, b"*"), (6, b" "), (13, b"*"), (19, b" ")):
                start = head + row * size + offset
                dbf[start : start + width] = sign * width
    at.with_suffix(".dbf").write_bytes(dbf)


def _text(at: Path, _: Sample) -> None:
    at.write_text(
        "这是一份文字说明，不是图形文件。虚构样例\nThis is a note, not a shapefile. Invented sample.\n", encoding="utf-8"
    )


def _empty(at: Path, _: Sample) -> None:
    at.write_bytes(b"")


def _formulas(at: Path, s: Sample) -> None:
    """Ids with leading zeros and like 12E10; cells a spreadsheet would run."""
    cells = ["=1+1", "+86 21 0000", "-5", "@SUM(A1:A9)", '=HYPERLINK("样例","样例")', "\t=2*3"]
    with at.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\r\n")
        out.writerow(["地块编号", "地块名称", "年产值", "备注"])
        for i, (name, wan) in enumerate(zip(s.columns["name"], s.columns["output_wan"], strict=True)):
            code = f"{12 + i}E10" if i % 7 == 3 else f"00{i + 1:04d}"
            out.writerow(
                [
                    code,
                    cells[i // 4] if i % 4 == 1 and i // 4 < len(cells) else name,
                    "" if wan is None else f"{wan:.0f}",
                    NOTE_BOTH,
                ]
            )


def _outside(at: Path, s: Sample) -> None:
    s.shapes[5] = on_grid(shapely.transform(s.shapes[5], lambda xy: xy - np.array([60_000, 0])))
    write_shp(at, s.shapes, s.columns, FIELDS)


def _unknown_codes(at: Path, s: Sample) -> None:
    for i, code in ((1, "M9"), (4, "999999"), (7, "工业"), (10, "1001 60% + XX 40%"), (13, "1001 70% + 0902 50%"), (18, "0204")):
        s.columns["land_use"][i] = code
    write_shp(at, s.shapes, s.columns, FIELDS)


FAULTS: tuple[tuple[str, Callable[[Path, Sample], None], str, str], ...] = (
    ("gbk_unsaid.shp", _gbk_unsaid, "GBK 编码，无 .cpg，.dbf 语言标识为 0", "GBK text, no .cpg, language id 0 in the .dbf"),
    ("no_prj.shp", _no_prj, "缺 .prj", "no .prj"),
    ("degrees_as_4549.shp", _degrees, "坐标是经纬度，.prj 却写 EPSG:4549", "degrees in a file whose .prj says EPSG:4549"),
    ("swapped_axes.shp", _swapped, "X、Y 颠倒", "northing and easting swapped"),
    (
        "zone40_as_4549.shp",
        _zone_40,
        "横坐标带 40 带号，.prj 却写无带号的 EPSG:4549",
        "eastings with zone prefix 40 labelled EPSG:4549",
    ),
    ("duplicate_ids.shp", _duplicate_ids, "地块编号重复（4 处）", "4 repeated parcel ids"),
    ("missing_ids.shp", _missing_ids, "地块编号缺失（3 处）", "3 missing parcel ids"),
    ("bow_ties.shp", _bow_ties, "自相交（3 处）", "3 self-crossing polygons"),
    ("overlaps_slivers.shp", _overlaps, "重叠与碎屑", "overlaps of 3 m and slivers of 5 cm"),
    ("fewer_rows.shp", _fewer_rows, ".dbf 比 .shp 少 7 行", ".dbf with 7 rows fewer than shapes"),
    ("asterisks.shp", _asterisks, "数值为 **** 或空白", "numbers that are **** or blank"),
    ("text_called.shp", _text, "改名为 .shp 的文字文件", "a text file called .shp"),
    ("empty.gpkg", _empty, "空文件", "an empty file"),
    (
        "ids_formulas.csv",
        _formulas,
        "编号有前导零或形如 12E10；单元格像公式",
        "ids with leading zeros or like 12E10; cells like formulas",
    ),
    ("outside_district.shp", _outside, "一个地块在区外 60 千米", "one parcel 60 km outside the district"),
    (
        "unknown_codes.shp",
        _unknown_codes,
        "用地代码不在代码表内，混合比例合计不为 100 %",
        "land-use codes not in the list, shares that do not add up",
    ),
)


def write(folder: Path, p: Parcels) -> None:
    """All faulty files and the list of them."""
    lines = [
        "# 问题数据 · Faulty files",
        "",
        "虚构样例 invented sample. 每个文件只有一处毛病，其余正常。 Each file has one fault and otherwise is fine.",
        "",
        "| 文件 file | 毛病 | fault |",
        "|---|---|---|",
    ]
    for name, spoil, zh, en in FAULTS:
        spoil(folder / name, Sample(p))
        lines.append(f"| `{name}` | {zh} | {en} |")
    (folder / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
