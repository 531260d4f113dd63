"""Public money by fund and level against its ceilings, the private money that comes with it; and what the plan spends by year."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from landplan.app.money import MoneyFindings
from landplan.core.messages import pick, text
from landplan.core.results import Results
from landplan.gui import figures
from landplan.gui.desk import Desk
from landplan.gui.money.column_cells import table_of
from landplan.gui.money.other_pages import Page
from landplan.gui.money.words import NONE
from landplan.gui.plan_tables import FundYear, fund_years
from landplan.gui.theme import theme
from landplan.gui.widgets.cells import Cell, listed
from landplan.gui.widgets.fitted_table import FittedTable, stacked
from landplan.gui.widgets.scrolled import scrolled
from landplan.gui.widgets.section import Section


class FundsPage(Page):
    """Two sections: the best option of each parcel, and the plan where there is one."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("portfolio", "funds", parent)
        self._desk = desk
        self._plan: Results | None = None
        self.table = FittedTable(text("money_panel_tab_funds"), small=True, words=140)
        self.plan, self.years = Section(text("money_panel_plan")), FittedTable(text("money_panel_plan"), small=True, words=140)
        self.plan.body.addWidget(self.years)
        self.column.removeWidget(self.note)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self.note, self.table, self.plan):
            column.addWidget(part)
        column.addStretch(1)
        self.column.addWidget(scrolled(inside), 1)

    def show_found(self, found: MoneyFindings) -> None:
        """What the best options draw, by fund."""
        headers, rows = table_of(found, "funds")
        if not rows:
            self.say_none(text("money_panel_no_funds"))
            return
        public, private = float(found.public.public[found.best].sum()), float(found.public.private[found.best].sum())
        id = "money_panel_public_one" if len(found.best) == 1 else "money_panel_public"
        self.note.setText(_leverage(id, len(found.best), public, private))
        self.table.show_cells(listed(headers, rows))
        self._show_plan()
        self.setCurrentIndex(1)

    def _show_plan(self) -> None:
        """The plan's own spending; nothing without a plan."""
        plan = self._desk.plan
        solved = plan is not None and plan.portfolio is not None and plan.options is not None
        self.plan.setVisible(solved)
        if not solved or plan is None:
            return
        if plan is not self._plan:
            self._fill_years(plan)
        self._say_age()

    def _fill_years(self, plan: Results) -> None:
        """Spent of available, by fund and year."""
        self._plan, choose = plan, plan.recipe.choose
        if choose is None or plan.options is None:
            return
        self.plan.setToolTip(text("money_panel_plan_why"))
        funds = [each for each in fund_years(choose, plan.options.funds, plan).values() if each]
        years = sorted({one.year for each in funds for one in each})
        titles = {fund.id: pick(fund.title) or fund.id for fund in plan.scheme.funds}
        heads, rows = [text("money_fund"), *map(str, years), stacked(text("money_panel_later"))], []
        for each in funds:
            by_year = {one.year: one for one in each}
            rows.append(
                [Cell(titles.get(each[0].fund, each[0].fund)), *(_spent(by_year.get(year)) for year in years), _later(each)]
            )
        self.years.show_cells(listed(heads, rows))

    def _say_age(self) -> None:
        """What the plan's money comes to, once it is summed; whether the plan is old."""
        self._desk.money.want_plan()
        made = self._desk.money.planned
        said = ""
        if made is not None and made.plan is self._plan:
            said = _leverage("money_panel_plan_public", made.parcels, made.public_wan, made.private_wan)
        self.plan.say(said if self._desk.plan_current else f"{said} {text('portfolio_old')}")


def _leverage(id: str, n: int, public_wan: float, private_wan: float) -> str:
    """Public and private money of some options, and how much the one brings of the other."""
    said = {"n": f"{n:,}", "public": figures.number(public_wan, 0), "private": figures.number(private_wan, 0)}
    ratio = figures.number(private_wan / public_wan, 2) if public_wan > 0 else ""
    return text(id, said) + (text("money_panel_leverage", {"leverage": ratio}) if ratio else "")


def _spent(one: FundYear | None) -> Cell:
    """Spent of what is available; a dash in a year the fund or the plan does not have."""
    if one is None or one.spent is None:
        return Cell(NONE, right=True)
    own = one.spent - one.later
    if one.available is None or not np.isfinite(one.available):
        return Cell(figures.number(own, 0), right=True)
    said = {"spent": figures.number(own, 0), "available": figures.number(one.available, 0)}
    over = one.spent > one.available * (1 + 1e-9)
    return Cell(text("money_panel_of", said), right=True, colour=theme().bad if over else "")


def _later(each: tuple[FundYear, ...]) -> Cell:
    return Cell(
        figures.number(sum(one.later for one in each), 0) if any(one.spent is not None for one in each) else NONE, right=True
    )
