"""A part of a panel: a bold title, soft words and small buttons beside it, its widgets below."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from landplan.gui.icons import icon


class Section(QWidget):
    """A titled part; `body` is where its widgets go."""

    def __init__(self, title: str, parent: QWidget | None = None, *, tip: str = "") -> None:
        super().__init__(parent)
        self._title, self._note = QLabel(title), QLabel()
        self._title.setProperty("role", "title")
        self._title.setToolTip(tip or title)
        self._note.setProperty("role", "soft")
        self._note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.head = QHBoxLayout()
        self.head.setSpacing(4)
        self.head.addWidget(self._title)
        self.head.addWidget(self._note, 1)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(4)
        self.body.addLayout(self.head)

    def say(self, words: str, tip: str = "") -> None:
        """Soft words beside the title."""
        self._note.setText(words)
        self._note.setToolTip(tip or words)

    def add_button(self, name: str, words: str, act: Callable[[], None], tip: str = "") -> QToolButton:
        """A small button at the right of the title."""
        button = small_button(name, words, act, tip)
        self.head.addWidget(button)
        return button


def small_button(name: str, words: str, act: Callable[[], None], tip: str = "") -> QToolButton:
    """A flat button with an icon and words."""
    button = QToolButton()
    button.setAutoRaise(True)
    button.setIcon(icon(name))
    button.setText(words)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setToolTip(tip or words)
    button.setAccessibleName(words)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.clicked.connect(act)
    return button


def soft_label(words: str = "", role: str = "soft") -> QLabel:
    """Words that wrap, in a soft ink."""
    label = QLabel(words)
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
