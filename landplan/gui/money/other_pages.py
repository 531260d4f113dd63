"""The pages beside the options: the band of prices, the tenures, what hangs on each figure, public money."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from landplan.app.money import MoneyFindings
from landplan.app.money_tables import figure_titles, figures_in_order
from landplan.core.layers import Float
from landplan.core.messages import language, text
from landplan.core.tables import Int32
from landplan.core.units import unit_text
from landplan.gui import figures
from landplan.gui.money.band_chart import BandChart, Bargain
from landplan.gui.money.column_cells import table_of
from landplan.gui.money.tornado import Swing, Tornado
from landplan.gui.money.words import area_of, judged, price_words, sides, whole_title
from landplan.gui.theme import theme
from landplan.gui.widgets.cells import listed
from landplan.gui.widgets.elided_combo import ElidedCombo
from landplan.gui.widgets.elided_label import ElidedLabel
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.fitted_table import FittedTable
from landplan.gui.widgets.scrolled import scrolled
from landplan.gui.widgets.section import soft_label
from landplan.renewal.views import VIEWS

_EMPTY, _WHOLE = range(2)
_NOTHING = 0.005
"""A swing below this, wan, is none."""
_SURE = 0.8


class Page(QStackedWidget):
    """Words where there is nothing to show, else what `lay` fills."""

    def __init__(self, icon: str, id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.empty, self.whole = EmptyState(icon, text(f"money_panel_tab_{id}")), QWidget()
        self.note = soft_label()
        self.column = QVBoxLayout(self.whole)
        self.column.setContentsMargins(8, 4, 8, 4)
        self.column.setSpacing(4)
        self.column.addWidget(self.note)
        self.addWidget(self.empty)
        self.addWidget(self.whole)

    def say_none(self, words: str) -> None:
        """Why there is nothing."""
        self.empty.say(words)
        self.setCurrentIndex(_EMPTY)


class BandPage(Page):
    """The price of every option that has one, in wan a mu."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("chart", "band", parent)
        self._rows: list[int] = []
        self.chart = BandChart()
        self.chart.picked.connect(lambda k: self.picked.emit(self._rows[k]))
        self.note.setText(text("money_panel_band_note"))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.chart)
        column.addStretch(1)
        self.column.addWidget(scrolled(inside), 1)

    def show_found(self, found: MoneyFindings) -> None:
        """The options of one parcel."""
        self._rows = np.flatnonzero(~np.isnan(found.band.price_wan)).tolist()
        if not self._rows:
            self.say_none(text("money_panel_no_price"))
            return
        self.chart.show_bargains([_bargain(found, k) for k in self._rows], unit_text("wan_per_mu", language()))
        self.setCurrentIndex(_WHOLE)


def _bargain(found: MoneyFindings, k: int) -> Bargain:
    prices, area_mu = found.band, float(area_of(found)[k])
    price, low, high = (float(one[k]) / area_mu for one in (prices.price_wan, prices.low_wan, prices.high_wan))
    title = whole_title(found.appraisal.scheme, found.appraisal.options, k)
    return Bargain(title, price, low, high, *sides(found, k), bool(prices.deal[k]), price_words(found, k))


