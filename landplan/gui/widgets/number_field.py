"""A field for one number, laid over the cell of a table."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from landplan.core.messages import text
from landplan.gui.plan_words import typed
from landplan.gui.theme import theme


class NumberField(QLineEdit):
    """Enter, Tab and a click elsewhere take the number, Esc leaves it; what is no number is shown and stays to be mended."""

    finished = Signal(object, int)
    """The number, None for an empty field, NotImplemented for no change; and where to go: 1 next, −1 previous, 0 stay."""

    def __init__(self, start: str, parent: QWidget | None = None) -> None:
        super().__init__(start, parent)
        self._start, self._over = start, False
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setTextMargins(0, 0, 0, 0)
        self._dress(theme().accent)
        self.textEdited.connect(self._mended)

    def open(self, *, everything: bool = True) -> None:
        """Show it, ready to be typed into."""
        self._start = "" if not everything else self._start
        self.show()
        self.setFocus()
        if everything:
            self.selectAll()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1, Qt.Key.Key_Return: 0, Qt.Key.Key_Enter: 0}
            key = Qt.Key(event.key())
            if key in steps and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._take(steps[key])
                return True
            if key == Qt.Key.Key_Escape:
                self._end(NotImplemented, 0)
                return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._take(0, last=True)

    def _take(self, step: int, *, last: bool = False) -> None:
        if self.text() == self._start:
            self._end(NotImplemented, step)
            return
        try:
            value = typed(self.text())
        except ValueError:
            if last:
                self._end(NotImplemented, 0)
            else:
                self._dress(theme().bad)
                self.setToolTip(text("portfolio_no_number"))
            return
        self._end(value, step)

    def _end(self, value: object, step: int) -> None:
        if not self._over:
            self._over = True
            self.finished.emit(value, step)

    def _mended(self) -> None:
        self._dress(theme().accent)

    def _dress(self, colour: str) -> None:
        self.setStyleSheet(f"QLineEdit {{ border: 1px solid {colour}; border-radius: 2px; padding: 0 2px; }}")
