"""The prices both sides can live with, a row an option: from what the one asks at least to what the other gives at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from landplan.core.messages import text
from landplan.gui import figures
from landplan.gui.charts.row_chart import RowChart
from landplan.gui.theme import theme

_HIGH, _BAR, _TOP = 38, 10, 21


@dataclass(frozen=True, slots=True)
class Bargain:
    """One option's price in wan a mu: as the scheme has it, the least who is paid can take, the most who pays can give (−inf and
    inf where nobody of that side has an end); who those are; whether a price makes a deal; that in words."""

    title: str
    price: float
    low: float
    high: float
    asks: str
    gives: str
    deal: bool
    words: str


class BandChart(RowChart):
    """Green where a deal lies, hatched red between ends that never meet, grey where somebody else loses; a diamond at the
    scheme's price."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(text("money_panel_tab_band"), _HIGH, parent)
        self.bargains: tuple[Bargain, ...] = ()

    def show_bargains(self, bargains: Sequence[Bargain], unit: str) -> None:
        """Show these, in this order."""
        self.bargains = tuple(bargains)
        known = [one for each in bargains for one in (each.price, each.low, each.high) if isfinite(one)]
        self.show_rows(len(bargains), min(known, default=0.0), max(known, default=1.0), unit)

    def name(self, k: int) -> tuple[str, str]:
        return self.bargains[k].title, theme().ink

    def words(self, k: int) -> tuple[str, str]:
        one = self.bargains[k]
        return one.words, theme().bad if not one.deal else theme().good if one.low <= one.price <= one.high else theme().data

    def why(self, k: int) -> str:
        one = self.bargains[k]
        price = text("money_panel_price", {"price": figures.number(one.price, 1)})
        return "\n".join(part for part in (one.title, price, self._end(one.asks, one.low, "asks"),
                                           self._end(one.gives, one.high, "gives"), one.words) if part)  # fmt: skip

    @staticmethod
    def _end(who: str, price: float, id: str) -> str:
        return text(f"money_panel_{id}", {"who": who, "price": figures.number(price, 1)}) if who and isfinite(price) else ""

    def paint_row(self, painter: QPainter, k: int, box: QRectF) -> None:
        one, colours = self.bargains[k], theme()
        left, right = sorted((self.at(one.low, box), self.at(one.high, box)))
        bar = QRectF(left, box.top() + _TOP, max(right - left, 1.5), _BAR)
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(QPointF(box.left(), bar.center().y()), QPointF(box.right(), bar.center().y()))
        if one.deal:
            fill = QColor(colours.good)
            fill.setAlphaF(0.55)
            painter.fillRect(bar, fill)
        else:
            apart = one.low > one.high
            painter.fillRect(bar, QBrush(QColor(colours.bad if apart else colours.faint), Qt.BrushStyle.BDiagPattern))
        for value in (one.low, one.high):
            if isfinite(value):
                painter.setPen(QPen(QColor(colours.ink), 1.5))
                x = self.at(value, box)
                painter.drawLine(QPointF(x, bar.top() - 2), QPointF(x, bar.bottom() + 2))
        self._ends(painter, one, box)
        x, y = self.at(one.price, box), bar.center().y()
        painter.setPen(QPen(QColor(colours.base), 1))
        painter.setBrush(QColor(colours.accent))
        painter.drawPolygon(QPolygonF([QPointF(x - 5, y), QPointF(x, y - 5), QPointF(x + 5, y), QPointF(x, y + 5)]))

    def _ends(self, painter: QPainter, one: Bargain, box: QRectF) -> None:
        """Who and how much over the ends; the two never over each other."""
        metrics, wanted = QFontMetricsF(self.small), []
        for who, value, sign in ((one.asks, one.low, "≥"), (one.gives, one.high, "≤")):
            if who and isfinite(value):
                words = f"{who} {sign} {figures.number(value, 1)}"
                wanted.append((self.at(value, box), metrics.horizontalAdvance(words), words))
        wanted.sort()
        lefts = [min(max(x - wide / 2, box.left()), box.right() - wide) for x, wide, _ in wanted]
        if len(wanted) == 2 and lefts[0] + wanted[0][1] + 8 > lefts[1]:
            middle = (wanted[0][0] + wanted[1][0]) / 2
            lefts[0] = min(max(middle - 4 - wanted[0][1], box.left()), box.right() - wanted[0][1] - 8 - wanted[1][1])
            lefts[1] = lefts[0] + wanted[0][1] + 8
        painter.setFont(self.small)
        painter.setPen(QColor(theme().soft))
        for left, (_, wide, words) in zip(lefts, wanted, strict=True):
            painter.drawText(QRectF(left, box.top() + 2, wide + 1, 15), Qt.AlignmentFlag.AlignCenter, words)
