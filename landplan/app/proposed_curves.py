"""Value functions proposed from what was measured: of another kind, or stretched to the range of the layer. A proposal is a
set of numbers for the scheme; it does not follow the data afterwards."""

from __future__ import annotations

from collections.abc import Callable
from math import floor, log, log10
from typing import Any

import numpy as np

from landplan.app.curve_text import entries
from landplan.core.layers import Float
from landplan.core.quantiles import quantile_breaks
from landplan.core.registry import value_functions
from landplan.core.scheme import MethodCall
from landplan.core.tables import Column

NUMERIC = ("linear", "piecewise", "step", "logistic", "gaussian", "power", "quantile")
TAIL = 0.05
"""Of the measured values, left out at each end where the range is to be that of most plots."""
_FEW = 24
"""So many different numbers can be judged one by one."""
_CLASSES = 10
Range = tuple[float, float]


def kinds_for(column: Column | None) -> tuple[str, ...]:
    """The value functions that can take a column: of texts the table alone, which also takes few different numbers."""
    if column is None:
        return NUMERIC
    if column.is_text:
        return ("category",)
    return (*NUMERIC, "category") if len(np.unique(_known(column))) <= _FEW else NUMERIC


def worth(value: MethodCall, raw: Float) -> Float:
    """(n,) utility of raw values, cut to 0…1."""
    return np.asarray(np.clip(value_functions[value.kind].run(raw, **value.params), 0.0, 1.0))


def data_range(column: Column, tail: float = 0.0) -> Range | None:
    """Lowest and highest known value without a share `tail` at each end, in the unit of the column; None where that is no
    range: texts, nothing known, or all alike."""
    known = np.empty(0) if column.is_text else _known(column)
    if not known.size:
        return None
    low, high = (float(one) for one in np.quantile(known, [tail, 1.0 - tail]))
    return (low, high) if high > low else None


def categories(column: Column) -> list[str]:
    """The different known values of a column as a table of categories names them: texts, or numbers as they are written."""
    if column.is_text:
        return sorted({str(one) for one in column.values.tolist() if one is not None})
    return [f"{one:.15g}" for one in np.unique(_known(column)).tolist()]


def fitted(value: MethodCall, column: Column, tail: float = 0.0) -> MethodCall:
    """The same kind of curve over the range of the column, rising or falling as it did; as it is where there is no range."""
    found = data_range(column, tail)
    if found is None or value.kind not in _FITS:
        return value
    params = _FITS[value.kind](value, found, column, _falls(value, found))
    return MethodCall(kind=value.kind, **{**_kept(value), **params})


def proposed(kind: str, column: Column, old: MethodCall) -> MethodCall:
    """A curve of another kind that says as nearly as it can what the old one says, with points where the plots are."""
    found = _bounds(old) or data_range(column, TAIL) or data_range(column) or _about(column)
    if kind == "category":
        params: dict[str, Any] = {"table": _table(column, old)}
    elif kind in ("logistic", "quantile"):
        params = _FITS[kind](MethodCall(kind=kind), found, column, _falls(old, found))
    elif kind == "gaussian":  # best where the old curve is, half of the range wide
        low, high = _rounded(found, found)
        params = {"best": low if _falls(old, found) else high, "width": float(f"{(found[1] - found[0]) / 2:.3g}")}
    elif kind == "piecewise":
        knots = _rounded(np.linspace(*found, 5), found)
        params = {"x": knots, "y": _worths(old, np.array(knots), found)}
    elif kind == "step":
        breaks = _rounded(np.linspace(*found, 5)[1:-1], found)
        middles = np.convolve([found[0], *breaks, found[1]], [0.5, 0.5], "valid")
        params = {"breaks": breaks, "values": _worths(old, middles, found)}
    else:
        worst, best = found[::-1] if _falls(old, found) else found
        params = {"worst": worst, "best": best, **({"exponent": 1.0} if kind == "power" else {})}
    return MethodCall(kind=kind, **params)


def _known(column: Column) -> Float:
    return np.asarray(column.values[np.isfinite(column.values)])


