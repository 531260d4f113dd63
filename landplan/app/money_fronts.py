"""Money as `evaluate` offers it: plain numbers in, named results out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from landplan.core.errors import UsageError

Results = dict[str, Any]


def _xnpv(values: Sequence[float], dates: Sequence[str], rate: float) -> Results:
    """Worth on the first date, years of 365 days."""
    from landplan.renewal.dated import xnpv

    return {"xnpv": xnpv(values, dates, rate), "on": str(dates[0])}


def _xirr(values: Sequence[float], dates: Sequence[str]) -> Results:
    """xirr is NaN where there is no rate or more than one; xirr_roots has them all."""
    from landplan.renewal.dated import xirr

    roots = xirr(values, dates)
    return {"xirr": float(roots[0]) if len(roots) == 1 else float("nan"), "xirr_roots": roots, "count": len(roots)}


def _annuity(rate: float, years: float, payment: float | None = None, present_value: float | None = None) -> Results:
    """Of a payment at the end of each of so many years its present_value; or of a present_value its payment."""
    from landplan.renewal.annuity import annuity_factor

    if (payment is None) == (present_value is None):
        raise UsageError("annuity_one_of_two", "annuity")
    factor = float(annuity_factor(rate, years))
    if payment is None:
        assert present_value is not None  # noqa: S101  (one of the two is given)
        return {"factor": factor, "payment": present_value / factor if factor else float("nan"), "present_value": present_value}
    return {"factor": factor, "payment": payment, "present_value": payment * factor}


MONEY_FRONTS: dict[str, Callable[..., Mapping[str, Any]]] = {"xnpv": _xnpv, "xirr": _xirr, "annuity": _annuity}
