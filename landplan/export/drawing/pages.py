"""Lettering of the sheets as reportlab pages: one page per layer that has any, in the order of sheets and layers."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from functools import cache
from typing import Any

from landplan.export.drawing.lettering import LEVEL_EM, MM_PER_PT, Typeface, registered
from landplan.export.drawing.records import Layer, Sheet, Table, Text, Vector
from landplan.export.drawing.tables import table_parts

PT_PER_MM = 72 / 25.4


def split_layer(layer: Layer, typeface: Typeface) -> tuple[list[Vector], list[Text]]:
    """What of a layer is painted and what is lettered; tables fall into both."""
    items = [part for item in layer.items for part in (table_parts(item, typeface) if isinstance(item, Table) else (item,))]
    return [item for item in items if not isinstance(item, Text)], [item for item in items if isinstance(item, Text)]


def lettering_pdf(pages: Sequence[tuple[Sheet, Sequence[Text]]], typeface: Typeface) -> bytes:
    """One page per entry with its texts, in an embedded subset of the typeface; the same bytes every time."""
    from reportlab.pdfgen.canvas import Canvas

    for bold in (False, True):
        registered(typeface.path(bold))
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1, pageCompression=0, initialFontName=str(typeface.regular))
    for sheet, texts in pages:
        canvas.setPageSize((sheet.width_mm * PT_PER_MM, sheet.height_mm * PT_PER_MM))
        for text in texts:
            if text.text.strip():
                _draw(canvas, text, sheet.height_mm, typeface)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Any, text: Text, height_mm: float, typeface: Typeface) -> None:
    shown = typeface.printable(text.text, text.bold)
    width = typeface.width_mm(shown, text.size_pt, text.bold)
    back = {"start": 0.0, "middle": width / 2, "end": width}[text.anchor]
    drop = LEVEL_EM[text.level] * text.size_pt * MM_PER_PT
    turn = math.radians(text.rotation_deg)
    cos, sin = math.cos(turn), math.sin(turn)
    x = text.x - back * cos + drop * sin
    y = height_mm - text.y - back * sin - drop * cos
    line = canvas.beginText()
    line.setTextTransform(cos, sin, -sin, cos, x * PT_PER_MM, y * PT_PER_MM)
    line.setFont(str(typeface.path(text.bold)), text.size_pt)
    if text.halo is not None:
        canvas.setLineWidth(2 * text.halo.width_mm * PT_PER_MM)
        canvas.setLineJoin(1)
        canvas.setStrokeColor(_colour(text.halo.colour))
        line.setTextRenderMode(1)
        line.textOut(shown)
        line.setTextTransform(cos, sin, -sin, cos, x * PT_PER_MM, y * PT_PER_MM)
        line.setTextRenderMode(0)
    line.setFillColor(_colour(text.colour))
    line.textOut(shown)
    canvas.drawText(line)


@cache
def _colour(colour: str) -> Any:
    from reportlab.lib.colors import HexColor

    return HexColor(f"#{colour}")
