"""The map as a widget: plots coloured by look-up, layers over them, the mouse and the extents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from landplan.core.kernels.display import Colours, Flags, Look
from landplan.core.kernels.plot_index import Bool, Box, Int, rows_in_rectangle
from landplan.core.layers import Geometry
from landplan.gui.canvas.extents import Extents
from landplan.gui.canvas.map_box import MapBox, Tool
from landplan.gui.canvas.names import NamesItem
from landplan.gui.canvas.plots import Plots
from landplan.gui.canvas.plots_item import REST_MS, PlotsItem, plain_look
from landplan.gui.canvas.screen import Screen
from landplan.gui.canvas.vectors import Style, VectorItem

REACH_PX = 3
"""How far from a plot a click may be."""


class MapView(pg.GraphicsView):
    """The map. Coordinates are metres in the layers' CRS; rows are those of the plot layer.

    A window gives plots and colours, listens to the signals, and gives the selection back: the map changes nothing itself.
    """

    chosen = Signal(object, str)
    """Rows (Int, rising) by click or rectangle; "replace", "add", "remove" or "toggle"."""
    opened = Signal(int)
    """Row of the plot that was double-clicked."""
    hovered = Signal(int)
    """Row under the cursor, −1 for none; only when it changes."""
    pointed = Signal(float, float)
    """Where the cursor is, m."""
    moved = Signal(object)
    """West, south, east, north in view, while it changes."""
    rested = Signal(object)
    """The same, once the map is still."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, useOpenGL=False, background="#FFFFFF")
        self.setViewportUpdateMode(pg.QtWidgets.QGraphicsView.ViewportUpdateMode.BoundingRectViewportUpdate)
        self.box = MapBox()
        self.setCentralItem(self.box)
        self.plots_item: PlotsItem | None = None
        self.layers: dict[str, VectorItem] = {}
        self.names = NamesItem(self.font(), lambda: self.plots_item, lambda: list(self.layers.values()))
        self.box.addItem(self.names, ignoreBounds=True)
        self.extents = Extents()
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._settle)
        self.box.sigRangeChanged.connect(self._move)
        self.box.clicked.connect(self._click)
        self.box.opened.connect(self._open)
        self.box.boxed.connect(self._choose_box)
        self.scene().sigMouseMoved.connect(self._point)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # What is shown

    def set_plots(self, plots: Plots | None, names: Sequence[str | None] | None = None) -> None:
        """Show a polygon layer (`plots_of`, made in a worker) in light grey, with names for close views; None: none."""
        if self.plots_item is not None:
            self.plots_item.stop()
            self.box.removeItem(self.plots_item)
            self.plots_item = None
        if plots is not None:
            self.plots_item = PlotsItem(plots, plain_look(plots.index.count))
            self.plots_item.close_up.labels = names
            self.plots_item.setZValue(0.0)
            self.box.addItem(self.plots_item, ignoreBounds=True)
        self.names.renew()
        self._move()

    def set_look(self, look: Look) -> None:
        """Colours, marks, selection and lines at once."""
        if self.plots_item is not None:
            self.plots_item.set_look(look)

    def set_colours(self, colours: Colours) -> None:
        """0xAARRGGBB per row."""
        if self.plots_item is not None:
            self.set_look(replace(self.plots_item.look, colours=np.asarray(colours, np.uint32)))

    def set_classes(self, classes: npt.NDArray[np.integer], palette: Colours) -> None:
        """A class per row, and the colour of each class."""
        self.set_colours(np.asarray(palette, np.uint32)[classes])

    def set_marks(self, marks: Flags) -> None:
        """PLAIN, RESTRICTED, UNKNOWN or EXCLUDED per row."""
        if self.plots_item is not None:
            self.set_look(self.plots_item.look.marked(marks))

    def set_selection(self, selected: Bool) -> None:
        """Whether each row is selected."""
        if self.plots_item is not None:
            self.set_look(self.plots_item.look.selecting(selected))

    def add_layer(self, id: str, geometry: Geometry, style: Style, names: Sequence[str | None] | None = None) -> VectorItem:
        """A layer over the plots; the last added is on top. One with that id is replaced.

        Order and opacity: `setZValue` (plots have 0), `setOpacity`, `setVisible` of what is returned.
        """
        self.remove_layer(id)
        item = VectorItem(geometry, style, self.font(), names)
        item.setZValue(1.0 + max((other.zValue() for other in self.layers.values()), default=0.0))
        self.layers[id] = item
        self.box.addItem(item, ignoreBounds=True)
        self.names.renew()
        self._move()
        return item

    def remove_layer(self, id: str) -> None:
        item = self.layers.pop(id, None)
        if item is not None:
            self.box.removeItem(item)
            self.names.renew()

    @property
    def still(self) -> bool:
        """Whether the fine picture of this view is shown and nothing is under way."""
        return not self._rest.isActive() and (self.plots_item is None or self.plots_item.still)

    # Where it looks

    def screen(self) -> Screen:
        """The rectangle in view and its scale on the screen."""
        ratio = self.devicePixelRatioF()
        west, south, east, north = self.box.box()
        width = max(self.box.width() * ratio, 1.0)
        return Screen((west, south, east, north), (east - west) / width, ratio)

    @property
    def full_extent(self) -> Box | None:
        """The rectangle round all that is shown; None where there is nothing."""
        extents = [item.extent for item in self.layers.values() if item.isVisible()]
        extents.append(self.plots_item.plots.index.extent if self.plots_item else None)
        known = np.array([extent for extent in extents if extent is not None])
        if not len(known):
            return None
        west, south = known[:, :2].min(axis=0).tolist()
        east, north = known[:, 2:].max(axis=0).tolist()
        return west, south, east, north

    def zoom_to(self, box: Box, *, spare: float = 0.05) -> None:
        """Put a rectangle in view with a share of spare room; a point gets 200 m about it."""
        west, south, east, north = box
        room = max(east - west, north - south) * spare if east > west or north > south else 100.0
        self.box.show_box((west - room, south - room, east + room, north + room))

    def zoom_full(self) -> None:
        extent = self.full_extent
        if extent is not None:
            self.zoom_to(extent, spare=0.02)

    def zoom_to_rows(self, rows: Int) -> None:
        """Put the plots of these rows in view."""
        if self.plots_item is None or not len(rows):
            return
        index = self.plots_item.plots.index
        boxes = index.box[np.isin(index.row, rows)].astype(np.float64)
        if len(boxes):
            (x, y), low, high = index.origin, boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
            self.zoom_to((x + low[0], y - high[1], x + high[0], y - low[1]), spare=0.4)

    def zoom_by(self, factor: float) -> None:
        """Show so much more (above 1) or less of the world about the middle."""
        self.box.scaleBy((factor, factor))

    def previous_extent(self) -> None:
        self._show(self.extents.previous())

    def next_extent(self) -> None:
        self._show(self.extents.next())

    def set_tool(self, tool: Tool) -> None:
        """What dragging with the left button does: "pan", "select", "zoom"."""
        self.box.tool = tool
        shapes = {"pan": Qt.CursorShape.ArrowCursor, "select": Qt.CursorShape.CrossCursor, "zoom": Qt.CursorShape.CrossCursor}
        self.viewport().setCursor(shapes[tool])

    # Events

    def _show(self, box: Box | None) -> None:
        if box is not None:
            self.box.show_box(box)

    def _move(self, *_: object) -> None:
        screen = self.screen()
        if self.plots_item is not None:
            self.plots_item.set_screen(screen)
        for item in self.layers.values():
            item.prepareGeometryChange()
            item.set_screen(screen)
            item.moving = True
        self.names.set_screen(screen)
        self.names.moving = True
        self._rest.start()
        self.moved.emit(screen.box)

    def _settle(self) -> None:
        for item in self.layers.values():
            item.moving = False
            item.update()
        self.names.moving = False
        self.names.update()
        self.extents.visit(self.box.box())
        self.rested.emit(self.box.box())

    def _point(self, at: QPointF) -> None:
        point = self.box.mapSceneToView(at)
        self.pointed.emit(point.x(), point.y())
        if self.plots_item is not None:
            self._hover(self.plots_item.number_at(point.x(), point.y()))

    def _hover(self, number: int) -> None:
        item = self.plots_item
        if item is not None and number != item.hover:
            item.set_hover(number)
            self.hovered.emit(item.row_of(number))

    def _row_at(self, point: QPointF) -> int:
        item = self.plots_item
        return item.row_of(item.number_at(point.x(), point.y(), REACH_PX)) if item is not None else -1

    def _click(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        row = self._row_at(point)
        toggles = bool(modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier))
        if row >= 0 or not toggles:
            rows = np.array([row] if row >= 0 else [], np.int64)
            self.chosen.emit(rows, "toggle" if toggles else "replace")

    def _open(self, point: QPointF) -> None:
        row = self._row_at(point)
        if row >= 0:
            self.opened.emit(row)

    def _choose_box(self, box: Box, how: str) -> None:
        if self.plots_item is not None:
            self.chosen.emit(rows_in_rectangle(self.plots_item.plots.index, *box), how)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        west, south, east, north = self.box.box()
        step = {
            Qt.Key.Key_Left: (-0.1, 0.0), Qt.Key.Key_Right: (0.1, 0.0), Qt.Key.Key_Up: (0.0, 0.1), Qt.Key.Key_Down: (0.0, -0.1),
        }.get(Qt.Key(event.key()))  # fmt: skip
        zoom = {Qt.Key.Key_Plus: 0.7, Qt.Key.Key_Equal: 0.7, Qt.Key.Key_Minus: 1.0 / 0.7}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Space:
            self.box.space = True
        elif step is not None:
            self.box.translateBy((step[0] * (east - west), step[1] * (north - south)))
        elif zoom is not None:
            self.zoom_by(zoom)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Space:
            self.box.space = False
        super().keyReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.box.pressed_with = event.modifiers()
        super().mousePressEvent(event)
        event.accept()  # the map is the last to hear of it

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseReleaseEvent(event)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseDoubleClickEvent(event)
        event.accept()

    def leaveEvent(self, event: object) -> None:  # noqa: N802
        super().leaveEvent(event)
        self._hover(-1)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        super().resizeEvent(event)
        if event is not None and hasattr(self, "plots_item"):
            self._move()

    def close(self) -> bool:
        """Close as any widget does; pyqtgraph's own way takes the scene apart under the items that live in it."""
        return pg.QtWidgets.QGraphicsView.close(self)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        if self.plots_item is not None:
            self.plots_item.stop()
        super().closeEvent(event)
