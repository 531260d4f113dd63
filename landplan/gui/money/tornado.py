"""What hangs on each uncertain figure: the NPV with that figure at its low and at its high, the others as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from landplan.core.messages import text
from landplan.gui import figures
from landplan.gui.charts.row_chart import RowChart
from landplan.gui.theme import theme

_HIGH, _BAR = 26, 12


@dataclass(frozen=True, slots=True)
class Swing:
    """One figure: its low and high in words with their unit, the NPVs there in wan; whether it has no source."""

    title: str
    low: str
    high: str
    at_low: float
    at_high: float
    illustrative: bool

    @property
    def width(self) -> float:
        return abs(self.at_high - self.at_low)


class Tornado(RowChart):
    """The widest first; dark towards the high of a figure, pale towards its low."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(text("money_panel_tab_figures"), _HIGH, parent)
        self.swings: tuple[Swing, ...] = ()
        self.base = 0.0

    def show_swings(self, swings: Sequence[Swing], base: float, unit: str) -> None:
        """base: the NPV with all figures as they are."""
        self.swings, self.base = tuple(swings), base
        known = [base, *(one for each in swings for one in (each.at_low, each.at_high))]
        air = 0.12 * (max(known) - min(known))  # for the words at the ends
        self.show_rows(len(swings), min(known) - air, max(known) + air, unit)

    def name(self, k: int) -> tuple[str, str]:
        one = self.swings[k]
        marked = text("money_panel_illustrative_mark", {"title": one.title}) if one.illustrative else one.title
        return marked, theme().data if one.illustrative else theme().ink

    def words(self, k: int) -> tuple[str, str]:
        return figures.number(self.swings[k].width, 0), theme().ink

    def why(self, k: int) -> str:
        one = self.swings[k]
        ends = {"title": self.name(k)[0], "low": one.low, "high": one.high, "at_low": figures.signed(one.at_low, 0),
                "at_high": figures.signed(one.at_high, 0)}  # fmt: skip
        return text("money_panel_swing", ends)

    def paint_row(self, painter: QPainter, k: int, box: QRectF) -> None:
        one, colours, metrics = self.swings[k], theme(), QFontMetricsF(self.small)
        top, middle = box.center().y() - _BAR / 2, self.at(self.base, box)
        painter.setFont(self.small)
        for value, words, colour, strong in (
            (one.at_low, one.low, colours.faint, 0.5),
            (one.at_high, one.high, colours.accent, 0.9),
        ):
            x, fill = self.at(value, box), QColor(colour)
            fill.setAlphaF(strong)
            painter.fillRect(QRectF(min(x, middle), top, max(abs(x - middle), 1.0), _BAR), fill)
            left = value < self.base or (value == self.base and words == one.low)
            wide = metrics.horizontalAdvance(words) + 2
            place = QRectF(x - wide - 4 if left else x + 4, box.top(), wide, box.height())
            painter.setPen(QColor(colours.soft))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
        painter.setPen(QPen(QColor(colours.ink), 1))
        painter.drawLine(QPointF(middle, box.top()), QPointF(middle, box.bottom()))
