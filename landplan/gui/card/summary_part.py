"""The card of several parcels: how many, what they add up to, what is recommended and planned, and the first of them."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from landplan.core.messages import text
from landplan.core.results import Results
from landplan.gui import figures
from landplan.gui.card.facts import Columns, Share, Summary, summary
from landplan.gui.desk import Desk
from landplan.gui.theme import font
from landplan.gui.widgets.row_list import Row, RowList
from landplan.gui.widgets.section import Section, small_button, soft_label


class SummaryPart(QWidget):
    """Several selected parcels; a click on one shows it alone."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._columns = desk, Columns()
        self._summary: Summary | None = None
        self._title, self._area = QLabel(), QLabel()
        self._title.setFont(font(12.0, bold=True))
        self.totals, self.models = RowList(text("card_totals")), RowList(text("card_by_model"))
        self.paths, self.listed = RowList(text("card_by_path")), RowList(text("card_listed"), links=True)
        self.listed.chosen.connect(self._pick)
        self._rest = soft_label()
        self._old = soft_label(text("card_plan_old"), "data")
        self._paths = Section(text("card_by_path"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self._head())
        for section, widgets in (
            (Section(text("card_totals"), tip=text("card_totals_why")), (self.totals,)),
            (Section(text("card_by_model")), (self.models,)),
            (self._paths, (self.paths, self._old)),
            (Section(text("card_listed"), tip=text("card_listed_why")), (self.listed, self._rest)),
        ):
            for widget in widgets:
                section.body.addWidget(widget)
            column.addWidget(section)

    def _head(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._area)
        line = QHBoxLayout()
        line.addLayout(words, 1)
        line.addWidget(small_button("zoom_selection", text("card_zoom"), self._zoom, text("card_zoom_why")))
        return line

    def show_selection(self, results: Results) -> None:
        """The parcels selected now."""
        found = summary(results, self._desk.plan, self._desk.selection, self._columns.of)
        self._summary = found
        self._title.setText(text("card_selected", {"n": f"{found.count:,}"}))
        self._area.setText(figures.area(found.area_m2))
        self.totals.set_rows([_total_row(one.title, one.value, one.unknown) for one in found.totals])
        self.models.set_rows([_share_row(one, found.count) for one in found.models])
        self.paths.set_rows([_share_row(one, found.count) for one in found.paths])
        self._paths.setVisible(bool(found.paths))
        self._old.setVisible(not self._desk.plan_current)
        self.listed.set_rows([Row(id, name, why=text("card_listed_why")) for _row, id, name in found.listed])
        rest = found.count - len(found.listed)
        self._rest.setText(text("card_listed_rest", {"n": f"{rest:,}"}))
        self._rest.setVisible(rest > 0)

    def _pick(self, k: int) -> None:
        if self._summary is not None:
            self._desk.select(np.array([self._summary.listed[k][0]], np.int64), "replace")

    def _zoom(self) -> None:
        self._desk.zoom_wanted.emit(self._desk.selection)


def _total_row(title: str, value: str, unknown: int) -> Row:
    note = text("card_totals_unknown", {"n": f"{unknown:,}"}) if unknown else ""
    return Row(title, value, detail=note, why=f"{title}  {value}\n{note}".strip())


def _share_row(one: Share, count: int) -> Row:
    share = one.count / count
    why = f"{one.title}  {one.count:,}（{figures.percent(share)}）"
    return Row(one.title, f"{one.count:,}", why=why, colour=one.colour, swatch=True, bar=(share, 1.0))
