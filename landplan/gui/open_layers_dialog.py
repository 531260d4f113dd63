"""The dialog that starts a project from a planner's own layers, and shows first what was understood of them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from landplan.app.opening import Opened, open_layers
from landplan.app.starting_recipe import file_and_layer
from landplan.core.messages import text
from landplan.core.progress import Progress
from landplan.core.roles import role_title
from landplan.gui.desk import Desk
from landplan.gui.icons import icon
from landplan.gui.layers_preview import Preview, Wish, odd_roles, preview
from landplan.gui.source_dialog import SourceDialog
from landplan.gui.source_panel import Place
from landplan.gui.theme import theme
from landplan.gui.widgets.cells import Cell, listed
from landplan.gui.widgets.crs_field import CrsField
from landplan.gui.widgets.fitted_table import FittedTable
from landplan.gui.widgets.growing import grow
from landplan.gui.widgets.path_field import PathField
from landplan.gui.widgets.section import small_button, soft_label
from landplan.gui.work import Lane, Task
from landplan.io.files import RASTER_SUFFIXES, VECTOR_SUFFIXES

ROLES = ("stations", "metro_lines", "roads", "av_roads", "railways", "labs", "firms", "constraints", "rights", "obstacles")
"""What the default scheme looks for, besides parcels and zones."""
_WAIT_MS = 250
_ROWS = 9
_READ = " ".join(f"*{suffix}" for suffix in (*VECTOR_SUFFIXES, *RASTER_SUFFIXES))


class OpenLayersDialog(QDialog):
    """Parcels, zones, more layers by role, and a CRS where the file declares none. What is wrong is said in the dialog."""

    chosen = Signal(object)
    """The Opened project."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._task: Task | None = None
        self._seen: Preview | None = None
        self.looking: SourceDialog | None = None
        """The health card that was opened last."""
        self._lane = Lane("look", self)
        self._rest = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._rest.timeout.connect(self._look)
        self.setWindowTitle(text("open_layers_title"))
        self.setMinimumWidth(560)
        filters = f"{text('open_layers_readable')} ({_READ});;{text('open_layers_all_files')} (*)"
        self._filters = filters
        self.parcels = PathField(text("open_layers_parcels"), text("open_layers_parcels_why"), filters)
        self.zones = PathField(text("open_layers_zones"), text("open_layers_zones_why"), filters)
        self.more: list[LayerRow] = []
        self.crs = CrsField(text("open_layers_crs_hint"))
        self.crs.setToolTip(text("open_layers_crs_why"))
        self.crs.setAccessibleName(text("open_layers_crs"))
        self.use = QPushButton(autoDefault=False)
        self.use.clicked.connect(self._use_suggestion)
        self.said, self.wrong, self.other, self.plans, self.plane = (
            soft_label(),
            soft_label(role="bad"),
            *(soft_label() for _ in range(3)),
        )
        self.table = FittedTable(text("open_layers_field"), most=_ROWS)
        self._lay_out()
        for field in (self.parcels, self.zones):
            field.changed.connect(self._change)
            field.look_asked.connect(partial(self.look_into, field))
        self.crs.textChanged.connect(self._change)
        self._show()
        self.parcels.setFocus()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self.add = small_button("add", text("open_layers_add"), self._add_clicked, text("open_layers_more_why"))
        self._rows.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        crs = QHBoxLayout()
        crs.setSpacing(4)
        crs.addWidget(self.crs, 1)
        crs.addWidget(self.use)
        form.addRow(text("open_layers_parcels"), self.parcels)
        form.addRow(text("open_layers_zones"), self.zones)
        form.addRow(text("open_layers_more"), self._rows)
        form.addRow(text("open_layers_crs"), crs)
        buttons = QHBoxLayout()
        self.cancel = QPushButton(text("open_layers_cancel"), autoDefault=False)
        self.cancel.setToolTip(text("open_layers_cancel_why"))
        self.cancel.clicked.connect(self.reject)
        self.open_button = QPushButton(icon("open", theme().accent_ink), text("open_layers_open"), default=True)
        self.open_button.setProperty("role", "primary")
        self.open_button.setToolTip(text("open_layers_open_why"))
        self.open_button.clicked.connect(self._open)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.open_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(8)
        column.addLayout(form)
        column.addSpacing(4)
        for widget in (self.wrong, self.said, self.table, self.other, self.plane, self.plans):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(buttons)

    # What the planner does

    def add_layer(self) -> LayerRow:
        """One more layer, by role and file."""
        row = LayerRow(self._filters, self)
        row.changed.connect(self._change)
        row.left.connect(self._remove_layer)
        row.file.look_asked.connect(partial(self.look_into, row.file))
        self.more.append(row)
        self._rows.insertWidget(self._rows.count() - 1, row)
        row.file.setFocus()
        self._change()
        return row

    def _add_clicked(self) -> None:
        self.add_layer()

    def _remove_layer(self) -> None:
        row = self.sender()
        if isinstance(row, LayerRow) and row in self.more:
            self.more.remove(row)
            row.hide()
            row.deleteLater()
            self._change()

    def look_into(self, field: PathField) -> None:
        """The health card of the file of a field; what is settled there (a mended file, a CRS) is used here."""
        place = field.place
        if place is None:
            return
        file, layer = file_and_layer(place)
        crs = self.crs.text().strip() if field is self.parcels else ""
        dialog = SourceDialog(Place(file, layer, crs), field.encoding, self._desk, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.taken.connect(partial(self._take, field))
        self.looking = dialog
        dialog.open()

    def _take(self, field: PathField, place: Place, encoding: str) -> None:
        if place.path != field.path:
            field.show_path(place.path)
        if place.layer is not None and field.layer.findText(place.layer) >= 0:
            field.layer.setCurrentIndex(field.layer.findText(place.layer))
        if field is self.parcels and place.crs:
            self.crs.setText(place.crs)
        if field.encoding != encoding:
            field.encoding = encoding
            self._change()

    @property
    def wish(self) -> Wish | None:
        """What is chosen; None without parcels, or with a role that cannot be."""
        parcels, given = self.parcels.place, [row for row in self.more if row.file.path is not None]
        if parcels is None or odd_roles([row.role for row in given]):
            return None
        layers = tuple(f"{row.role}={row.file.place}" for row in given)
        fields = {"parcels": self.parcels, "zones": self.zones} | {row.role: row.file for row in given}
        encodings = {role: field.encoding for role, field in fields.items() if field.encoding and field.path is not None}
        return Wish(parcels, self.zones.place, layers, self.crs.text().strip(), encodings)

    def _change(self) -> None:
        self._seen = None
        self._show()
        self._rest.start()

    def _use_suggestion(self) -> None:
        if self._seen is not None:
            self.crs.setText(self._seen.suggestion)

    def _look(self) -> None:
        wish = self.wish
        if wish is None:
            self._show()
            return

        def work(_progress: Progress) -> Preview:
            return preview(wish)

        task = Task(text("task_look"), work, lambda found: self._looked(found, wish), self._desk.fail, quiet=True)
        self._lane.start_newest(task)

    def _looked(self, found: Preview, wish: Wish) -> None:
        if wish == self.wish:
            for role, field in (("parcels", self.parcels), ("zones", self.zones), *((row.role, row.file) for row in self.more)):
                if field.path is not None:
                    field.offer_layers(found.several.get(field.path, ()), role)
            self._seen = found
            self._show()

    def _open(self) -> None:
        wish = self.wish
        if wish is None or self._seen is None or self._seen.wrong:
            return

        def work(progress: Progress) -> Opened:
            return open_layers(wish.parcels, wish.zones, wish.layers, wish.crs or None, progress, wish.encodings)

        self._task = self._desk.run(text("task_layers"), work, self._opened, failed=self._failed)
        self._show()

    def _opened(self, found: Opened) -> None:
        if not isValid(self):
            found.unpacked.close()
            return
        self._task = None
        if self.isVisible():
            self.chosen.emit(found)
            self.accept()
        else:
            found.unpacked.close()

    def _failed(self, error: BaseException) -> None:
        if not isValid(self):
            return
        self._task = None
        self._show()
        last = self._desk.messages[-1]
        self._say_wrong(last.text if last.mood == "bad" else "")

    def done(self, result: int) -> None:
        """Closed, in whatever way: nothing more is looked at, and what is being opened is given up."""
        self._rest.stop()
        self._lane.close()
        if self._task is not None:
            self._task.cancel()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        self._lane.close()
        super().closeEvent(event)

    # What is shown

    def _show(self) -> None:
        """What was understood, or why it was not."""
        seen, busy = self._seen, self._task is not None
        fits = seen is not None and not seen.wrong
        self._say_wrong(self._why_not())
        self.said.setText(self._words(seen, busy))
        self.said.setVisible(bool(self.said.text()))
        self.table.setVisible(fits)
        self.other.setVisible(fits)
        self.plans.setVisible(fits)
        self.plane.setVisible(fits and seen is not None and bool(seen.notes))
        if seen is not None and fits:
            self._show_fields(seen)
        suggestion = seen.suggestion if seen is not None else ""
        self.use.setVisible(bool(suggestion) and suggestion != self.crs.text().strip())
        self.use.setText(text("open_layers_use", {"crs": suggestion}))
        self.use.setToolTip(text("open_layers_use_why", {"crs": suggestion}))
        self.open_button.setEnabled(fits and not busy)
        grow(self)

    def _why_not(self) -> str:
        odd = odd_roles([row.role for row in self.more if row.file.path is not None])
        if odd:
            return text("open_layers_role_odd", {"role": odd[0]})
        return self._seen.wrong if self._seen is not None else ""

    def _words(self, seen: Preview | None, busy: bool) -> str:
        if busy:
            return text("open_layers_opening")
        if self.parcels.path is None:
            return text("open_layers_intro")
        if seen is None:
            return text("open_layers_reading") if self.wish is not None else ""
        return "" if seen.wrong else text("open_layers_matched", {"n": len(seen.rows)})

    def _show_fields(self, seen: Preview) -> None:
        headers = tuple(text(f"open_layers_{id}") for id in ("field", "unit", "column"))
        rows = [tuple(Cell(words) for words in row) for row in seen.rows]
        self.table.show_cells(listed(headers, rows))
        facts = {"n": len(seen.other), "columns": seen.other}
        self.other.setText(text("open_layers_other", facts) if seen.other else text("open_layers_all_known"))
        self.other.setToolTip(", ".join(seen.other))
        plans = text("open_layers_scores_only", {"fields": seen.lacks}) if seen.lacks else text("open_layers_plans")
        self.plans.setText(f"{text('open_layers_opens_in', {'crs': seen.crs})} · {plans}" if not seen.notes else plans)
        self.plane.setText("\n".join(seen.notes))

    def _say_wrong(self, words: str) -> None:
        self.wrong.setText(words)
        self.wrong.setVisible(bool(words))
        grow(self)


class LayerRow(QWidget):
    """One more layer: its role, its file, and a button that takes it away."""

    changed = Signal()
    left = Signal()

    def __init__(self, filters: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = QComboBox(editable=True)
        self._box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._box.setMinimumContentsLength(14)
        self._box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._box.setAccessibleName(text("open_layers_role"))
        self._box.setToolTip(text("open_layers_more_why"))
        for role in ROLES:
            self._box.addItem(f"{role_title(role)}  {role}", role)
        self._box.setCurrentIndex(-1)
        line = self._box.lineEdit()
        if line is not None:
            line.setPlaceholderText(text("open_layers_role"))
        self.file = PathField(text("open_layers_file"), text("open_layers_more_why"), filters)
        self.take_away = QToolButton(autoRaise=True)
        self.take_away.setIcon(icon("remove"))
        self.take_away.setToolTip(text("open_layers_remove"))
        self.take_away.setAccessibleName(text("open_layers_remove"))
        self.take_away.clicked.connect(self.left)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._box, 2)
        row.addWidget(self.file, 3)
        row.addWidget(self.take_away)
        self._box.editTextChanged.connect(self.changed)
        self.file.changed.connect(self._guess)

    @property
    def role(self) -> str:
        """The role of the line that is chosen, or the word that was typed."""
        words = self._box.currentText()
        at = self._box.findText(words)
        return str(self._box.itemData(at)) if at >= 0 else words.strip()

    def set_role(self, role: str) -> None:
        """Choose a role, one of the list or another."""
        at = self._box.findData(role)
        self._box.setCurrentIndex(at)
        if at < 0:
            self._box.setEditText(role)

    def _guess(self) -> None:
        """A file named like a role has it."""
        path = self.file.path
        if path is not None and not self.role:
            self.set_role(_role_like(path))
        self.changed.emit()


def _role_like(path: Path) -> str:
    stem = path.stem.lower().replace(" ", "_").replace("-", "_")
    return stem if stem.isascii() and stem.isidentifier() else ""
