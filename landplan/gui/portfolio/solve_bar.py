"""The foot of the panel: solve, how far it is, and what came out or why nothing did."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from landplan.core.messages import text
from landplan.gui.icons import icon, pixmap
from landplan.gui.plan_words import Clash, clash_why, result_words, search_words, status_words
from landplan.gui.portfolio.state import PlanState
from landplan.gui.theme import theme
from landplan.gui.widgets.section import soft_label
from landplan.gui.work import Task


class SolveBar(QFrame):
    """Always in sight: one sentence on the plan as it is, and the button."""

    clash_clicked = Signal(str)
    """The planner wants to see a clashing limit."""

    def __init__(self, state: PlanState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        running = state.desk.long.running
        self._task: Task | None = running if running is not None and running.kind == "solve" else None
        self.setObjectName("solve_bar")
        self.setStyleSheet(f"#solve_bar {{ border-top: 1px solid {theme().line}; }}")
        self._sign, self.result, self.detail = QLabel(), soft_label(role=""), soft_label()
        self._sign.setFixedWidth(16)
        self._sign.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.look = QToolButton(autoRaise=True)
        self.look.setIcon(icon("down"))
        self.look.setToolTip(text("portfolio_look"))
        self.look.setAccessibleName(text("portfolio_look"))
        self.clashing = QVBoxLayout()
        self.clashing.setSpacing(0)
        self.clashing.setContentsMargins(24, 0, 0, 0)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(4)
        self.progress.setAccessibleName(text("task_solve"))
        self.solve = QPushButton(icon("solve", theme().accent_ink), text("portfolio_solve"))
        self.solve.setProperty("role", "primary")
        self.solve.setToolTip(f"{text('portfolio_solve_why')} (Ctrl+Enter)")
        self.solve.setIconSize(QSize(16, 16))
        self.solve.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.solve.clicked.connect(self._solve)
        self.cancel = QPushButton(icon("stop"), text("portfolio_stop"))
        self.cancel.setToolTip(text("portfolio_stop_why"))
        self.cancel.clicked.connect(self._stop)
        self._lay_out()
        self.refresh()

    def _lay_out(self) -> None:
        said, buttons, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.result)
        words.addWidget(self.detail)
        said.setSpacing(8)
        said.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        said.addLayout(words, 1)
        said.addWidget(self.look, 0, Qt.AlignmentFlag.AlignTop)
        buttons.addWidget(self.solve, 1)
        buttons.addWidget(self.cancel)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        for part in (said, self.clashing, buttons):
            column.addLayout(part)
        column.insertWidget(2, self.progress)

    def follow(self, task: object) -> None:
        """Hear of long work; only solving is of interest here."""
        if not isinstance(task, Task) or task.kind != "solve":
            return
        running = task.state in ("waiting", "running")
        self._task = task if running else None
        if task.state == "failed" and task.raised is not None:
            self._state.failed(task.raised, task.about)
        elif task.state in ("done", "running"):
            self._state.solved()
        self.refresh()

    def refresh(self) -> None:
        """Say how the plan stands."""
        task, state = self._task, self._state
        self.progress.setVisible(task is not None)
        self.cancel.setVisible(task is not None)
        self.look.setVisible(task is None and state.desk.portfolio is not None)
        self.solve.setEnabled(task is None)
        clashes = () if task is not None else state.clashes
        self._show_clashes(clashes)
        if task is not None:
            self._show_running(task)
        elif (failure := state.failure) is not None:
            words = text("portfolio_clash", {"n": len(clashes)}) if clashes else str(failure)
            self._say("bad", words, clash_why(failure) if clashes else "")
        elif (plan := state.desk.portfolio) is None:
            self._say("", text("portfolio_unsolved"), "")
        elif state.desk.plan_current:
            self._say("good", result_words(plan), status_words(plan))
        else:
            self._say("data", text("portfolio_stale"), text("portfolio_before", {"result": result_words(plan)}))

    def _show_running(self, task: Task) -> None:
        self.progress.setRange(0, 0 if task.share is None else 1000)
        if task.share is not None:
            self.progress.setValue(round(1000 * task.share))
        waits = text("portfolio_waits") if task.state == "waiting" else task.said or text("task_solve")
        self._say("", text("portfolio_stopping") if task.stopped else waits, search_words(task.facts))
        self.cancel.setEnabled(not task.stopped)

    def _say(self, mood: str, words: str, detail: str) -> None:
        of = theme()
        signs = {"good": ("good", of.good), "bad": ("bad", of.bad), "data": ("redo", of.data), "": ("info", of.soft)}
        name, colour = signs[mood]
        self._sign.setPixmap(pixmap(name, 16, colour, self.devicePixelRatioF()))
        self.result.setText(words)
        self.result.setProperty("role", mood if mood in ("bad", "data") else "")
        self.result.style().unpolish(self.result)
        self.result.style().polish(self.result)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))

    def _show_clashes(self, clashes: tuple[Clash, ...]) -> None:
        while (item := self.clashing.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for one in clashes:
            self.clashing.addWidget(_clash_button(one, self._clash))

    def _clash(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.clash_clicked.emit(str(sender.property("clash")))

    def _solve(self) -> None:
        self._state.desk.solve()

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self.refresh()


def _clash_button(clash: Clash, act: object) -> QPushButton:
    """A clashing limit as a link: its name and what it has to give."""
    button = QPushButton(f"{clash.title}：{clash.gives}" if text("portfolio_colon") == "：" else f"{clash.title}: {clash.gives}")
    button.setFlat(True)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    button.setProperty("clash", clash.id)
    button.setToolTip(f"{button.text()}\n{text('portfolio_clash_go')}")
    button.setStyleSheet(f"QPushButton {{ text-align: left; color: {theme().accent}; border: none; padding: 2px 0; }}"
                         f"QPushButton:hover, QPushButton:focus {{ text-decoration: underline; }}")  # fmt: skip
    button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    button.clicked.connect(act)
    return button
