"""The performance survey: parcels and area of each class, the limits and vetoes of the policy pack, and what they are worth."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from landplan.core.messages import language, pick, text
from landplan.core.policy import CLASSES, with_worth
from landplan.core.survey import Assessed, Surveyed
from landplan.core.units import unit_text
from landplan.export.drawing.colours import SURVEY_HUES
from landplan.export.survey_table import figure_words
from landplan.gui import figures
from landplan.gui.desk import Desk
from landplan.gui.display import Display
from landplan.gui.dock import panel
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.late_widget import LateWidget
from landplan.gui.widgets.row_list import Row, RowList
from landplan.gui.widgets.scrolled import scrolled
from landplan.gui.widgets.section import Section, small_button, soft_label

ILLUSTRATIVE = "builtin:survey_illustrative"
_EMPTY, _WHOLE = range(2)


@panel("survey", "bottom", 5, icon="survey", tabbed=True)
class SurveyPanel(LateWidget):
    """Classes left, limits right; without a pack, how to choose one."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._survey = desk, desk.survey
        self.empty = EmptyState("survey", text("panel_survey"))
        self.illustrative, self.file = QPushButton(text("survey_panel_illustrative")), QPushButton(text("survey_panel_file"))
        self.illustrative.setProperty("role", "primary")
        self.file.setToolTip(text("survey_panel_file_why"))
        self.illustrative.clicked.connect(self.use_illustrative)
        self.file.clicked.connect(self.ask_file)
        self.classes, self.limits = RowList(text("panel_survey"), links=True), RowList(text("survey_panel_limits"))
        self.classes.setToolTip(text("survey_panel_list_why"))
        self.classes.chosen.connect(self._choose)
        self.pack, self.doubts = soft_label(role="title"), soft_label(text("survey_panel_doubts"), "data")
        self.show_map = small_button("layers", text("survey_panel_show"), self._colour)
        self.another = small_button("folder", text("survey_panel_change"), self.ask_file, text("survey_panel_file_why"))
        self._lay_out()
        for signal in (desk.opened, desk.results_changed, self._survey.changed):
            signal.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        blank, whole, buttons, head = QWidget(), QWidget(), QHBoxLayout(), QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.illustrative, self.file):
            buttons.addWidget(button)
        buttons.addStretch(1)
        middle = QVBoxLayout(blank)
        middle.addStretch(1)
        middle.addWidget(self.empty)
        middle.addLayout(buttons)
        middle.addStretch(1)
        head.addWidget(self.pack, 1)
        for button in (self.show_map, self.another):
            head.addWidget(button)
        left, right, both = Section(text("survey_panel_class")), Section(text("survey_panel_limits")), QHBoxLayout()
        left.body.addWidget(self.classes)
        right.body.addWidget(self.limits)
        both.setSpacing(24)
        for part in (left, right):
            both.addWidget(part, 1, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(whole)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.doubts)
        column.addLayout(both)
        column.addStretch(1)
        self.pages = QStackedWidget()
        self.pages.addWidget(blank)
        self.pages.addWidget(scrolled(whole))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)

    def refresh(self) -> None:
        """The classes as they are, once they can be seen."""
        if self.put_off():
            return
        found, results = self._survey.found, self._desk.results
        if found is None or results is None or len(found.code) != len(results.scores):
            self._show_empty()
            return
        marked = self._survey.doubts
        self.pack.setText(pick(found.pack.title))
        self.pack.setToolTip(pick(found.pack.note) if found.pack.note else "")
        self.doubts.setVisible(bool(marked))
        self.classes.set_rows(list(_classes(found, results.layers.parcels.area_m2)))
        self.limits.set_rows(list(self._limits(found)))
        self.pages.setCurrentIndex(_WHOLE)

    def _show_empty(self) -> None:
        has, project = self._survey.has_pack, self._desk.project
        if project is None:
            self.empty.say(text("panel_survey"), text("survey_panel_no_project"))
        elif has:
            self.empty.say(text("panel_survey"), text("survey_panel_working"))
        else:
            self.empty.say(text("survey_panel_none"), text("survey_panel_none_advice"))
        for button in (self.illustrative, self.file):
            button.setVisible(project is not None and not has)
        self.pages.setCurrentIndex(_EMPTY)

    def _limits(self, found: Surveyed) -> Iterator[Row]:
        marked = self._survey.doubts
        for one in found.assessed:
            yield Row(pick(one.assessment.title), unit_text(one.assessment.unit, language()), mood="bold")
            for grade, limit in zip(("A", "B", "C"), one.limits, strict=True):
                yield self._limit(found, one, grade, limit)
        for veto, verdict in zip(found.survey.vetoes, found.vetoes, strict=True):
            worth = marked.get(f"vetoes.{veto.id}", "sourced")
            words = text("survey_panel_veto", {"class": veto.gives, "n": f"{int(verdict.restricted.sum()):,}"})
            title = with_worth(pick(veto.title), worth, language())
            yield Row(title, words, why=f"{title}\n{veto.condition}", mood="" if worth == "sourced" else "data")

    def _limit(self, found: Surveyed, one: Assessed, grade: str, limit: float) -> Row:
        name, marked = one.assessment.classes[grade], self._survey.doubts  # type: ignore[index]
        words = figure_words(found.pack, name, marked, language())
        value = f"{grade}  {text(f'survey_panel_{one.assessment.better}')} {figures.plain(limit)}"
        return Row(words, value, why=f"{words}\n{value}", mood="data" if name in marked else "")

    # What a click does

    def use_illustrative(self) -> None:
        """The shipped pack whose limits are no regulation."""
        self._desk.do("add_policy", pack=ILLUSTRATIVE)

    def ask_file(self) -> None:
        """Ask for a pack of the planner's own."""
        folder = str(self._desk.source.folder) if self._desk.source is not None else ""
        chosen, _filter = QFileDialog.getOpenFileName(self, text("survey_panel_file"), folder, "TOML (*.toml)")
        if chosen:
            self._desk.do("add_policy", pack=Path(chosen).as_posix())

    def _colour(self) -> None:
        self._desk.show_as(Display("survey"))

    def _choose(self, k: int) -> None:
        found = self._survey.found
        if found is not None:
            self._desk.select(np.flatnonzero(found.code == (k if k < len(CLASSES) else -1)))


def _classes(found: Surveyed, area_m2: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Iterator[Row]:
    """A line a class, then what is not decided."""
    whole = len(found.code)
    for code in (*range(len(CLASSES)), -1):
        own = found.code == code
        n = int(own.sum())
        disposal = found.survey.disposal.get(CLASSES[code]) if code >= 0 else None
        title = text("survey_open") if code < 0 else text("survey_panel_of", {"class": CLASSES[code]})
        if disposal is not None:
            title = text("survey_card_class", {"class": CLASSES[code], "disposal": pick(disposal.title)})
        share, area = figures.percent(n / whole if whole else 0.0), figures.area(float(np.nansum(area_m2[own])))
        yield Row(title, f"{n:,} · {share} · {area}", colour=SURVEY_HUES[code] if code >= 0 else "", swatch=True)
