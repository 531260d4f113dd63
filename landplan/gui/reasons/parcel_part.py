"""The selected parcels: in the plan or not, with what, because of which limit, and what the other way would cost."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from landplan.app.plan_questions import Asked
from landplan.app.plan_standing import Standing, standing, standing_words, standings
from landplan.core.messages import text
from landplan.gui import figures
from landplan.gui.ask_bar import AskBar
from landplan.gui.desk import Desk
from landplan.gui.plan_words import significant
from landplan.gui.questions import MOST_PARCELS, PARCELS
from landplan.gui.widgets.row_list import Row, RowList
from landplan.gui.widgets.section import Section, soft_label


class ParcelPart(QWidget):
    """One parcel in sentences, several as a list; a click on one of the list shows it alone."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows: tuple[int, ...] = ()
        self.section = Section(text("reasons_parcel"), tip=text("reasons_parcel_why"))
        self.stands, self.costs, self.list = soft_label(role=""), soft_label(role=""), RowList(text("reasons_parcel"), links=True)
        self.bar = AskBar(desk, PARCELS, text("reasons_ask_parcel"), self._ask, text("reasons_ask_parcel_why"))
        self.list.chosen.connect(self._pick)
        for widget in (self.stands, self.costs, self.bar, self.list):
            self.section.body.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.section)

    def refresh(self) -> None:
        """The parcels selected now, of the plan there is."""
        asked, selected = self._desk.questions.asked, self._desk.selection
        self._rows = tuple(selected[:MOST_PARCELS].tolist())
        one = asked is not None and len(self._rows) == 1
        self.list.set_rows([] if asked is None or one else self._listed(asked))
        self.section.say("" if len(selected) < 2 else text("card_selected", {"n": f"{len(selected):,}"}))
        self.costs.setVisible(one)
        if not len(selected):
            self.stands.setText(text("reasons_select"))
        elif asked is None:
            self.stands.setText(text("reasons_preparing"))
        elif one:
            self._say_one(asked, self._rows[0])
        else:
            more = text("reasons_first", {"n": MOST_PARCELS}) if len(selected) > MOST_PARCELS else ""
            self.stands.setText(more)
        self.stands.setVisible(bool(self.stands.text()))
        self.bar.refresh(bool(self._rows))

    def _say_one(self, asked: Asked, row: int) -> None:
        id = asked.ids[row]
        self.stands.setText(standing_words(id, standing(asked, row), asked.rule_name))
        found = self._desk.questions.cost_of(id)
        self.costs.setText("" if found is None else cost_sentence(asked, found))
        self.costs.setVisible(found is not None)

    def _listed(self, asked: Asked) -> list[Row]:
        found = standings(asked, self._rows)
        return [self._row(asked, asked.ids[row], one) for row, one in zip(self._rows, found, strict=True)]

    def _row(self, asked: Asked, id: str, found: Standing) -> Row:
        cost = self._desk.questions.cost_of(id)
        value = text("reasons_in" if found.kind == "in" else "reasons_out")
        words = standing_words(id, found, asked.rule_name)
        said = "" if cost is None else cost_sentence(asked, cost)
        return Row(id, value, detail=found.doing, note=_short(asked, cost), why=f"{words}\n{said}".strip())

    def _ask(self) -> None:
        if (project := self._desk.project) is not None:
            self._desk.questions.ask_parcels([str(id) for id in project.layers.parcels.ids[list(self._rows)]])

    def _pick(self, k: int) -> None:
        self._desk.select(np.array([self._rows[k]], np.int64))


def cost_sentence(asked: Asked, found: dict[str, Any]) -> str:
    """What leaving it out, or putting it in, costs: in the unit of the benefit and in %, and between what it is proven."""
    cost = found["cost"]
    if cost is None:
        return text("reasons_no_cost")
    side = "in" if found["in_plan"] else "out"
    if math.isinf(cost):
        return text(f"reasons_{side}_never")
    if math.isnan(cost):
        return text("reasons_cost_open")
    whole = max(abs(asked.found.objective), 1e-300)
    facts = {"value": significant(cost), "share": figures.percent(cost / whole, 2)}
    facts |= {name: figures.percent(found[name] / whole, 2) for name in ("least", "most")}
    return text(f"reasons_{side}_costs", facts)


def _short(asked: Asked, found: dict[str, Any] | None) -> str:
    if found is None or found["cost"] is None or math.isnan(found["cost"]):
        return ""
    if math.isinf(found["cost"]):
        return text("reasons_never")
    return figures.percent(-found["cost"] / max(abs(asked.found.objective), 1e-300), 2)
