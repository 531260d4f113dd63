"""The dialog for a plan whose files have moved: one line a file, those found nearby already filled in."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from landplan.app.relinking import Lost
from landplan.core.messages import language, text
from landplan.core.roles import role_title
from landplan.gui.widgets.path_field import PathField
from landplan.gui.widgets.section import soft_label
from landplan.io.files import RASTER_SUFFIXES, VECTOR_SUFFIXES, is_input

_READ = " ".join(f"*{suffix}" for suffix in (*VECTOR_SUFFIXES, *RASTER_SUFFIXES))
_MOST_PX = 360
_SHOWN = 3


class RelinkDialog(QDialog):
    """Where each file is now. A file that is chosen by hand also tells where to look for the others."""

    relinked = Signal(object)
    """Place as the plan has it → file, for every file that was lost."""

    def __init__(self, plan: Path, lost: tuple[Lost, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(text("relink_title"))
        self.setMinimumWidth(640)
        self.fields: dict[str, PathField] = {}
        self.said = soft_label(text("relink_intro", {"plan": plan.name, "n": len(lost)}))
        self.wrong = soft_label("", "data")
        self.open_button = QPushButton(text("relink_open"), default=True)
        self.open_button.setProperty("role", "primary")
        self.open_button.clicked.connect(self._accept)
        self.cancel = QPushButton(text("open_layers_cancel"), autoDefault=False)
        self.cancel.clicked.connect(self.reject)
        self._needed = {one.place for one in lost if one.needed}
        self._lay_out(lost)
        self._judge()

    def _lay_out(self, lost: tuple[Lost, ...]) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        filters = f"{text('open_layers_readable')} ({_READ});;{text('open_layers_all_files')} (*)"
        for one in lost:
            titles = _titles(one.roles)
            field = PathField(one.place, text("relink_why", {"place": one.place, "roles": ", ".join(one.roles)}), filters)
            field.look.hide()
            if one.near is not None:
                field.show_path(one.near)
            field.changed.connect(partial(self._chosen, field))
            label = QLabel(f"{Path(one.place).name}\n{titles}")
            label.setToolTip(one.place)
            form.addRow(label, field)
            self.fields[one.place] = field
        box, area = QWidget(), QScrollArea(widgetResizable=True)
        box.setLayout(form)
        area.setWidget(box)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumHeight(min(box.sizeHint().height() + 8, _MOST_PX))
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.open_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.said)
        column.addWidget(area, 1)
        column.addWidget(self.wrong)
        column.addLayout(buttons)

    @property
    def places(self) -> dict[str, Path]:
        """Where each file is now, as far as it stands there."""
        return {place: field.path for place, field in self.fields.items() if field.path is not None}

    def _chosen(self, field: PathField) -> None:
        """Files of the other names that lie beside the one that was chosen are taken along."""
        path = field.path
        if path is not None and is_input(path):
            for place, other in self.fields.items():
                beside = path.with_name(Path(place).name)
                if other.path is None and is_input(beside):
                    other.show_path(beside)
        self._judge()

    def _judge(self) -> None:
        """Whether every file that is needed is there; if not, which is missing first."""
        left = [
            place
            for place, field in self.fields.items()
            if not (field.path.exists() if field.path else place not in self._needed)
        ]
        self.wrong.setText(text("relink_left", {"n": len(left), "place": left[0]}) if left else "")
        self.wrong.setVisible(bool(left))
        self.open_button.setEnabled(not left)

    def _accept(self) -> None:
        self.relinked.emit(self.places)
        self.accept()


def _titles(roles: tuple[str, ...]) -> str:
    comma = ", " if language() == "en" else "、"
    return comma.join(role_title(role) for role in roles[:_SHOWN]) + (" …" if len(roles) > _SHOWN else "")
