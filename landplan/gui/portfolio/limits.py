"""Section: the limits of the plan, how much of each is used, and what one more unit would be worth."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from landplan.core.messages import pick, text
from landplan.core.recipe import Choose, Limit
from landplan.core.rule_words import limit_sentence
from landplan.core.tables import LimitUse
from landplan.gui.plan_words import given, limit_title, number, price_words, quantity_unit, significant
from landplan.gui.portfolio.limit_form import LimitForm
from landplan.gui.portfolio.state import PlanState
from landplan.gui.theme import theme
from landplan.gui.widgets.cells import Cell, listed
from landplan.gui.widgets.fitted_table import FittedTable
from landplan.gui.widgets.section import Section, soft_label

_LEAST, _MOST, _USED, _WORTH, _REMOVE = range(5)


class LimitSection(Section):
    """Two rows a limit: a sentence with its switch (a click changes it), then its bounds (typed), its use and its worth."""

    def __init__(self, state: PlanState, parent: QWidget | None = None) -> None:
        super().__init__(text("portfolio_limits"), parent, tip=text("portfolio_limits_why"))
        self._state = state
        self._limits: tuple[Limit, ...] = ()
        self.form: LimitForm | None = None
        self.add = self.add_button("add", text("portfolio_limit_add"), lambda: self._open_form(), text("portfolio_limit_add_why"))
        self.table = FittedTable(text("portfolio_limits"), self, stretch=_WORTH, words=72)
        self.table.typed.connect(self._typed, Qt.ConnectionType.QueuedConnection)
        self.table.removed.connect(self._remove, Qt.ConnectionType.QueuedConnection)
        self.table.switched.connect(self._switch, Qt.ConnectionType.QueuedConnection)
        self.table.entered_row.connect(self._change)
        self.none = soft_label(text("portfolio_no_limits"))
        self.body.addWidget(self.table)
        self.body.addWidget(self.none)

    def refresh(self) -> None:
        """Show the limits of the recipe, and of the plan what it uses of them."""
        choose, portfolio = self._state.choose, self._state.desk.portfolio
        if choose is None:
            return
        self._limits = choose.limits
        uses = {use.id: use for use in portfolio.limits} if portfolio is not None else {}
        prices = portfolio.prices if portfolio is not None else {}
        rows: list[tuple[Cell, ...]] = []
        for limit in choose.limits:
            use = uses.get(limit.id)
            rows.append(self._heading(limit, choose))
            rows.append(self._numbers(limit, use, prices.get(limit.id)))
        headers = (*(text(id) for id in ("at_least", "at_most", "used", "portfolio_worth")), "")
        self.table.clearSpans()
        self.table.show_cells(listed(headers, rows, ("", "", text("portfolio_used_why"), text("portfolio_worth_why"))))
        for row in range(0, len(rows), 2):
            self.table.setSpan(row, 0, 1, _REMOVE)
            self.table.setSpan(row, _REMOVE, 2, 1)
        self.table.refit()
        self.table.setVisible(bool(rows))
        self.none.setVisible(not rows)
        binding = sum(use.binding for use in uses.values() if any(use.id == limit.id for limit in choose.limits))
        self.say(text("portfolio_binding", {"n": binding}) if binding else "")

    def row_of(self, id: str) -> int:
        """The row with the numbers of a limit; −1 for none."""
        return next((2 * k + 1 for k, limit in enumerate(self._limits) if limit.id == id), -1)

    def _heading(self, limit: Limit, choose: Choose) -> tuple[Cell, ...]:
        scheme, zones = self._state.scheme, self._state.zones
        title = limit_title(limit, choose, scheme, zones)
        clash = next((one for one in self._state.clashes if one.id == limit.id), None)
        sentence, why = limit_sentence(limit, choose, scheme, zones), text("rule_row_why")
        tip = "\n".join(
            filter(None, (pick(limit.title), sentence, f"{text('portfolio_clashes')} {clash.gives}" if clash else "", why))
        )
        colour = theme().bad if clash else "" if limit.on else theme().faint
        words = Cell(sentence, tip, note="" if limit.on else text("rule_off"), heading=True, colour=colour, check=limit.on)
        remove = Cell(tip=f"{text('portfolio_limit_remove', {'title': title})} (Delete)", picture="remove", heading=True)
        return (words, Cell(), Cell(), Cell(), remove)

    def _numbers(self, limit: Limit, use: LimitUse | None, price: float | None) -> tuple[Cell, ...]:
        of, unit = theme(), quantity_unit(limit.quantity)
        bounds = [
            Cell(
                given(bound) or "–",
                text(id, {"unit": unit}),
                right=True,
                colour="" if bound is not None else of.faint,
                edit=given(bound),
            )
            for id, bound in (("portfolio_least_tip", limit.at_least), ("portfolio_most_tip", limit.at_most))
        ]
        if not limit.on:
            off = Cell("–", text("rule_off_why"), right=True, colour=of.faint)
            return (*bounds, off, Cell("", text("rule_off_why"), right=True), Cell())
        if use is None:
            unsolved = Cell("–", text("portfolio_not_solved"), right=True, colour=of.faint)
            return (*bounds, unsolved, Cell("", text("portfolio_not_solved"), right=True), Cell())
        end = use.at_most if use.at_most is not None else use.at_least
        said = price_words(use, price)
        share = use.used / end if end else float(use.used > 0)
        used = Cell(number(use.used, 1 if abs(use.used) < 100 and use.used % 1 else 0), "\n".join(filter(None, (
            text("portfolio_use_tip", {"used": significant(use.used, 7), "unit": unit}), said))), right=True,
            bar=share, bar_colour=of.data if use.binding else of.accent)  # fmt: skip
        worth = f"{'+' if price and price > 0 else ''}{significant(abs(price))}/{unit}" if said and price else ""
        words = worth or (text("portfolio_binds_short") if said else text("portfolio_room"))
        return (
            *bounds,
            used,
            Cell(words, said or text("portfolio_room_why"), right=True, colour=of.data if said else of.faint),
            Cell(),
        )

    def _typed(self, row: int, column: int, value: float | None) -> None:
        if row // 2 >= len(self._limits) or column not in (_LEAST, _MOST):
            return
        limit = self._limits[row // 2]
        bounds = {"at_least": limit.at_least, "at_most": limit.at_most}
        bounds["at_least" if column == _LEAST else "at_most"] = value
        if bounds["at_least"] is None and bounds["at_most"] is None:
            self._state.desk.do("remove_limit", id=limit.id)
            return
        what = {"quantity": limit.quantity, "zone": limit.zone, "path": limit.path, "model": limit.model, "year": limit.year}
        values: dict[str, Any] = {name: found for name, found in {**what, **bounds}.items() if found is not None}
        self._state.desk.do("set_limit", id=limit.id, **values)

    def _remove(self, row: int) -> None:
        if row // 2 < len(self._limits):
            self._state.desk.do("remove_limit", id=self._limits[row // 2].id)

    def _switch(self, row: int, on: bool) -> None:
        if row // 2 < len(self._limits):
            self._state.desk.do("switch_limit", id=self._limits[row // 2].id, on=on)

    def _change(self, row: int) -> None:
        if row % 2 == 0 and row // 2 < len(self._limits):
            self._open_form(self._limits[row // 2])

    def _open_form(self, limit: Limit | None = None) -> None:
        if self.form is None:
            self.form = LimitForm(self._state, self)
        self.form.begin(limit)
