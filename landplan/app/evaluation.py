"""One front for array methods: `evaluate("topsis", matrix=…, weights=…, types=…)` gives named results.

Keys are those of the worked examples in resources/worked_examples.json, so a published example is a call.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from landplan.app.money_fronts import MONEY_FRONTS
from landplan.app.portfolio_front import portfolio
from landplan.app.robustness_fronts import FRONTS
from landplan.app.scoring_fronts import scoring_front
from landplan.core.errors import Issue, LandplanError, MethodError, UsageError, suggestion
from landplan.core.registry import scorings, weightings

Results = dict[str, Any]
_LABELS = ("alternatives", "criteria")
"""Names of rows and columns: allowed with every method, of no effect on numbers."""


def evaluate(id: str, **inputs: Any) -> Results:
    """The named results of a method on plain arrays; lists in, lists and numbers out (NaN where there is no number).

    Every registered scoring and weighting, and: piecewise_linear, largest_remainder, npv, irr, xnpv, xirr, annuity,
    portfolio, cgcs2000, gcj02, bd09, random_index, best_worst_index, smaa2, weight_stability, rank_reversal, method_swap.
    UsageError on an unknown id or key names the nearest one; MethodError for inputs that a method cannot take.
    """
    run = _method(id)
    wanted = inspect.signature(run).parameters
    known = [*wanted, *_LABELS]
    for key in inputs:
        if key not in known:
            raise UsageError("unknown_key", id, key=key, nearest=suggestion(key, known))
    needed = {name for name, one in wanted.items() if one.default is inspect.Parameter.empty}
    for key in sorted(needed - inputs.keys()):
        raise UsageError("missing_key", id, key=key)
    try:
        found = run(**{key: value for key, value in inputs.items() if key in wanted or key not in _LABELS})
    except LandplanError:
        raise
    except (TypeError, ValueError, LookupError, ArithmeticError) as error:  # what numpy says of words, ragged rows, odd shapes
        raise MethodError("evaluate_inputs", id, reason=" ".join(str(error).split())[:200]) from error
    return {key: _listed(value) for key, value in found.items()}


def _listed(value: Any) -> Any:
    """Arrays as lists, issues as their sentences."""
    if isinstance(value, tuple) and all(isinstance(one, Issue) for one in value):
        return [issue.text() for issue in value]
    return value.tolist() if hasattr(value, "tolist") else value


def evaluated() -> tuple[str, ...]:
    """The ids `evaluate` knows, sorted."""
    return tuple(sorted({*_FRONTS, *scorings.all(), *weightings.all()}))


def _method(id: str) -> Callable[..., Mapping[str, Any]]:
    if id in _FRONTS:
        return _FRONTS[id]
    if id in scorings:
        return scoring_front(id)
    if id in weightings:
        return weightings[id].run
    raise UsageError("unknown_method", "evaluate", name=id, nearest=suggestion(id, evaluated()))


def _piecewise_linear(cutoffs: Sequence[float], values: Sequence[float], x: Sequence[float]) -> Results:
    from landplan.value_functions.piecewise import piecewise

    found = {beyond: piecewise(x, x=list(cutoffs), y=list(values), beyond=beyond) for beyond in ("clip", "extrapolate")}
    return {**found}


def _ahp(
    matrix: Sequence[Sequence[float | None]] | None = None,
    items: Sequence[str] = (),
    criteria: Sequence[str] = (),
    upper_judgements: Sequence[tuple[str, str, float]] = (),
    missing: Sequence[Sequence[str]] = (),
    method: str = "eigenvector",
    random_index: str = "saaty",
) -> Results:
    """A matrix with null where nobody judged, or judgements [more, less, times] between named items, `missing` pairs left out.

    With names, completed tells what the gaps were filled with: a_over_b → number.
    """
    from landplan.core.pairwise import judgements_of
    from landplan.weighting.ahp import ahp

    if matrix is not None:
        return {**ahp(matrix, method=method, random_index=random_index)}
    absent = [set(pair) for pair in missing]
    told = [one for one in upper_judgements if {one[0], one[1]} not in absent]
    names = list(items or criteria or dict.fromkeys(name for one in upper_judgements for name in one[:2]))
    given = judgements_of(names, told)
    found = ahp(given, method=method, random_index=random_index)
    gaps = [(int(i), int(j)) for i, j in np.argwhere(np.triu(np.isnan(given), 1))]
    return {**found, "completed": {f"{names[i]}_over_{names[j]}": float(found["completed"][i, j]) for i, j in gaps}}


def _random_index() -> Results:
    from landplan.core.pairwise import RANDOM_INDEX

    return {table: {str(n): value for n, value in enumerate(known, 3)} for table, known in RANDOM_INDEX.items()}


def _best_worst_index(a_BW: Sequence[float]) -> Results:
    from landplan.weighting.best_worst import consistency_indices

    return {"CI": consistency_indices(a_BW)}


def _rank_order(ranks: Sequence[float]) -> Results:
    """All three kinds, for ranks of which the lowest is the most important; tied criteria share the mean of their weights."""
    from landplan.weighting.rank_order import rank_order

    _, group, counts = np.unique(np.asarray(ranks), return_inverse=True, return_counts=True)
    first = np.cumsum(counts) - counts
    kinds = {"ROC": "roc", "rank_sum": "rs", "rank_reciprocal": "rr"}
    falling = {name: rank_order(len(group), method=method)["weights"] for name, method in kinds.items()}
    return {name: (np.add.reduceat(weights, first) / counts)[group] for name, weights in falling.items()}


def _largest_remainder(plot_area_ha: Sequence[float], decimals: int = 2) -> Results:
    from landplan.core.kernels.sums import exact_sum, largest_remainder

    area_ha = np.asarray(plot_area_ha, np.float64)
    naive = np.round(area_ha, decimals).astype(np.float64)
    return {
        "control_total": round(exact_sum(area_ha), decimals),
        "adjusted": largest_remainder(area_ha, decimals),
        "naive_rounding": naive,
        "naive_sum": round(exact_sum(naive), decimals),
    }


def _npv(rate: float, flows: Sequence[float], first_year: int = 1) -> Results:
    """first_year 1: the first flow is a year away, as in a spreadsheet; 0: it is now, as in a plan's base year."""
    from landplan.renewal.finance import npv

    return {"npv": float(npv(flows, rate, first_year=first_year)), "first_year": first_year}


