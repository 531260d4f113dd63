"""Where things stand on a sheet: a 4 mm rhythm, the map on the left, a column on the right, the title block below."""

from __future__ import annotations

from dataclasses import dataclass

from landplan.export.drawing.records import Box

RHYTHM_MM = 4.0
PAPER_MM = {"A0": (1189, 841), "A1": (841, 594), "A2": (594, 420), "A3": (420, 297), "A4": (297, 210)}
"""Long and short side of the papers a sheet may be drawn on."""
STRIP_MM = 16.0
GUTTER_MM = 4.0
"""Between border and neat line: the coordinates stand there."""
PADDING_MM = 4.0


@dataclass(frozen=True, slots=True)
class Layout:
    """The boxes of a sheet, mm: `border` holds all, `map` lies inside the neat line, `column` and `strip` beside it."""

    width_mm: float
    height_mm: float
    border: Box
    map: Box
    column: Box
    strip: Box


def layout(paper: str = "A3", *, landscape: bool = True, column_mm: float | None = None) -> Layout:
    """The boxes for a paper of PAPER_MM; 16 mm are left free on the left for binding, 8 mm elsewhere.

    column_mm: width of the column beside the map; about a fifth of the paper unless given.
    Raises KeyError for a paper we do not know.
    """
    long, short = PAPER_MM[paper]
    width, height = (long, short) if landscape else (short, long)
    border = Box(16, 8, _steps(width - 24), _steps(height - 16))
    column_width = column_mm or min(96.0, max(60.0, _steps(width * 0.18)))
    strip = Box(border.x, border.bottom - STRIP_MM, border.width, STRIP_MM)
    column = Box(border.right - column_width, border.y, column_width, border.height - STRIP_MM)
    area = Box(border.x, border.y, border.width - column_width, border.height - STRIP_MM)
    return Layout(width, height, border, area.inset(GUTTER_MM), column, strip)


def _steps(length: float) -> float:
    """The most whole steps of the rhythm that fit in a length, mm."""
    return length // RHYTHM_MM * RHYTHM_MM
