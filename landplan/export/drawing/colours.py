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

PATH_HUES: tuple[Colour, ...] = ("2F6DA8", "D08A2E", "7E4F9E", "4F9A6B", "B23A5A", "35A3B0", "8A7A3A", "6E7681")
"""Deeper hues for renewal paths, so that no path is taken for a land-use model."""
SURVEY_HUES: tuple[Colour, ...] = ("F3E26B", "5FBF8C", "3D7BA3", "5E3C8A")
"""Classes A to D: each darker than the one before, so the order stands in grey print and for colour-blind eyes."""
EARLY: Colour = "17365C"
LATE: Colour = "BFE3C0"

HAIRLINE = Pen("6B7178", 0.09)
NEATLINE = Pen(INK, 0.25)
BORDER = Pen(INK, 0.5)
FINE = Pen(RULE, 0.13)

RESTRICTED = Area(None, "diagonal", Pen("7C828A", 0.09))
UNKNOWN = Area("FBFBFB", "dots", Pen("B4B9BF", 0.09))
EXCLUDED = Area(None, "crossed", Pen("7C828A", 0.09))
FRAGILE = Area(None, "stripes", None)
UNDECIDED = Area("ECEDEF", None, HAIRLINE)
ELSEWHERE = Area("ECEDEF", None, Pen("B4B9BF", 0.07))
CHOSEN = Pen(INK, 0.38)
"""Outline of a parcel in the plan."""


def mixed(colour: Colour, other: Colour, share: float) -> Colour:
    """So much of `other` in `colour`, per channel."""
    pairs = [(int(colour[k : k + 2], 16), int(other[k : k + 2], 16)) for k in (0, 2, 4)]
    return "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def model_area(index: int) -> Area:
    """The surface of the land-use model with this place in the scheme; hues repeat after eight."""
    return Area(MODEL_HUES[index % len(MODEL_HUES)], None, HAIRLINE)


def muted(area: Area) -> Area:
    """The same surface stepped back: its hue in a light tint."""
    return Area(mixed(area.fill or PAPER, PAPER, 0.62), area.hatch, Pen("A9AEB4", 0.07))


def path_area(index: int) -> Area:
    """The surface of the renewal path with this place in the scheme; hues repeat after eight."""
    return Area(PATH_HUES[index % len(PATH_HUES)], None, HAIRLINE)


def year_area(index: int, count: int) -> Area:
    """The surface of the start year with this place among `count`: early dark, late light."""
    share = index / max(count - 1, 1)
    middle: Colour = "3E8E9E"
    colour = mixed(EARLY, middle, 2 * share) if share < 0.5 else mixed(middle, LATE, 2 * share - 1)
    return Area(colour, None, HAIRLINE)


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
TEST_ROAD = Pen("0B7285", 0.36, (1.0, 0.5))
WATER = Area("DCEAF4")
GROUND = Area("FBFBFA")
FARMLAND = Area("F8F6E9", None, Pen("E4DFC2", 0.07))
REDLINE = Area("E3EFE2", None, Pen("5E8C61", 0.2, (1.2, 0.6)))
HERITAGE = Area("EAD9C6", None, Pen("8A5A2B", 0.2))
PIPELINE = Area("F6E3DC", None, Pen("B0562F", 0.15, (1.0, 0.5)))
URBAN_LINE = Pen("8F7E4F", 0.16, (0.9, 0.7))
STATION = Marker("circle", 1.9, PAPER, Pen(METRO_INK, 0.35))
LAB = Marker("diamond", 2.0, INK)
CHARGING = Marker("square", 1.2, "0B7285")
HYDROGEN = Marker("triangle", 1.7, "0B7285")
GATE = Marker("square", 1.5, PAPER, Pen(INK, 0.25))
STOP = Marker("circle", 1.4, PAPER, Pen(INK, 0.25))


def road(rank: int, scale: float) -> Pen:
    """The pen of a road: rank 0 motorway, 1 trunk, 2 secondary, 3 local; wider on sheets larger than 1:40 000."""
    width = (1.0, 0.7, 0.45, 0.25)[min(rank, 3)] * (2.2 if scale < 40_000 else 1.0)
    return Pen("F7E3B5" if rank == 0 else PAPER, width, (), "A9AFB6", width + 0.28)
