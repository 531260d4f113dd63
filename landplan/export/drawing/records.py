"""What may stand on a sheet: frozen records in millimetres, origin at the top left of the paper, y downwards.

Type sizes are in points. Within a layer surfaces, lines and symbols are painted in their order, all lettering after them;
layers are painted in theirs, and each can be switched off in the reader under its title.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Float = npt.NDArray[np.float64]
Int = npt.NDArray[np.int64]
Colour: TypeAlias = str
"""Six hexadecimal digits, red green blue, as in "5B97D3"."""

Hatch = Literal["diagonal", "dots", "crossed", "stripes"]
"""restricted = diagonal, unknown = dots, excluded by the planner = crossed, fragile = stripes of two inks the other way, which
show over any colour: four looks for four meanings."""
Symbol = Literal["circle", "square", "triangle", "diamond", "star", "cross"]
Anchor = Literal["start", "middle", "end"]
Level = Literal["top", "middle", "base"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the sheet; x, y its top left corner, mm."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    def inset(self, dx: float, dy: float | None = None) -> Box:
        """The box with `dx` taken off left and right and `dy` (default `dx`) off top and bottom."""
        across = dx if dy is None else dy
        return Box(self.x + dx, self.y + across, self.width - 2 * dx, self.height - 2 * across)

    def top(self, height: float) -> Box:
        """Its uppermost `height` mm."""
        return Box(self.x, self.y, self.width, height)

    def below(self, height: float) -> Box:
        """What is left below its uppermost `height` mm."""
        return Box(self.x, self.y + height, self.width, self.height - height)

    def contains(self, other: Box, slack: float = 1e-6) -> bool:
        return (
            other.x >= self.x - slack
            and other.y >= self.y - slack
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )

    def overlaps(self, other: Box, slack: float = 1e-6) -> bool:
        across = self.x < other.right - slack and other.x < self.right - slack
        return across and self.y < other.bottom - slack and other.y < self.bottom - slack


@dataclass(frozen=True, slots=True)
class Pen:
    """A line style: width and dashes in mm; `casing` draws a wider line of that colour beneath (roads, railways)."""

    colour: Colour
    width_mm: float
    dash_mm: tuple[float, ...] = ()
    casing: Colour | None = None
    casing_width_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class Area:
    """A surface style: a fill, a hatch over it, an outline over both; None leaves it out."""

    fill: Colour | None = None
    hatch: Hatch | None = None
    pen: Pen | None = None


@dataclass(frozen=True, slots=True)
class Marker:
    """A point symbol `size_mm` across."""

    symbol: Symbol
    size_mm: float
    fill: Colour | None
    pen: Pen | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Polygons:
    """Many surfaces: vertices (v, 2), row i owns rings rows[i] : rows[i+1], ring r the vertices rings[r] : rings[r+1].

    Fills follow the even-odd rule, so holes need no mark; hatches follow the non-zero rule, so holes run the other way
    round than shells. Each row is drawn as palette[classes[i]]; a negative class is not drawn. Painted class by class.
    """

    xy_mm: Float
    rings: Int
    rows: Int
    classes: Int
    palette: tuple[Area, ...]

    def __len__(self) -> int:
        return len(self.rows) - 1


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Many open lines: line i has the vertices rows[i] : rows[i+1], drawn as palette[classes[i]], class by class."""

    xy_mm: Float
    rows: Int
    classes: Int
    palette: tuple[Pen, ...]

    def __len__(self) -> int:
        return len(self.rows) - 1


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Many symbols: centre xy_mm[i], drawn as palette[classes[i]], class by class."""

    xy_mm: Float
    classes: Int
    palette: tuple[Marker, ...]

    def __len__(self) -> int:
        return len(self.xy_mm)


@dataclass(frozen=True, slots=True)
class Halo:
    """A border round lettering so that it reads over a map."""

    colour: Colour = "FFFFFF"
    width_mm: float = 0.5


@dataclass(frozen=True, slots=True)
class Text:
    """One line of lettering; (x, y) is the point named by `anchor` and `level`; turned anticlockwise about it."""

    text: str
    x: float
    y: float
    size_pt: float = 7.0
    bold: bool = False
    colour: Colour = "1F2328"
    anchor: Anchor = "start"
    level: Level = "middle"
    rotation_deg: float = 0.0
    halo: Halo | None = None


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A box with a style."""

    box: Box
    area: Area


@dataclass(frozen=True, slots=True)
class Column:
    """A table column: where its text stands, and whether long text is wrapped or cut with …"""

    title: str
    width_mm: float
    align: Anchor = "start"
    wrap: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under a header; `bold_rows` (counted from 0, or from the end below 0) are totals, ruled off above."""

    x: float
    y: float
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    bold_rows: tuple[int, ...] = ()
    row_height_mm: float = 4.0
    size_pt: float = 6.5
    header: bool = True

    @property
    def width_mm(self) -> float:
        return sum(column.width_mm for column in self.columns)


Vector: TypeAlias = Polygons | Lines | Points | Rectangle
Item: TypeAlias = Vector | Text | Table


@dataclass(frozen=True, slots=True)
class MapFrame:
    """The window of a sheet onto the world: its box on paper, the scale, and the world point at its centre, metres.

    epsg is None for an unnamed plane: the sheet is then not georeferenced. `crs_title` is what the title block prints.
    """

    box: Box
    scale: float
    centre_e_m: float
    centre_n_m: float
    epsg: int | None = None
    crs_title: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """A switchable part of a sheet; nothing of it is seen outside `clip`. Layers of one title switch together."""

    title: str
    items: tuple[Item, ...]
    clip: Box | None = None
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: `title` is its bookmark, `label` its page label (sheet number), `frame` georeferences it."""

    title: str
    width_mm: float
    height_mm: float
    layers: tuple[Layer, ...]
    frame: MapFrame | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the PDF says about itself; `date` is ISO text (2025-11-22) and comes from the recipe.

    `layers` and `map` name the list of layers and the map frame in a reader.
    """

    title: str
    author: str
    subject: str
    date: str
    keywords: tuple[str, ...] = field(default=())
    language: str = "zh-CN"
    layers: str = "图层"
    map: str = "地图"


def polygon(points: Sequence[tuple[float, float]], area: Area) -> Polygons:
    """One surface from its corners."""
    xy = np.asarray([*points, points[0]], np.float64)
    return Polygons(xy, np.array([0, len(xy)]), np.array([0, 1]), np.zeros(1, np.int64), (area,))


def line(points: Sequence[tuple[float, float]], pen: Pen) -> Lines:
    """One line from its vertices."""
    return segments([points], pen)


def segments(lines: Sequence[Sequence[tuple[float, float]]], pen: Pen) -> Lines:
    """Many lines of one pen."""
    rows = np.concatenate([[0], np.cumsum([len(one) for one in lines])]).astype(np.int64)
    xy = np.asarray([point for one in lines for point in one], np.float64).reshape(-1, 2)
    return Lines(xy, rows, np.zeros(len(lines), np.int64), (pen,))
