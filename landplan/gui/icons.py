"""Icons: bundled SVG of one stroke width, in the ink of the theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from landplan.core.paths import resource
from landplan.gui.theme import theme


def icon(name: str, colour: str = "") -> QIcon:
    """The icon `resources/icons/<name>.svg` in a colour (#RRGGBB), else in the ink of the theme; paler when disabled."""
    return QIcon(_Engine(name, colour))


def pixmap(name: str, size: int, colour: str = "", ratio: float = 1.0) -> QPixmap:
    """The icon at `size` logical pixels."""
    return QPixmap.fromImage(_drawn(name, colour or theme().ink, round(size * ratio), ratio))


class _Engine(QIconEngine):
    """Draws at whatever size and scaling is asked for, so icons are sharp at 200 %."""

    def __init__(self, name: str, colour: str) -> None:
        super().__init__()
        self._name, self._colour = name, colour

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._colour)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return QPixmap.fromImage(_drawn(self._name, self._ink(mode), min(size.width(), size.height()), 1.0))

    def paint(self, painter: QPainter, rect: object, mode: QIcon.Mode, state: QIcon.State) -> None:
        _renderer(self._name, self._ink(mode)).render(painter, QRectF(rect))

    def _ink(self, mode: QIcon.Mode) -> str:
        if mode == QIcon.Mode.Disabled:
            return theme().faint
        return theme().accent_ink if mode == QIcon.Mode.Selected else self._colour or theme().ink


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    svg = resource("icons", f"{name}.svg").read_text(encoding="utf-8").replace("#000000", colour)
    return QSvgRenderer(QByteArray(svg.encode()))


@lru_cache(maxsize=512)
def _drawn(name: str, colour: str, side: int, ratio: float) -> QImage:
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _renderer(name, colour).render(painter)
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image
