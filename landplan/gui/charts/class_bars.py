"""A bar for each class of the legend: a click selects its parcels, the selected part is marked, a ghost stays during a change."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from landplan.core.layers import Float, Int
from landplan.gui import figures
from landplan.gui.charts.bins import Bars
from landplan.gui.legend import swatch
from landplan.gui.theme import POINT_SIZE, font, theme

_LEAST, _MOST, _GAP = 16, 24, 8
_SWATCH = 16, 10


class ClassBars(QWidget):
    """Rows: name, bar, parcels, share of the area. `picked` a class, and whether to add; `hovered` a class or −1."""

    picked = Signal(int, bool)
    hovered = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: Bars | None = None
        self._shares: Float = np.zeros(0)
        self._chosen: Int = np.zeros(0, np.int64)
        self._ghost: Int | None = None
        self._now, self._hover = 0, -1
        self._plain, self._small = font(), font(POINT_SIZE - 0.5)
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def ghost(self) -> Int | None:
        """Counts before the change that is going on."""
        return self._ghost

    def show_bars(self, bars: Bars, chosen: Int, ghost: Int | None, areas_m2: Float) -> None:
        """bars; chosen (b,) how many of each are selected; ghost (b,) counts before a drag; areas (b,) m2."""
        self._bars, self._chosen, self._ghost = bars, chosen, ghost
        whole = areas_m2.sum()
        self._shares = areas_m2 / whole if whole > 0 else np.full(len(areas_m2), np.nan)
        self._now = min(self._now, len(bars) - 1)
        self.setMinimumHeight(_LEAST * len(bars))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(320, _LEAST * (len(self._bars) if self._bars is not None else 8))

    def row_height(self) -> float:
        n = len(self._bars) if self._bars is not None else 1
        return min(max(self.height() / max(n, 1), _LEAST), _MOST)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        bars = self._bars
        if bars is None:
            return
        painter = QPainter(self)
        high, metrics = self.row_height(), QFontMetricsF(self._plain)
        names = min(max(metrics.horizontalAdvance(one.name) for one in bars.entries), self.width() * 0.36) + 4
        numbers = metrics.horizontalAdvance(f"{max(int(bars.counts.max()), 1):,}") + _GAP
        shares = metrics.horizontalAdvance("100.0 %") + _GAP
        for k in range(len(bars)):
            self._row(painter, bars, k, QRectF(0, high * k, self.width(), high), (names, numbers, shares))
        painter.end()

    def _row(self, painter: QPainter, bars: Bars, k: int, box: QRectF, widths: tuple[float, float, float]) -> None:
        colours, entry, count = theme(), bars.entries[k], int(bars.counts[k])
        self._ground(painter, k, box)
        names, numbers, shares = widths
        wide, tall = _SWATCH
        look = swatch(entry, wide, tall, self.devicePixelRatioF())
        painter.drawImage(QRectF(4, box.center().y() - tall / 2, wide, tall), look)
        painter.setFont(self._plain)
        painter.setPen(QColor(colours.ink if count else colours.faint))
        label = QRectF(wide + 12, box.top(), names, box.height())
        name = QFontMetricsF(self._plain).elidedText(entry.name, Qt.TextElideMode.ElideRight, names)
        painter.drawText(label, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(box.right() - shares - numbers - 4, box.top(), numbers, box.height()), right, f"{count:,}")
        painter.setPen(QColor(colours.soft if count else colours.faint))
        painter.drawText(
            QRectF(box.right() - shares - 4, box.top(), shares, box.height()), right, figures.percent(self._shares[k])
        )
        left = label.right() + _GAP
        self._bar(painter, bars, k, QRectF(left, box.top() + 3, box.right() - shares - numbers - 8 - left, box.height() - 6))

    def _bar(self, painter: QPainter, bars: Bars, k: int, room: QRectF) -> None:
        colours, ghost = theme(), self._ghost
        most = max(int(bars.counts.max()), 1 if ghost is None else int(ghost.max()), 1)

        def part(count: float) -> QRectF:
            return QRectF(room.left(), room.top(), max(room.width() * count / most, 1.0 if count else 0.0), room.height())

        count, chosen = int(bars.counts[k]), int(self._chosen[k])
        if count:
            painter.fillRect(part(count), QColor(f"#{bars.colours[k]}"))
            if chosen:
                painter.fillRect(part(chosen).adjusted(0, 0, 1, 0), QColor(colours.selection))
            painter.setPen(QPen(QColor(colours.faint), 0.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(part(count))
        if ghost is not None:
            painter.setPen(QPen(QColor(colours.ink), 1.25, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(part(int(ghost[k])))

    def _ground(self, painter: QPainter, k: int, box: QRectF) -> None:
        if k == self._hover:
            painter.fillRect(box, QColor(theme().tint))
        if k == self._now and self.hasFocus():
            painter.setPen(QPen(QColor(theme().accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(0.5, 0.5, -1, -1))

    def class_at(self, y: float) -> int:
        """The class at a height, −1 for none."""
        k = int(y // self.row_height())
        return k if self._bars is not None and 0 <= k < len(self._bars) else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        k = self.class_at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and k >= 0:
            self._now = k
            self.picked.emit(k, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._over(self.class_at(event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self._over(-1)

    def _over(self, k: int) -> None:
        if k != self._hover:
            self._hover = k
            self.hovered.emit(k)
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if self._bars is not None and step and 0 <= self._now + step < len(self._bars):
            self._now += step
            self.hovered.emit(self._now)
            self.update()
        elif self._bars is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.picked.emit(self._now, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.hovered.emit(-1)
        self.update()
        super().focusOutEvent(event)
