"""The coordinate text of land administration (报盘坐标文件): plots with their boundary points, read and written.

A header [属性描述] of lines key=value, then [地块坐标]: each plot is a line `points,area,number,name,kind,sheet,use,code,@`
and a line `point,ring,X,Y` for every boundary point, X north and Y east, the east with or without the zone's number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import isfinite

Point = tuple[str, float, float]
"""Name, north m, east m."""
HEADER = ("格式版本号", "数据产生单位", "数据产生日期", "坐标系", "几度分带", "投影类型", "计量单位", "带号", "精度", "转换参数")
KINDS = ("面", "线", "点")
_ATTRIBUTES, _PLOTS = "属性描述", "地块坐标"
_SECTION = re.compile(r"^\s*[\[【［](.+?)[\]】］]\s*$")
_SEPARATOR = re.compile(r"[,;、]")
_RING = re.compile(r"^\d{1,4}$")
_SAME_M = 1e-6
_NEAR = 20
"""A ring goes on, after points of others, when it is one of the last so many."""


@dataclass(slots=True)
class Ring:
    """One boundary as it is in the file; its first point may be repeated at the end, or not."""

    number: str
    points: list[Point] = field(default_factory=list)

    @property
    def closed(self) -> bool:
        """Whether the last of at least four points lies on the first."""
        if len(self.points) < 4:
            return False
        (_, a, b), (_, c, d) = self.points[0], self.points[-1]
        return abs(a - c) <= _SAME_M and abs(b - d) <= _SAME_M


@dataclass(slots=True)
class Plot:
    """One plot: the fields of its line as texts, its rings in their order, and the lines that are no points."""

    points: str
    area: str
    number: str
    name: str
    kind: str = "面"
    sheet: str = ""
    use: str = ""
    code: str = ""
    rings: list[Ring] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    @property
    def is_area(self) -> bool:
        """Whether it is said to be an area; what is neither line nor point is one."""
        return self.kind not in KINDS[1:]

    def add(self, ring: str, point: Point) -> None:
        """The next boundary point; a ring that is closed already is followed by a new one, whatever its number."""
        last = self.rings[-1] if self.rings else None
        if last is None or last.number != ring or last.closed:
            again = next((one for one in self.rings[-_NEAR:] if one.number == ring and not one.closed), None)
            last = again or Ring(ring)
            if again is None:
                self.rings.append(last)
        last.points.append(point)


@dataclass(slots=True)
class Delivery:
    """A file: its header, its plots, and how many lines belong to no plot."""

    header: dict[str, str] = field(default_factory=dict)
    plots: list[Plot] = field(default_factory=list)
    strays: int = 0


def looks_like_plots(head: str) -> bool:
    """Whether the beginning of a text is of this format: one of its sections, or a plot's line and a point after it."""
    lines = [line for line in head.splitlines() if line.strip()]
    if any((found := _SECTION.match(line)) and found[1].strip() in (_ATTRIBUTES, _PLOTS) for line in lines[:40]):
        return True
    commas = [line.count(",") + line.count("，") for line in lines]
    return any(
        _is_plot(line) and count >= 4 and _point(after) is not None
        for (line, after), count in zip(pairwise(lines), commas, strict=False)
    )


def delivery(text: str) -> Delivery:
    """What a text says, as it says it; nothing is mended here."""
    out = Delivery()
    section = _PLOTS
    for line in text.splitlines():
        line = line.strip().strip("\ufeff\x1a")
        if not line:
            continue
        if found := _SECTION.match(line):
            section = found[1].strip()
        elif _is_plot(line):
            out.plots.append(_plot(line))
        elif not out.plots and ("=" in line or "＝" in line):
            key, _, value = line.replace("＝", "=").partition("=")
            out.header[key.strip()] = value.strip()
        elif section != _ATTRIBUTES or out.plots:
            _add_point(out, line)
    return out


def written(plots: Iterable[Plot], header: Mapping[str, str]) -> str:
    """The text of plots, coordinates to the millimetre, rings closed by their first point; `delivery` reads it back.

    The format cannot quote: a comma or @ inside a field is written full-width, a line break as a space. The number of
    points counts what is written, repeated first points too.
    """
    lines = [f"[{_ATTRIBUTES}]", *(f"{key}={' '.join(header.get(key, '').split())}" for key in HEADER), f"[{_PLOTS}]"]
    for plot in plots:
        points = list(_point_lines(plot))
        fields = (plot.area, plot.number, plot.name, plot.kind, plot.sheet, plot.use, plot.code)
        lines.append(",".join((str(len(points)), *map(_unbroken, fields), "@")))
        lines += points
    return "\n".join(lines) + "\n"


def _point_lines(plot: Plot) -> Iterator[str]:
    for number, ring in enumerate(plot.rings, 1):
        points = ring.points if ring.closed or not plot.is_area else [*ring.points, ring.points[0]]
        for name, north, east in points:
            yield f"{_unbroken(name)},{number},{north:.3f},{east:.3f}"


def _unbroken(value: str) -> str:
    return " ".join(value.replace(",", "，").replace("@", "＠").split())


def _is_plot(line: str) -> bool:
    return line.endswith(("@", "＠"))


def _plot(line: str) -> Plot:
    """The plot of a line; a name with commas is recognised by the kind that follows it."""
    line = line[:-1]
    if line.count(",") < 7:
        line = line.replace("，", ",")
    cells = [cell.strip() for cell in line.split(",")]
    cells += [""] * (8 - len(cells))
    at = next((place for place, cell in enumerate(cells) if place > 3 and cell in KINDS), 4)
    cells[3:at] = [",".join(cells[3:at])]
    points, area = (unicodedata.normalize("NFKC", cell) for cell in cells[:2])
    number, name, kind, sheet, use, code = cells[2:8]
    return Plot(points, area, number, name, kind, sheet, use, code)


def _add_point(out: Delivery, line: str) -> None:
    if not out.plots:
        out.strays += 1
        return
    found = _point(line)
    if found is None and not any(ch.isdigit() for ch in line):  # a remark, not a point
        out.strays += 1
    elif found is None:
        out.plots[-1].unreadable.append(line[:80])
    else:
        out.plots[-1].add(*found)


def _point(line: str) -> tuple[str, Point] | None:
    """Ring number and point of a line; None when it is none. Without a ring number the ring is the first."""
    found = _of_cells(line.split(","))
    if found is not None:
        return found
    line = unicodedata.normalize("NFKC", line).rstrip(",;、 \t")
    return _of_cells(_SEPARATOR.split(line) if _SEPARATOR.search(line) else line.split())


def _of_cells(cells: list[str]) -> tuple[str, Point] | None:
    if len(cells) > 3 and (_RING.match(cells[1].strip()) or cells[1].strip()[:1].isalpha()):
        name, ring, north, east = cells[:4]
    elif len(cells) in (3, 4):
        name, north, east = cells[:3]
        ring = "1"
    else:
        return None
    try:
        x, y = float(north), float(east)
    except ValueError:
        return None
    return (ring.strip(), (name.strip(), x, y)) if isfinite(x) and isfinite(y) else None
