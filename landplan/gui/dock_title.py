"""The title bar of a dock: its name, and buttons to float and close it with icons of the theme."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from landplan.core.messages import text
from landplan.gui.icons import icon
from landplan.gui.theme import theme


class DockTitle(QWidget):
    """Follows the title of its dock; dragging it moves the dock, a double click floats it."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self._name = QLabel(dock.windowTitle())
        self._name.setProperty("role", "title")
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 2)
        row.setSpacing(2)
        row.addWidget(self._name, 1)
        for name, way in (("float", self._float), ("close", dock.close)):
            button = QToolButton(autoRaise=True)
            button.setIcon(icon(name, theme().soft))
            button.setIconSize(QSize(12, 12))
            button.setToolTip(text(f"dock_{name}"))
            button.setAccessibleName(f"{text(f'dock_{name}')} {dock.windowTitle()}")
            button.setFocusPolicy(button.focusPolicy().TabFocus)
            button.clicked.connect(way)
            row.addWidget(button)
        dock.windowTitleChanged.connect(self._name.setText)

    def _float(self) -> None:
        dock = self.parent()
        if isinstance(dock, QDockWidget):
            dock.setFloating(not dock.isFloating())
