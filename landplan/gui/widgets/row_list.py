"""Rows of figures with thin bars, painted in one go so that they can follow a slider; each row says where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from landplan.gui.theme import POINT_SIZE, font, theme

Mood = Literal["", "bold", "faint", "good", "data", "bad"]
_LINE, _SMALL, _PAD, _SWATCH, _GAP = 20, 16, 4, 10, 8
_BAR, _THIN = 8, 3


@dataclass(frozen=True, slots=True)
class Row:
    """Title left and value right; below, softer, a detail left and a note right.

    bar: shares of the width that are filled, and pale behind (both 0 … 1). spread: low and high of what is not certain, as a
    line over the bar. hatched: a bar that stands for nothing allowed. why: the tooltip, also after a click or Enter.
    """

    title: str
    value: str = ""
    detail: str = ""
    note: str = ""
    why: str = ""
    colour: str = ""
    """RRGGBB of the swatch and the bar; "" no swatch, bar in the accent."""
    bar: tuple[float, float] | None = None
    spread: tuple[float, float] | None = None
    hatched: bool = False
    mood: Mood = ""
    swatch: bool = False


def track() -> QColor:
    """What a bar runs on: a little of the ink on the ground, in every theme."""
    colour = QColor(theme().ink)
    colour.setAlphaF(0.14)
    return colour


class RowList(QWidget):
    """Rows one under another. Up and down move, Enter and a click say why and tell which."""

    chosen = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None, *, links: bool = False) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()
        self._now, self._hover, self._links = 0, -1, links
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._plain, self._bold, self._small = font(), font(bold=True), font(POINT_SIZE - 0.5)

    @property
    def rows(self) -> tuple[Row, ...]:
        return self._rows

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        taller = self._height(tuple(rows)) != self._height(self._rows)
        self._rows, self._now = tuple(rows), min(self._now, max(len(rows) - 1, 0))
        if taller:
            self.setFixedHeight(self._height(self._rows))
        self.setVisible(bool(rows))
        self.update()

    def words(self) -> str:
        """All rows as text: what a screen reader says and what is copied."""
        return "\n".join("  ".join(part for part in (one.title, one.value, one.detail, one.note) if part) for one in self._rows)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(240, self._height(self._rows))

    def box(self, k: int) -> QRectF:
        """Where a row is."""
        top = sum(self._row_height(one) for one in self._rows[:k])
        return QRectF(0, top, self.width(), self._row_height(self._rows[k]))

    def row_at(self, y: float) -> int:
        """The row at a height, −1 for none."""
        top = 0
        for k, one in enumerate(self._rows):
            top += self._row_height(one)
            if y < top:
                return k if y >= 0 else -1
        return -1

    @staticmethod
    def _row_height(row: Row) -> int:
        two = bool(row.detail or row.note)
        return _LINE + (_SMALL + (_PAD + _THIN if row.bar is not None else 0) + _PAD if two else 0)

    def _height(self, rows: tuple[Row, ...]) -> int:
        return sum(self._row_height(one) for one in rows)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        widths = self._widths()
        box = QRectF(0, 0, self.width(), 0)
        for k, row in enumerate(self._rows):
            box.setHeight(self._row_height(row))
            if event.rect().top() <= box.bottom() and event.rect().bottom() >= box.top():
                self._ground(painter, k, box)
                self._paint(painter, row, box, widths)
            box.translate(0, box.height())
        painter.end()

    def _widths(self) -> tuple[float, float]:
        """Room for titles and for values: the same for all rows of one line, so that the bars begin and end together."""
        metrics = QFontMetricsF(self._bold)
        title = max((metrics.horizontalAdvance(one.title) for one in self._rows), default=0.0)
        value = max((metrics.horizontalAdvance(one.value) for one in self._rows), default=0.0)
        return min(title + 2, self.width() * 0.46), min(value, self.width() * 0.4)

    def _ground(self, painter: QPainter, k: int, box: QRectF) -> None:
        colours = theme()
        inside = box.adjusted(0.5, 0.5, -0.5, -0.5)
        if k == self._hover:
            painter.fillRect(box, QColor(colours.tint))
        if k == self._now and self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inside, 2, 2)

    def _paint(self, painter: QPainter, row: Row, box: QRectF, widths: tuple[float, float]) -> None:
        two, left = bool(row.detail or row.note), box.left() + 2
        line = QRectF(left, box.top(), box.width() - 4, _LINE)
        if row.swatch:
            self._swatch(painter, row, QRectF(left, line.center().y() - _SWATCH / 2, _SWATCH, _SWATCH))
            line.setLeft(left + _SWATCH + 6)
        value = self._word(painter, row.value, line, row, right=True)
        bars = row.bar is not None and not two
        room = widths[0] if bars else line.width() - (value + _GAP if value else 0)
        self._word(painter, row.title, QRectF(line.left(), line.top(), room, line.height()), row)
        if bars:
            start = line.left() + widths[0] + _GAP
            shown = QRectF(start, line.center().y() - _BAR / 2, max(line.right() - widths[1] - _GAP - start, 8), _BAR)
            self._bar(painter, row, shown)
        if two:
            self._second(painter, row, QRectF(line.left(), line.bottom(), line.width(), _SMALL))

    def _second(self, painter: QPainter, row: Row, line: QRectF) -> None:
        painter.setFont(self._small)
        painter.setPen(QColor(theme().soft))
        metrics = QFontMetricsF(self._small)
        wide = metrics.horizontalAdvance(row.note)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, row.note)
        room = QRectF(line.left(), line.top(), line.width() - (wide + _GAP if row.note else 0), line.height())
        shown = metrics.elidedText(row.detail, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        if row.bar is not None:
            self._bar(painter, row, QRectF(line.left(), line.bottom() + 2, line.width(), _THIN))

    def _word(self, painter: QPainter, word: str, room: QRectF, row: Row, *, right: bool = False) -> float:
        """Write a title or value; its width."""
        if not word:
            return 0.0
        bold = row.mood == "bold"
        painter.setFont(self._bold if bold else self._plain)
        painter.setPen(QColor(self._ink(row, right)))
        metrics = QFontMetricsF(self._bold if bold else self._plain)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        shown = metrics.elidedText(word, Qt.TextElideMode.ElideRight, room.width() * (0.66 if right else 1.0))
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, shown)
        return float(metrics.horizontalAdvance(shown))

    def _ink(self, row: Row, value: bool) -> str:
        colours = theme()
        if self._links and not value:
            return colours.accent
        if row.mood in ("good", "data", "bad"):
            return str(getattr(colours, row.mood)) if value else colours.ink
        return colours.soft if row.mood == "faint" or (self._links and value) else colours.ink

    def _swatch(self, painter: QPainter, row: Row, box: QRectF) -> None:
        painter.setPen(QPen(QColor(theme().faint), 0.8))
        painter.setBrush(QColor(f"#{row.colour}") if row.colour else QColor(theme().base))
        painter.drawRoundedRect(box, 2, 2)

    def _bar(self, painter: QPainter, row: Row, box: QRectF) -> None:
        colours = theme()
        filled, pale = row.bar or (0.0, 0.0)
        painter.setPen(Qt.PenStyle.NoPen)
        if row.hatched:
            painter.fillRect(box, QBrush(QColor(colours.faint), Qt.BrushStyle.BDiagPattern))
            return
        painter.fillRect(QRectF(box.left(), box.top(), box.width() * min(pale, 1.0), box.height()), track())
        colour = QColor(f"#{row.colour}" if row.colour else colours.faint if row.swatch else colours.accent)
        painter.fillRect(QRectF(box.left(), box.top(), box.width() * min(filled, 1.0), box.height()), colour)
        if row.spread is not None:
            low, high = (box.left() + box.width() * min(max(one, 0.0), 1.0) for one in row.spread)
            painter.setPen(QPen(QColor(colours.ink), 1))
            middle = round(box.center().y()) + 0.5
            painter.drawLine(QRectF(low, middle, high - low, 0).topLeft(), QRectF(low, middle, high - low, 0).topRight())
            for x in (low, high):
                painter.drawLine(QRectF(x, middle - 3, 0, 6).topLeft(), QRectF(x, middle - 3, 0, 6).bottomLeft())

    # Asking

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            k = self.row_at(event.pos().y())
            QToolTip.showText(event.globalPos(), self._why(k) if k >= 0 else "", self)
            return True
        return bool(super().event(event))

    def _why(self, k: int) -> str:
        row = self._rows[k]
        return row.why or "  ".join(part for part in (row.title, row.value, row.detail, row.note) if part)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._over(self.row_at(event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self._over(-1)

    def _over(self, k: int) -> None:
        if k != self._hover:
            self._hover = k
            self.setCursor(Qt.CursorShape.PointingHandCursor if self._links and k >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        k = self.row_at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and k >= 0:
            self._ask(k)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step and 0 <= self._now + step < len(self._rows):
            self._now += step
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._rows:
            self._ask(self._now)
        else:
            super().keyPressEvent(event)

    def _ask(self, k: int) -> None:
        self._now = k
        self.update()
        if not self._links:
            box = self.box(k)
            QToolTip.showText(self.mapToGlobal(QPoint(_GAP, round(box.bottom()))), self._why(k), self)
        self.chosen.emit(k)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.setAccessibleDescription(self.words())
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.update()
        super().focusOutEvent(event)
