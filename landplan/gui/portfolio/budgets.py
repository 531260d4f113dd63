"""Section: what each fund may spend in each year, and what the plan spends of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from landplan.core.messages import text
from landplan.core.recipe import Budget, Choose
from landplan.core.rule_words import listed as listed_words
from landplan.gui.plan_tables import FundYear, fund_years
from landplan.gui.plan_words import fund_title, given, number
from landplan.gui.portfolio.fund_form import FundForm
from landplan.gui.portfolio.state import PlanState
from landplan.gui.theme import theme
from landplan.gui.widgets.cells import Cell, listed
from landplan.gui.widgets.fitted_table import FittedTable
from landplan.gui.widgets.section import Section, soft_label

Row = tuple[Cell, Cell, Cell]


class BudgetSection(Section):
    """A heading for every fund, a row for every year: budget (typed), spending, and a thin bar of it."""

    def __init__(self, state: PlanState, parent: QWidget | None = None) -> None:
        super().__init__(text("portfolio_budgets"), parent, tip=text("portfolio_budgets_why"))
        self.say(text("portfolio_budgets_unit"))
        self._state = state
        self._lines: list[FundYear | None] = []
        self._headings: dict[int, Budget] = {}
        self.form: FundForm | None = None
        self.table = FittedTable(text("portfolio_budgets"), self)
        self.table.typed.connect(self._typed, Qt.ConnectionType.QueuedConnection)
        self.table.switched.connect(self._switch, Qt.ConnectionType.QueuedConnection)
        self.table.entered_row.connect(self._change)
        self.table.removed.connect(self._clear, Qt.ConnectionType.QueuedConnection)
        self.none = soft_label(text("portfolio_no_funds"))
        self.body.addWidget(self.table)
        self.body.addWidget(self.none)

    def refresh(self) -> None:
        """Show the budgets of the recipe and the spending of the plan."""
        choose = self._state.choose
        if choose is None:
            return
        found = fund_years(choose, self._state.funds, self._state.plan)
        rows: list[Row] = []
        self._lines, self._headings = [], {}
        budgets = {one.fund: one for one in choose.budgets}
        for fund, years in found.items():
            if fund in budgets:
                self._headings[len(rows)] = budgets[fund]
            self._lines.append(None)
            rows.append(self._heading(fund, choose))
            limited = any(one.budget is not None for one in years)
            for one in years:
                self._lines.append(one)
                rows.append(self._row(one, limited, on=fund not in budgets or budgets[fund].on))
        headers = (text("portfolio_year"), text("portfolio_budget"), text("portfolio_spending"))
        self.table.clearSpans()
        self.table.show_cells(listed(headers, rows))
        for row, line in enumerate(self._lines):
            if line is None:
                self.table.setSpan(row, 0, 1, 3)
        self.table.refit()
        self.table.setVisible(bool(rows))
        self.none.setVisible(not rows)

    def row_of(self, fund: str, year: int) -> int:
        """The row of a year of a fund; −1 for none."""
        found = (k for k, line in enumerate(self._lines) if line is not None and (line.fund, line.year) == (fund, year))
        return next(found, -1)

    def _heading(self, fund: str, choose: Choose) -> Row:
        budget = next((one for one in choose.budgets if one.fund == fund), None)
        how = "portfolio_unlimited" if budget is None else "portfolio_carried" if budget.carry_over else "portfolio_not_carried"
        title, notes = fund_title(fund, choose), [text(how)]
        if budget is None:
            return Cell(title, f"{title} ({fund})\n{text(f'{how}_why')}", note=text(how), heading=True), Cell(), Cell()
        if budget.year_wan is not None:
            notes.append(text("fund_most", {"wan": given(budget.year_wan)}))
        tip = "\n".join((f"{title} ({fund})", *notes, text(f"{how}_why"), text("fund_row_why")))
        note, colour = (listed_words(notes), "") if budget.on else (text("rule_off"), theme().faint)
        return Cell(title, tip, note=note, heading=True, check=budget.on, colour=colour), Cell(), Cell()

    def _row(self, one: FundYear, limited: bool, *, on: bool) -> Row:
        of = theme()
        clash = f"budget_{one.fund}_{one.year}" in self._state.clashing
        year_tip = text("portfolio_outside_years") if one.outside else ""
        words = given(one.budget) if one.budget is not None else text("portfolio_none" if limited else "portfolio_unlimited")
        faint = "" if one.budget is not None and on else of.faint
        wrong = clash or one.outside
        tip = year_tip or text("portfolio_clashes" if clash else "portfolio_budget_tip" if limited else "portfolio_budget_first")
        budget = Cell(words, tip, right=True, colour=of.bad if wrong else faint, edit=given(one.budget))
        return Cell(str(one.year), year_tip, colour=of.bad if wrong else ""), budget, self._spent(one)

    def _spent(self, one: FundYear) -> Cell:
        of = theme()
        if one.spent is None:
            return Cell("–", text("portfolio_not_solved"), right=True, colour=of.faint)
        later = text("portfolio_later", {"wan": number(one.later)}) if one.later > 0 else ""
        if one.available is None:
            return Cell(number(one.spent), later, right=True)
        facts = {"spent": number(one.spent), "available": number(one.available), "left": number(one.available - one.spent)}
        over = one.spent > one.available * (1 + 1e-9) + 1e-6
        share = one.spent / one.available if one.available > 0 else float(one.spent > 0)
        tip = "\n".join(filter(None, (text("portfolio_spent_tip", facts), later)))
        colour = of.bad if over else of.data if share > 0.99 else of.accent
        return Cell(number(one.spent), tip, right=True, bar=share, bar_colour=colour)

    def _switch(self, row: int, on: bool) -> None:
        if row in self._headings:
            self._state.desk.do("set_fund", fund=self._headings[row].fund, on=on)

    def _change(self, row: int) -> None:
        if row not in self._headings:
            return
        if self.form is None:
            self.form = FundForm(self._state, self)
        self.form.begin(self._headings[row])

    def _typed(self, row: int, _column: int, value: float | None) -> None:
        line = self._lines[row] if row < len(self._lines) else None
        if line is not None:
            self._state.desk.do("set_budget", fund=line.fund, year=line.year, wan=value)

    def _clear(self, row: int) -> None:
        line = self._lines[row] if row < len(self._lines) else None
        if line is not None and line.budget is not None:
            self._state.desk.do("set_budget", fund=line.fund, year=line.year)
