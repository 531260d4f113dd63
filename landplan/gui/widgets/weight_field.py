"""The number beside a slider: framed only where it is typed in, taken on Enter or when it is left."""

from __future__ import annotations

from math import isfinite

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from landplan.gui.criteria_rows import weight_words
from landplan.gui.theme import theme

_MOST = 1e6


class WeightField(QLineEdit):
    """Up and Down step, Escape takes back what was typed; what is no weight is taken back by itself."""

    typed = Signal(float)
    """A weight that the planner typed or stepped to."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._weight, self._step = 0.0, 1.0
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName(name)
        self.setTextMargins(0, 0, 0, 0)
        of = theme()
        self.setStyleSheet(
            "QLineEdit { border: 1px solid transparent; border-radius: 2px; background: transparent; padding: 0 1px 1px 1px; }"
            f"QLineEdit:hover:enabled {{ border-color: {of.line}; background: {of.base}; }}"
            f"QLineEdit:focus {{ border-color: {of.accent}; background: {of.base}; }}"
            f"QLineEdit:disabled {{ color: {of.faint}; }}"
        )
        self.editingFinished.connect(self._take)

    @property
    def weight(self) -> float:
        """The weight that is shown."""
        return self._weight

    def set_weight(self, weight: float, step: float) -> None:
        """Show a weight without telling of it; what is being typed stays while it is typed."""
        if weight != self._weight or not self.isModified():
            self._weight = weight
            self.setText(weight_words(weight))
        self._step = step

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if step:
            self.setText(weight_words(max(round(self._weight + step * self._step, 6), 0.0)))
            self._take()
            self.selectAll()
        elif event.key() == Qt.Key.Key_Escape and self.isModified():
            self.setText(weight_words(self._weight))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def _take(self) -> None:
        try:
            weight = float(self.text().strip().replace("，", ".").replace(",", "."))
        except ValueError:
            weight = -1.0
        if not (isfinite(weight) and 0.0 <= weight <= _MOST):
            weight = self._weight
        told = weight != self._weight
        self._weight = weight
        self.setText(weight_words(weight))
        if told:
            self.typed.emit(weight)
