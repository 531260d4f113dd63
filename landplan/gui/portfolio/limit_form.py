"""The dialog that adds a limit: quantity, where, which path and model, when, and its bounds."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from landplan.core.messages import pick, text
from landplan.gui.plan_words import quantities, quantity_title, quantity_unit, typed, zone_choices
from landplan.gui.portfolio.state import PlanState
from landplan.gui.widgets.section import soft_label


class LimitForm(QDialog):
    """A limit in words; it is added only when at least one bound is a number."""

    def __init__(self, state: PlanState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.setWindowTitle(text("portfolio_limit_add"))
        self.setMinimumWidth(360)
        self.quantity, self.zone, self.path, self.model, self.year = (QComboBox() for _ in range(5))
        self.at_least, self.at_most, self._unit = QLineEdit(), QLineEdit(), QLabel()
        self.wrong = soft_label(role="bad")
        self.wrong.hide()
        self.zone.setEditable(True)
        self.zone.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = self.zone.completer()
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        column, form = QVBoxLayout(self), QFormLayout()
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(12)
        fields = {"quantity": self.quantity, "zone": self.zone, "path": self.path, "model": self.model, "year": self.year}
        for name, field in fields.items():
            self._dress(form, text(f"portfolio_limit_{name}"), field, text(f"portfolio_limit_{name}_why"))
        bounds = QHBoxLayout()
        for name, box in (("at_least", self.at_least), ("at_most", self.at_most)):
            box.setPlaceholderText(text(name))
            box.setToolTip(text(f"portfolio_limit_{name}_why"))
            box.setAccessibleName(text(name))
            box.setAlignment(Qt.AlignmentFlag.AlignRight)
            bounds.addWidget(box, 1)
        bounds.addWidget(self._unit)
        form.addRow(text("portfolio_limit_bounds"), bounds)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok.setText(text("portfolio_limit_add"))
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(text("cancel"))
        buttons.accepted.connect(self._add)
        buttons.rejected.connect(self.reject)
        column.addLayout(form)
        column.addWidget(self.wrong)
        column.addWidget(buttons)
        self.quantity.currentIndexChanged.connect(self._show_unit)

    def begin(self) -> None:
        """Offer what this project has, and show the dialog; the window stays usable."""
        choose, scheme = self._state.choose, self._state.scheme
        if choose is None:
            return
        self._offer(self.quantity, [(one, quantity_title(one, choose)) for one in quantities(self._state.funds)], "")
        self._offer(self.zone, list(zone_choices(self._state.zones)), "portfolio_everywhere")
        self._offer(self.path, [(one.id, pick(one.title)) for one in scheme.paths], "portfolio_all_paths")
        self._offer(self.model, [(one.id, pick(one.title)) for one in scheme.models], "portfolio_all_models")
        self._offer(self.year, [(year, str(year)) for year in choose.years.all], "portfolio_all_years")
        self.at_least.clear()
        self.at_most.clear()
        self.wrong.hide()
        self._show_unit()
        self.show()
        self.quantity.setFocus()

    def values(self) -> dict[str, Any]:
        """The parameters of `set_limit` but the id; ValueError for a bound that is no number, a zone that is none."""
        zone = self.zone.findText(self.zone.currentText())
        if zone < 0:
            raise ValueError(self.zone.currentText())
        found: dict[str, Any] = {
            "quantity": self.quantity.currentData(),
            "zone": self.zone.itemData(zone),
            "path": self.path.currentData(),
            "model": self.model.currentData(),
            "year": self.year.currentData(),
            "at_least": typed(self.at_least.text()),
            "at_most": typed(self.at_most.text()),
        }
        return {name: value for name, value in found.items() if value is not None}

    def _dress(self, form: QFormLayout, name: str, field: QWidget, tip: str) -> None:
        label = QLabel(name)
        label.setBuddy(field)
        field.setToolTip(tip)
        field.setAccessibleName(name)
        form.addRow(label, field)

    def _offer(self, box: QComboBox, choices: list[tuple[Any, str]], everything: str) -> None:
        box.blockSignals(True)
        box.clear()
        if everything:
            box.addItem(text(everything), None)
        for value, words in choices:
            box.addItem(words, value)
        box.setCurrentIndex(0)
        box.blockSignals(False)

    def _show_unit(self) -> None:
        self._unit.setText(quantity_unit(str(self.quantity.currentData())))

    def _add(self) -> None:
        choose = self._state.choose
        try:
            values = self.values()
        except ValueError as error:
            self._say(text("portfolio_not_understood", {"words": str(error).removeprefix("could not convert string to float: ")}))
            return
        if choose is None or not values.keys() & {"at_least", "at_most"}:
            self._say(text("portfolio_needs_bound"))
            return
        heard = len(self._state.desk.messages)
        if self._state.desk.do("set_limit", id=free_id(str(values["quantity"]), {limit.id for limit in choose.limits}), **values):
            self.accept()
        elif len(self._state.desk.messages) > heard:
            self._say(self._state.desk.messages[-1].text)

    def _say(self, words: str) -> None:
        self.wrong.setText(words)
        self.wrong.show()


def free_id(quantity: str, taken: set[str]) -> str:
    """An id for a new limit: its quantity, numbered."""
    place = 1
    while (id := f"{quantity}_{place}") in taken:
        place += 1
    return id
