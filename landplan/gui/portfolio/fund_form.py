"""The dialog on how a fund counts: what is left, what comes in, and the most of any one year."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from landplan.core.messages import text
from landplan.core.recipe import Budget
from landplan.gui.plan_words import given
from landplan.gui.portfolio.rule_form import RuleForm, number_of
from landplan.gui.portfolio.state import PlanState


class FundForm(RuleForm):
    """The rules of one fund with a budget."""

    def __init__(self, state: PlanState, parent: QWidget | None = None) -> None:
        super().__init__(state, "fund_form", parent)
        self.carry_over, self.income = QCheckBox(text("fund_form_carry")), QCheckBox(text("fund_form_income"))
        self.most = QLineEdit()
        self.most.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.most.setPlaceholderText(text("portfolio_unlimited"))
        self.carry_over.setToolTip(text("portfolio_carried_why"))
        self.income.setToolTip(text("fund_form_income_why"))
        self.form.addRow(self.carry_over)
        self.form.addRow(self.income)
        self.field("fund_form_most", self.most, "fund_form_most_why")

    def begin(self, budget: Budget) -> None:
        """Show the dialog for a fund."""
        self.carry_over.setChecked(budget.carry_over)
        self.income.setChecked(budget.income_returns)
        self.most.setText(given(budget.year_wan))
        self.open_for(budget.fund, self.carry_over)

    def values(self) -> dict[str, Any]:
        most = number_of(self.most)
        switches = {"carry_over": self.carry_over.isChecked(), "income_returns": self.income.isChecked()}
        return {**switches, "year_wan": most, "no_ceiling": most is None}

    def command(self, values: dict[str, Any]) -> bool:
        return self.state.desk.do("set_fund", fund=self.id, **values)
