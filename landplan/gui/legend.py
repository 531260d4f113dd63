"""The legend on the map, of what is shown; and the scale bar."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from landplan.core.kernels.display import PLAIN, STRIPE_DARK, STRIPE_LIGHT, Colours, Flags, mark_tiles
from landplan.core.layers import Int
from landplan.core.messages import text
from landplan.gui import figures
from landplan.gui.desk import Desk
from landplan.gui.display import Entry, ramp
from landplan.gui.theme import font, theme

SWATCH = QSize(22, 14)
_ROW, _PAD, _WIDE = 22, 10, 280
_FRAGILE = -1
"""The key of the line about fragile decisions, which are striped over whatever the map shows."""
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


def swatch(entry: Entry, width: int, height: int, ratio: float) -> QImage:
    """The look of a class as on the map: colour and mark."""
    return _swatch(entry.colour or "FFFFFF", entry.mark, int(theme().soft[1:3], 16), width, height, ratio)


@lru_cache(maxsize=256)
def _swatch(colour: str, mark: int, ink: int, width: int, height: int, ratio: float) -> QImage:
    wide, high = round(width * ratio), round(height * ratio)
    pixels = np.full((high, wide), int(colour, 16) | 0xFF000000, np.uint32)
    tiles = mark_tiles(ratio)
    for tile, own in {PLAIN: (), STRIPE_DARK: ((tiles[STRIPE_LIGHT], 0xFF), (tiles[STRIPE_DARK], 0x22))}.get(
        mark, ((tiles[mark], ink),)
    ):
        pixels = _inked(pixels, tile, own)
    image = QImage(np.ascontiguousarray(pixels).data, wide, high, wide * 4, QImage.Format.Format_RGB32).copy()
    image.setDevicePixelRatio(ratio)
    return image


def _inked(pixels: Colours, tile: Flags, ink: int) -> Colours:
    """A mark in a grey ink over them."""
    rows, columns = (np.arange(size) % len(tile) for size in pixels.shape)
    cover = tile[np.ix_(rows, columns)].astype(np.float64)[..., None] / 255.0 * 0.7
    channels = np.stack([(pixels >> shift) & 0xFF for shift in (16, 8, 0)], -1) * (1 - cover) + ink * cover
    red, green, blue = (np.round(channels[..., k]).astype(np.uint32) for k in range(3))
    return np.asarray(np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue, np.uint32)


class Legend(QWidget):
    """Lower left on the map: what is shown, a line for each class that occurs, and one for fragile decisions once they are known.
    A click on a line selects its parcels; on the swatch of fragile decisions it switches their stripes."""

    resized = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._folded = False
        self._hover = -1
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip(text("legend_why"))
        self.setAccessibleName(text("legend"))
        desk.painted.connect(self.refresh)
        desk.opened.connect(self.refresh)
        desk.robustness.changed.connect(self.refresh)
        self.refresh()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The classes that occur, and fragile decisions."""
        painting = self._desk.painting
        if painting is None:
            return ()
        return (*(entry for entry in painting.entries if entry.count), *self._fragile())

    def _fragile(self) -> tuple[Entry, ...]:
        robust = self._desk.robustness
        if robust.fragile is None:
            return ()
        name = text("legend_fragile" if robust.current else "legend_fragile_stale")
        mark = STRIPE_DARK if robust.striped else PLAIN
        return (Entry(_FRAGILE, name, theme().line[1:] if robust.striped else theme().base[1:], mark, int(robust.fragile.sum())),)

    def _rows(self, entry: Entry) -> Int:
        """The parcels of a line."""
        painting, fragile = self._desk.painting, self._desk.robustness.fragile
        if entry.key == _FRAGILE and fragile is not None:
            return np.flatnonzero(fragile)
        return np.flatnonzero(painting.classes == entry.key) if painting is not None else np.empty(0, np.int64)

    def refresh(self) -> None:
        self.setVisible(self._desk.painting is not None)
        self.resize(self.sizeHint())
        self.update()
        self.resized.emit()

    def sizeHint(self) -> QSize:  # noqa: N802
        if self._desk.painting is None:
            return QSize(0, 0)
        rows = 0 if self._folded else len(self.entries) + (1 if self._has_ramp else 0)
        names = QFontMetricsF(font())
        wanted = [names.horizontalAdvance(f"{entry.name}  {entry.count:,}") + SWATCH.width() + 36 for entry in self.entries]
        title = QFontMetricsF(font(bold=True)).horizontalAdvance(self._desk.painting.title) + 44
        return QSize(int(min(max([*wanted, title, 150]), _WIDE)), _ROW * (rows + 1) + _PAD)

    @property
    def _has_ramp(self) -> bool:
        painting = self._desk.painting
        return painting is not None and painting.values is not None

    def _entry_at(self, y: float) -> int:
        if self._folded:
            return -1
        first = _PAD / 2 + _ROW * (2 if self._has_ramp else 1)
        k = int((y - first) // _ROW)
        return k if y >= first and k < len(self.entries) else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        k, painting = self._entry_at(event.position().y()), self._desk.painting
        if painting is None:
            return
        if k >= 0 and self.entries[k].key == _FRAGILE and event.position().x() < 12 + SWATCH.width() + 4:
            self._desk.robustness.toggle()
        elif k >= 0:
            adds = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._desk.select(self._rows(self.entries[k]), "add" if adds else "replace")
        elif event.position().y() < _PAD / 2 + _ROW:
            self._folded = not self._folded
            self.refresh()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        k = self._entry_at(event.position().y())
        if k != self._hover:
            self._hover = k
            self.setToolTip(self._why(k))
            self.update()

    def _why(self, k: int) -> str:
        found = self._desk.robustness.acceptability
        if k < 0 or self.entries[k].key != _FRAGILE or found is None:
            return text("legend_why")
        asked = found.asked
        facts = {"least": figures.percent(asked.least, 0), "draws": f"{asked.draws:,}", "seed": asked.seed}
        return text("legend_fragile_why", facts)

    def leaveEvent(self, event: object) -> None:  # noqa: N802
        self._hover = -1
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painting = self._desk.painting
        if painting is None:
            return
        of, painter, width = theme(), QPainter(self), self.width()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(of.base)
        ground.setAlpha(242)
        painter.setPen(QPen(QColor(of.line), 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        top = _PAD / 2
        painter.setFont(font(bold=True))
        painter.setPen(QColor(of.ink))
        self._words(painter, painting.title, QRectF(12, top, width - 36, _ROW))
        painter.drawText(QRectF(0, top, width - 10, _ROW), _RIGHT, "▸" if self._folded else "▾")
        if self._folded:
            return
        painter.setFont(font())
        if self._has_ramp:
            top += _ROW
            self._paint_ramp(painter, QRectF(12, top, width - 24, _ROW))
        for k, entry in enumerate(self.entries):
            top += _ROW
            self._paint_entry(painter, entry, QRectF(0, top, width, _ROW), k == self._hover)

    def _paint_entry(self, painter: QPainter, entry: Entry, row: QRectF, hovered: bool) -> None:
        of = theme()
        if hovered:
            painter.fillRect(row.adjusted(2, 0, -2, 0), QColor(of.tint))
        place = QPointF(12, row.top() + (_ROW - SWATCH.height()) / 2)
        left = 12.0
        if entry.colour:
            painter.drawImage(place, swatch(entry, SWATCH.width(), SWATCH.height(), self.devicePixelRatioF()))
            painter.setPen(QPen(QColor(of.faint), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(place, SWATCH).adjusted(0.5, 0.5, -0.5, -0.5))
            left += SWATCH.width() + 8
        count = f"{entry.count:,}"
        room = painter.fontMetrics().horizontalAdvance(count)
        painter.setPen(QColor(of.soft))
        painter.drawText(row.adjusted(0, 0, -12, 0), _RIGHT, count)
        painter.setPen(QColor(of.ink))
        self._words(painter, entry.name, QRectF(left, row.top(), row.width() - left - room - 20, _ROW))

    def _paint_ramp(self, painter: QPainter, row: QRectF) -> None:
        of = theme()
        painting = self._desk.painting
        low, high = (f"{painting.low:g}", f"{painting.high:g}") if painting is not None else ("", "")
        metrics = painter.fontMetrics()
        bar = row.adjusted(metrics.horizontalAdvance(low) + 6, 5, -metrics.horizontalAdvance(high) - 6, -5)
        colours = np.ascontiguousarray(ramp()[None, :])
        image = QImage(colours.data, colours.shape[1], 1, colours.shape[1] * 4, QImage.Format.Format_RGB32).copy()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(bar, image)
        painter.setPen(QColor(of.soft))
        painter.drawText(row, _LEFT, low)
        painter.drawText(row, _RIGHT, high)

    @staticmethod
    def _words(painter: QPainter, words: str, box: QRectF) -> None:
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, _LEFT, shown)


class ScaleBar(QWidget):
    """Lower right on the map: a round length in metres or kilometres."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixel_m = 0.0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.resize(180, 30)

    def show_scale(self, pixel_m: float) -> None:
        """pixel_m: metres a logical pixel."""
        if pixel_m != self._pixel_m:
            self._pixel_m = pixel_m
            self.update()

    @staticmethod
    def round_length(pixel_m: float, most_px: float = 140.0) -> float:
        """The longest of 1, 2, 5 · 10^k metres that fits."""
        limit = pixel_m * most_px
        power = 10.0 ** np.floor(np.log10(limit))
        return float(max(step for step in (power, 2 * power, 5 * power) if step <= limit * (1 + 1e-9)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        if not self._pixel_m > 0:
            return
        of, painter = theme(), QPainter(self)
        length_m = self.round_length(self._pixel_m)
        width = length_m / self._pixel_m
        words = f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"
        right, base = self.width() - 8.0, self.height() - 6.0
        halo = QColor(of.ground)
        halo.setAlpha(200)
        painter.fillRect(QRectF(right - width - 6, 2, width + 12, self.height() - 4), halo)
        painter.setPen(QPen(QColor(of.map_ink), 1.5))
        painter.drawLine(QPointF(right - width, base), QPointF(right, base))
        for x in (right - width, right):
            painter.drawLine(QPointF(x, base - 5), QPointF(x, base))
        painter.setFont(font(8.5))
        painter.drawText(QRectF(right - width, 2, width, base - 6), Qt.AlignmentFlag.AlignCenter, words)
