"""What a new layer is: asked once its file is chosen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
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

from landplan.core.messages import text
from landplan.core.roles import role_title
from landplan.gui.map_layers import MapLayers
from landplan.gui.widgets.section import soft_label

_ROLES = ("zones", "constraints", "roads", "av_roads", "metro_lines", "railways", "stations", "labs", "firms")


class AddLayerDialog(QDialog):
    """Layer of the file, role, name and CRS. LandplanError when the file is nothing that can be read."""

    asked = Signal(object)
    """The values of the command `add_layer`."""

    def __init__(self, path: Path, layers: MapLayers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(text("layers_dialog_title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(420)
        self._path, self._taken = path, {entry.role for entry in layers.entries}
        self.layer, self.role, self.name, self.crs = QComboBox(), QComboBox(), QLineEdit(), QLineEdit()
        self._found = _layers_in(path)
        self.layer.addItems(self._found)
        self._offer()
        self.name.setMaxLength(80)
        self.crs.setPlaceholderText(text("layers_dialog_crs_hint"))
        self.wrong = soft_label("", "data")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(text("layers_dialog_cancel"))
        self.add = QPushButton(text("layers_dialog_add"))
        buttons.addButton(self.add, QDialogButtonBox.ButtonRole.AcceptRole)
        self.add.setDefault(True)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        self._lay_out(buttons)
        self.layer.currentTextChanged.connect(self._guess)
        self.role.editTextChanged.connect(self._judge)
        self._guess(self.layer.currentText())

    def _offer(self) -> None:
        """Roles that are free, by their titles; any other word can be typed."""
        self.role.setEditable(True)
        self.role.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for role in _ROLES:
            if role not in self._taken:
                self.role.addItem(f"{role_title(role)}  {role}", role)

    def _lay_out(self, buttons: QDialogButtonBox) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        file = QLabel(self._path.name)
        file.setToolTip(str(self._path))
        form.addRow(text("layers_dialog_file"), file)
        if len(self._found) > 1:
            form.addRow(text("layers_dialog_layer"), self.layer)
        form.addRow(text("layers_dialog_role"), self.role)
        self.role.setToolTip(text("layers_dialog_role_note"))
        form.addRow(text("layers_dialog_name"), self.name)
        form.addRow(text("layers_dialog_crs"), self.crs)
        for label, widget in (("layer", self.layer), ("role", self.role), ("name", self.name), ("crs", self.crs)):
            widget.setAccessibleName(text(f"layers_dialog_{label}"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(8)
        column.addLayout(form)
        column.addWidget(soft_label(text("layers_dialog_role_note")))
        column.addWidget(self.wrong)
        column.addWidget(buttons)

    @property
    def chosen_role(self) -> str:
        """The role of the line that is chosen, or the word that was typed."""
        words = self.role.currentText()
        at = self.role.findText(words)
        return str(self.role.itemData(at)) if at >= 0 else words.strip()

    def _guess(self, name: str) -> None:
        """The role of the same name, where there is one and it is free; else the name itself."""
        stem = (name or self._path.stem).lower().replace(" ", "_").replace("-", "_")
        at = self.role.findData(stem)
        if at >= 0:
            self.role.setCurrentIndex(at)
        else:
            self.role.setCurrentIndex(-1)
            self.role.setEditText(stem if stem.isascii() and stem.isidentifier() else "")
        self.name.setPlaceholderText(name or self._path.stem)
        self._judge()

    def _judge(self) -> None:
        """Whether the role will do; if not, why."""
        role = self.chosen_role
        reason = ""
        if role in self._taken:
            reason = "layer_role_taken"
        elif not (role.isascii() and role.isidentifier()):
            reason = "layer_role_odd"
        self.wrong.setText(text(reason) if reason and role else "")
        self.wrong.setVisible(bool(self.wrong.text()))
        self.add.setEnabled(not reason)

    def _accept(self) -> None:
        values = {"role": self.chosen_role, "path": str(self._path)}
        values |= {"layer": self.layer.currentText()} if len(self._found) > 1 else {}
        known = role_title(self.chosen_role) != self.chosen_role
        own = self.name.text().strip() or ("" if known else self.name.placeholderText())
        values |= {"title": own} if own else {}
        values |= {"crs": self.crs.text().strip()} if self.crs.text().strip() else {}
        self.asked.emit(values)
        self.accept()


def _layers_in(path: Path) -> list[str]:
    """The layers of a file; a raster is one by itself."""
    from landplan.io.files import kind
    from landplan.io.vector import list_layers

    return [path.stem] if kind(path) == "raster" else list(list_layers(path))
