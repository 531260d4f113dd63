"""The map in the window: it shows what is on the desk and tells the desk what was clicked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from landplan.core.kernels.display import FRAGILE
from landplan.core.kernels.plot_index import Box
from landplan.core.layers import Geometry, Int, Layer
from landplan.core.messages import text
from landplan.core.project import Project
from landplan.gui.canvas.labels import Lettering
from landplan.gui.canvas.map_view import MapView
from landplan.gui.canvas.plots import Plots, plots_of
from landplan.gui.canvas.vectors import Style
from landplan.gui.desk import Desk
from landplan.gui.display import argb
from landplan.gui.legend import Legend, ScaleBar
from landplan.gui.theme import theme
from landplan.gui.work import Lane, Task

_EDGE = 12
_LEGEND = 190
"""Room kept for a legend that is not there yet, px."""
_LATE_MS = 400
"""How long parcels may take to be drawn before it is said that they are coming."""


class MapPanel(QWidget):
    """The map with its legend and scale bar over it."""

    pointed = Signal(float, float)
    """Where the cursor is, m."""
    rescaled = Signal(float)
    """Metres a logical pixel."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._lane = desk, Lane("plots", self)
        self._parcels: Layer | None = None
        self._drawn: dict[str, Geometry] = {}
        self._full: Box | None = None
        """Where the map looks while it shows everything because it was told to."""
        self.view = MapView(self)
        if theme().name == "dark":
            self.view.names.lettering = Lettering(self.font(), ink=theme().map_ink, halo=theme().base)
        self.view.setBackground(QColor(theme().ground))
        self.view.setAccessibleName(text("map"))
        self.legend, self.scale_bar = Legend(desk, self), ScaleBar(self)
        self.preparing = QLabel(text("map_preparing"), self)
        """Where the parcels are not drawn at once: that they are coming."""
        self.preparing.setProperty("role", "soft")
        self.preparing.hide()
        self._late = QTimer(self, singleShot=True, interval=_LATE_MS)
        self._late.timeout.connect(self.preparing.show)
        self.legend.resized.connect(self._legend_resized)
        self.setMinimumSize(320, 240)
        self.view.chosen.connect(self._choose)
        self.view.opened.connect(self._open)
        self.view.hovered.connect(desk.hovered)
        self.view.pointed.connect(self.pointed)
        self.view.moved.connect(self._rescale)
        self.view.rested.connect(self._rest)
        desk.opened.connect(self._load)
        desk.project_changed.connect(self._change)
        desk.painted.connect(self._paint)
        desk.selection_changed.connect(self._mark)
        desk.zoom_wanted.connect(self.zoom_to)
        desk.map_layers.changed.connect(self._layers)
        desk.robustness.changed.connect(self._paint)
        self._load()

    @property
    def still(self) -> bool:
        """Whether the fine picture is shown and no plots are being prepared."""
        return not self._lane.busy and self.view.still

    def zoom_to(self, wanted: Any) -> None:
        """Rows, or a box (west, south, east, north, m)."""
        if isinstance(wanted, tuple):
            self.view.zoom_to(wanted)
        else:
            self.view.zoom_to_rows(np.asarray(wanted, np.int64))

    def zoom_full(self) -> None:
        """Everything, beside the legend where there is room."""
        extent = self.view.full_extent
        if extent is None:
            return
        west, south, east, north = extent
        wide, high = float(max(self.width(), 1)), float(max(self.height(), 1))
        left = max(self.legend.width(), _LEGEND) + 2 * _EDGE
        left = left if wide - left > wide / 2 else 0
        pixel_m = 1.04 * max((east - west) / (wide - left), (north - south) / high, 0.01)
        x = (west + east) / 2 - (left + (wide - left) / 2) * pixel_m
        y = (south + north) / 2 - high / 2 * pixel_m
        self.view.zoom_to((x, y, x + wide * pixel_m, y + high * pixel_m), spare=0.0)
        self._full = self.view.box.box()

    def _legend_resized(self) -> None:
        """A legend of other classes may hide what was shown whole."""
        self.place()
        if self._full == self.view.box.box():
            self.zoom_full()

    def place(self) -> None:
        """Put legend and scale bar in their corners, and what is said in the middle."""
        self.preparing.adjustSize()
        self.preparing.move((self.width() - self.preparing.width()) // 2, self.height() // 3)
        self.legend.move(_EDGE, self.height() - self.legend.height() - _EDGE)
        self.scale_bar.move(self.width() - self.scale_bar.width() - _EDGE, self.height() - self.scale_bar.height() - _EDGE)
        self.legend.raise_()
        self.scale_bar.raise_()

    def stop(self) -> None:
        """Prepare nothing more; the window goes."""
        self._lane.close()
        self.view.set_plots(None)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.view.resize(self.size())
        self.place()

    # From the desk

    def _change(self, _old: Project, new: Project) -> None:
        if new.layers.parcels is not self._parcels:
            self._load()

    def _load(self) -> None:
        """Prepare the parcels for the map, off the main thread."""
        project = self._desk.project
        self._parcels = project.layers.parcels if project is not None else None
        self.view.set_plots(None)
        for name in self._drawn:
            self.view.remove_layer(name)
        self._drawn.clear()
        self._layers()
        self._ready()
        layer = self._parcels
        if layer is None:
            return
        if layer.geometry.kind not in ("polygon", "point"):
            self.view.add_layer("parcels", layer.geometry, Style(), None)
            self._first_look()
            return

        def done(found: Plots) -> None:
            if layer is self._parcels:
                self.view.set_plots(found, self._names(layer))
                if self.view.plots_item is not None:
                    self.view.plots_item.shown.connect(self._ready)
                self._paint()
                self._mark()
                self._first_look()

        def fails(error: BaseException) -> None:
            self._ready()
            self._desk.fail(error)

        self._late.start()
        self._lane.start_newest(Task(text("task_map"), lambda _progress: plots_of(layer.geometry), done, fails, quiet=True))

    def _ready(self) -> None:
        """The parcels are drawn, or there are none."""
        self._late.stop()
        self.preparing.hide()

    @staticmethod
    def _names(layer: Layer) -> list[str | None]:
        """What stands on a parcel when the map is near: its id."""
        return layer.ids.tolist()

    def _first_look(self) -> None:
        """Where it looked before the window was made anew, or everything."""
        if self._desk.extent is not None:
            self.view.zoom_to(self._desk.extent, spare=0.0)
        else:
            self.zoom_full()

    def _paint(self) -> None:
        painting, item = self._desk.painting, self.view.plots_item
        if painting is None or item is None or len(painting.colours) != item.plots.index.count:
            return
        dark = theme().name == "dark"
        marks, stripes = painting.marks, self._desk.robustness.stripes
        if stripes is not None and len(stripes) == len(marks):
            marks = marks | stripes * np.uint8(FRAGILE)
        look = replace(
            item.look.marked(marks),
            colours=painting.colours,
            outline=0x99202428 if dark else 0x66545C66,
            ink=0xC0B8BFC7 if dark else 0xB0545A61,
            selection=argb(theme().selection[1:]),
            hovering=argb(theme().map_ink[1:]),
        )
        self.view.set_look(look)

    def _mark(self) -> None:
        item = self.view.plots_item
        if item is None:
            return
        selected = np.zeros(item.plots.index.count, bool)
        rows = self._desk.selection
        selected[rows[rows < len(selected)]] = True
        self.view.set_selection(selected)

    def _layers(self) -> None:
        """Draw the layers that are switched on; plots lie at height 0."""
        wanted = {entry.id: entry for entry in self._desk.map_layers.entries}
        for gone in [name for name in self._drawn if name not in wanted or not wanted[name].visible]:
            self.view.remove_layer(gone)
            del self._drawn[gone]
        for k, entry in enumerate(reversed(self._desk.map_layers.entries)):  # the first in the list is on top
            if entry.id == "parcels":
                if self.view.plots_item is not None:
                    self.view.plots_item.setVisible(entry.visible)
                    self.view.plots_item.setOpacity(entry.opacity)
                continue
            if not entry.visible or entry.geometry is None:
                continue
            if self._drawn.get(entry.id) is not entry.geometry:
                self.view.add_layer(entry.id, entry.geometry, entry.style, entry.names)
                self._drawn[entry.id] = entry.geometry
            item = self.view.layers[entry.id]
            item.setOpacity(entry.opacity)
            item.setZValue(1.0 + k)

    # From the map

    def _choose(self, rows: Int, how: str) -> None:
        self._desk.select(rows, how)

    def _open(self, row: int) -> None:
        self._desk.select(np.array([row]))
        self._desk.panel_wanted.emit("plot_card")

    def _rest(self, box: Box) -> None:
        if self._parcels is not None and not self._lane.busy:
            self._desk.extent = box

    def _rescale(self, _box: object) -> None:
        screen = self.view.screen()
        pixel_m = screen.pixel_m * screen.ratio
        self.scale_bar.show_scale(pixel_m)
        self.rescaled.emit(pixel_m)
