"""A row of buttons that say how much there is of each kind, and whether it is listed."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from landplan.core.messages import text
from landplan.gui.icons import icon
from landplan.gui.theme import theme


class MarkFilters(QWidget):
    """Each a mark: an icon in its colour, a word and a number; pressed = listed."""

    changed = Signal()

    def __init__(self, marks: Mapping[str, tuple[str, str, str]], parent: QWidget | None = None) -> None:
        """marks: id → icon, word, colour (#RRGGBB)."""
        super().__init__(parent)
        self.buttons: dict[str, QToolButton] = {}
        self._words = {id: word for id, (_icon, word, _colour) in marks.items()}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for id, (name, word, colour) in marks.items():
            button = self.buttons[id] = QToolButton()
            button.setIcon(icon(name, colour))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setAutoRaise(True)
            button.setCheckable(True)
            button.setChecked(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setToolTip(text("filter_mark", {"what": word}))
            button.toggled.connect(self.changed)
            row.addWidget(button)
        of = theme()
        self.setStyleSheet(
            f"QToolButton {{ color: {of.ink}; border: 1px solid transparent; border-radius: 3px; padding: 2px 6px; }}"
            f"QToolButton:checked {{ background: {of.tint}; }}"
            f"QToolButton:!checked {{ color: {of.faint}; }}"
            f"QToolButton:hover, QToolButton:focus {{ border-color: {of.accent}; }}"
        )
        self.count({})

    @property
    def on(self) -> tuple[str, ...]:
        """The ids that are listed."""
        return tuple(id for id, button in self.buttons.items() if button.isChecked())

    def set_on(self, ids: tuple[str, ...]) -> None:
        for id, button in self.buttons.items():
            button.setChecked(id in ids)

    def count(self, counts: Mapping[str, int]) -> None:
        """How much there is of each."""
        for id, button in self.buttons.items():
            button.setText(f"{self._words[id]} {counts.get(id, 0):,}")
            button.setAccessibleName(button.text())
