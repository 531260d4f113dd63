"""Names on the map: text with a halo, none over another."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

KEPT = 2000
MARGIN_PX = 3.0


class Lettering:
    """Draws names centred on points, in logical pixels; one that would overlap an earlier one is left out.

    Each text is drawn once and kept. One lettering serves one painting: call `start` before it.
    """

    def __init__(self, font: QFont, ink: str = "#1F2328", halo: str = "#FFFFFF") -> None:
        self.font, self.ink, self.halo = font, QColor(ink), QColor(halo)
        self._kept: OrderedDict[tuple[str, str, float], QPixmap] = OrderedDict()
        self._taken: list[QRectF] = []
        self._metrics = QFontMetricsF(font)

    def start(self) -> None:
        """A new painting: nothing is taken yet."""
        self._taken = []

    def width(self, text: str) -> float:
        """Logical pixels a text takes, without its halo."""
        return float(self._metrics.horizontalAdvance(text))

    @property
    def height(self) -> float:
        return float(self._metrics.height())

    def draw(self, painter: QPainter, at: QPointF, text: str, ratio: float, ink: QColor | None = None) -> bool:
        """Whether there was room for the text about the point."""
        picture = self._picture(text, ratio, ink or self.ink)
        width, height = picture.width() / ratio, picture.height() / ratio
        place = QRectF(at.x() - width / 2.0, at.y() - height / 2.0, width, height)
        if not text or any(place.intersects(other) for other in self._taken):
            return False
        self._taken.append(place)
        painter.drawPixmap(QPointF(round(place.x() * ratio) / ratio, round(place.y() * ratio) / ratio), picture)
        return True

    def _picture(self, text: str, ratio: float, ink: QColor) -> QPixmap:
        key = (text, ink.name(), ratio)
        if key not in self._kept:
            self._kept[key] = self._drawn(text, ratio, ink)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def _drawn(self, text: str, ratio: float, ink: QColor) -> QPixmap:
        width, height = self.width(text) + 2 * MARGIN_PX, self.height + 2 * MARGIN_PX
        picture = QPixmap(max(round(width * ratio), 1), max(round(height * ratio), 1))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        path = QPainterPath()
        path.addText(QPointF(MARGIN_PX, MARGIN_PX + self._metrics.ascent()), self.font, text)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        halo = QColor(self.halo)
        halo.setAlpha(225)
        painter.strokePath(path, QPen(halo, 3.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.fillPath(path, ink)
        painter.end()
        return picture
