"""A small card of facts beside what it is about: closes by itself, its values can be selected and copied."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from landplan.core.messages import text
from landplan.gui.theme import theme
from landplan.gui.widgets.section import small_button

_WIDEST = 360


class FactsPopup(QFrame):
    """A title and (label, value) pairs. Escape or a click elsewhere closes it."""

    def __init__(self, title: str, facts: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("facts")
        self.setStyleSheet(f"#facts {{ background: {theme().base}; border: 1px solid {theme().line}; }}")
        self._words = "\n".join([title, *(f"{label}\t{value}" for label, value in facts)])
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 8, 12, 8)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        head = QLabel(title)
        head.setProperty("role", "title")
        grid.addWidget(head, 0, 0, 1, 2)
        for row, (label, value) in enumerate(facts, 1):
            name, shown = QLabel(label), QLabel(" ".join(_breakable(word) for word in value.split(" ")))
            name.setProperty("role", "soft")
            shown.setWordWrap(True)
            shown.setTextFormat(Qt.TextFormat.PlainText)
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            shown.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            grid.addWidget(shown, row, 1)
        self.copy = small_button("copy", text("layers_copy"), self._copy)
        grid.addWidget(self.copy, len(facts) + 1, 1, Qt.AlignmentFlag.AlignRight)
        self.setFixedWidth(_WIDEST)
        grid.setRowStretch(len(facts) + 2, 1)

    def open_at(self, place: QPoint) -> None:
        """Show it with its corner here, moved so far that all of it is on the screen."""
        self.resize(_WIDEST, self.layout().totalHeightForWidth(_WIDEST))
        screen = QGuiApplication.screenAt(place) or self.screen()
        area = screen.availableGeometry()
        x = min(place.x(), area.right() - self.width())
        self.move(max(x, area.left()), max(min(place.y(), area.bottom() - self.height()), area.top()))
        self.show()
        self.copy.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._words)
        self.close()


def _breakable(word: str) -> str:
    """A long word, such as a checksum, with places where a line may end."""
    return word if len(word) <= 32 else "\u200b".join(word[k : k + 16] for k in range(0, len(word), 16))
