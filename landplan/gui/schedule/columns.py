"""Stacked columns over the years of the schedule, with ceilings as lines; what they are in numbers under the mouse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QStyle, QToolTip, QWidget

from landplan.core.layers import Float
from landplan.core.messages import text
from landplan.gui import figures
from landplan.gui.charts.axes import ticks
from landplan.gui.schedule.axis import NAMES, YearAxis
from landplan.gui.theme import POINT_SIZE, font, theme


@dataclass(frozen=True, eq=False)
class Series:
    """One kind of a stack: values (y,), and its ceilings (p ≤ y,), NaN = none."""

    name: str
    colour: str
    values: Float
    ceiling: Float | None = None


class YearColumns(QWidget):
    """Title and legend left, columns right, on the axis of the rows above."""

    def __init__(self, title: str, unit: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._unit = title, unit
        self._years: tuple[int, int, int] = (0, 0, 0)
        self.series: tuple[Series, ...] = ()
        self.setAccessibleName(title)
        self.setMouseTracking(True)
        self.setMinimumHeight(64)

    def show_series(self, series: tuple[Series, ...], years: tuple[int, int, int]) -> None:
        """years: the first, how many, and how many of them the plan has."""
        self.series, self._years = series, years
        self.update()

    @property
    def axis(self) -> YearAxis:
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        return YearAxis(self._years[0], self._years[1], self.width() - bar)

    def _most(self) -> float:
        stack = np.sum([one.values for one in self.series], axis=0) if self.series else np.zeros(1)
        ends = [float(np.nanmax(one.ceiling, initial=0.0)) for one in self.series if one.ceiling is not None]
        return max(float(stack.max(initial=0.0)), *ends, 1e-9) * 1.08

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter, axis, colours = QPainter(self), self.axis, theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(POINT_SIZE - 1))
        self._legend(painter)
        foot, most = self.height() - 4.0, self._most()
        scale = (foot - 8) / most
        for tick in ticks(0.0, most, max(int(foot // 28), 1)):
            y = foot - tick * scale
            painter.setPen(QPen(QColor(colours.line), 0.6))
            painter.drawLine(QPointF(NAMES, y), QPointF(axis.x(axis.first + axis.count), y))
            painter.setPen(QColor(colours.faint))
            box = QRectF(NAMES - 66, y - 8, 62, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figures.plain(tick))
        height = np.zeros(axis.count)
        for one in self.series:
            for k in np.flatnonzero(one.values).tolist():
                ground, tall = QColor(one.colour), float(one.values[k]) * scale
                ground.setAlphaF(1.0 if k < self._years[2] else 0.45)
                x = axis.x(axis.first + k) + axis.step * 0.2
                painter.fillRect(QRectF(x, foot - height[k] - tall, axis.step * 0.6, tall), ground)
                height[k] += tall
        for one in self.series:
            self._ceiling(painter, one, axis, foot, scale)
        painter.end()

    def _legend(self, painter: QPainter) -> None:
        colours, metrics = theme(), QFontMetricsF(painter.font())
        painter.setPen(QColor(colours.soft))
        painter.drawText(QRectF(6, 2, NAMES - 70, 16), Qt.AlignmentFlag.AlignVCenter, f"{self._title}　{self._unit}")
        shown = [one for one in self.series if one.values.any()]
        for k, one in enumerate(shown[: max(int((self.height() - 20) // 15), 0)]):
            top = 20 + 15 * k
            painter.fillRect(QRectF(8, top + 3, 9, 9), QColor(one.colour))
            painter.setPen(QColor(colours.ink))
            name = metrics.elidedText(one.name, Qt.TextElideMode.ElideRight, NAMES - 96)
            painter.drawText(QRectF(22, top, NAMES - 90, 15), Qt.AlignmentFlag.AlignVCenter, name)

    def _ceiling(self, painter: QPainter, one: Series, axis: YearAxis, foot: float, scale: float) -> None:
        if one.ceiling is None:
            return
        painter.setPen(QPen(QColor(one.colour), 2.0, Qt.PenStyle.DashLine))
        for k, ceiling in enumerate(one.ceiling.tolist()):
            if np.isfinite(ceiling):
                x, y = axis.x(axis.first + k), foot - ceiling * scale
                painter.drawLine(QPointF(x + 2, y), QPointF(x + axis.step - 2, y))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        QToolTip.showText(event.globalPosition().toPoint(), self.words(event.position().x()), self)

    def words(self, x: float) -> str:
        """The numbers of the year at a place."""
        year = self.axis.year_at(x)
        if year is None:
            return "\n".join(one.name for one in self.series if one.values.any())
        k = year - self.axis.first
        lines = [f"{self._title} {year}"]
        for one in self.series:
            has = one.ceiling is not None and k < len(one.ceiling) and np.isfinite(one.ceiling[k])
            if one.values[k] or has:
                lines.append(f"{one.name}{figures.JOIN}{figures.number(float(one.values[k]), 1)} {self._unit}")
            if has and one.ceiling is not None:
                facts = {"value": figures.number(float(one.ceiling[k]), 1), "unit": self._unit}
                lines.append("　" + text("schedule_ceiling", facts))
        later = [text("schedule_later")] if k >= self._years[2] else []
        return "\n".join([*lines, *later])
