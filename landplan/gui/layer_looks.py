"""How layers are drawn by role and kind, in the colours of the sheets; on a dark ground lines are lighter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from zlib import crc32

from landplan.export.drawing.colours import METRO_INK, PAPER, mixed
from landplan.export.drawing.records import Pen
from landplan.export.sheets.zones import OTHERS, STYLES, ZoneStyle
from landplan.gui.canvas.vectors import Style
from landplan.gui.layer_content import Content

_INK, _SOFT, _TEAL, _METRO = "#1F2328", "#5B626A", "#0B7285", f"#{METRO_INK}"
_DARK = "2A2E33"
_PX_A_MM = 3.78
"""Lines of the sheets on a screen of 96 dots an inch."""
_NAMED_UP_TO_M: Mapping[str, float] = {"district": 0.0, "town": 0.0, "block": 0.0, "carrier": 25_000.0}
_OTHERS = (*OTHERS, ZoneStyle(Pen("8A4B6B", 0.3, (0.8, 0.8)), colour="8A4B6B"), ZoneStyle(Pen("3F6F6F", 0.4), colour="3F6F6F"))
"""Outlines of sets that the sheets do not know, by their names."""
_LOOKS: Mapping[str, Style] = {
    "stations:metro": Style(_METRO, 1.6, fill="#FFFFFF", size=8.0, ink=_METRO, labels_above_m=14_000.0),
    "stations:charging": Style("#FFFFFF", 0.8, fill=_TEAL, symbol="square", size=6.5, ink=_TEAL, labels_above_m=2_500.0),
    "stations:hydrogen": Style("#FFFFFF", 0.8, fill=_TEAL, symbol="triangle", size=8.5, ink=_TEAL, labels_above_m=6_000.0),
    "stations:logistics_gate": Style(_INK, 1.4, fill="#FFFFFF", symbol="square", size=8.0, labels_above_m=10_000.0),
    "stations": Style(_INK, 1.4, fill="#FFFFFF", size=7.0, labels_above_m=6_000.0),
    "labs": Style("#FFFFFF", 0.8, fill=_INK, symbol="diamond", size=8.5, labels_above_m=8_000.0),
    "firms": Style("#FFFFFF", 0.6, fill="#8A5A2B", size=5.0, ink="#6B4420", labels_above_m=1_500.0),
    "metro_lines": Style(_METRO, 2.6, casing="#FFFFFF", casing_width=4.6, ink=_METRO, labels_above_m=25_000.0),
    "railways": Style("#FFFFFF", 1.4, (4.0, 4.0), casing=_SOFT, casing_width=3.0, labels_above_m=10_000.0),
    "av_roads": Style(_TEAL, 2.2, (3.0, 1.5), casing="#FFFFFF", casing_width=3.6, ink=_TEAL, labels_above_m=5_000.0),
    "roads:0": Style("#F2C766", 3.2, casing="#A88232", casing_width=4.8, labels_above_m=12_000.0),
    "roads:1": Style("#FAE3AE", 2.4, casing="#A9AFB6", casing_width=3.8, labels_above_m=6_000.0),
    "roads:2": Style("#FFFFFF", 1.8, casing="#A9AFB6", casing_width=3.0, labels_above_m=2_500.0),
    "roads": Style("#FFFFFF", 1.0, casing="#B4B9BF", casing_width=2.0, labels_above_m=1_200.0),
    "constraints:eco_redline": Style("#B3261E", 1.8, fill="#B3261E", fill_opacity=0.12, ink="#B3261E", labels_above_m=8_000.0),
    "constraints:basic_farmland": Style("#9A8420", 1.0, fill="#E8D96A", fill_opacity=0.35, labels_above_m=1_500.0),
    "constraints:urban_boundary": Style("#B3261E", 1.6, (5.0, 2.0, 1.0, 2.0), ink="#B3261E", labels_above_m=3_000.0),
    "constraints:water": Style("#5B93BD", 1.0, fill="#8FBFE0", fill_opacity=0.5, ink="#2F6DA8", labels_above_m=8_000.0),
    "constraints:heritage": Style("#8A5A2B", 1.4, fill="#C98F4E", fill_opacity=0.35, ink="#8A5A2B", labels_above_m=8_000.0),
    "constraints:pipeline": Style("#B0562F", 1.2, (3.0, 2.0), fill="#E5A58C", fill_opacity=0.35, labels_above_m=8_000.0),
    "constraints:height": Style("#5C4B8A", 1.4, (6.0, 3.0), fill="#5C4B8A", fill_opacity=0.06, labels_above_m=20_000.0),
    "constraints": Style("#B3261E", 1.4, fill="#B3261E", fill_opacity=0.1, ink="#B3261E", labels_above_m=8_000.0),
    "point": Style("#FFFFFF", 0.8, fill=_SOFT, size=6.0, labels_above_m=3_000.0),
    "line": Style(_SOFT, 1.6, labels_above_m=3_000.0),
    "polygon": Style(_SOFT, 1.4, labels_above_m=5_000.0),
}
"""By role and part, else by role, else by geometry."""


def style_of(content: Content, dark: bool = False) -> Style:
    """How a line of the list is drawn."""
    if content.role == "zones":
        look = _zone_look(content)
    else:
        look = next(_LOOKS[key] for key in (content.id, content.role, content.kind, "polygon") if key in _LOOKS)
    return _on_dark(look) if dark else look


def named(content: Content) -> bool:
    """Whether the features' names are shown at all: the one district is not named in its own middle."""
    return content.id != "zones:district"


def _zone_look(content: Content) -> Style:
    known = STYLES.get(content.part)
    style = known or _OTHERS[crc32(content.part.encode()) % len(_OTHERS)]
    return replace(_outline(style.pen), ink=f"#{style.colour}", labels_above_m=_NAMED_UP_TO_M.get(content.part, 30_000.0))


def _outline(pen: Pen) -> Style:
    """A pen of the sheets in pixels; dashes are in line widths."""
    width = max(pen.width_mm * _PX_A_MM, 1.2)
    return Style(f"#{pen.colour}", width, tuple(mm * _PX_A_MM / width for mm in pen.dash_mm))


def _on_dark(style: Style) -> Style:
    """The same on a dark ground: dark lines lighter, light ones (roads) darker; names light on a dark halo."""
    line = style.line
    if not (style.fill and line == "#FFFFFF"):  # the rim of a symbol stays
        light = sum(int(line[k : k + 2], 16) for k in (1, 3, 5)) > 3 * 170
        line = f"#{mixed(line[1:], _DARK if light else PAPER, 0.45)}"
    ink = f"#{mixed(style.ink[1:], PAPER, 0.6)}"
    return replace(style, line=line, casing="#14171A" if style.casing else "", ink=ink, halo="#1A1D21")
