"""A small picture of how a layer is drawn."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from landplan.export.drawing.colours import MODEL_HUES
from landplan.gui.canvas.vectors import Style, symbol_path
from landplan.gui.icons import icon
from landplan.gui.theme import theme

WIDTH, HEIGHT = 24, 16


def layer_swatch(kind: str, style: Style, ratio: float = 1.0, *, parcels: bool = False) -> QPixmap:
    """The look of a layer at the scaling of the screen."""
    picture = QPixmap(round(WIDTH * ratio), round(HEIGHT * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(1.5, 2.5, WIDTH - 3.0, HEIGHT - 5.0)
    if parcels:
        _parcels(painter, box)
    elif kind == "polygon":
        _surface(painter, box, style)
    elif kind == "line":
        _line(painter, style)
    elif kind == "point":
        _point(painter, style)
    else:
        name = "chart" if kind == "raster" else "table"
        icon(name, theme().faint).paint(painter, QRectF(4, 0, HEIGHT, HEIGHT).toRect())
    painter.end()
    return picture


def _parcels(painter: QPainter, box: QRectF) -> None:
    """Parcels have the colours of what the map shows: three of them."""
    painter.setPen(QPen(QColor(theme().soft), 0.8))
    for k, hue in enumerate(MODEL_HUES[:3]):
        painter.setBrush(QColor(f"#{hue}"))
        painter.drawRect(QRectF(box.left() + k * box.width() / 3, box.top(), box.width() / 3, box.height()))


def _surface(painter: QPainter, box: QRectF, style: Style) -> None:
    if style.fill:
        colour = QColor(style.fill)
        colour.setAlphaF(min(style.fill_opacity + 0.1, 1.0))
        painter.fillRect(box, colour)
    painter.setPen(_pen(style))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)


def _line(painter: QPainter, style: Style) -> None:
    ends = QPointF(1.0, HEIGHT / 2.0), QPointF(WIDTH - 1.0, HEIGHT / 2.0)
    if style.casing:
        painter.setPen(QPen(QColor(style.casing), style.casing_width or style.width + 2.0, c=Qt.PenCapStyle.FlatCap))
        painter.drawLine(*ends)
    painter.setPen(_pen(style))
    painter.drawLine(*ends)


def _point(painter: QPainter, style: Style) -> None:
    painter.translate(WIDTH / 2.0, HEIGHT / 2.0)
    painter.setPen(QPen(QColor(style.line), style.width))
    painter.setBrush(QColor(style.fill) if style.fill else QColor("#FFFFFF"))
    painter.drawPath(symbol_path(style.symbol, style.size))


def _pen(style: Style) -> QPen:
    pen = QPen(QColor(style.line), style.width, c=Qt.PenCapStyle.FlatCap, j=Qt.PenJoinStyle.MiterJoin)
    if style.dash:
        pen.setDashPattern(list(style.dash))
    return pen
