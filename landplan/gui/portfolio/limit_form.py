"""The dialog that sets a limit: quantity, where, which path and model, when, its bounds, and what missing them costs."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QLabel, QLineEdit, QWidget

from landplan.core.messages import text
from landplan.core.recipe import Limit
from landplan.gui.plan_words import given, quantities, quantity_title, quantity_unit, zone_choices
from landplan.gui.portfolio.rule_form import RuleForm, free_id, number_of
from landplan.gui.portfolio.state import PlanState


class LimitForm(RuleForm):
    """A limit in words; it is set only when at least one bound is a number."""

    def __init__(self, state: PlanState, parent: QWidget | None = None) -> None:
        super().__init__(state, "portfolio_limit_form", parent)
        self.quantity, self.zone, self.path, self.model, self.year = (QComboBox() for _ in range(5))
        self.at_least, self.at_most, self.penalty, self._unit = QLineEdit(), QLineEdit(), QLineEdit(), QLabel()
        self.zone.setEditable(True)
        self.zone.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = self.zone.completer()
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        fields = {"quantity": self.quantity, "zone": self.zone, "path": self.path, "model": self.model, "year": self.year}
        for name, field in fields.items():
            self.field(f"portfolio_limit_{name}", field, f"portfolio_limit_{name}_why")
        bounds = QHBoxLayout()
        for name, box in (("at_least", self.at_least), ("at_most", self.at_most)):
            box.setPlaceholderText(text(name))
            box.setToolTip(text(f"portfolio_limit_{name}_why"))
            box.setAccessibleName(text(name))
            box.setAlignment(Qt.AlignmentFlag.AlignRight)
            bounds.addWidget(box, 1)
        bounds.addWidget(self._unit)
        self.form.addRow(text("portfolio_limit_bounds"), bounds)
        self.penalty.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.penalty.setPlaceholderText(text("portfolio_limit_hard"))
        self.field("portfolio_limit_penalty", self.penalty, "portfolio_limit_penalty_why")
        self.quantity.currentIndexChanged.connect(self._show_unit)

    def begin(self, limit: Limit | None = None) -> None:
        """Offer what this project has, and show the dialog, for a new limit or one that is changed."""
        choose = self.state.choose
        if choose is None:
            return
        titles = [(one, quantity_title(one, choose)) for one in quantities(self.state.funds)]
        self.offer(self.quantity, titles, "", limit and limit.quantity)
        self.offer(self.zone, list(zone_choices(self.state.zones)), "portfolio_everywhere", limit and limit.zone)
        self.offer_kinds(self.path, self.model, limit)
        self.offer(self.year, [(year, str(year)) for year in choose.years.all], "portfolio_all_years", limit and limit.year)
        for box, value in ((self.at_least, "at_least"), (self.at_most, "at_most"), (self.penalty, "penalty")):
            box.setText(given(getattr(limit, value)) if limit is not None else "")
        self._show_unit()
        self.open_for(limit.id if limit is not None else "", self.quantity)

    def values(self) -> dict[str, Any]:
        zone = self.zone.findText(self.zone.currentText())
        if zone < 0:
            raise ValueError(self.zone.currentText())
        return {
            "quantity": self.quantity.currentData(),
            "zone": self.zone.itemData(zone),
            "path": self.path.currentData(),
            "model": self.model.currentData(),
            "year": self.year.currentData(),
            "at_least": number_of(self.at_least),
            "at_most": number_of(self.at_most),
            "penalty": number_of(self.penalty),
        }

    def lacking(self, values: dict[str, Any]) -> str:
        return text("portfolio_needs_bound") if values["at_least"] is None and values["at_most"] is None else ""

    def command(self, values: dict[str, Any]) -> bool:
        desk, taken = self.state.desk, self.state.rule_ids
        soft = self.id and "penalty" not in values and any(one.id == self.id and one.penalty is not None for one in self._limits)
        if soft and not desk.do("set_penalty", id=self.id):
            return False
        return desk.do("set_limit", id=self.id or free_id(str(values["quantity"]), taken), **values)

    @property
    def _limits(self) -> tuple[Limit, ...]:
        return self.state.choose.limits if self.state.choose is not None else ()

    def _show_unit(self) -> None:
        self._unit.setText(quantity_unit(str(self.quantity.currentData())))
