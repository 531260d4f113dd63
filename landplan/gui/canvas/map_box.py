"""The rectangle of the world in view, and what the mouse does to it."""

from __future__ import annotations

from typing import Literal

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtWidgets import QGraphicsRectItem

from landplan.core.kernels.plot_index import Box

Tool = Literal["pan", "select", "zoom"]
How = Literal["replace", "add", "remove", "toggle"]


def how(modifiers: Qt.KeyboardModifier) -> How:
    """What a selection does to the one before: Ctrl adds, Alt takes away, else it takes its place."""
    if modifiers & Qt.KeyboardModifier.ControlModifier:
        return "add"
    return "remove" if modifiers & Qt.KeyboardModifier.AltModifier else "replace"


class MapBox(pg.ViewBox):
    """Wheel: zoom at the cursor. Drag: pan, or what the tool says; middle button or space: pan; Shift: zoom to a box;
    Ctrl or Alt: choose by a box.
    """

    clicked = Signal(object, object)
    """Point (QPointF, m), modifiers."""
    opened = Signal(object)
    """Double click: point (QPointF, m)."""
    boxed = Signal(object, str)
    """Rectangle (west, south, east, north, m), how it chooses."""

    def __init__(self) -> None:
        super().__init__(lockAspect=True, enableMenu=False, defaultPadding=0.0)
        self.disableAutoRange()
        self.tool: Tool = "pan"
        self.space = False
        self.pressed_with = Qt.KeyboardModifier.NoModifier
        """The keys held when the button went down: they say what a drag does, however it goes on."""
        self._band = QGraphicsRectItem(self.childGroup)
        self._band.setPen(pg.mkPen("#2F6DA8", width=1))
        self._band.setBrush(pg.mkBrush(47, 109, 168, 40))
        self._band.setZValue(1e6)
        self._band.hide()

    def box(self) -> Box:
        """West, south, east, north in view, m."""
        (west, east), (south, north) = self.viewRange()
        return west, south, east, north

    def show_box(self, box: Box) -> None:
        """Put the rectangle in view, whole."""
        west, south, east, north = box
        self.setRange(QRectF(QPointF(west, south), QPointF(east, north)), padding=0.0)

    def _drag_kind(self, event: pg.GraphicsScene.mouseEvents.MouseDragEvent) -> Tool | None:
        modifiers = self.pressed_with
        if event.button() == Qt.MouseButton.MiddleButton or (self.space and event.button() == Qt.MouseButton.LeftButton):
            return "pan"
        if event.button() != Qt.MouseButton.LeftButton:
            return None
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            return "zoom"
        if modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return "select"
        return self.tool

    def mouseDragEvent(self, event: pg.GraphicsScene.mouseEvents.MouseDragEvent, axis: int | None = None) -> None:  # noqa: N802
        kind = self._drag_kind(event)
        if kind is None:
            event.ignore()
            return
        if kind == "pan":
            super().mouseDragEvent(event, axis)
            return
        event.accept()
        band = QRectF(self.mapToView(event.buttonDownPos()), self.mapToView(event.pos())).normalized()
        self._band.setRect(band)
        self._band.setVisible(not event.isFinish())
        if event.isFinish():
            box = (band.left(), band.top(), band.right(), band.bottom())
            if kind == "zoom":
                self.show_box(box)
            else:
                self.boxed.emit(box, how(self.pressed_with))

    def mouseClickEvent(self, event: pg.GraphicsScene.mouseEvents.MouseClickEvent) -> None:  # noqa: N802
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        event.accept()
        point = self.mapToView(event.pos())
        if event.double():
            self.opened.emit(point)
        else:
            self.clicked.emit(point, event.modifiers())
