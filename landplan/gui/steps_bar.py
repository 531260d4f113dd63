"""The steps bar: ① 数据 ② 评价 ③ 路径 ④ 组合 ⑤ 成果, how far each is, and the next action as a button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from landplan.core.messages import text
from landplan.gui.desk import Desk
from landplan.gui.theme import font, theme
from landplan.gui.widgets.painted_button import PaintedButton

State = Literal["none", "busy", "done", "now", "old", "bad"]
STEPS = ("data", "score", "paths", "plan", "results")
_SIGNS: dict[State, str] = {"none": "○", "busy": "…", "done": "✓", "now": "●", "old": "↻", "bad": "!"}


@dataclass(frozen=True, slots=True)
class Progressed:
    """The state of each step with a few words, and the id of the next action ("" for none)."""

    states: tuple[State, ...]
    words: tuple[str, ...]
    next: str


def progressed(desk: Desk) -> Progressed:
    """How far the main job is on this desk."""
    found = desk.results
    if desk.project is None and desk.long.running is not None and desk.long.running.kind == "open":
        return Progressed(("busy", "none", "none", "none", "none"), ("", "", "", "", ""), "")
    if desk.project is None:
        return Progressed(("now", "none", "none", "none", "none"), ("", "", "", "", ""), "open_sample")
    if found is None:
        failed = not desk.live.busy
        first: State = "bad" if failed else "busy"
        return Progressed((first, "none", "none", "none", "none"), ("", "", "", "", ""), "")
    chooses = desk.project.recipe.choose is not None
    weights = found.issue_counts
    checked = desk.checked is found.layers
    facts = {"n": len(found.scores), "issues": weights["data"] + weights["blocks"]}
    data = text("step_data_words" if checked else "step_checking", facts)
    scored = text("step_score_words", {"n": int((found.scores.recommended >= 0).sum())})
    options = desk.options
    paths = text("step_paths_words", {"n": len(options)}) if options is not None else ""
    plan, current, packed = desk.portfolio, desk.plan_current, desk.packed is desk.project
    solving = desk.long.running is not None and desk.long.running.kind == "solve"
    planned: State = "busy" if solving else "now" if plan is None else "done" if current else "old"
    given: State = "none" if plan is None or not current else "done" if packed else "now"
    words = (
        data,
        scored,
        paths,
        "" if plan is None else text("step_plan_words", {"n": len(plan), "gap": f"{plan.gap:.2%}"}),
        text("step_results_words") if packed else "",
    )
    states: tuple[State, ...] = (
        "bad" if weights["blocks"] else "done" if checked else "busy",
        "done",
        "done" if options is not None else "busy" if chooses else "none",
        planned if chooses else "none",
        given if chooses else ("done" if packed else "now"),
    )
    return Progressed(states, words, "" if solving else _next(chooses, plan is not None, current, packed))


def _next(chooses: bool, planned: bool, current: bool, packed: bool) -> str:
    if chooses and not planned:
        return "solve"
    if chooses and not current:
        return "solve_again"
    return "export" if not packed else "open_package"


class StepsBar(QWidget):
    """Five steps to click on, and what to do next."""

    asked = Signal(str)
    """A step ("data" …) was clicked, or the next action ("solve" …)."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(0)
        self.steps = tuple(StepButton(k, id, self) for k, id in enumerate(STEPS))
        for step in self.steps:
            step.clicked.connect(self._step)
            row.addWidget(step)
        row.addStretch(1)
        self._says = QLabel(text("step_next"))
        self._says.setProperty("role", "soft")
        self.next_button = QPushButton()
        self.next_button.setProperty("role", "primary")
        self.next_button.clicked.connect(self._go)
        row.addWidget(self._says)
        row.addSpacing(8)
        row.addWidget(self.next_button)
        self._next = ""
        followed = (desk.opened, desk.results_changed, desk.options_changed, desk.plan_changed, desk.saved, desk.packed_changed)
        for signal in (*followed, desk.long.changed, desk.live.changed):
            signal.connect(self.refresh)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Show how far each step is."""
        now = progressed(self._desk)
        for step, state, words in zip(self.steps, now.states, now.words, strict=True):
            step.show_state(state, words)
        self._next = now.next
        self._says.setVisible(bool(now.next))
        self.next_button.setVisible(bool(now.next))
        if now.next:
            self.next_button.setText(text(f"next_{now.next}"))
            self.next_button.setToolTip(text(f"next_{now.next}_why"))

    def _step(self) -> None:
        sender = self.sender()
        if isinstance(sender, StepButton):
            self.asked.emit(sender.id)

    def _go(self) -> None:
        self.asked.emit(self._next)


class StepButton(PaintedButton):
    """One step: its number, name, sign and a few words; a line under it says its state without colour alone."""

    def __init__(self, place: int, id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.id, self._words = id, ""
        self.state: State = "none"
        self._title = f"{'①②③④⑤'[place]} {text(f'step_{id}')}"
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setToolTip(f"{text(f'step_{id}_why')} (Alt+{place + 1})")
        self.setShortcut(f"Alt+{place + 1}")

    def show_state(self, state: State, words: str) -> None:
        if (state, words) != (self.state, self._words):
            self.state, self._words = state, words
            self.setAccessibleName(f"{self._title} {_SIGNS[state]} {words}")
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        wide, small = QFontMetrics(font(bold=True)), QFontMetrics(font(8.5))
        width = wide.horizontalAdvance(f"{self._title} ✓") + 8
        if self._words:
            width += small.horizontalAdvance(self._words) + 8
        return QSize(width + 24, wide.height() + 12)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(self.fontMetrics().horizontalAdvance(f"{self._title} ✓") + 32, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        of, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(QColor(of.accent), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(of.tint))
            painter.drawRoundedRect(box, 3, 3)
        signs = {"done": of.good, "now": of.accent, "old": of.data, "bad": of.bad, "busy": of.accent, "none": of.faint}
        painter.setFont(font(bold=self.state in ("now", "old", "bad")))
        painter.setPen(QColor(of.faint if self.state == "none" else of.ink))
        left = box.adjusted(12, 0, 0, 0)
        painter.drawText(left, Qt.AlignmentFlag.AlignVCenter, self._title)
        left.setLeft(left.left() + painter.fontMetrics().horizontalAdvance(self._title) + 6)
        painter.setPen(QColor(signs[self.state]))
        painter.drawText(left, Qt.AlignmentFlag.AlignVCenter, _SIGNS[self.state])
        if self._words:
            left.setLeft(left.left() + painter.fontMetrics().horizontalAdvance("✓") + 8)
            painter.setFont(font(8.5))
            painter.setPen(QColor(of.soft))
            words = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, int(left.width()) - 4)
            painter.drawText(left, Qt.AlignmentFlag.AlignVCenter, words)
        painter.setPen(QPen(QColor(signs[self.state] if self.state != "none" else of.line), 2))
        painter.drawLine(box.bottomLeft() + QPointF(6, 0), box.bottomRight() - QPointF(6, 0))
        painter.end()
