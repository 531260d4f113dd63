"""Colours of the sheets: ink, paper, eight hues for land-use models, and the looks of restricted, unknown, excluded."""

from __future__ import annotations

from landplan.export.drawing.records import Area, Colour, Pen

INK: Colour = "1F2328"
SOFT: Colour = "5B626A"
FAINT: Colour = "9AA1A9"
RULE: Colour = "C9CDD2"
SHADE: Colour = "F3F4F6"
PAPER: Colour = "FFFFFF"
SEAL: Colour = "B3261E"
"""The red of a stamp: marks of secrecy and of invented data, nothing else."""

MODEL_HUES: tuple[Colour, ...] = ("EDB571", "6297CD", "C67884", "52C2B0", "BEA5EF", "B9E9AC", "969A47", "F1D4E7")
"""Eight distinct hues of similar weight; apart for normal, red-, green- and blue-blind eyes (a test measures it)."""

HAIRLINE = Pen("6B7178", 0.09)
NEATLINE = Pen(INK, 0.25)
BORDER = Pen(INK, 0.5)
FINE = Pen(RULE, 0.13)

RESTRICTED = Area(None, "diagonal", Pen("7C828A", 0.09))
UNKNOWN = Area("FBFBFB", "dots", Pen("B4B9BF", 0.09))
EXCLUDED = Area(None, "crossed", Pen("7C828A", 0.09))
UNDECIDED = Area("ECEDEF", None, HAIRLINE)


def model_area(index: int) -> Area:
    """The surface of the land-use model with this place in the scheme; hues repeat after eight."""
    return Area(MODEL_HUES[index % len(MODEL_HUES)], None, HAIRLINE)
