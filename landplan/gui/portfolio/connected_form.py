"""The dialog that asks for connected pieces: how large, within what, and of which path and model."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from landplan.app.plan_rules import zone_sets
from landplan.core.messages import text
from landplan.core.recipe import Connected
from landplan.core.rule_words import set_title
from landplan.gui.plan_words import given
from landplan.gui.portfolio.rule_form import RuleForm, free_id, number_of
from landplan.gui.portfolio.state import PlanState


class ConnectedForm(RuleForm):
    """Pieces of at least an area."""

    def __init__(self, state: PlanState, parent: QWidget | None = None) -> None:
        super().__init__(state, "rule_form_connected", parent)
        self.area, self.within, self.path, self.model = QLineEdit(), QComboBox(), QComboBox(), QComboBox()
        self.area.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field("rule_form_area", self.area, "rule_form_area_why")
        self.field("rule_form_within", self.within, "rule_form_within_why")
        self.field("portfolio_limit_path", self.path, "portfolio_limit_path_why")
        self.field("portfolio_limit_model", self.model, "portfolio_limit_model_why")

    def begin(self, rule: Connected | None = None) -> None:
        """Show the dialog, for a new rule or one that is changed."""
        project = self.state.desk.project
        if project is None:
            return
        sets = [(one, set_title(one)) for one in zone_sets(project)]
        self.offer(self.within, sets, "rule_form_nowhere", rule and rule.within)
        self.offer_kinds(self.path, self.model, rule)
        self.area.setText(given(rule.min_area_mu) if rule is not None else "")
        self.open_for(rule.id if rule is not None else "", self.area)

    def values(self) -> dict[str, Any]:
        named = {"within": self.within, "path": self.path, "model": self.model}
        return {"min_area_mu": number_of(self.area), **{name: box.currentData() for name, box in named.items()}}

    def lacking(self, values: dict[str, Any]) -> str:
        return "" if (values["min_area_mu"] or 0) > 0 else text("rule_form_needs_area")

    def command(self, values: dict[str, Any]) -> bool:
        return self.state.desk.do("set_connected", id=self.id or free_id("pieces", self.state.rule_ids), **values)
