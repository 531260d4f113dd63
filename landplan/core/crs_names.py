"""What a coordinate system is called where people read it; parameters are never part of it."""

from __future__ import annotations

import re

from landplan.core.crs import is_grid, is_plane, parsed, plane_name
from landplan.core.messages import text

_CODE = re.compile(r"^\s*[A-Za-z]+:\d+\s*$")
_GAUSS = re.compile(r"^CGCS2000 / 3-degree Gauss-Kruger CM (\d+)E$")


def is_code(crs: str) -> bool:
    """Whether the text is a registered code such as EPSG:4549."""
    return bool(_CODE.match(crs))


def crs_title(crs: str, lang: str | None = None) -> str:
    """A coordinate system as a title block prints it; a plane or a user's own grid by its name alone."""
    if is_plane(crs):
        return text("sheet_grid" if is_grid(crs) else "sheet_plane", {"name": plane_name(crs)}, lang)
    name = str(parsed(crs).name)
    gauss = _GAUSS.match(name)
    return text("sheet_gauss", {"width": 3, "meridian": gauss[1]}, lang) if gauss else name


def crs_word(crs: str | None) -> str:
    """A coordinate system as a sentence names it in any language: its code, plane:NAME, grid:NAME, else its own name."""
    if crs is None:
        return "–"
    return crs if is_plane(crs) or is_code(crs) else str(parsed(crs).name)


def declared_word(crs: str | None) -> str:
    """What a file declares, as projects and packages keep it: as `crs_word`, with ° behind a name in degrees; "" for none."""
    if not crs:
        return ""
    return crs_word(crs) + (" °" if not is_plane(crs) and not is_code(crs) and parsed(crs).is_geographic else "")


def in_degrees(word: str) -> bool:
    """Whether a CRS, or what `declared_word` keeps of it, is in degrees."""
    if not word or is_plane(word):
        return False
    return bool(parsed(word).is_geographic) if is_code(word) else word.endswith(" °") or _is_geographic_text(word)


def _is_geographic_text(word: str) -> bool:
    """Whether it is the text of a CRS in degrees; the bare name that is kept of one is not."""
    return any(mark in word for mark in "[{+") and bool(parsed(word).is_geographic)
