"""A coordinate as people write it: degrees with minutes, a letter for the side of the world, full-width digits, thousands."""

from __future__ import annotations

import re
import unicodedata

_MARKS = str.maketrans({"′": "'", "’": "'", "‘": "'", "ʹ": "'", "´": "'", "分": "'",
                        "″": '"', "”": '"', "“": '"', "〃": '"', "秒": '"',
                        "度": "°", "º": "°", "˚": "°", "－": "-", "−": "-"})  # fmt: skip
_SIDE = re.compile(r"^(东经|西经|北纬|南纬|[ENSW东北南西])?\s*(.*?)\s*([ENSW东北南西])?$", re.IGNORECASE)
_NEGATIVE = frozenset("SW南西")
_ANGLE = re.compile(
    r"^([-+]?)(\d{1,3})(?:\s*°\s*(\d{1,2}(?:\.\d+)?)(?:\s*'\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:\"|''|')?)?)?"
    r"|\s*[:\s]\s*(\d{1,2})\s*[:\s]\s*(\d{1,2}(?:\.\d+)?)\"?)$"
)
_DEGREES = re.compile(r"^([-+]?\d{1,3}(?:\.\d+)?)\s*°$")
_THOUSANDS = re.compile(r"^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$")
_DECIMAL_COMMA = re.compile(r"^[-+]?(\d{4,},\d+|\d+,(\d{1,2}|\d{4,}))$")
_UNIT = re.compile(r"\s*(米|m|metres?|meters?)$", re.IGNORECASE)


def coordinate(text: str | None) -> tuple[float, bool]:
    """The number a text stands for, NaN for none, and whether it was degrees and minutes. South and west are negative."""
    if text is None:
        return float("nan"), False
    try:
        value = float(text)
    except ValueError:
        return _written(unicodedata.normalize("NFKC", text.translate(_MARKS)).strip())
    return (value, False) if value - value == 0 and "_" not in text else (float("nan"), False)


def _written(text: str) -> tuple[float, bool]:
    found = _SIDE.match(text)
    before, inner, after = found.groups() if found else (None, text, None)
    sign = -1.0 if {(before or "")[:1].upper(), (after or "").upper()} & _NEGATIVE else 1.0
    if angle := _ANGLE.match(inner):
        return sign * _degrees(angle), True
    if degrees := _DEGREES.match(inner):
        return sign * float(degrees[1]), True
    return sign * _number(_UNIT.sub("", inner)), False


def _degrees(angle: re.Match[str]) -> float:
    """Degrees of an angle; NaN where minutes or seconds are 60 or more."""
    minutes, seconds = float(angle[3] or angle[5] or 0), float(angle[4] or angle[6] or 0)
    value = float(angle[2]) + minutes / 60 + seconds / 3600
    if minutes >= 60 or seconds >= 60 or value > 360:
        return float("nan")
    return -value if angle[1] == "-" else value


def _number(text: str) -> float:
    if _THOUSANDS.match(text):
        text = text.replace(",", "")
    elif _DECIMAL_COMMA.match(text):
        text = text.replace(",", ".")
    try:
        value = float(text) if "_" not in text else float("nan")
    except ValueError:
        return float("nan")
    return value if value - value == 0 else float("nan")
