"""A field for one file: typed, chosen, or dropped on it; and for one of its layers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QToolButton, QWidget

from landplan.core.messages import text
from landplan.gui.icons import icon
from landplan.gui.widgets.elided_combo import ElidedCombo


class PathField(QWidget):
    """The path as text, a button that asks for it, and a choice where the file has several layers."""

    changed = Signal()
    look_asked = Signal()
    """The button that looks into the file was pressed."""

    def __init__(self, name: str, why: str, filters: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.encoding = ""
        """The encoding that was chosen for this file; "" where it is judged."""
        self._name, self._filters = name, filters
        self.line, self.browse = _Line(), QPushButton(icon("folder"), text("open_layers_choose"))
        self.line.setToolTip(why)
        self.line.setAccessibleName(name)
        self.line.textChanged.connect(self._retype)
        self.browse.setToolTip(f"{text('open_layers_choose_why')} ({name})")
        self.browse.setAccessibleName(f"{name} {text('open_layers_choose_why')}")
        self.browse.setAutoDefault(False)
        self.browse.clicked.connect(self._ask)
        self.look = QToolButton(autoRaise=True)
        self.look.setIcon(icon("search"))
        self.look.setToolTip(text("source_look_why"))
        self.look.setAccessibleName(f"{name} {text('source_look')}")
        self.look.clicked.connect(self.look_asked)
        self.look.setEnabled(False)
        self.layer = ElidedCombo(text("open_layers_layer"), text("open_layers_layer_why"))
        self.layer.activated.connect(self.changed)
        self.layer.hide()
        self._of: Path | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.line, 2)
        row.addWidget(self.layer, 1)
        row.addWidget(self.browse)
        row.addWidget(self.look)
        self.setFocusProxy(self.line)

    @property
    def path(self) -> Path | None:
        """What stands there; None for nothing."""
        words = self.line.text().strip()
        return Path(words).expanduser() if words else None

    @property
    def place(self) -> Path | None:
        """The file, or FILE::LAYER where one of its layers is chosen."""
        path = self.path
        return Path(f"{path}::{self.layer.currentText()}") if path is not None and path == self._of else path

    def offer_layers(self, names: Sequence[str], first: str) -> None:
        """Let one of the layers of the file that stands there be chosen: `first` to begin with, where it is one; none: no
        choice."""
        if not names:
            self._of = None
        elif self.path != self._of or [self.layer.itemText(k) for k in range(self.layer.count())] != list(names):
            self._of = self.path
            self.layer.clear()
            self.layer.addItems(list(names))
            self.layer.setCurrentIndex(max(self.layer.findText(first), 0))
        self.layer.setVisible(bool(names))

    def show_path(self, path: Path) -> None:
        self.line.setText(str(path))

    def _retype(self) -> None:
        if self.path != self._of:
            self.offer_layers((), "")
        self.encoding = ""
        self.look.setEnabled(self.path is not None)
        self.changed.emit()

    def _ask(self) -> None:
        start = str(self.path.parent) if self.path is not None else ""
        chosen, _ = QFileDialog.getOpenFileName(self, self._name, start, self._filters)
        if chosen:
            self.line.setText(chosen)


class _Line(QLineEdit):
    """A dropped file is its path, not its address."""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        local = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if local:
            self.setText(local[0])
            event.acceptProposedAction()
        else:
            super().dropEvent(event)
