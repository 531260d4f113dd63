"""What a new layer is: its file is looked at, what is wrong with it can be mended, then role, name and CRS are asked."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from landplan.core.crs import is_plane
from landplan.core.messages import text
from landplan.core.roles import role_title
from landplan.gui.desk import Desk
from landplan.gui.mending import Mending
from landplan.gui.source_panel import Place, SourcePanel
from landplan.gui.source_words import blocked
from landplan.gui.widgets.crs_field import CrsField
from landplan.gui.widgets.growing import grow
from landplan.gui.widgets.section import soft_label

_ROLES = ("zones", "constraints", "roads", "av_roads", "metro_lines", "railways", "stations", "labs", "firms", "obstacles")


class AddLayerDialog(QDialog):
    """Layer of the file, role, name, encoding and CRS, with the health card of the file and its first rows."""

    asked = Signal(object)
    """The values of the command `add_layer`."""
    open_asked = Signal(object)
    """The file is to be the parcels of a new project instead."""

    def __init__(self, path: Path, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(text("layers_dialog_title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(660)
        self._path, self._taken = path, {entry.role for entry in desk.map_layers.entries}
        self._in_plane = desk.project is not None and is_plane(desk.project.layers.crs)
        self.file, self.layer, self.role, self.name = QLabel(), QComboBox(), QComboBox(), QLineEdit()
        self.panel = SourcePanel(self)
        self.mending = Mending(desk, self.panel, self)
        self._offer()
        self.name.setMaxLength(80)
        self.crs = CrsField(text("layers_dialog_crs_hint"))
        self.wrong = soft_label("", "data")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.instead = QPushButton(text("source_open_instead"), autoDefault=False)
        buttons.addButton(self.instead, QDialogButtonBox.ButtonRole.ResetRole)
        self.instead.setToolTip(text("source_open_instead_why"))
        self.instead.hide()
        self.instead.clicked.connect(self._open_instead)
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(text("layers_dialog_cancel"))
        self.add = QPushButton(text("layers_dialog_add"))
        buttons.addButton(self.add, QDialogButtonBox.ButtonRole.AcceptRole)
        self.add.setDefault(True)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        self._lay_out(buttons)
        self.layer.activated.connect(self._choose_layer)
        self.role.editTextChanged.connect(self._judge)
        self.crs.textChanged.connect(self._look)
        self.panel.looked.connect(self._looked)
        self.panel.crs_asked.connect(self.crs.setText)
        self.panel.coding.activated.connect(self._judge)
        self.mending.mended.connect(self._use)
        self._use(path)

    def _offer(self) -> None:
        """Roles that are free, by their titles; any other word can be typed."""
        self.role.setEditable(True)
        self.role.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for role in _ROLES:
            if role not in self._taken:
                self.role.addItem(f"{role_title(role)}  {role}", role)
        self.role.setCurrentIndex(-1)

    def _lay_out(self, buttons: QDialogButtonBox) -> None:
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(12)
        self.form.setVerticalSpacing(8)
        self.form.addRow(text("layers_dialog_file"), self.file)
        self.form.addRow(text("layers_dialog_layer"), self.layer)
        self.form.addRow(text("layers_dialog_role"), self.role)
        self.role.setToolTip(text("layers_dialog_role_note"))
        self.form.addRow(text("layers_dialog_name"), self.name)
        self.form.addRow(text("layers_dialog_crs"), self.crs)
        for label, widget in (("layer", self.layer), ("role", self.role), ("name", self.name), ("crs", self.crs)):
            widget.setAccessibleName(text(f"layers_dialog_{label}"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(8)
        column.addLayout(self.form)
        column.addWidget(soft_label(text("layers_dialog_role_note")))
        column.addWidget(self.wrong)
        column.addWidget(self.panel)
        column.addWidget(self.mending.said)
        column.addStretch(1)
        column.addWidget(buttons)

    # What is looked at

    def _use(self, path: Path) -> None:
        """This file from here on: the one that was chosen, or the mended one that was written."""
        self._path = path
        self.file.setText(path.name)
        self.file.setToolTip(str(path))
        self.layer.clear()
        self.form.setRowVisible(self.layer, False)
        self._look()

    @property
    def place(self) -> Place:
        """The layer of the file that is chosen, and the CRS that was given."""
        several = self.layer.count() > 1
        return Place(self._path, self.layer.currentText() if several else None, self.crs.text().strip())

    def _look(self) -> None:
        self.panel.show_place(self.place)
        self._judge()

    def _looked(self) -> None:
        names = self.panel.names
        if names != tuple(self.layer.itemText(k) for k in range(self.layer.count())):
            self.layer.clear()
            self.layer.addItems(list(names))
            self.form.setRowVisible(self.layer, len(names) > 1)
        self._guess()
        self.panel.show_place(self.place)
        grow(self)

    def _choose_layer(self) -> None:
        self.role.setCurrentIndex(-1)
        self.role.setEditText("")
        self._guess()
        self._look()

    @property
    def chosen_role(self) -> str:
        """The role of the line that is chosen, or the word that was typed."""
        words = self.role.currentText()
        at = self.role.findText(words)
        return str(self.role.itemData(at)) if at >= 0 else words.strip()

    def _guess(self) -> None:
        """The role of the same name, where there is one and it is free; else the name itself. What was typed stays."""
        name = self.layer.currentText()
        self.name.setPlaceholderText(name or self._path.stem)
        if not self.role.currentText():
            stem = (name or self._path.stem).lower().replace(" ", "_").replace("-", "_")
            at = self.role.findData(stem)
            if at >= 0:
                self.role.setCurrentIndex(at)
            else:
                self.role.setEditText(stem if stem.isascii() and stem.isidentifier() else "")
        self._judge()

    def _judge(self) -> None:
        """Whether the layer can be added; if it is its role that hinders, why."""
        role = self.chosen_role
        reason = ""
        if role in self._taken:
            reason = "layer_role_taken"
        elif not (role.isascii() and role.isidentifier()):
            reason = "layer_role_odd"
        self.wrong.setText(text(reason) if reason and role else "")
        self.wrong.setVisible(bool(self.wrong.text()))
        card = self.panel.card
        self.add.setEnabled(not reason and card is not None and (self._in_plane or not blocked(card, self.layer.currentText())))
        grow(self)

    def offer_to_open(self) -> None:
        """Offer that the file becomes a new project as well: it was dropped, nobody said what it is for."""
        self.instead.show()

    # The end

    def _open_instead(self) -> None:
        self.reject()
        self.open_asked.emit(self._path)

    def _accept(self) -> None:
        known = role_title(self.chosen_role) != self.chosen_role
        values = {
            "path": str(self._path),
            "layer": self.place.layer,
            "title": self.name.text().strip() or ("" if known else self.name.placeholderText()),
            "crs": self.place.crs,
            "encoding": self.panel.encoding,
        }
        self.asked.emit({"role": self.chosen_role, **{name: value for name, value in values.items() if value}})
        self.accept()

    def done(self, result: int) -> None:
        """Closed, in whatever way: nothing more is looked at."""
        self.panel.close_lane()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        self.panel.close_lane()
        super().closeEvent(event)
