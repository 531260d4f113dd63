"""Distribution: how many parcels have which colour on the map, linked with the map both ways."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from landplan.core.layers import Float, Int
from landplan.core.messages import pick, text
from landplan.core.project import Project
from landplan.gui import figures
from landplan.gui.charts.bins import Bars, bars_of
from landplan.gui.charts.class_bars import ClassBars
from landplan.gui.charts.histogram import Histogram
from landplan.gui.desk import Desk
from landplan.gui.display import Display
from landplan.gui.dock import panel
from landplan.gui.journal import Message
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.late_widget import LateWidget
from landplan.gui.widgets.scrolled import scrolled

_EMPTY, _BINS, _CLASSES = range(3)


@panel("distribution", "bottom_left", 0, icon="chart")
class Distribution(LateWidget):
    """A histogram of the score shown, or a bar for each class; what is asked for is chosen here too."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._bars: Bars | None = None
        self._settled: Bars | None = None
        """What was shown before the change that is going on."""
        self._models: tuple[str, ...] = ()
        self.shown, self.info = QComboBox(), QLabel()
        self.shown.setToolTip(text("dist_shown_why"))
        self.shown.setAccessibleName(text("dist_shown"))
        self.shown.activated.connect(self._choose)
        self.info.setProperty("role", "soft")
        self.info.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.bins, self.classes = Histogram(text("panel_distribution")), ClassBars(text("panel_distribution"))
        for chart in (self.bins, self.classes):
            chart.setToolTip(text("dist_how"))
            chart.hovered.connect(self._say)
        self.bins.picked.connect(self._pick_range)
        self.classes.picked.connect(self._pick_class)
        self.empty = EmptyState("chart", text("panel_distribution"))
        self._lay_out()
        self._listen()
        self.refresh()

    def _lay_out(self) -> None:
        self.pages = QStackedWidget()
        for page in (self.empty, self.bins, scrolled(self.classes)):
            self.pages.addWidget(page)
        line = QHBoxLayout()
        line.addWidget(self.shown)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.pages, 1)
        column.addWidget(self.info)

    def _listen(self) -> None:
        desk = self._desk
        desk.opened.connect(self._reopen)
        desk.painted.connect(self.refresh)
        desk.selection_changed.connect(self._reselect)
        desk.project_changed.connect(self._change)
        desk.said.connect(self._settle)

    def _reopen(self) -> None:
        self._bars = self._settled = None
        self.refresh()

    # What is shown

    def refresh(self) -> None:
        """The painting as it is now, once it can be seen."""
        painting = self._desk.painting
        self._offer()
        self._stale = not self.isVisible() and painting is not None
        if painting is None:
            why = "dist_no_project" if self._desk.project is None else "dist_scoring"
            self.empty.say(text("panel_distribution"), text(why))
            self.pages.setCurrentIndex(_EMPTY)
            self.info.clear()
            return
        if self._stale and self._bars is not None:
            return
        self._bars = bars_of(painting)
        if not self._held():
            self._settled = self._bars
        self._fill()

    def _held(self) -> bool:
        """Whether a slider is held, or the scores of what it was last moved to are not there yet."""
        session, results = self._desk.session, self._desk.results
        if session is None or results is None:
            return False
        return bool(session.history and session.history[-1].open) or results.project is not session.project

    def _fill(self) -> None:
        bars, results = self._bars, self._desk.results
        if bars is None or results is None:
            return
        ghost = self._ghost(bars)
        chosen = self._chosen(bars)
        if bars.binned:
            self.bins.show_bars(bars, chosen, ghost)
        else:
            self.classes.show_bars(bars, chosen, ghost, bars.areas(results.layers.parcels.area_m2))
        self.pages.setCurrentIndex(_BINS if bars.binned else _CLASSES)
        self._say(-1)

    def _ghost(self, bars: Bars) -> Int | None:
        before = self._settled
        return before.counts if before is not None and before is not bars and self._held() and bars.alike(before) else None

    def _chosen(self, bars: Bars) -> Int:
        rows = self._desk.selection
        return bars.of(rows[rows < len(bars.place)])

    def _change(self, old: Project, new: Project) -> None:
        if old.scheme.models is not new.scheme.models:
            self._offer()

    def _settle(self, _message: Message) -> None:
        """A drag that ended is said; what is shown is then the state before the next."""
        if not self._held() and self._bars is not None and self._settled is not self._bars:
            self._settled = self._bars
            if self.isVisible():
                self._fill()

    def _reselect(self) -> None:
        if self.isVisible():
            self._fill()
        else:
            self._stale = True

    # What can be shown

    def _offer(self) -> None:
        project, display = self._desk.project, self._desk.display
        models = project.scheme.models if project is not None else ()
        ids = tuple(model.id for model in models)
        if ids != self._models or not self.shown.count():
            self._models = ids
            self.shown.clear()
            self.shown.addItem(text("display_model"), Display("model"))
            self.shown.addItem(text("display_score", {"model": text("display_best")}), Display("score"))
            for model in models:
                self.shown.addItem(text("display_score", {"model": pick(model.title)}), Display("score", model.id))
            self.shown.addItem(text("display_path"), Display("path"))
            self.shown.addItem(text("display_year"), Display("year"))
            self.shown.addItem(text("display_survey"), Display("survey"))
            self.shown.addItem(text("display_often"), Display("often"))
        wanted = next((k for k in range(self.shown.count()) if self.shown.itemData(k) == display), 0)
        if wanted != self.shown.currentIndex():
            self.shown.setCurrentIndex(wanted)
        self.shown.setEnabled(project is not None)

    def _choose(self) -> None:
        self._desk.show_as(self.shown.currentData())

    # Picking and saying

    def _pick_range(self, first: int, last: int, add: bool) -> None:
        if self._bars is not None:
            self._desk.select(self._bars.rows(first, last), "add" if add else "replace")

    def _pick_class(self, k: int, add: bool) -> None:
        self._pick_range(k, k, add)

    def _say(self, k: int) -> None:
        """One line about the bar under the cursor, or about all of them."""
        bars, results = self._bars, self._desk.results
        if bars is None or results is None:
            return
        if k < 0 or k >= len(bars):
            self.info.setText(self._about(bars))
        else:
            first, last = self.bins.dragging or (k, k)
            self.info.setText(_bar_words(bars, first, last, results.layers.parcels.area_m2))
        self.info.setToolTip(self.info.text())

    def _about(self, bars: Bars) -> str:
        if self._desk.display.theme in ("path", "year") and self._desk.plan is None:
            return text("dist_no_plan")
        if self._ghost(bars) is not None:
            return text("dist_ghost")
        if not bars.binned:
            return text("dist_parcels", {"n": f"{int(bars.counts.sum()):,}"})
        states = [f"{name} {count:,}" for name, count in bars.without]
        return " · ".join([text("dist_scored", {"n": f"{int(bars.counts.sum()):,}"}), *states])


def _bar_words(bars: Bars, first: int, last: int, area_m2: Float) -> str:
    """What a bar, or a range of them, stands for: 0.50–0.55：123 个地块，456.70 公顷 = …"""
    rows = bars.rows(first, last)
    if bars.binned:
        name = f"{figures.number(bars.span(first)[0], 4)}–{figures.number(bars.span(last)[1], 4)}"
    else:
        name = bars.entries[first].name
    whole = max(len(bars.place), 1)
    size = figures.area(float(np.nansum(area_m2[rows])))
    return text("dist_bar", {"name": name, "n": f"{len(rows):,}", "share": figures.percent(len(rows) / whole), "area": size})
