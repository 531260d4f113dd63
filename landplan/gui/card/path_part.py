"""The part of the card about renewal: each path with money for each party or why not, and what the plan does."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from landplan.core.messages import text
from landplan.core.results import Results
from landplan.core.scheme import Scheme
from landplan.core.tables import OptionTable
from landplan.gui import figures
from landplan.gui.card.paths import Money, PathFacts, Planned, Refusals, path_facts, planned
from landplan.gui.card.sureness import often_words
from landplan.gui.desk import Desk
from landplan.gui.widgets.section import Section, soft_label
from landplan.gui.widgets.small_table import SmallTable

_COLUMNS = ("party", "npv", "irr", "payback", "peak")


class PathPart(QWidget):
    """The paths of one parcel, in the scheme's order, and the plan."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._row = desk, -1
        self._refusals: tuple[OptionTable, Refusals] | None = None
        self._paths: tuple[str, ...] = ()
        self.blocks: list[PathBlock] = []
        self.plan = _PlanPart()
        self._section = Section(text("card_paths"), tip=text("card_paths_why"))
        self._section.body.setSpacing(8)
        self.note = soft_label()
        self._section.body.addWidget(self.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.plan)
        column.addWidget(self._section)
        desk.questions.changed.connect(self._say_often)

    def show_parcel(self, results: Results, row: int) -> None:
        """Another parcel, or other options."""
        options, scheme = self._desk.options, results.scheme
        self.show_plan(results, row)
        self._build(scheme)
        chooses = results.recipe.choose is not None
        self.note.setText(text("card_paths_wait" if chooses else "card_paths_none"))
        self.note.setVisible(options is None)
        found = () if options is None else path_facts(scheme, options, self._reasons(options), row)
        for k, block in enumerate(self.blocks):
            block.setVisible(k < len(found))
            if k < len(found):
                block.show_path(found[k])

    def show_plan(self, results: Results, row: int) -> None:
        """The plan as it is now, or as it was."""
        plan = self._desk.plan
        self.plan.show_plan(planned(plan, str(results.scores.ids[row])), plan is not None, self._desk.plan_current)
        self._row = row
        self._say_often()

    def _say_often(self) -> None:
        self.plan.show_often(often_words(self._desk.questions, self._row) if self._row >= 0 else "")

    def _reasons(self, options: OptionTable) -> Refusals:
        if self._refusals is None or self._refusals[0] is not options:
            self._refusals = (options, Refusals(options))
        return self._refusals[1]

    def _build(self, scheme: Scheme) -> None:
        """A block for each path; made anew only when the scheme has others."""
        ids = tuple(path.id for path in scheme.paths)
        if ids == self._paths:
            return
        self._paths = ids
        for block in self.blocks:
            self._section.body.removeWidget(block)
            block.deleteLater()
        self.blocks = [PathBlock() for _ in ids]
        for block in self.blocks:
            self._section.body.addWidget(block)


class PathBlock(QWidget):
    """One path: its options, one at a time, with money for each party; or the reasons why it is refused."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path: PathFacts | None = None
        self._swatch, self._title, self._state = QLabel(), QLabel(), QLabel()
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.offer = QComboBox()
        self.offer.setAccessibleName(text("card_option"))
        self.offer.setToolTip(text("card_option_why"))
        self.offer.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.offer.currentIndexChanged.connect(self._show_money)
        self.money = SmallTable(
            text("card_money"),
            [text(f"card_money_{one}") for one in _COLUMNS],
            [text(f"card_money_{one}_why") for one in _COLUMNS],
        )
        self.why_not = soft_label()
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self._swatch)
        line.addWidget(self._title, 1)
        line.addWidget(self._state)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        for widget in (self.offer, self.money, self.why_not):
            column.addWidget(widget)

    def show_path(self, path: PathFacts) -> None:
        """Another parcel's option of this path; the same option stays chosen where there is one."""
        if path == self._path:
            return
        before = self.offer.currentText()
        self._path = path
        self._swatch.setPixmap(_swatch(path.colour, self.devicePixelRatioF()))
        self._title.setText(path.title)
        self._title.setToolTip(text("card_responsible", {"path": path.title, "who": path.responsible or "–"}))
        self._say("card_feasible" if path.offers else "card_refused", "good" if path.offers else "bad")
        self.offer.blockSignals(True)
        self.offer.clear()
        self.offer.addItems([one.title for one in path.offers])
        self.offer.setCurrentIndex(max(self.offer.findText(before), 0) if path.offers else -1)
        self.offer.blockSignals(False)
        self.offer.setVisible(bool(path.offers))
        self.why_not.setText("\n".join(one.words() for one in path.refusals) or text("card_path_none"))
        self.why_not.setVisible(not path.offers)
        self._show_money()

    def _say(self, id: str, role: str) -> None:
        self._state.setText(text(id))
        if self._state.property("role") != role:
            self._state.setProperty("role", role)
            self._state.style().unpolish(self._state)
            self._state.style().polish(self._state)

    def _show_money(self) -> None:
        path, k = self._path, self.offer.currentIndex()
        shown = path.offers[k].money if path is not None and 0 <= k < len(path.offers) else ()
        self.money.set_rows([_money_row(one) for one in shown])
        self.money.setVisible(bool(shown))


class _PlanPart(Section):
    """What the plan does with the parcel, and whether it is still the project's plan."""

    def __init__(self) -> None:
        super().__init__(text("card_plan"))
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.often = soft_label()
        self.old = soft_label(text("card_plan_old"), "data")
        self.body.addWidget(self.words)
        self.body.addWidget(self.often)
        self.body.addWidget(self.old)

    def show_plan(self, found: Planned | None, solved: bool, current: bool) -> None:
        if not solved:
            self.words.setText(text("card_no_plan"))
        elif found is None:
            self.words.setText(text("card_not_planned"))
        else:
            years = {"start": found.start_year, "done": found.done_year}
            self.words.setText(f"{found.path} · {found.option}\n{text('card_plan_years', years)}")
        self.old.setVisible(solved and not current)

    def show_often(self, words: str) -> None:
        """In how many of the plans as good it is; "" where nobody asked."""
        self.often.setText(words)
        self.often.setVisible(bool(words))


def _money_row(one: Money) -> tuple[str, ...]:
    irr = figures.percent(one.irr) if np.isfinite(one.irr) else "–"
    payback = figures.number(one.payback_years, 0) if np.isfinite(one.payback_years) else "–"
    return one.party, figures.signed(one.npv_wan, 0), irr, payback, figures.number(-one.peak_wan, 0)


def _swatch(colour: str, ratio: float) -> QPixmap:
    made = QPixmap(QSize(10, 10) * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(QColor(f"#{colour}"))
    return made