def _about(column: Column) -> Range:
    """A range round the one value there is; 0 … 1 where there is none."""
    known = np.empty(0) if column.is_text else _known(column)
    middle = float(known[0]) if known.size else 0.5
    wide = max(abs(middle) / 2, 0.5)
    return middle - wide, middle + wide


def _bounds(value: MethodCall) -> Range | None:
    """From the lowest to the highest bound of a curve that has such; a bell and an S have none."""
    if value.kind not in ("linear", "power", "piecewise", "quantile"):
        return None
    at = [entry.value for entry in entries(value) if entry.measured]
    return (min(at), max(at)) if at and max(at) > min(at) else None


def _falls(value: MethodCall, found: Range) -> bool:
    """Whether less is better over a range."""
    if value.kind == "category" or not value.params:
        return False
    low, high = worth(value, np.array(found, np.float64)).tolist()
    return bool(high < low)


def _kept(value: MethodCall) -> dict[str, Any]:
    return {} if "anchors" in value.params else value.params


def _rounded(values: Any, found: Range) -> list[float]:
    """Numbers with as many digits as a two-hundredth of the range needs; as they are where that would make two alike."""
    digits = 2 - floor(log10(found[1] - found[0]))
    short = [round(float(one), digits) for one in values]
    return short if len(set(short)) == len(short) else [float(one) for one in values]


def _worths(old: MethodCall, at: Float, found: Range) -> list[float]:
    """Utilities of the old curve at values; of a table of categories, a straight rise."""
    if old.kind == "category":
        return [round(float(one), 2) for one in np.linspace(0.0, 1.0, len(at))]
    return [round(float(one), 2) for one in worth(old, at)]


def _table(column: Column, old: MethodCall) -> dict[str, float]:
    names = categories(column)
    if old.kind == "category":
        return {name: float(old.params["table"].get(name, 0.5)) for name in names}
    values = [0.5] * len(names) if column.is_text else worth(old, np.array(names, np.float64)).tolist()
    return {name: round(float(one), 2) for name, one in zip(names, values, strict=True)}


def _ends(_value: MethodCall, found: Range, _column: Column, falls: bool) -> dict[str, Any]:
    low, high = _rounded(found, found)
    return {"worst": high, "best": low} if falls else {"worst": low, "best": high}


def _points(value: MethodCall, found: Range, _column: Column, _falls: bool) -> dict[str, Any]:
    x = np.asarray(value.params["x"], np.float64)
    share = (x - x[0]) / (x[-1] - x[0])
    return {"x": _rounded(found[0] + share * (found[1] - found[0]), found)}


def _classes(value: MethodCall, found: Range, _column: Column, _falls: bool) -> dict[str, Any]:
    return {"breaks": _rounded(np.linspace(*found, len(value.params["breaks"]) + 2)[1:-1], found)}


def _quantiles(value: MethodCall, found: Range, column: Column, falls: bool) -> dict[str, Any]:
    classes = max(len(value.params.get("breaks", ())) - 1, 1) if "breaks" in value.params else _CLASSES
    known = _known(column)
    inside = known[(known >= found[0]) & (known <= found[1])]
    breaks = quantile_breaks(inside if inside.size and inside.min() < inside.max() else np.array(found), classes)
    return {"breaks": breaks, "less_is_better": falls}


def _s_curve(_value: MethodCall, found: Range, _column: Column, falls: bool) -> dict[str, Any]:
    """0.1 and 0.9 at the ends."""
    k = 2 * log(9) / (found[1] - found[0]) * (-1 if falls else 1)
    return {"midpoint": _rounded([(found[0] + found[1]) / 2], found)[0], "steepness": float(f"{k:.3g}")}


def _bell(_value: MethodCall, found: Range, _column: Column, _falls: bool) -> dict[str, Any]:
    """Two widths from the middle to each end."""
    middle, width = (found[0] + found[1]) / 2, (found[1] - found[0]) / 4
    return {"best": _rounded([middle], found)[0], "width": float(f"{width:.3g}")}


_FITS: dict[str, Callable[[MethodCall, Range, Column, bool], dict[str, Any]]] = {
    "linear": _ends, "power": _ends, "piecewise": _points, "step": _classes, "quantile": _quantiles, "logistic": _s_curve,
    "gaussian": _bell,
}  # fmt: skip
