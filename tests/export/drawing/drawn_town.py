"""A small sheet and its world, for the tests of the drawing room."""

from __future__ import annotations

import numpy as np

from landplan.export.drawing import blocks, furniture, geometry, layout
from landplan.export.drawing.colours import EXCLUDED, RESTRICTED, UNKNOWN, model_area
from landplan.export.drawing.labels import Label, placed_labels
from landplan.export.drawing.lettering import Typeface, shipped_typeface
from landplan.export.drawing.records import Area, Box, Layer, MapFrame, Metadata, Pen, Polygons, Rectangle, Sheet

TITLE = "嘉定区产业用地更新规划图"
METADATA = Metadata("嘉定区产业用地更新规划", "规划所", "图件", "2025-11-22")
PALETTE = (*(model_area(k) for k in range(6)), RESTRICTED, UNKNOWN, EXCLUDED)


def typeface() -> Typeface:
    return shipped_typeface()


def town(side: int, west: float = 617_000.0, south: float = 3_469_000.0, plot_m: float = 100.0) -> tuple[np.ndarray, np.ndarray]:
    """side × side plots of seven corners (closed), row by row from the south west: vertices in metres, ring offsets."""
    corners = np.array([[2, 2], [50, 4], [98, 2], [97, 50], [98, 98], [50, 96], [2, 98], [2, 2]]) / 100 * plot_m
    grid = np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1).reshape(-1, 2) * plot_m
    xy = (grid[:, None, :] + corners[None]).reshape(-1, 2) + np.array([west, south])
    return xy, np.arange(side * side + 1) * len(corners)


def town_frame(side: int, box: Box, epsg: int | None = 4549, plot_m: float = 100.0) -> MapFrame:
    extent = (617_000.0, 3_469_000.0, 617_000.0 + side * plot_m, 3_469_000.0 + side * plot_m)
    return geometry.fitted_frame(extent, box, epsg, "CGCS2000 / 3°带 120°E")


def plots(side: int, frame: MapFrame) -> Polygons:
    """The town on paper, classes 0 … 8 in turn."""
    xy, ring = town(side)
    each = np.arange(side * side + 1)
    return geometry.surfaces(frame, xy, ring, each, each, each[:-1] % 9, PALETTE)


def sheet(side: int = 9, *, epsg: int | None = 4549, title: str = TITLE, label: str = "01") -> Sheet:
    """A complete A3 sheet."""
    face, place = typeface(), layout.layout("A3")
    frame = town_frame(side, place.map, epsg)
    column = place.column.inset(4)
    head = blocks.sheet_heading("嘉定区产业用地更新规划", title, column, face)
    legend = furniture.legend(
        (furniture.Section("用地模式", tuple(furniture.Entry(area, f"模式{k}", f"{k}") for k, area in enumerate(PALETTE))),),
        Box(column.x, head.bottom + 18, column.width, 0),
        face,
    )
    names = placed_labels([Label("安亭镇", *frame.box.centre, size_pt=9, bold=True)], frame.box, face)
    strip = blocks.title_block(place.strip, (blocks.Field("图名", title, 3),), (blocks.Field("密级", "内部"),), face)
    layers = (
        Layer("底图", (Rectangle(frame.box, Area("FBFBFA")),), frame.box),
        Layer("地块", (plots(side, frame),), frame.box),
        Layer("注记", names.texts, frame.box),
        Layer("坐标网", furniture.coordinates(frame, face)),
        Layer("图例", (*head.items, *legend.items, *furniture.scale_bar(frame, column.x, head.bottom + 4))),
        Layer("图签", (*strip, Rectangle(place.border, Area(None, None, Pen("1F2328", 0.5))))),
    )
    return Sheet(title, place.width_mm, place.height_mm, layers, frame, label)
