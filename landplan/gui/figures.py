"""Numbers as a planner reads them: thousands separators, the unit beside, as many digits as are true; unknown is a word."""

from __future__ import annotations

from math import isfinite, log10

from landplan.core.messages import language, text
from landplan.core.units import M2_PER_MU, unit_text

MINUS = "−"
JOIN = "\u00a0"
"""Between a number and its unit: they stay on one line."""
_BARE = {"", "ratio", "class", "date"}
"""Units that say nothing beside a number."""


def number(value: float | None, decimals: int) -> str:
    """1,234.5 with so many decimals; the word for unknown where there is none."""
    if value is None or not isfinite(value):
        return text("unknown")
    shown = f"{value:,.{decimals}f}"
    return MINUS + shown[1:] if shown.startswith("-") and shown.strip("-0.,") else shown.removeprefix("-")


def plain(value: float | None, digits: int = 3) -> str:
    """At least `digits` significant digits, whole numbers whole: 0.0369, 3.21, 1,234; no zeros at the end."""
    if value is None or not isfinite(value):
        return text("unknown")
    if value == 0:
        return "0"
    decimals = max(digits - 1 - int(log10(abs(value)) // 1), 0)
    shown = number(value, min(decimals, 6))
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def signed(value: float | None, decimals: int) -> str:
    """With its sign: +1,234 or −1,234; 0 has none."""
    shown = number(value, decimals)
    return f"+{shown}" if value is not None and isfinite(value) and value > 0 and shown.strip("0.,") else shown


def percent(share: float | None, decimals: int = 1) -> str:
    """0.0369 → 3.7 %."""
    return text("unknown") if share is None or not isfinite(share) else f"{number(100.0 * share, decimals)}{JOIN}%"


def with_unit(value: float | None, unit: str, digits: int = 3) -> str:
    """A number and its unit: 820 米, 3.7 %, 0.74; the word for unknown alone."""
    if value is None or not isfinite(value):
        return text("unknown")
    if unit == "share":
        return f"{plain(100.0 * value, digits)}{JOIN}%"
    if unit == "percent":
        return f"{plain(value, digits)}{JOIN}%"
    if unit in _BARE or (unit == "count" and language() == "en"):
        return plain(value, digits)
    return f"{plain(value, digits)}{JOIN}{unit_text(unit, language())}"


def area(area_m2: float | None) -> str:
    """4.83 公顷 = 72.5 亩; small ones with more digits."""
    if area_m2 is None or not isfinite(area_m2):
        return text("unknown")
    hectares, mu = area_m2 / 1e4, area_m2 / M2_PER_MU
    of = {"hectares": number(hectares, 2 if hectares < 1000 else 0), "mu": number(mu, 1 if mu < 10_000 else 0)}
    return text("figure_area", of)
