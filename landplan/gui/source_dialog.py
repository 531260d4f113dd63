"""The health card of one file by itself: from the fields of other dialogs, and for a layer of the project."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from landplan.core.messages import text
from landplan.gui.desk import Desk
from landplan.gui.mending import Mending
from landplan.gui.source_panel import Place, SourcePanel
from landplan.gui.source_words import blocked
from landplan.gui.widgets.elided_combo import ElidedCombo
from landplan.gui.widgets.growing import grow
from landplan.gui.widgets.section import soft_label


class SourceDialog(QDialog):
    """What a file holds and what is wrong with it; what is settled here (encoding, CRS, a mended file) is taken by a button."""

    taken = Signal(object, str)
    """The Place and the encoding ("": judged) to use from here on."""

    def __init__(self, place: Place, encoding: str, desk: Desk, parent: QWidget | None = None, *, settled: bool = False) -> None:
        """settled: whether all that blocks has to be settled before the file can be taken."""
        super().__init__(parent)
        self.setWindowTitle(text("source_title", {"file": place.path.name}))
        self.setMinimumWidth(660)
        self._place, self._settled = place, settled
        self.name, self.crs = QLabel(), soft_label("", "plain")
        self.layer = ElidedCombo(text("open_layers_layer"), text("open_layers_layer_why"))
        self.layer.activated.connect(self._choose_layer)
        self.layer.hide()
        self.name.setProperty("role", "title")
        self.panel = SourcePanel(self)
        self.mending = Mending(desk, self.panel, self)
        self.take = QPushButton(text("source_take"), default=True)
        self.take.setProperty("role", "primary")
        self.take.clicked.connect(self._take)
        self.leave = QPushButton(text("source_close"), autoDefault=False)
        self.leave.clicked.connect(self.reject)
        self._lay_out()
        self.panel.looked.connect(self._looked)
        self.panel.crs_asked.connect(self._use_crs)
        self.mending.mended.connect(self._use_file)
        self.panel.show_place(place)
        self.panel.choose_encoding(encoding)
        self._show()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(8)
        for widget in (self.name, self.layer, self.crs, self.panel, self.mending.said):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(buttons)

    def _show(self) -> None:
        place = self._place
        self.name.setText(f"{place.path.name} · {place.layer}" if place.layer else place.path.name)
        self.name.setToolTip(str(place.path))
        self.crs.setText(text("source_crs_taken", {"crs": place.crs}) if place.crs else "")
        self.crs.setVisible(bool(place.crs))
        card = self.panel.card
        self.take.setEnabled(card is not None and not (self._settled and blocked(card, self.layer.currentText())))
        grow(self)

    def _looked(self) -> None:
        names = list(self.panel.names)
        if names != [self.layer.itemText(k) for k in range(self.layer.count())]:
            self.layer.clear()
            self.layer.addItems(names)
            self.layer.setCurrentIndex(max(self.layer.findText(self._place.layer or ""), 0))
        self.layer.setVisible(len(names) > 1)
        self._show()

    def _choose_layer(self) -> None:
        self._use(Place(self._place.path, self.layer.currentText(), self._place.crs))

    def _use_crs(self, crs: str) -> None:
        self._use(Place(self._place.path, self._place.layer, crs))

    def _use_file(self, path: Path) -> None:
        self._use(Place(path))

    def _use(self, place: Place) -> None:
        self._place = place
        self.panel.show_place(place)
        self._show()

    def _take(self) -> None:
        place = self._place
        if self.layer.count() > 1 and place.layer is None:
            place = Place(place.path, self.layer.currentText(), place.crs)
        self.taken.emit(place, self.panel.encoding)
        self.accept()

    def done(self, result: int) -> None:
        """Closed, in whatever way: nothing more is looked at."""
        self.panel.close_lane()
        super().done(result)
