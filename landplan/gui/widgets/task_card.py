"""One piece of long work: what it is, how far, what came of it, and how to stop it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from landplan.core.messages import text
from landplan.gui.icons import pixmap
from landplan.gui.theme import theme
from landplan.gui.widgets.elided_label import ElidedLabel
from landplan.gui.widgets.line_field import LineField
from landplan.gui.widgets.section import small_button
from landplan.gui.work import State, Task

_ICONS: dict[State, str] = {"waiting": "history", "running": "tasks", "done": "good", "cancelled": "stop", "failed": "bad"}
_STEPS = 1000


class TaskCard(QFrame):
    """Follows its task when told to `follow`."""

    def __init__(self, task: Task, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.task = task
        self._shown: State | None = None
        self._picture, self._title, self._time = QLabel(), QLabel(task.title), QLabel()
        self._bar, self._said = QProgressBar(), ElidedLabel(role="soft")
        self.cancel = small_button("stop", text("tasks_cancel"), self._cancel, text("tasks_cancel_tip"))
        self.line = LineField(task.line)
        self._title.setProperty("role", "title")
        self._time.setProperty("role", "soft")
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._bar.setAccessibleName(task.title)
        self._lay_out()
        self.line.setVisible(bool(task.line))  # once it has a parent: else it would be a window for a moment
        of = theme()
        self.setObjectName("task_card")
        self.setStyleSheet(
            f"#task_card {{ border: none; border-bottom: 1px solid {of.line}; }}"
            f"QProgressBar {{ background: {of.line}; border: none; border-radius: 3px; }}"
            f"QProgressBar::chunk {{ background: {of.accent}; border-radius: 3px; }}"
        )
        self.follow()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._picture)
        head.addWidget(self._title)
        head.addWidget(self._said, 1)
        head.addWidget(self._time)
        head.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._bar)
        column.addWidget(self.line)

    def follow(self) -> None:
        """Show the task as it is now."""
        task = self.task
        self.tell_time()
        running = task.state in ("waiting", "running")
        if running:
            share = task.share
            self._bar.setRange(0, _STEPS if share is not None else 0)
            self._bar.setValue(round((share or 0.0) * _STEPS))
            words = text("tasks_stopping") if task.stopped else task.said or text(f"tasks_{task.state}")
            percent = "" if share is None or task.stopped else f"{share:.0%}  "
            self._said.say(percent + words, "soft")
        self.cancel.setEnabled(running and not task.stopped)
        if task.state != self._shown:
            self._end(task.state)

    def tell_time(self) -> None:
        """How long it has run."""
        self._time.setText(elapsed(self.task.seconds) if self.task.seconds else "")

    def _end(self, state: State) -> None:
        """Another state: its icon and words."""
        self._shown, of = state, theme()
        colours: dict[State, str] = {"done": of.good, "failed": of.bad, "running": of.accent}
        self._picture.setPixmap(pixmap(_ICONS[state], 16, colours.get(state, of.soft), self.devicePixelRatioF()))
        running = state in ("waiting", "running")
        self._bar.setVisible(running)
        self.cancel.setVisible(running)
        if not running:
            words = self.task.error if state == "failed" else text(f"tasks_{state}")
            self._said.say(words, {"failed": "bad", "done": "good"}.get(state, "soft"))
        self._picture.setAccessibleName(text(f"tasks_{state}"))
        self._picture.setToolTip(text(f"tasks_{state}"))
        self._picture.setAlignment(Qt.AlignmentFlag.AlignVCenter)

    def _cancel(self) -> None:
        self.task.cancel()
        self.follow()


def elapsed(seconds: float) -> str:
    """«3.2 秒», «1 分 05 秒»."""
    if seconds < 60:
        return text("tasks_seconds", {"s": f"{seconds:.1f}"})
    return text("tasks_minutes", {"m": f"{int(seconds) // 60}", "s": f"{int(seconds) % 60:02d}"})
