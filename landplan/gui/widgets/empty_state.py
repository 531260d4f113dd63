"""What a panel shows where there is nothing: what this is, and what to do next."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from landplan.gui.icons import pixmap
from landplan.gui.theme import theme


class EmptyState(QWidget):
    """A picture, what this is, and what to do next; centred, in soft ink."""

    def __init__(self, icon: str, title: str, advice: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        picture, self._title, self._advice = QLabel(), QLabel(title), QLabel(advice)
        picture.setPixmap(pixmap(icon, 28, theme().faint, self.devicePixelRatioF()))
        self._title.setProperty("role", "title")
        self._advice.setProperty("role", "soft")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(4)
        column.addStretch(1)
        for label in (picture, self._title, self._advice):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(label is not picture)
            column.addWidget(label)
        column.addStretch(1)
        self.say(title, advice)

    def say(self, title: str, advice: str = "") -> None:
        """Other words."""
        self._title.setText(title)
        self._advice.setText(advice)
        self._advice.setVisible(bool(advice))
        self.setAccessibleName(f"{title} {advice}".strip())
