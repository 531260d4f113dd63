"""Where the map's metres fall on the screen."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

from landplan.core.kernels.plot_index import Box


@dataclass(frozen=True)
class Screen:
    """The map's rectangle on the screen: north-up, metres per device pixel; ratio: device pixels per logical one."""

    box: Box
    pixel_m: float
    ratio: float

    @property
    def width(self) -> int:
        """Device pixels from west to east, whole ones."""
        return max(round((self.box[2] - self.box[0]) / self.pixel_m), 1)

    @property
    def height(self) -> int:
        return max(round((self.box[3] - self.box[1]) / self.pixel_m), 1)


class KeptPicture:
    """What was drawn over the whole screen, kept until it would look otherwise."""

    def __init__(self) -> None:
        self._kept: tuple[Hashable, QTransform, QPixmap] | None = None

    def renew(self) -> None:
        """It would look otherwise."""
        self._kept = None

    def paint(self, painter: QPainter, key: Hashable, draw: Callable[[QPainter], None]) -> None:
        """Put the picture on the painter's device; drawn anew for another key, device or place in the world."""
        device, transform = painter.device(), QTransform(painter.worldTransform())
        ratio = device.devicePixelRatioF()
        key = (device.width(), device.height(), ratio, key)
        if self._kept is None or self._kept[0] != key or self._kept[1] != transform:
            picture = QPixmap(round(device.width() * ratio), round(device.height() * ratio))
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            inner = QPainter(picture)
            inner.setWorldTransform(transform)
            draw(inner)
            inner.end()
            self._kept = (key, transform, picture)
        painter.save()
        painter.resetTransform()
        painter.drawPixmap(0, 0, self._kept[2])
        painter.restore()


class ScreenPainter:
    """A painter in logical screen pixels, with the transform from metres kept aside. Use it as a context."""

    def __init__(self, painter: QPainter) -> None:
        self.painter = painter
        self.to_screen: QTransform = painter.worldTransform()
        device = painter.device()
        self.ratio = float(device.devicePixelRatio()) if device is not None else 1.0

    def __enter__(self) -> ScreenPainter:
        self.painter.save()
        self.painter.resetTransform()
        return self

    def __exit__(self, *_: object) -> None:
        self.painter.restore()

    def point(self, x: float, y: float) -> QPointF:
        """Logical pixels of a point (m)."""
        return self.to_screen.map(QPointF(x, y))

    def rectangle(self, box: Box) -> QRectF:
        """Logical pixels of a rectangle (m)."""
        return QRectF(self.point(box[0], box[3]), self.point(box[2], box[1]))

    def whole(self, point: QPointF) -> QPointF:
        """The nearest corner of a device pixel."""
        return QPointF(round(point.x() * self.ratio) / self.ratio, round(point.y() * self.ratio) / self.ratio)
