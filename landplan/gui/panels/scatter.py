"""Scatter: two quantities of every parcel against each other, linked with the map by the selection."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from landplan.core.layers import Float, Int
from landplan.core.messages import text
from landplan.gui.card.facts import Columns
from landplan.gui.charts.cloud import Cloud, Quantity, cloud, quantities, values_of
from landplan.gui.charts.scatter_view import ScatterView
from landplan.gui.desk import Desk
from landplan.gui.dock import panel
from landplan.gui.widgets.elided_combo import ElidedCombo
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.late_widget import LateWidget

_FIRST = (("criterion", "output_per_mu"), ("score", ""))
"""What the axes show at first, where the scheme has it."""


@panel("scatter", "bottom_left", 1, icon="parcels", tabbed=True)
class Scatter(LateWidget):
    """Two axes to choose, and the parcels as points."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._columns = desk, Columns()
        self._cloud: Cloud | None = None
        self._drawn: tuple[Float, Float, bool, bool] | None = None
        self._offered: tuple[Quantity, ...] = ()
        self.across, self.up = _axis("scatter_x"), _axis("scatter_y")
        self.log_x, self.log_y = _logarithm("scatter_log_x"), _logarithm("scatter_log_y")
        for combo in (self.across, self.up):
            combo.activated.connect(self.refresh)
        for button in (self.log_x, self.log_y):
            button.toggled.connect(self.refresh)
        self.info = QLabel()
        self.info.setProperty("role", "soft")
        self.info.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.view = ScatterView(text("panel_scatter"))
        self.view.setToolTip(text("scatter_how"))
        self.view.picked.connect(self._pick)
        self.empty = EmptyState("parcels", text("panel_scatter"))
        self._lay_out()
        desk.opened.connect(self.refresh)
        desk.results_changed.connect(self.refresh)
        desk.selection_changed.connect(self._reselect)
        self.refresh()

    def _lay_out(self) -> None:
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.view)
        line = QHBoxLayout()
        line.setSpacing(4)
        for id, combo, button in (("scatter_x", self.across, self.log_x), ("scatter_y", self.up, self.log_y)):
            label = QLabel(text(id))
            label.setBuddy(combo)
            label.setProperty("role", "soft")
            line.addWidget(label)
            line.addWidget(combo, 1)
            line.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.pages, 1)
        column.addWidget(self.info)

    def refresh(self) -> None:
        """The points as they are now, once they can be seen; nothing where the same arrays are shown."""
        results = self._desk.results
        self.put_off()
        if results is None:
            self._cloud = self._drawn = None
            why = "scatter_no_project" if self._desk.project is None else "scatter_scoring"
            self.empty.say(text("panel_scatter"), text(why))
            self.pages.setCurrentIndex(0)
            self.info.clear()
            return
        if self._stale and self._cloud is not None:
            return
        self._offer(tuple(quantities(results)))
        x, y = (values_of(results, one.currentData(), self._columns.of) for one in (self.across, self.up))
        wanted = (x, y, self.log_x.isChecked(), self.log_y.isChecked())
        if self._drawn is None or any(one is not other for one, other in zip(wanted, self._drawn, strict=True)):
            self._drawn = wanted
            self._cloud = cloud(*wanted)
        self._show()

    def _show(self) -> None:
        points = self._cloud
        if points is None:
            return
        missing = len(points.known) - points.shown
        id = "scatter_missing_log" if self.log_x.isChecked() or self.log_y.isChecked() else "scatter_missing"
        said = [text("scatter_shown", {"n": f"{points.shown:,}"}), text(id, {"n": f"{missing:,}"}) if missing else ""]
        self.info.setText(" · ".join(one for one in said if one))
        self.empty.say(text("panel_scatter"), text("scatter_nothing"))
        self.pages.setCurrentIndex(1 if points.shown else 0)
        rows = self._desk.selection
        self.view.show_cloud(points, rows[rows < len(points.known)], (self.log_x.isChecked(), self.log_y.isChecked()))

    def _reselect(self) -> None:
        if self.isVisible():
            self._show()
        else:
            self._stale = True

    def _offer(self, found: tuple[Quantity, ...]) -> None:
        """What the axes can show; what is chosen stays chosen where it still exists."""
        if found == self._offered:
            return
        self._offered = found
        for combo, (kind, id) in zip((self.across, self.up), _FIRST, strict=True):
            before = combo.currentData()
            keys = [(one.kind, one.id) for one in found]
            wanted = (before.kind, before.id) if before is not None else (kind, id)
            combo.clear()
            for one in found:
                combo.addItem(one.label, one)
            combo.setCurrentIndex(keys.index(wanted) if wanted in keys else 0)
            combo.setToolTip(combo.currentText())

    def _pick(self, rows: Int, add: bool) -> None:
        self._desk.select(rows, "add" if add else "replace")


def _axis(id: str) -> QComboBox:
    combo = ElidedCombo(text(id), text(f"{id}_why"))
    combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return combo


def _logarithm(id: str) -> QToolButton:
    button = QToolButton()
    button.setText("log")
    button.setCheckable(True)
    button.setAutoRaise(True)
    button.setAccessibleName(text(id))
    button.setToolTip(text(id))
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
