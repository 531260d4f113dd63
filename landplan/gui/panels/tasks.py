"""Panel: long work that runs and that ended, the newest on top."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from landplan.core.messages import text
from landplan.gui.desk import Desk
from landplan.gui.dock import panel
from landplan.gui.kept import keep, kept
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.section import small_button
from landplan.gui.widgets.task_card import TaskCard
from landplan.gui.work import Task

_MOST = 50
"""So many are kept; the oldest that ended go first."""
_EVERY_MS = 200


@panel("tasks", "bottom", 10, icon="tasks", tabbed=True)
class Tasks(QWidget):
    """A card a task; work that belongs to the live results is not listed."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.cards: dict[Task, TaskCard] = {}
        self._tasks: list[Task] = kept(desk, "tasks") or []
        keep(desk, "tasks", self._tasks)
        self._clock = QTimer(self, interval=_EVERY_MS)
        self._clock.timeout.connect(self._tick)
        self._lay_out()
        for task in self._tasks:
            self._add_card(task)
        self._show_page()
        desk.long.changed.connect(self._follow)

    def _lay_out(self) -> None:
        self._empty = EmptyState("tasks", text("tasks_empty"), text("tasks_empty_advice"))
        self.clear = small_button("close", text("tasks_clear"), self.forget, text("tasks_clear_tip"))
        self._area, inner, whole, top = QScrollArea(), QWidget(), QWidget(), QHBoxLayout()
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._list.addStretch(1)
        self._area.setWidget(inner)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        top.setContentsMargins(8, 4, 8, 0)
        top.addStretch(1)
        top.addWidget(self.clear)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._area, 1)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(whole)

    def _follow(self, task: Task) -> None:
        if task.quiet:
            return
        if task not in self.cards:
            self._tasks.append(task)
            self._add_card(task)
            self._drop_oldest()
            self._area.verticalScrollBar().setValue(0)
        self.cards[task].follow()
        self._show_page()
        self._run_clock()

    def _add_card(self, task: Task) -> None:
        card = self.cards[task] = TaskCard(task)
        self._list.insertWidget(0, card)

    def _drop_oldest(self) -> None:
        over = len(self._tasks) - _MOST
        for task in [one for one in self._tasks if not _runs(one)][: max(over, 0)]:
            self._drop(task)

    def _drop(self, task: Task) -> None:
        self._tasks.remove(task)
        card = self.cards.pop(task)
        self._list.removeWidget(card)
        card.deleteLater()

    def forget(self) -> None:
        """Take what has ended off the list."""
        for task in [one for one in self._tasks if not _runs(one)]:
            self._drop(task)
        self._show_page()

    def _show_page(self) -> None:
        self._pages.setCurrentIndex(1 if self._tasks else 0)
        self.clear.setEnabled(any(not _runs(task) for task in self._tasks))

    # The clock

    def _run_clock(self) -> None:
        """Tick only while something runs that is seen."""
        wanted = self.isVisible() and any(_runs(task) for task in self._tasks)
        if wanted != self._clock.isActive():
            self._clock.start() if wanted else self._clock.stop()

    def _tick(self) -> None:
        for task, card in self.cards.items():
            if _runs(task):
                card.tell_time()
        self._run_clock()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self._run_clock()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        super().hideEvent(event)
        self._clock.stop()


def _runs(task: Task) -> bool:
    return task.state in ("waiting", "running")
