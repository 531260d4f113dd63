"""The head of the card: which parcel, where, how large; and what the planner decides about it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from landplan.core.messages import text
from landplan.core.results import Results
from landplan.gui import figures
from landplan.gui.card.copying import card_text
from landplan.gui.card.facts import names, places
from landplan.gui.desk import Desk
from landplan.gui.icons import icon
from landplan.gui.theme import font

_TITLE_POINTS = 12.0


class CardHead(QWidget):
    """Id and name, zones, area; must, must not, zoom, copy."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._row, self._id = desk, -1, ""
        self._title, self._name, self._place, self._area = (QLabel() for _ in range(4))
        self._title.setFont(font(_TITLE_POINTS, bold=True))
        self._place.setProperty("role", "soft")
        for label in (self._title, self._name, self._place, self._area):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            label.setWordWrap(label is not self._title)
        self._area.setToolTip(text("card_why_area"))
        self._place.setToolTip(text("card_why_place"))
        self.must = _button("must", "card_must", checkable=True)
        self.must_not = _button("must_not", "card_must_not", checkable=True)
        self.zoom, self.copy = _button("zoom_selection", "card_zoom"), _button("copy", "card_copy")
        self.must.clicked.connect(self._set_must)
        self.must_not.clicked.connect(self._set_must_not)
        self.zoom.clicked.connect(self._zoom)
        self.copy.clicked.connect(self._copy)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for button in (self.must, self.must_not):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (self.zoom, self.copy):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for label in (self._title, self._name, self._place, self._area):
            column.addWidget(label)
        column.addSpacing(8)
        column.addLayout(buttons)

    def show_parcel(self, results: Results, row: int) -> None:
        """Another parcel, or the same after a change."""
        self._row = row
        self._id, name = names(results.layers.parcels, row)
        place = " · ".join(places(results.zones, row))
        self._title.setText(self._id)
        self._title.setToolTip(self._id)
        self._name.setText(name)
        self._name.setVisible(bool(name))
        self._place.setText(place or text("card_no_place"))
        self._area.setText(figures.area(float(results.layers.parcels.area_m2[row])))
        self.show_decision()

    def show_decision(self) -> None:
        """Whether the parcel is on the planner's lists, in the project as it is now."""
        project = self._desk.project
        choose = project.recipe.choose if project is not None else None
        self.must.setChecked(choose is not None and self._id in choose.must)
        self.must_not.setChecked(choose is not None and self._id in choose.must_not)
        for button in (self.must, self.must_not):
            button.setEnabled(choose is not None)

    def _set_must(self, on: bool) -> None:
        self._desk.do("add_must" if on else "remove_must", parcels=[self._id])
        self.show_decision()

    def _set_must_not(self, on: bool) -> None:
        self._desk.do("add_must_not" if on else "remove_must_not", parcels=[self._id])
        self.show_decision()

    def _zoom(self) -> None:
        self._desk.zoom_wanted.emit(np.array([self._row], np.int64))

    def _copy(self) -> None:
        if self._desk.results is not None:
            QApplication.clipboard().setText(card_text(self._desk.results, self._row, self._desk.options, self._desk.plan))
            self._desk.say("note", text("card_copied", {"id": self._id}))


def _button(name: str, id: str, *, checkable: bool = False) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(name))
    button.setCheckable(checkable)
    button.setAutoRaise(not checkable)
    button.setAccessibleName(text(id))
    button.setToolTip(text(f"{id}_why"))
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if checkable:
        button.setText(text(id))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return button
