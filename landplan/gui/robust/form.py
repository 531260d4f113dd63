"""What is asked: how uncertain the weights are, how often they are drawn; the run, and how its result stands."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from landplan.app.acceptability import Uncertainty, WeightSet
from landplan.core.messages import text
from landplan.gui import figures
from landplan.gui.desk import Desk
from landplan.gui.icons import icon
from landplan.gui.robustness import KIND
from landplan.gui.theme import theme
from landplan.gui.widgets.calm_wheel import CalmWheel
from landplan.gui.widgets.elided_combo import ElidedCombo
from landplan.gui.widgets.section import soft_label
from landplan.gui.work import Task

_SETS: tuple[WeightSet, ...] = ("intervals", "ordinal", "free", "experts")
"""The last only where the scheme has experts."""
_RECIPE_SETS = ("intervals", "ordinal")
"""What a recipe can ask for: what the deliverables tell is of the scheme's models."""
_WIDE = 332


class RobustForm(QScrollArea):
    """Fields, the button, and one sentence on what was found."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._robust = desk, desk.robustness
        asked = self._robust.asked
        self.weights = ElidedCombo(text("robustness_weights"), text("robustness_weights_why"))
        self.spread = _number("spread", 1, 100, round(100 * asked.spread), "\u00a0%", 5)
        self.spread.setPrefix("±")
        self.least = _number("least", 1, 100, round(100 * asked.least), "\u00a0%", 5)
        self.draws = _number("draws", 10, 100_000, asked.draws, "", 1000)
        self.seed = _number("seed", 0, 2_000_000_000, asked.seed, "", 1)
        self.top = _number("top", 1, 100_000, asked.top, "", 5)
        self.draws.setGroupSeparatorShown(True)
        self.state, self.note = soft_label(role=""), soft_label()
        self.run = QPushButton(icon("sure", theme().accent_ink), text("robustness_run"))
        self.run.setProperty("role", "primary")
        self.run.setToolTip(text("robustness_run_why"))
        self.stop = QPushButton(icon("stop"), text("robustness_stop"))
        self.stripes = QCheckBox(text("robustness_hatch"))
        self.stripes.setToolTip(text("robustness_hatch_why"))
        self.told = QCheckBox(text("robustness_told"))
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(4)
        self.progress.setAccessibleName(text("task_robustness"))
        self._lay_out()
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        grid, buttons, inside = QGridLayout(), QHBoxLayout(), QWidget()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        places = (("weights", 0, 0), ("spread", 1, 0), ("least", 1, 2), ("draws", 2, 0), ("seed", 2, 2), ("top", 3, 0))
        for id, row, column in places:
            label, field = QLabel(text(f"robustness_{id}")), getattr(self, id)
            label.setProperty("role", "soft")
            label.setBuddy(field)
            grid.addWidget(label, row, column)
            grid.addWidget(field, row, column + 1, 1, 3 if id == "weights" else 1)
            field.setMinimumWidth(60)
        buttons.addWidget(self.run, 1)
        buttons.addWidget(self.stop)
        grid.addLayout(buttons, 3, 2, 1, 2)
        for column in (1, 3):
            grid.setColumnStretch(column, 1)
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        column.addLayout(grid)
        for part in (self.progress, self.state, self.stripes, self.told, self.note):
            column.addWidget(part)
        column.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFixedWidth(_WIDE)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _connect(self) -> None:
        self.weights.activated.connect(self._ask)
        for box in (self.spread, self.least, self.draws, self.seed, self.top):
            box.valueChanged.connect(self._ask)
        CalmWheel(self.weights, self.spread, self.least, self.draws, self.seed, self.top)
        self.run.clicked.connect(self._robust.run)
        self.stop.clicked.connect(self._robust.stop)
        self.stripes.toggled.connect(self._robust.stripe)
        self.told.toggled.connect(self._tell)
        self._desk.opened.connect(self._take_over)
        self._desk.project_changed.connect(self._show_told)
        self._desk.long.changed.connect(self._moved)

    def _ask(self, *_: object) -> None:
        self._robust.ask(
            Uncertainty(
                self.draws.value(), self.seed.value(), cast(WeightSet, self.weights.currentData()), self.spread.value() / 100,
                self.top.value(), self.least.value() / 100,
            )
        )  # fmt: skip
        self.spread.setEnabled(self._robust.asked.weights == "intervals")
        if self.told.isChecked():
            self._tell(self._robust.asked.weights in _RECIPE_SETS)
        self._show_told()
        self._say()

    def _tell(self, on: bool) -> None:
        """Have the deliverables say what is asked here, or nothing."""
        asked = self._robust.asked
        values = {name: getattr(asked, name) for name in ("draws", "seed", "weights", "spread", "least")}
        self._desk.do("set_robust", on=on, **(values if on else {}))

    def _show_told(self, *_: object) -> None:
        project = self._desk.project
        can = self._robust.asked.weights in _RECIPE_SETS
        self.told.blockSignals(True)
        self.told.setChecked(project is not None and project.recipe.robust is not None)
        self.told.blockSignals(False)
        self.told.setEnabled(project is not None and can)
        self.told.setToolTip(text("robustness_told_why" if can else "robustness_told_cannot"))

    def _take_over(self) -> None:
        """Ask what the recipe of the opened project asks."""
        project = self._desk.project
        if project is None or (given := project.recipe.robust) is None:
            return
        values = {name: getattr(given, name) for name in ("draws", "weights", "spread", "least")}
        asked = replace(self._robust.asked, **values, seed=project.recipe.seed if given.seed is None else given.seed)
        self._robust.ask(asked)
        shares = ((self.spread, 100 * asked.spread), (self.least, 100 * asked.least))
        for box, value in (*shares, (self.draws, asked.draws), (self.seed, asked.seed)):
            box.blockSignals(True)
            box.setValue(round(value))
            box.blockSignals(False)

    def _moved(self, task: Task) -> None:
        if task.kind == KIND and self.isVisible():
            self._say()

    def _offer_sets(self) -> None:
        """The weight sets that the scheme allows; one that it does not is no longer asked for."""
        project = self._desk.project
        offered = _SETS if project is not None and project.scheme.experts else _SETS[:-1]
        if self._robust.asked.weights not in offered:
            self._robust.ask(replace(self._robust.asked, weights=offered[0]))
        if self.weights.count() != len(offered):
            self.weights.clear()
            for one in offered:
                self.weights.addItem(text(f"robustness_set_{one}"), one)
        self.weights.setCurrentIndex(offered.index(self._robust.asked.weights))

    def refresh(self) -> None:
        """How the result stands."""
        self._offer_sets()
        self.stripes.blockSignals(True)
        self.stripes.setChecked(self._robust.striped)
        self.stripes.blockSignals(False)
        self.stripes.setEnabled(self._robust.fragile is not None)
        self._show_told()
        self.spread.setEnabled(self._robust.asked.weights == "intervals")
        self._say()

    def _say(self) -> None:
        robust, task = self._robust, self._robust.task
        self.progress.setVisible(task is not None)
        self.stop.setVisible(task is not None)
        self.stop.setEnabled(task is not None and not task.stopped)
        self.run.setEnabled(task is None and self._desk.results is not None)
        again = robust.found is not None
        self.run.setText(text("robustness_again" if again else "robustness_run"))
        if task is not None:
            self.progress.setRange(0, 0 if task.share is None else 1000)
            self.progress.setValue(round(1000 * (task.share or 0.0)))
        found = robust.acceptability
        mood, words, note = "", text("robustness_none_yet"), ""
        if found is not None and found.recommended is None:
            words, note = text("robustness_free_note"), _drawn(found.asked)
        elif found is not None:
            mask = found.decisions.fragile
            n, of = int(mask.sum()), int((~np.isnan(found.decisions.holds)).sum())
            facts = {"n": f"{n:,}", "of": f"{of:,}", "share": figures.percent(n / of if of else 0.0, 0)}
            words, note = text("robustness_found", facts), _drawn(found.asked)
            names = [] if found.data is None else [name for name, moved in found.data.moved.items() if moved]
            note += "\n" + text("robustness_data", {"names": ", ".join(names)}) if names else ""
        if found is not None and not robust.current:
            mood, words = "data", f"{text('robustness_stale')}\n{words}"
        self.state.setText(words)
        self.state.setProperty("role", mood)
        self.state.style().unpolish(self.state)
        self.state.style().polish(self.state)
        self.note.setText(note)
        self.note.setVisible(bool(note))


def asked_words(asked: Uncertainty) -> str:
    """How the weights were drawn."""
    return text(f"robust_{asked.weights}", {"percent": f"{100 * asked.spread:g}"})


def _drawn(asked: Uncertainty) -> str:
    points = f"{100 / np.sqrt(asked.draws):.1f}"
    times = text("robustness_times", {"n": f"{asked.draws:,}"})
    return " · ".join([asked_words(asked), times, text("robustness_error", {"points": points})])


def _number(id: str, low: int, high: int, value: int, unit: str, step: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(low, high)
    box.setValue(value)
    box.setSuffix(unit)
    box.setSingleStep(step)
    box.setKeyboardTracking(False)
    box.setAccelerated(True)
    box.setAccessibleName(text(f"robustness_{id}"))
    box.setToolTip(text(f"robustness_{id}_why"))
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return box