def _irr(flows: Sequence[float]) -> Results:
    from landplan.renewal.irr import irr, irr_roots

    rate, count = irr(np.asarray([flows], np.float64))
    return {"irr": float(rate[0]), "irr_roots": irr_roots(flows), "count": int(count[0])}


def _cgcs2000(lon: float, lat: float) -> Results:
    """x east and y north in metres, in the zone of 3° about 120° E without and with its number; degrees."""
    from landplan.core.crs import reprojected

    if not (-180 <= lon <= 180 and -90 < lat < 90):
        raise MethodError("degrees_impossible", "cgcs2000", lon=lon, lat=lat)
    degrees = np.array([[lon, lat]], np.float64)
    return {code.replace(":", "_"): reprojected(degrees, "EPSG:4490", code, "cgcs2000")[0] for code in ("EPSG:4549", "EPSG:4528")}


def _gcj02(pairs: Sequence[Sequence[float]], datum: str = "wgs84") -> Results:
    """pairs (n, 2): latitude, longitude in `datum`, as public test vectors have them."""
    return _shifted(pairs, datum, "gcj02")


def _bd09(pairs: Sequence[Sequence[float]], datum: str = "wgs84") -> Results:
    """pairs (n, 2): latitude, longitude in `datum`."""
    return _shifted(pairs, datum, "bd09")


def _shifted(pairs: Sequence[Sequence[float]], datum: str, to: str) -> Results:
    """The pairs in the other system, and what they are once shifted back."""
    from landplan.core.china_offset import CONVERSIONS

    data = [name.removesuffix(f"_to_{to}") for name in CONVERSIONS if name.endswith(f"_to_{to}")]
    if datum not in data:
        raise UsageError("unknown_method", f"{to}: datum", name=datum, nearest=suggestion(datum, data))
    degrees = np.asarray(pairs, np.float64).reshape(-1, 2)[:, ::-1]
    beyond = ~(np.abs(degrees) <= (180.0, 90.0)).all(axis=1)
    if beyond.any():
        lon, lat = degrees[beyond][0].tolist()
        raise MethodError("degrees_impossible", to, lon=lon, lat=lat)
    found = CONVERSIONS[f"{datum}_to_{to}"](degrees)
    return {to: found[:, ::-1], datum: CONVERSIONS[f"{to}_to_{datum}"](found)[:, ::-1]}


_FRONTS: dict[str, Callable[..., Mapping[str, Any]]] = {
    "piecewise_linear": _piecewise_linear,
    "rank_order": _rank_order,
    "ahp": _ahp,
    "random_index": _random_index,
    "best_worst_index": _best_worst_index,
    "largest_remainder": _largest_remainder,
    "npv": _npv,
    "irr": _irr,
    "cgcs2000": _cgcs2000,
    "gcj02": _gcj02, "bd09": _bd09,
    "portfolio": portfolio,
    **MONEY_FRONTS,
    **FRONTS,
}
