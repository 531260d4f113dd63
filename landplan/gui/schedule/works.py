"""The bars: a row a block, its land under works in every year; parcels of open blocks as bars of their path's colour."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from landplan.core.messages import text
from landplan.core.units import M2_PER_MU
from landplan.gui import figures
from landplan.gui.schedule.axis import NAMES, YearAxis
from landplan.gui.schedule.rows import WorksRow
from landplan.gui.theme import POINT_SIZE, font, theme

ROW, HEAD = 22, 20


class WorksView(QAbstractScrollArea):
    """`picked`: a row, a year or None for all of them, whether to add; `turned`: a zone to open or close."""

    picked = Signal(object, object, bool)
    turned = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[WorksRow, ...] = ()
        self._first, self._count, self._planned, self._opened = 0, 0, 0, frozenset[int]()
        self._now = 0
        self.setAccessibleName(text("panel_schedule"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.viewport().setMouseTracking(True)
        self.setMinimumHeight(HEAD + 2 * ROW)

    @property
    def axis(self) -> YearAxis:
        return YearAxis(self._first, self._count, self.viewport().width())

    def show_rows(self, rows: tuple[WorksRow, ...], years: tuple[int, int, int], opened: frozenset[int]) -> None:
        """years: the first, how many, and in how many of them works can start."""
        self.rows, self._opened = rows, opened
        self._first, self._count, self._planned = years
        self._now = min(self._now, max(len(rows) - 1, 0))
        self._range()
        self.viewport().update()

    def place(self, row: int, year: int | None = None) -> QPointF:
        """The middle of a row's year, or of its name."""
        x = 60.0 if year is None else self.axis.x(year) + self.axis.step / 2
        return QPointF(x, HEAD + (row + 0.5) * ROW - self.verticalScrollBar().value())

    def _range(self) -> None:
        room = self.viewport().height() - HEAD
        self.verticalScrollBar().setRange(0, max(len(self.rows) * ROW - room, 0))
        self.verticalScrollBar().setPageStep(max(room, ROW))
        self.verticalScrollBar().setSingleStep(ROW)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Resize:
            self._range()
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter, axis, above = QPainter(self.viewport()), self.axis, self.verticalScrollBar().value()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(POINT_SIZE - 0.5))
        high = self.viewport().height()
        most = max((float(row.works_mu.max(initial=0.0)) for row in self.rows if row.block), default=0.0)
        years = range(self._first, self._first + self._count)
        for year in years:
            painter.setPen(QPen(QColor(theme().line), 0.8 if year < self._first + self._planned else 0.4))
            painter.drawLine(QPointF(axis.x(year), HEAD), QPointF(axis.x(year), high))
        for k in range(above // ROW, min((above + high) // ROW + 1, len(self.rows))):
            self._row(painter, axis, k, HEAD + k * ROW - above, most)
        painter.fillRect(QRectF(0, 0, self.viewport().width(), HEAD), QColor(theme().window))
        for year in years:
            painter.setPen(QColor(theme().ink if year < self._first + self._planned else theme().faint))
            painter.drawText(QRectF(axis.x(year), 0, axis.step, HEAD), Qt.AlignmentFlag.AlignCenter, str(year))
        painter.end()

    def _row(self, painter: QPainter, axis: YearAxis, k: int, top: float, most: float) -> None:
        row, colours = self.rows[k], theme()
        if k == self._now and self.hasFocus():
            painter.fillRect(QRectF(0, top, self.viewport().width(), ROW), QColor(colours.tint))
        left = 6.0 if row.block else 28.0
        if row.block:
            painter.setPen(QColor(colours.soft))
            painter.drawText(QRectF(left, top, 14, ROW), Qt.AlignmentFlag.AlignCenter, "▾" if row.zone in self._opened else "▸")
            left += 18
        painter.setPen(QColor(colours.ink if row.block else colours.soft))
        name = QFontMetricsF(painter.font()).elidedText(row.name, Qt.TextElideMode.ElideRight, NAMES - left - 8)
        painter.drawText(QRectF(left, top, NAMES - left - 6, ROW), Qt.AlignmentFlag.AlignVCenter, name)
        if row.block:
            for year in range(row.start, row.end):
                box = QRectF(axis.x(year), top + 3, axis.step, ROW - 6)
                self._cell(painter, box, float(row.works_mu[year - self._first]), most)
        else:
            self._bar(painter, QRectF(axis.x(row.start) + 1, top + 4, axis.step * (row.end - row.start) - 2, ROW - 8), row)

    def _cell(self, painter: QPainter, box: QRectF, mu: float, most: float) -> None:
        """The more land is under works, the deeper."""
        ground = QColor(theme().accent)
        ground.setAlphaF(0.10 + 0.45 * (mu / most if most > 0 else 0.0))
        painter.fillRect(box, ground)
        painter.setPen(QColor(theme().ink))
        words = figures.number(mu, 0)
        if mu > 0 and QFontMetricsF(painter.font()).horizontalAdvance(words) < box.width() - 4:
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _bar(self, painter: QPainter, box: QRectF, row: WorksRow) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(row.colour))
        painter.drawRoundedRect(box, 2, 2)
        metrics = QFontMetricsF(painter.font())
        painter.setPen(QColor("#FFFFFF"))
        words = metrics.elidedText(row.words, Qt.TextElideMode.ElideRight, box.width() - 8)
        painter.drawText(box.adjusted(4, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, words)

    def _at(self, y: float) -> int:
        k = int((y - HEAD + self.verticalScrollBar().value()) // ROW)
        return k if y >= HEAD and 0 <= k < len(self.rows) else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        k, x = self._at(event.position().y()), event.position().x()
        if event.button() != Qt.MouseButton.LeftButton or k < 0:
            return
        self._now, row = k, self.rows[k]
        self.viewport().update()
        if row.block and x < 24:
            self.turned.emit(row.zone)
            return
        year = self.axis.year_at(x) if row.block else None
        inside = year is not None and row.start <= year < row.end
        self.picked.emit(row, year if inside else None, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        k = self._at(event.position().y())
        if k >= 0 and self.rows[k].block:
            self.turned.emit(self.rows[k].zone)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        k = self._at(event.position().y())
        QToolTip.showText(event.globalPosition().toPoint(), self.words(k, event.position().x()), self.viewport())

    def words(self, k: int, x: float) -> str:
        """What there is to say about a place: the row, and its land under works in that year."""
        if not 0 <= k < len(self.rows):
            return ""
        row, year = self.rows[k], self.axis.year_at(x)
        if year is None or not row.block or not row.start <= year < row.end:
            return row.tip
        area = figures.area(float(row.works_mu[year - self._first]) * M2_PER_MU)
        return f"{row.tip}\n{text('schedule_works_in', {'year': year, 'area': area})}"

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key, row = event.key(), self.rows[self._now] if self.rows else None
        if row is not None and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._now = min(max(self._now + (1 if key == Qt.Key.Key_Down else -1), 0), len(self.rows) - 1)
            room, bar = self.viewport().height() - HEAD, self.verticalScrollBar()
            bar.setValue(min(max(bar.value(), (self._now + 1) * ROW - room), self._now * ROW))
            self.viewport().update()
        elif row is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.picked.emit(row, None, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif row is not None and row.block and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            if (row.zone in self._opened) == (key == Qt.Key.Key_Left):
                self.turned.emit(row.zone)
        else:
            super().keyPressEvent(event)
