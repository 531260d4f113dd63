"""A question to the plan as a button: ask, how far it is, stop."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from landplan.core.messages import text
from landplan.gui.desk import Desk
from landplan.gui.icons import icon
from landplan.gui.theme import theme
from landplan.gui.widgets.section import soft_label
from landplan.gui.work import Task


class AskBar(QWidget):
    """While its kind of work runs the button waits, and what is being done stands below."""

    def __init__(
        self, desk: Desk, kind: str, words: str, ask: Callable[[], None], tip: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._kind, self._able = desk, kind, True
        self.ask = QPushButton(icon("solve", theme().accent_ink), words)
        self.ask.setProperty("role", "primary")
        self.ask.setToolTip(tip or words)
        self.ask.clicked.connect(ask)
        self.stop = QPushButton(icon("stop"), text("portfolio_stop"))
        self.stop.setToolTip(text("questions_stop_why"))
        self.stop.clicked.connect(lambda: desk.questions.stop(kind))
        self.progress, self.said = QProgressBar(), soft_label()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(4)
        self.progress.setAccessibleName(words)
        line, column = QHBoxLayout(), QVBoxLayout(self)
        line.addWidget(self.ask, 1)
        line.addWidget(self.stop)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.progress)
        column.addWidget(self.said)
        desk.long.changed.connect(self._moved)
        self.refresh()

    def say(self, words: str) -> None:
        """Other words on the button."""
        self.ask.setText(words)

    def refresh(self, able: bool | None = None) -> None:
        """How the work stands. able: whether it can be asked for now; None: as before."""
        self._able = self._able if able is None else able
        task = self._desk.questions.task(self._kind)
        for widget in (self.stop, self.progress, self.said):
            widget.setVisible(task is not None)
        self.ask.setEnabled(task is None and self._able)
        if task is None:
            return
        self.stop.setEnabled(not task.stopped)
        self.progress.setRange(0, 0 if task.share is None else 1000)
        self.progress.setValue(round(1000 * (task.share or 0.0)))
        waits = text("portfolio_waits") if task.state == "waiting" else task.said or task.title
        self.said.setText(text("portfolio_stopping") if task.stopped else waits)

    def _moved(self, task: Task) -> None:
        if task.kind == self._kind and self.isVisible():
            self.refresh()
