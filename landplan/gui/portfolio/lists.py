"""Section: parcels that every plan must, or must not, do."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from landplan.core.messages import text
from landplan.gui.plan_tables import among, places_of
from landplan.gui.plan_words import number
from landplan.gui.portfolio.state import PlanState
from landplan.gui.theme import theme
from landplan.gui.widgets.cells import Cell, Cells
from landplan.gui.widgets.fitted_table import FittedTable
from landplan.gui.widgets.section import Section, soft_label

_ROWS = 8
"""Rows shown before a list scrolls itself."""


class ListSection(Section):
    """One list: `kind` is "must" or "must_not"."""

    def __init__(self, state: PlanState, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(text(f"portfolio_{kind}"), parent, tip=text(f"portfolio_{kind}_why"))
        self._state, self._kind = state, kind
        self._ids: tuple[str, ...] = ()
        self._selected: frozenset[int] = frozenset()
        self.add = self.add_button("add", text("portfolio_add_selected", {"n": 0}), self._add)
        self.table = FittedTable(text(f"portfolio_{kind}"), self, stretch=1, most=_ROWS)
        self.table.removed.connect(self._remove, Qt.ConnectionType.QueuedConnection)
        self.table.entered_row.connect(self._go)
        self.none = soft_label(text("portfolio_list_empty"))
        self.body.addWidget(self.table)
        self.body.addWidget(self.none)

    def refresh(self) -> None:
        """Show the list of the recipe."""
        choose = self._state.choose
        if choose is None:
            return
        self._ids = choose.must if self._kind == "must" else choose.must_not
        self._mark()
        clash = self._kind == "must" and "must" in self._state.clashing
        gives = next((one.gives for one in self._state.clashes if one.id == "must"), "") if clash else ""
        self.say(number(len(self._ids)) if self._ids else "", gives)
        self.table.show_cells(Cells((text("parcel"), text("portfolio_name"), ""), len(self._ids), self._cell))
        self.table.setVisible(bool(self._ids))
        self.none.setVisible(not self._ids)

    def follow_selection(self) -> None:
        """Offer to add what is selected, and mark what is in the list already."""
        n = len(self._state.desk.selection)
        self.add.setEnabled(n > 0)
        self.add.setText(text("portfolio_add_selected", {"n": number(n)}))
        key = "Ctrl+M" if self._kind == "must" else "Ctrl+Shift+M"
        self.add.setToolTip(f"{text('portfolio_add_selected_why' if n else 'portfolio_select_first')} ({key})")
        self._mark()
        self.table.viewport().update()

    def _mark(self) -> None:
        listed = places_of(self._ids, self._state.rows()) if self._ids else np.empty(0, np.int64)
        self._selected = frozenset(listed[among(listed, self._state.desk.selection)].tolist())

    def _cell(self, place: int, column: int) -> Cell:
        if place >= len(self._ids):
            return Cell()
        id = self._ids[place]
        row = self._state.rows().get(id)
        if column == 2:
            return Cell(tip=f"{text('portfolio_list_remove', {'id': id})} (Delete)", picture="remove")
        if row is None:
            gone = text("portfolio_not_in_layer")
            return Cell(id if column == 0 else gone, gone, colour=theme().bad)
        name = self._state.name(row)
        words = id if column == 0 else name or "–"
        return Cell(words, f"{id} {name}\n{text('portfolio_list_go')}", marked=column == 0 and row in self._selected)

    def _add(self) -> None:
        session = self._state.desk.session
        if session is not None and len(session.selection):
            self._state.desk.do(f"add_{self._kind}", parcels=list(session.selected_ids))

    def _remove(self, place: int) -> None:
        if place < len(self._ids):
            self._state.desk.do(f"remove_{self._kind}", parcels=[self._ids[place]])

    def _go(self, place: int) -> None:
        row = self._state.rows().get(self._ids[place]) if place < len(self._ids) else None
        if row is not None:
            rows = np.array([row], np.int64)
            self._state.desk.select(rows)
            self._state.desk.zoom_wanted.emit(rows)
