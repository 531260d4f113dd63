"""The message bar: one sentence above the map instead of a box in the way."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from landplan.core.messages import text
from landplan.gui.desk import Desk
from landplan.gui.icons import icon, pixmap
from landplan.gui.journal import Message, Mood
from landplan.gui.theme import theme

GOOD_MS = 8000
"""Good news goes by itself; what affects numbers stays until it is closed."""
_ICONS: dict[Mood, str] = {"note": "info", "good": "good", "data": "check", "bad": "bad"}


class MessageBar(QFrame):
    """The newest message; how many wait behind it. Notes are for the status bar and the log, not for here."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[Message] = []
        self._shown: Message | None = None
        self._picture, self._words, self._more = QLabel(), QLabel(), QLabel()
        self._words.setWordWrap(True)
        self._words.setTextInteractionFlags(self._words.textInteractionFlags().TextSelectableByMouse)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._more.setProperty("role", "soft")
        self._close = QToolButton(autoRaise=True)
        self._close.setIcon(icon("close"))
        self._close.setToolTip(f"{text('message_close')} (Esc)")
        self._close.setAccessibleName(text("message_close"))
        self._close.clicked.connect(self.next)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(8)
        for widget, stretch in ((self._picture, 0), (self._words, 1), (self._more, 0), (self._close, 0)):
            row.addWidget(widget, stretch)
        self._timer = QTimer(self, singleShot=True, interval=GOOD_MS)
        self._timer.timeout.connect(self.next)
        desk.said.connect(self.show_message)
        self.hide()

    @property
    def message(self) -> Message | None:
        """What it says now."""
        return self._shown

    def show_message(self, message: Message) -> None:
        """Say it, before what was said before; good news only where nothing worse is shown."""
        if message.mood == "note" or (self._shown is not None and message.text == self._shown.text):
            return
        if self._shown is not None and self._shown.mood != "good":
            if message.mood == "good":
                return
            self._waiting.append(self._shown)
        self._show(message)

    def next(self) -> None:
        """Close the message; the one before comes back."""
        self._timer.stop()
        if self._waiting:
            self._show(self._waiting.pop())
        else:
            self._shown = None
            self.hide()

    def _show(self, message: Message) -> None:
        self._shown, of = message, theme()
        colour = {"good": of.good, "data": of.data, "bad": of.bad, "note": of.accent}[message.mood]
        self._picture.setPixmap(pixmap(_ICONS[message.mood], 18, colour, self.devicePixelRatioF()))
        self._words.setText(message.text)
        self._words.setAccessibleName(message.text)
        self._more.setText(text("message_more", {"n": len(self._waiting)}) if self._waiting else "")
        frame = f"border: none; border-left: 4px solid {colour}; border-bottom: 1px solid {of.line};"
        self.setStyleSheet(f"MessageBar {{ background: {of.raised}; {frame} }}")
        self.show()
        if message.mood == "good":
            self._timer.start()
        else:
            self._timer.stop()
