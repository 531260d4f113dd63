"""Utilities of which some are only known within bounds or around a mean, made ready to be drawn."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from landplan.core.errors import MethodError
from landplan.core.kernels.drawn_scores import NORMAL, UNIFORM, DrawnValues
from landplan.core.layers import Float

_NONE = np.zeros((0, 0), order="F")


def uncertain_values(
    values: npt.ArrayLike,
    low: npt.ArrayLike | None = None,
    high: npt.ArrayLike | None = None,
    deviation: npt.ArrayLike | None = None,
    *,
    missing: str = "drawn",
    keys: npt.ArrayLike | None = None,
) -> DrawnValues:
    """values (n, m), NaN or infinite unknown; low, high (n, m): uniform between them; deviation (n, m): normal around the value.

    NaN in low, high or deviation: that value is exact. missing "drawn": an unknown value without bounds is uniform in 0…1, as
    utilities are; "refuse": MethodError. keys (n,) whole numbers ≥ 0: what each row's random numbers belong to; default its
    position. MethodError for shapes that differ, low above high, a negative deviation, or one without its value.
    """
    value = np.array(values, np.float64, order="F")
    if value.ndim != 2 or not value.shape[1]:
        raise MethodError("matrix_not_table", shape=value.shape)
    value[np.isinf(value)] = np.nan
    own = np.asarray(np.arange(len(value)) if keys is None else keys).astype(np.uint64)
    unknown = np.isnan(value)
    if low is None and high is None and deviation is None and not unknown.any():
        return DrawnValues(value, _NONE, _NONE, np.zeros(value.shape[1], np.int8), own)
    least, most, spread = (_beside(value, given) for given in (low, high, deviation))
    if (np.isnan(least) != np.isnan(most)).any() or (least > most).any() or (spread < 0).any():
        raise MethodError("values_range_wrong")
    unknown &= np.isnan(least)
    if (unknown & ~np.isnan(spread)).any():
        raise MethodError("values_range_wrong")
    if unknown.any():
        if missing == "refuse":
            raise MethodError("matrix_unknown_refused", n=int(unknown.sum()))
        least, most = np.where(unknown, 0.0, least), np.where(unknown, 1.0, most)
    ranged = ~np.isnan(least)
    value = np.asfortranarray(np.where(ranged, least, value))
    width, sigma = np.where(ranged, most - least, 0.0), np.nan_to_num(spread)
    drawn = np.where((width > 0).any(axis=0), UNIFORM, 0) + np.where((sigma > 0).any(axis=0), NORMAL, 0)
    return DrawnValues(value, _kept(width), _kept(sigma), np.asarray(drawn, np.int8), own)


def _beside(value: Float, given: npt.ArrayLike | None) -> Float:
    """An array of the shape of `value`, NaN throughout where none is given (and then one number in memory)."""
    if given is None:
        return np.broadcast_to(np.float64(np.nan), value.shape)
    out = np.asarray(given, np.float64)
    if out.shape != value.shape or np.isinf(out).any():
        raise MethodError("values_range_wrong")
    return out


def _kept(spread: Float) -> Float:
    return np.asfortranarray(spread) if spread.any() else _NONE
