"""Few plots in view: each drawn as a smooth shape, with its mark and lines; and where their names stand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen

from landplan.core.kernels.display import FRAGILE, SELECTED, STRIPE_DARK, STRIPE_LIGHT, Flags, Look
from landplan.core.kernels.plot_index import Box, Int, rows_in_box
from landplan.gui.canvas.plots import Plots
from landplan.gui.canvas.screen import ScreenPainter
from landplan.gui.canvas.shapes import label_point, row_path

FEW = 300
KEPT = 2000


def qcolor(colour: int) -> QColor:
    """0xAARRGGBB as Qt has it."""
    return QColor.fromRgba(int(colour) & 0xFFFFFFFF)


class CloseUp:
    """The vector picture of the plots in view, where they are few."""

    def __init__(self, plots: Plots) -> None:
        self.plots = plots
        self.labels: Sequence[str | None] | None = None
        self._about = np.array(plots.index.origin)
        self._paths: OrderedDict[int, QPainterPath] = OrderedDict()
        self._points: dict[int, QPointF | None] = {}

    def rows(self, box: Box) -> Int | None:
        """The rows in view when they are few, else None."""
        size = self.plots.index.typical_size_m
        if (box[2] - box[0]) * (box[3] - box[1]) > 20.0 * FEW * max(size, 1e-9) ** 2:
            return None
        rows = rows_in_box(self.plots.index, *box)
        return rows if len(rows) < FEW else None

    def paint(self, on: ScreenPainter, rows: Int, look: Look, hover_row: int, tiles: Flags) -> None:
        """Surfaces, then marks and outlines, then selection and hover: none hides a line of another."""
        painter = on.painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        moved = on.to_screen.__copy__()
        moved.translate(*self._about.tolist())
        paths = [(int(row), moved.map(self._path(int(row)))) for row in rows]
        ground = on.whole(on.point(*self._about.tolist()))
        outline = QPen(qcolor(look.outline), 1.0)
        inks = {STRIPE_DARK: look.stripe_dark, STRIPE_LIGHT: look.stripe_light}
        brushes = [self._brush(tile, inks.get(k, look.ink), on.ratio) for k, tile in enumerate(tiles)]
        painter.setBrushOrigin(ground)
        for row, path in paths:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(qcolor(look.colours[row]))
            painter.drawPath(path)
            for stripe in (STRIPE_LIGHT, STRIPE_DARK) if look.flags[row] & FRAGILE else ():
                painter.setBrush(brushes[stripe])
                painter.drawPath(path)
            mark = int(look.flags[row]) & 3
            painter.setBrush(brushes[mark] if mark else Qt.BrushStyle.NoBrush)
            painter.setPen(outline)
            painter.drawPath(path)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for row, path in paths:
            if look.flags[row] & SELECTED or row == hover_row:
                colour = look.hovering if row == hover_row else look.selection
                painter.setPen(QPen(qcolor(colour), look.line_px, j=Qt.PenJoinStyle.RoundJoin))
                painter.drawPath(path)

    def _path(self, row: int) -> QPainterPath:
        if row not in self._paths:
            self._paths[row] = row_path(self.plots.geometry, row, row + 1, self._about)
            if len(self._paths) > KEPT:
                self._paths.popitem(last=False)
        return self._paths[row]

    def names(self, rows: Int, room: Callable[[str, QRectF], bool]) -> Iterator[tuple[str, QPointF]]:
        """(name, a point well inside, m) of the plots whose box (m) has room for theirs."""
        for row in rows.tolist():
            text = self.labels[row] if self.labels is not None else None
            if text and room(text, self._path(row).boundingRect()):
                if row not in self._points:
                    self._points[row] = label_point(self.plots.geometry, row)
                point = self._points[row]
                if point is not None:
                    yield text, point

    @staticmethod
    def _brush(tile: np.ndarray[tuple[int, int], np.dtype[np.uint8]], ink: int, ratio: float) -> QBrush:
        """The mark as a repeating texture."""
        alpha = (tile.astype(np.uint32) * (ink >> 24) + 127) // 255
        pixels = np.ascontiguousarray((alpha << np.uint32(24)) | np.uint32(ink & 0xFFFFFF))
        size = len(tile)
        image = QImage(pixels.data, size, size, 4 * size, QImage.Format.Format_ARGB32).copy()
        image.setDevicePixelRatio(ratio)
        return QBrush(image)
