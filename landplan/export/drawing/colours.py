"""Colours of the sheets: ink, paper, eight hues for land-use models, and the looks of restricted, unknown, excluded."""

from __future__ import annotations

from landplan.export.drawing.records import Area, Colour, Marker, Pen

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


DISTRICT_LINE = Pen("3A3F45", 0.55, (3.6, 0.8, 0.6, 0.8))
TOWN_LINE = Pen("6B7178", 0.25, (2.4, 0.7, 0.5, 0.7))
BLOCK_LINE = Pen("A61E4D", 0.45)
CARRIER_LINE = Pen("A61E4D", 0.3, (1.6, 0.6))
CENTRE_LINE = Pen("8A5A00", 0.3, (0.6, 0.6))
BLOCK_INK: Colour = "A61E4D"
"""Zones are outlines with names; a name has the colour of its outline."""

METRO_LINE = Pen("7A3E9D", 0.6)
METRO_INK: Colour = "7A3E9D"
RAILWAY = Pen(INK, 0.25, (1.2, 1.2), "6B7178", 0.4)
TEST_ROAD = Pen("0B7285", 0.5, (1.0, 0.5))
WATER = Area("DCEAF4")
GROUND = Area("FBFBFA")
STATION = Marker("circle", 1.9, PAPER, Pen(METRO_INK, 0.35))
LAB = Marker("diamond", 2.0, INK)


def road(rank: int, scale: float) -> Pen:
    """The pen of a road: rank 0 motorway, 1 trunk, 2 secondary, 3 local; wider on sheets larger than 1:40 000."""
    width = (1.0, 0.7, 0.45, 0.25)[min(rank, 3)] * (2.2 if scale < 40_000 else 1.0)
    return Pen("F7E3B5" if rank == 0 else PAPER, width, (), "B9BEC4", width + 0.2)