class TenuresPage(Page):
    """The tenures of each model side by side; the highest NPV of a side is green where they differ."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("table", "tenures", parent)
        self.table = FittedTable(text("money_panel_tab_tenures"), stretch=1, most=2, small=True, words=120)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.note.setText(text("money_panel_tenures_note"))
        self.column.addWidget(self.table, 1)

    def show_found(self, found: MoneyFindings) -> None:
        """The options of one parcel."""
        if found.tenures is None:
            self.say_none(text("money_panel_no_tenures"))
            return
        made = found.tenures
        headers, rows = table_of(found, "tenures", without=("parcel_id",))
        for column, worth in ((-2, made.holder_wan), (-1, made.grantor_wan)):
            for k in _highest(worth, made.model):
                rows[k][column] = replace(rows[k][column], colour=theme().good, tip=text("money_panel_highest"))
        self.table.show_cells(listed(headers, rows))
        self.setCurrentIndex(_WHOLE)


def _highest(worth: Float, model: Int32) -> list[int]:
    """The rows that are highest of their model, where its rows differ."""
    every = [(k, worth[model == own]) for k, own in enumerate(model.tolist())]
    return [k for k, own in every if worth[k] == own.max() > own.min() + _NOTHING]


class FiguresPage(Page):
    """The tornado of the option picked, or of the best options together; how sure the picked one is."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("sure", "figures", parent)
        self.option, self.chart, self.rest = ElidedCombo(text("money_panel_option")), Tornado(), ElidedLabel("", "soft")
        self.option.activated.connect(self.picked)
        self.column.removeWidget(self.note)
        head, inside = QHBoxLayout(), QWidget()
        head.addWidget(self.option, 2)
        head.addWidget(self.note, 3)
        self.column.addLayout(head)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.chart)
        column.addWidget(self.rest)
        column.addStretch(1)
        self.column.addWidget(scrolled(inside), 1)

    def show_found(self, found: MoneyFindings, factor: float, option: int | None) -> None:
        """option: the one picked, None for the best of every parcel together."""
        if not found.ranges.names:
            self.say_none(text("money_said_certain"))
            return
        rows = found.best if option is None else np.array([option])
        base = float(judged(found, found.views.npv_wan)[rows].sum()) * factor
        every = _swings(found, rows, factor)
        swings = [one for one in every if one.width >= _NOTHING]
        self._name_options(found, option)
        who = {"judge": text(f"money_judge_{found.asked.judge}"), "npv": figures.number(base, 0)}
        self.note.setText(f"{text('money_panel_tornado', who)} {_sure(found, option)}")
        self.chart.show_swings(swings, base, text("money_panel_swing_unit"))
        self.rest.setText(" ".join(_rest(every, found.asked.judge == "all")))
        self.setCurrentIndex(_WHOLE)

    def _name_options(self, found: MoneyFindings, option: int | None) -> None:
        self.option.setVisible(option is not None)
        if option is None:
            return
        options, scheme = found.appraisal.options, found.appraisal.scheme
        self.option.clear()
        self.option.addItems([whole_title(scheme, options, k) for k in range(len(options))])
        self.option.setCurrentIndex(option)


def _swings(found: MoneyFindings, rows: np.ndarray[tuple[int], np.dtype[np.int32]], factor: float) -> list[Swing]:
    """Every uncertain figure for some options together, the widest swing of who is asked first."""
    given, scheme = found.ranges, found.appraisal.scheme
    titles, bars = figure_titles(scheme, language()), judged(found, found.bars)[rows].sum(axis=0) * factor
    made = []
    for k in figures_in_order(found):
        name = given.names[k]
        figure = scheme.figures.get(name)
        unit = figure.unit if figure is not None else ""
        low, high = (_end(float(end[k]), unit, figure is None) for end in (given.low, given.high))
        at_low, at_high = bars[k].tolist()
        made.append(Swing(titles.get(name, name), low, high, at_low, at_high, figure is None or figure.illustrative))
    return sorted(made, key=lambda one: -np.nan_to_num(one.width))


def _rest(every: list[Swing], whole: bool) -> Iterator[str]:
    """What the chart leaves out: figures that move nothing, and those whose effect is not known. whole: of all views together."""
    still = "still_all" if whole else "still"
    for id, n in (
        (still, sum(one.width < _NOTHING for one in every)),
        ("unknown", sum(one.width != one.width for one in every)),
    ):
        if n:
            yield text(f"money_panel_swing_{id}", {"n": n})


def _end(value: float, unit: str, is_line: bool) -> str:
    return f"× {figures.plain(value)}" if is_line else figures.with_unit(value, unit)


def _sure(found: MoneyFindings, option: int | None) -> str:
    """What the draws say, in one sentence."""
    drawn = {"draws": f"{found.asked.draws:,}"}
    if not found.asked.draws:
        return text("money_panel_not_drawn")
    if option is None:
        sure = int((found.odds.best[found.best] >= _SURE).sum())
        return text(
            "money_panel_sure_all", {**drawn, "n": f"{len(found.best):,}", "sure": f"{sure:,}", "percent": f"{100 * _SURE:g}"}
        )
    gains: Iterator[str] = (
        f"{text(f'money_view_{view}')} {figures.percent(float(found.odds.gains[option, v]), 0)}"
        for v, view in enumerate(VIEWS)
        if found.views.takes_part[option, v]
    )
    join = "、" if language() == "zh" else ", "
    return text(
        "money_panel_sure", {**drawn, "best": figures.percent(float(found.odds.best[option]), 0), "gains": join.join(gains)}
    )
