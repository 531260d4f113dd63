"""The status bar: where the cursor is, the CRS, the scale, how many parcels, and the work that runs."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QStatusBar, QToolButton, QWidget

from landplan.core.crs import is_grid, is_plane, plane_name
from landplan.core.messages import text
from landplan.core.tables import ALLOWED
from landplan.gui.desk import Desk
from landplan.gui.icons import icon
from landplan.gui.journal import Message
from landplan.gui.widgets.elided_label import ElidedLabel
from landplan.gui.work import Task

_INCH_M = 0.0254
_DPI = 96.0
_NOTE_MS = 6000


class StatusBar(QStatusBar):
    """One line; what was done last stands at its left for some seconds."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._task: Task | None = None
        self.setSizeGripEnabled(False)
        self.note, self.under = ElidedLabel(), ElidedLabel()
        self.place, self.crs, self.scale, self.counts = (QLabel() for _ in range(4))
        self.place.setMinimumWidth(self.fontMetrics().horizontalAdvance("888 888.8, 8 888 888.8 m"))
        self.place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for name in ("place", "crs", "scale", "counts"):
            getattr(self, name).setToolTip(text(f"status_{name}"))
        self.addWidget(self.note, 2)
        self.addWidget(self.under, 1)
        for label in (self.place, self.crs, self.scale, self.counts):
            label.setContentsMargins(8, 0, 8, 0)
            self.addPermanentWidget(label)
        self._fill_work()
        self._timer = QTimer(self, singleShot=True, interval=_NOTE_MS)
        self._timer.timeout.connect(self.note.clear)
        desk.said.connect(self._say)
        desk.opened.connect(self._count)
        desk.project_changed.connect(self._count)
        desk.selection_changed.connect(self._count)
        desk.hovered.connect(self._hover)
        desk.long.changed.connect(self._follow)
        self._count()

    def point(self, x: float, y: float) -> None:
        """The cursor's place, m."""
        self.place.setText(f"{_grouped(x)}, {_grouped(y)} m")

    def rescale(self, pixel_m: float) -> None:
        """The scale of the map on a screen of 96 dots an inch."""
        if self._desk.project is None:
            self.scale.clear()
            return
        scale = pixel_m * _DPI / _INCH_M
        digits = 10.0 ** max(np.floor(np.log10(max(scale, 1.0))) - 2, 0)
        self.scale.setText(f"1 : {round(scale / digits) * digits:,.0f}")

    def _fill_work(self) -> None:
        self._work = QWidget()
        row = QHBoxLayout(self._work)
        row.setContentsMargins(8, 0, 4, 0)
        row.setSpacing(6)
        self._doing, self._bar, self._stop = QLabel(), QProgressBar(), QToolButton(autoRaise=True)
        self._bar.setFixedSize(120, 8)
        self._bar.setTextVisible(False)
        self._stop.setIcon(icon("close"))
        self._stop.setToolTip(text("cancel"))
        self._stop.setAccessibleName(text("cancel"))
        self._stop.clicked.connect(self._cancel)
        for widget in (self._doing, self._bar, self._stop):
            row.addWidget(widget)
        self.addPermanentWidget(self._work)
        self._work.hide()

    def _say(self, message: Message) -> None:
        if message.mood == "note":
            self.note.setText(message.text)
            self._timer.start()

    def _count(self, *_: object) -> None:
        project = self._desk.project
        if project is None:
            for label in (self.place, self.crs, self.scale, self.counts, self.under):
                label.clear()
            return
        crs = project.layers.crs
        self.crs.setText(_system(crs))
        self.crs.setToolTip(f"{text('status_crs')} {crs}")
        facts = {"n": len(project.layers.parcels), "selected": len(self._desk.selection)}
        self.counts.setText(text("status_parcels", facts))

    def _hover(self, row: int) -> None:
        project, found = self._desk.project, self._desk.results
        if project is None or not 0 <= row < len(project.layers.parcels):
            self.under.setText("")
            return
        words = str(project.layers.parcels.ids[row])
        if found is not None and row < len(found.scores):
            painting = self._desk.painting
            best = found.scores.best_score[row]
            shown = {entry.key: entry.name for entry in painting.entries}.get(int(painting.classes[row]), "") if painting else ""
            score = f" {best:.2f}" if (found.scores.status[row] == ALLOWED).any() and not np.isnan(best) else ""
            words = f"{words} · {shown}{score}"
        self.under.setText(words)

    def _follow(self, task: Task) -> None:
        self._task = self._desk.long.running
        self._work.setVisible(self._task is not None)
        if self._task is None:
            return
        shown = self._task.said or self._task.title
        self._doing.setText(self.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideRight, 260))
        self._doing.setToolTip(f"{self._task.title}: {shown}")
        self._bar.setRange(0, 0 if self._task.share is None else 1000)
        if self._task.share is not None:
            self._bar.setValue(round(1000 * self._task.share))

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()


def _system(crs: str) -> str:
    """The measuring CRS in a few words; that areas are planar, where they are."""
    if is_grid(crs):
        return text("status_grid", {"name": plane_name(crs)})
    return text("status_plane") if is_plane(crs) else crs if len(crs) < 24 else text("status_own_crs")


def _grouped(value: float) -> str:
    """Thousands apart by a narrow space, one decimal."""
    return f"{value:,.1f}".replace(",", "\u202f")
