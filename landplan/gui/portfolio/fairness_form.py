"""The dialog that asks for fairness: between which zones, of what, and how much of its part each gets."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from landplan.app.plan_rules import zone_sets
from landplan.core.messages import text
from landplan.core.recipe import Fairness
from landplan.core.rule_words import set_title
from landplan.gui.plan_words import given, quantities, quantity_title
from landplan.gui.portfolio.rule_form import RuleForm, free_id, number_of
from landplan.gui.portfolio.state import PlanState


class FairnessForm(RuleForm):
    """A part of what its share of the area would give each zone."""

    def __init__(self, state: PlanState, parent: QWidget | None = None) -> None:
        super().__init__(state, "rule_form_fairness", parent)
        self.set, self.quantity, self.percent = QComboBox(), QComboBox(), QLineEdit()
        self.percent.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field("rule_form_set", self.set, "rule_form_set_why")
        self.field("rule_form_quantity", self.quantity, "rule_form_quantity_why")
        self.field("rule_form_percent", self.percent, "rule_form_percent_why")

    def begin(self, rule: Fairness | None = None) -> None:
        """Show the dialog, for a new rule or one that is changed."""
        project, choose = self.state.desk.project, self.state.choose
        if project is None:
            return
        self.offer(self.set, [(one, set_title(one)) for one in zone_sets(project)], "", rule.set if rule else "town")
        titles = [(one, quantity_title(one, choose)) for one in quantities(self.state.funds)]
        self.offer(self.quantity, titles, "", rule.quantity if rule else "area_mu")
        self.percent.setText(given(round(100 * (rule.at_least if rule else 0.5), 10)))
        self.open_for(rule.id if rule is not None else "", self.percent)

    def values(self) -> dict[str, Any]:
        percent = number_of(self.percent)
        at_least = None if percent is None else percent / 100
        return {"set": self.set.currentData(), "quantity": self.quantity.currentData(), "at_least": at_least}

    def lacking(self, values: dict[str, Any]) -> str:
        return "" if values["at_least"] is not None and 0 <= values["at_least"] <= 1 else text("rule_form_needs_percent")

    def command(self, values: dict[str, Any]) -> bool:
        return self.state.desk.do("set_fairness", id=self.id or free_id("fair", self.state.rule_ids), **values)
