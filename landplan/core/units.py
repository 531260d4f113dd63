"""Units of landplan and the few conversions it needs."""

from __future__ import annotations

from landplan.core.errors import SchemeError, suggestion

M2_PER_MU = 2000.0 / 3.0
"""1 mu 亩 = 2000/3 m2; 1 ha = 15 mu."""

UNITS: dict[str, tuple[str, str]] = {
    "": ("", ""),
    "m": ("米", "m"),
    "km": ("公里", "km"),
    "m2": ("平方米", "m²"),
    "mu": ("亩", "mu"),
    "ha": ("公顷", "ha"),
    "km2": ("平方公里", "km²"),
    "wan": ("万元", "wan yuan"),
    "yi": ("亿元", "yi yuan"),
    "wan_per_year": ("万元/年", "wan yuan/yr"),
    "wan_per_mu": ("万元/亩", "wan yuan/mu"),
    "wan_per_mu_year": ("万元/亩·年", "wan yuan/mu·yr"),
    "wan_per_m2": ("万元/平方米", "wan yuan/m²"),
    "wan_per_m2_year": ("万元/平方米·年", "wan yuan/m²·yr"),
    "wan_per_tce": ("万元/吨标煤", "wan yuan/tce"),
    "tce_per_wan": ("吨标煤/万元", "tce/wan yuan"),
    "per_mu": ("每亩", "per mu"),
    "per_km2": ("每平方公里", "per km²"),
    "share": ("份额", "share"),
    "percent": ("百分数", "%"),
    "ratio": ("比值", "ratio"),
    "year": ("年", "year"),
    "date": ("日期", "date"),
    "count": ("个", "count"),
    "person": ("人", "persons"),
    "class": ("类", "class"),
    "tce": ("吨标煤", "tce"),
    "t": ("吨", "t"),
    "kn_m2": ("千牛/平方米", "kN/m²"),
    "t_m2": ("吨/平方米", "t/m²"),
    "kva": ("千伏安", "kVA"),
    "kw": ("千瓦", "kW"),
    "tco2": ("吨二氧化碳", "t CO2"),
}
"""Unit id → how it is written in Chinese and in English."""

_TO_BASE = {
    "m": 1.0,
    "km": 1000.0,
    "m2": 1.0,
    "mu": M2_PER_MU,
    "ha": 1e4,
    "km2": 1e6,
    "wan": 1.0,
    "yi": 1e4,
    "share": 1.0,
    "percent": 0.01,
}
_KIND = {"m": "length", "km": "length", "m2": "area", "mu": "area", "ha": "area", "km2": "area", "wan": "money", "yi": "money"}
_KIND |= {"share": "share", "percent": "share"}


def unit_text(unit: str, lang: str) -> str:
    """How a unit is written in `lang`; the id itself when it is a scheme's own."""
    zh_en = UNITS.get(unit)
    return unit if zh_en is None else zh_en[0 if lang == "zh" else 1]


def known_unit(unit: str, where: str) -> str:
    """The unit when landplan knows it; SchemeError with the nearest one if not."""
    if unit not in UNITS:
        raise SchemeError("unknown_unit", where, unit=unit, nearest=suggestion(unit, UNITS))
    return unit


def factor(source: str, target: str, where: str) -> float:
    """What to multiply values in `source` by to get `target`; SchemeError when they measure different things."""
    if source == target:
        return 1.0
    if _KIND.get(source) is None or _KIND.get(source) != _KIND.get(target):
        raise SchemeError("units_differ", where, source=source, target=target)
    return _TO_BASE[source] / _TO_BASE[target]
