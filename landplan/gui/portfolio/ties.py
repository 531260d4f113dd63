"""Section: rules that tie parcels together: connected pieces, fairness, shared boundary, and what an earlier plan chose."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QMenu, QWidget

from landplan.core.messages import pick, text
from landplan.core.recipe import Connected, Fairness
from landplan.core.rule_words import connected_sentence, fairness_sentence
from landplan.gui.plan_words import number
from landplan.gui.portfolio.connected_form import ConnectedForm
from landplan.gui.portfolio.fairness_form import FairnessForm
from landplan.gui.portfolio.state import PlanState
from landplan.gui.theme import theme
from landplan.gui.widgets.cells import Cell, listed
from landplan.gui.widgets.fitted_table import FittedTable
from landplan.gui.widgets.number_entry import NumberEntry
from landplan.gui.widgets.section import Section, small_button, soft_label


class TieSection(Section):
    """A row a rule: its switch and sentence (a click changes it); below, the reward of shared boundary and the earlier plan."""

    def __init__(self, state: PlanState, parent: QWidget | None = None) -> None:
        super().__init__(text("portfolio_ties"), parent, tip=text("portfolio_ties_why"))
        self._state = state
        self._rules: tuple[Connected | Fairness, ...] = ()
        self.connected: ConnectedForm | None = None
        self.fairness: FairnessForm | None = None
        self.add = self.add_button("add", text("portfolio_tie_add"), self._offer, text("portfolio_tie_add_why"))
        self.menu = QMenu(self)
        self.menu.addAction(text("rule_form_connected"), self.open_connected)
        self.menu.addAction(text("rule_form_fairness"), self.open_fairness)
        self.table = FittedTable(text("portfolio_ties"), self)
        self.table.horizontalHeader().hide()
        self.table.switched.connect(self._switch, Qt.ConnectionType.QueuedConnection)
        self.table.removed.connect(self._remove, Qt.ConnectionType.QueuedConnection)
        self.table.entered_row.connect(self._change)
        self.none = soft_label(text("portfolio_no_ties"))
        self.reward = NumberEntry(text("portfolio_reward"))
        self.reward.setFixedWidth(72)
        self.reward.setToolTip(text("portfolio_reward_why"))
        self.reward.entered.connect(self._rewarded)
        self.earlier, self.keep = QLabel(), QCheckBox(text("portfolio_keep_earlier"))
        self.keep.setToolTip(text("portfolio_keep_earlier_why"))
        self.keep.toggled.connect(self._keep)
        self.take = small_button("save", text("portfolio_earlier_take"), self._take, text("portfolio_earlier_take_why"))
        self.forget = small_button("remove", text("portfolio_earlier_forget"), self._forget)
        self._lay_out()

    def _lay_out(self) -> None:
        reward, earlier, buttons = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        label = QLabel(text("portfolio_reward"))
        label.setBuddy(self.reward)
        for row, widgets in ((reward, (label, self.reward, QLabel(text("portfolio_reward_unit")))),
                             (earlier, (self.earlier, self.forget)), (buttons, (self.take, self.keep))):  # fmt: skip
            row.setSpacing(8)
            for widget in widgets:
                row.addWidget(widget)
            row.addStretch(1)
        for part in (self.table, self.none):
            self.body.addWidget(part)
        for line in (reward, earlier, buttons):
            self.body.addLayout(line)

    def refresh(self) -> None:
        """Show the rules of the recipe."""
        choose = self._state.choose
        if choose is None:
            return
        self._rules = (*choose.connected, *choose.fairness)
        rows = [self._row(rule) for rule in self._rules]
        self.table.show_cells(listed(("", ""), rows))
        self.table.setVisible(bool(rows))
        self.none.setVisible(not rows)
        self.reward.set_number(choose.boundary_reward, 0.01)
        n = len(choose.earlier)
        self.earlier.setText(text("portfolio_earlier", {"n": number(n)}) if n else text("portfolio_earlier_none"))
        self.earlier.setToolTip("\n".join(choose.earlier[:20]))
        self.keep.blockSignals(True)
        self.keep.setChecked(choose.keep_earlier)
        self.keep.blockSignals(False)
        self.keep.setVisible(n > 0)
        self.forget.setVisible(n > 0)
        self.take.setEnabled(self._state.desk.portfolio is not None)

    def row_of(self, id: str) -> int:
        """The row of a rule, by its id or that of one of its zones; −1 for none."""
        found = (k for k, rule in enumerate(self._rules) if id == rule.id or id.startswith(f"{rule.id}_"))
        return next(found, -1)

    def open_connected(self, rule: Connected | None = None) -> None:
        """The form of connected pieces."""
        if self.connected is None:
            self.connected = ConnectedForm(self._state, self)
        self.connected.begin(rule)

    def open_fairness(self, rule: Fairness | None = None) -> None:
        """The form of fairness."""
        if self.fairness is None:
            self.fairness = FairnessForm(self._state, self)
        self.fairness.begin(rule)

    def _row(self, rule: Connected | Fairness) -> tuple[Cell, Cell]:
        choose, state = self._state.choose, self._state
        assert choose is not None  # noqa: S101  (refresh has looked)
        said = connected_sentence(rule, state.scheme) if isinstance(rule, Connected) else fairness_sentence(rule, choose)
        clash = any(one == rule.id or one.startswith(f"{rule.id}_") for one in state.clashing)
        gives = "\n".join(f"{text('portfolio_clashes')} {one.title} {one.gives}" for one in state.clashes if clash)
        tip = "\n".join(filter(None, (pick(rule.title), said, gives, text("rule_row_why"))))
        colour = theme().bad if clash else "" if rule.on else theme().faint
        words = Cell(said, tip, note="" if rule.on else text("rule_off"), colour=colour, check=rule.on, loose=True)
        remove = text("portfolio_limit_remove", {"title": pick(rule.title) or said})
        return words, Cell(tip=f"{remove} (Delete)", picture="remove")

    def _offer(self) -> None:
        self.menu.popup(self.add.mapToGlobal(self.add.rect().bottomLeft()))

    def _switch(self, row: int, on: bool) -> None:
        if row < len(self._rules):
            self._state.desk.do("switch_limit", id=self._rules[row].id, on=on)

    def _remove(self, row: int) -> None:
        if row < len(self._rules):
            self._state.desk.do("remove_limit", id=self._rules[row].id)

    def _change(self, row: int) -> None:
        rule = self._rules[row] if row < len(self._rules) else None
        if isinstance(rule, Connected):
            self.open_connected(rule)
        elif rule is not None:
            self.open_fairness(rule)

    def _rewarded(self, reward: float) -> None:
        if not self._state.desk.do("set_boundary_reward", reward=reward):
            self.refresh()

    def _keep(self, keep: bool) -> None:
        self._state.desk.do("set_earlier", keep=keep)

    def _take(self) -> None:
        plan = self._state.plan
        if plan is None or plan.options is None or plan.portfolio is None:
            return
        rows = plan.options.parcel[plan.portfolio.option]
        self._state.desk.do("set_earlier", parcels=[str(plan.options.ids[row]) for row in rows])

    def _forget(self) -> None:
        self._state.desk.do("remove_earlier")
