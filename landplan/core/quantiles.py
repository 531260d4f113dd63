"""Quantiles of a layer's values, proposed as breaks of a value function or of classes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from landplan.core.errors import MethodError


def quantile_breaks(values: npt.ArrayLike, classes: int = 10) -> list[float]:
    """classes + 1 numbers, rising or equal: the lowest known value, the quantiles at 1/classes, 2/classes …, the highest.

    values (n,) in the unit of the criterion; unknown (NaN) and infinite ones take no part. Between two plots the quantile
    is interpolated (Hyndman & Fan 1996, type 7). MethodError when nothing is known or classes < 1.
    """
    given = np.asarray(values, np.float64)
    known = given[np.isfinite(given)]
    if classes < 1:
        raise MethodError("value_out_of_bounds", "quantile_breaks", key="classes", value=classes, bounds="≥ 1")
    if not known.size:
        raise MethodError("quantiles_of_nothing")
    return [float(one) for one in np.quantile(known, np.linspace(0.0, 1.0, classes + 1))]
