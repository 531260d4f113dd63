"""The plot card: everything about the one selected parcel, or what several add up to."""

from __future__ import annotations

from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from landplan.core.messages import text
from landplan.core.project import Project
from landplan.gui.card.facts import facts
from landplan.gui.card.head import CardHead
from landplan.gui.card.obstacles_part import ObstaclesPart
from landplan.gui.card.path_part import PathPart
from landplan.gui.card.score_part import ScorePart
from landplan.gui.card.summary_part import SummaryPart
from landplan.gui.card.sureness import holds_words
from landplan.gui.card.survey_part import SurveyPart
from landplan.gui.desk import Desk
from landplan.gui.dock import panel
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.late_widget import LateWidget
from landplan.gui.widgets.row_list import Row, RowList
from landplan.gui.widgets.scrolled import scrolled
from landplan.gui.widgets.section import Section, small_button

_EMPTY, _ONE, _SEVERAL = range(3)


@panel("plot_card", "right", 0, icon="card")
class PlotCard(LateWidget):
    """One parcel, several, or what to do to see one."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._row = -1
        self.empty = EmptyState("card", text("panel_plot_card"))
        self.head, self.scores, self.paths = CardHead(desk), ScorePart(), PathPart(desk)
        self.survey, self.obstacles = SurveyPart(desk.survey), ObstaclesPart(desk)
        self.facts, self.summary = RowList(text("card_facts")), SummaryPart(desk)
        self._facts = Section(text("card_facts"), tip=text("card_facts_why"))
        self.fold = small_button("down", text("card_facts_show"), self._fold)
        self._facts.head.addWidget(self.fold)
        self._facts.body.addWidget(self.facts)
        self.facts.hide()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(_column(self.head, self.scores, self.survey, self.obstacles, self.paths, self._facts))
        self.pages.addWidget(_column(self.summary))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)
        self.setMinimumWidth(260)
        self._listen()
        self.refresh()

    def _listen(self) -> None:
        desk = self._desk
        desk.opened.connect(self.refresh)
        desk.selection_changed.connect(self.refresh)
        desk.results_changed.connect(self._rescored)
        desk.robustness.changed.connect(self._tested)
        desk.survey.changed.connect(self._reclassed)
        desk.options_changed.connect(self._repropose)
        desk.plan_changed.connect(self._replan)
        desk.project_changed.connect(self._decide)

    def refresh(self) -> None:
        """The whole card anew, once it can be seen."""
        if self.put_off() and self.pages.currentIndex() != _EMPTY:
            return
        results, rows = self._desk.results, self._desk.selection
        if results is None or not len(rows):
            self._row = -1
            self.empty.say(text("panel_plot_card"), text(self._nothing()))
            self.pages.setCurrentIndex(_EMPTY)
        elif len(rows) == 1:
            self._show_one(int(rows[0]))
        else:
            self._row = -1
            self.summary.show_selection(results)
            self.pages.setCurrentIndex(_SEVERAL)

    def _nothing(self) -> str:
        """Which sentence the empty card says."""
        if self._desk.project is None:
            return "card_no_project"
        return "card_scoring" if self._desk.results is None else "card_no_selection"

    def _show_one(self, row: int) -> None:
        results = self._desk.results
        if results is None:
            return
        self._row = row
        self.head.show_parcel(results, row)
        self.scores.show_parcel(results, row, anew=True)
        self._show_holds()
        self.survey.show_parcel(results.scheme, row)
        self.obstacles.show_parcel(results, row)
        self.paths.show_parcel(results, row)
        if not self.facts.isHidden():
            self._fill_facts()
        self.pages.setCurrentIndex(_ONE)

    def _seen(self) -> bool:
        """Whether one parcel is shown that can be brought up to date in part; else the whole card will be."""
        if not self.isVisible():
            self._stale = True
            return False
        results = self._desk.results
        if self._row < 0 or results is None or self._row >= len(results.scores):
            self.refresh()
            return False
        return True

    def _rescored(self) -> None:
        if self._seen() and self._desk.results is not None:
            self.scores.show_parcel(self._desk.results, self._row, anew=False)
            self.obstacles.show_parcel(self._desk.results, self._row)
            self._show_holds()

    def _show_holds(self) -> None:
        self.scores.verdict.show_holds(holds_words(self._desk.robustness, self._row))

    def _tested(self) -> None:
        if self._seen():
            self._show_holds()

    def _reclassed(self) -> None:
        if self._seen() and self._desk.results is not None:
            self.survey.show_parcel(self._desk.results.scheme, self._row)

    def _repropose(self) -> None:
        if self._seen() and self._desk.results is not None:
            self.paths.show_parcel(self._desk.results, self._row)

    def _replan(self) -> None:
        if self._seen() and self._desk.results is not None:
            self.paths.show_plan(self._desk.results, self._row)
            self.obstacles.show_parcel(self._desk.results, self._row)

    def _decide(self, old: Project, new: Project) -> None:
        if new.recipe.choose is not old.recipe.choose:
            self.head.show_decision()

    def _fold(self) -> None:
        open_ = self.facts.isHidden()
        if open_:
            self._fill_facts()
        self.facts.setVisible(open_)
        words = text("card_facts_hide" if open_ else "card_facts_show")
        self.fold.setText(words)
        self.fold.setAccessibleName(words)

    def _fill_facts(self) -> None:
        results = self._desk.results
        if results is None or self._row < 0:
            return
        found = facts(results.layers.parcels, self._row)
        self.facts.set_rows([Row(one.title, one.value, why=one.why, mood="" if one.known else "faint") for one in found])


def _column(*parts: QWidget) -> QScrollArea:
    """The parts in a column that scrolls."""
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(12, 12, 12, 12)
    column.setSpacing(16)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    return scrolled(inside)
