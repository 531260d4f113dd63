"""Names as text with a halo, each where nothing is yet."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

KEPT = 2000
MARGIN_PX = 3.0


class Lettering:
    """Draws names in one ink, in logical pixels. Each text is drawn once and kept."""

    def __init__(self, font: QFont, ink: str = "#1F2328", halo: str = "#FFFFFF") -> None:
        self.font, self.ink, self.halo = font, QColor(ink), QColor(halo)
        self._kept: OrderedDict[tuple[str, float], QPixmap] = OrderedDict()
        self._metrics = QFontMetricsF(font)

    def width(self, text: str) -> float:
        """Logical pixels a text takes, without its halo."""
        return float(self._metrics.horizontalAdvance(text))

    @property
    def height(self) -> float:
        return float(self._metrics.height())

    def draw(self, painter: QPainter, spots: Iterable[QPointF], text: str, ratio: float, taken: list[QRectF]) -> bool:
        """Draw the text about the first of the spots where it lies over nothing that is taken, and take its place; whether
        there was one."""
        picture = self._picture(text, ratio)
        width, height = picture.width() / ratio, picture.height() / ratio
        for at in spots:
            place = QRectF(at.x() - width / 2.0, at.y() - height / 2.0, width, height)
            if not any(place.intersects(other) for other in taken):
                taken.append(place)
                painter.drawPixmap(QPointF(round(place.x() * ratio) / ratio, round(place.y() * ratio) / ratio), picture)
                return True
        return False

    def _picture(self, text: str, ratio: float) -> QPixmap:
        key = (text, ratio)
        if key not in self._kept:
            self._kept[key] = self._drawn(text, ratio)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def _drawn(self, text: str, ratio: float) -> QPixmap:
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
        painter.fillPath(path, self.ink)
        painter.end()
        return picture
