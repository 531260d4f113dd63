"""A command line to look at, select and copy."""

from __future__ import annotations

from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from landplan.core.messages import text
from landplan.gui.theme import FAMILY, theme
from landplan.gui.widgets.section import small_button

_FAMILIES = ("Consolas", "Menlo", "Noto Sans Mono", "DejaVu Sans Mono", "Liberation Mono")


def line_font(points: float) -> QFont:
    """Letters of one width; Chinese in the bundled font."""
    made = QFont()
    made.setFamilies([*_FAMILIES, FAMILY])
    made.setStyleHint(QFont.StyleHint.Monospace)
    made.setPointSizeF(points)
    return made


class LineField(QWidget):
    """Read-only, in letters of one width, with a button that copies all of it."""

    def __init__(self, line: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit(line)
        self.field.setReadOnly(True)
        self.field.setFrame(False)
        self.field.setFont(line_font(8.5))
        self.field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.field.setStyleSheet(f"QLineEdit {{ background: transparent; color: {theme().soft}; }}")
        self.button = small_button("copy", text("line_copy"), self.copy, text("line_copy_tip"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        row.addWidget(self.button)
        self.show_line(line)

    @property
    def line(self) -> str:
        return self.field.text()

    def show_line(self, line: str) -> None:
        """Another line; "" where there is none."""
        self.field.setText(line)
        self.field.setCursorPosition(0)
        self.field.setToolTip(line)
        self.field.setAccessibleName(f"{text('line_command')}: {line}")
        self.button.setEnabled(bool(line))

    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self.line)
