"""The manual in a window of its own: the same pages as in docs/manual, with links that work."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from landplan.core.messages import language, text
from landplan.core.paths import manual
from landplan.gui.icons import icon


class Manual(QDialog):
    """A page, back and on. Links to the outside are not followed: landplan asks the network for nothing."""

    def __init__(self, page: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(text("action_manual"))
        self.resize(860, 720)
        self.browser = QTextBrowser()
        self.browser.setOpenExternalLinks(False)
        self.browser.document().setDocumentMargin(24)
        folder = manual(language())
        self.browser.setSearchPaths([str(folder)])
        row, column = QHBoxLayout(), QVBoxLayout(self)
        for name, way, signal in (
            ("previous", self.browser.backward, self.browser.backwardAvailable),
            ("next", self.browser.forward, self.browser.forwardAvailable),
        ):
            button = QPushButton(icon(name), "")
            button.setEnabled(False)
            button.setToolTip(text(f"manual_{name}"))
            button.setAccessibleName(text(f"manual_{name}"))
            button.clicked.connect(way)
            signal.connect(button.setEnabled)
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.browser)
        self.browser.setSource(QUrl.fromLocalFile(str(folder / page)))


def show_manual(parent: QWidget, page: str = "README.md") -> Manual:
    """Open the manual beside the window."""
    made = Manual(page, parent)
    made.show()
    return made
