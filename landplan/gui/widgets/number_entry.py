"""A number in a form: taken on Enter or when it is left, stepped by the arrow keys; what is no number is taken back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from landplan.gui.plan_words import given, typed


class NumberEntry(QLineEdit):
    """Only what the planner does is told; a number that is set from outside changes it silently."""

    entered = Signal(float)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number, self._step = 0.0, 1.0
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName(name)
        self.editingFinished.connect(self._take)

    @property
    def number(self) -> float:
        """The number that is shown."""
        return self._number

    def set_number(self, number: float, step: float) -> None:
        """Show a number; what is being typed stays while it is typed. step: what Up and Down add."""
        if number != self._number or not self.isModified():
            self._number = number
            self.setText(self.words(number))
        self._step = step

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        turn = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if turn:
            self.setText(self.words(self.stepped(self._number + turn * self._step)))
            self._take()
            self.selectAll()
        elif event.key() == Qt.Key.Key_Escape and self.isModified():
            self.setText(self.words(self._number))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def words(self, number: float) -> str:
        """A number as it is shown."""
        return given(number)

    def read(self, words: str) -> float | None:
        """The number in what was typed; None or ValueError where there is none to take."""
        return typed(words)

    def stepped(self, number: float) -> float:
        """Where a step ends."""
        return round(number, 12)

    def _take(self) -> None:
        try:
            found = self.read(self.text())
        except ValueError:
            found = None
        number = self._number if found is None else found
        told = number != self._number
        self._number = number
        self.setText(self.words(number))
        if told:
            self.entered.emit(number)
