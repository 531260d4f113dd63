"""PROMETHEE I and II: how much each plot is preferred to the others, and they to it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from landplan.core.errors import MethodError, suggestion
from landplan.core.kernels.outranking import preferred
from landplan.core.layers import Float
from landplan.core.normalisation import Decision, decision, worst_filled
from landplan.core.pairs import refuse_many
from landplan.core.ranking import DIGITS, ranks
from landplan.core.registry import Param, scorings
from landplan.core.scoring_params import Bend, Indifference, Preference, UnknownAsWorst, each_criterion

SHAPES = ("usual", "u_shape", "v_shape", "level", "linear", "v_shape_2", "gaussian")
_NEEDED = {"u_shape": "q", "v_shape": "p", "level": "qp", "linear": "qp", "gaussian": "s"}
_LARGE = 20_000


@scorings.add(
    "PROMETHEE I and II",
    zh="PROMETHEE I、II 偏好顺序",
    relative=True,
    source="Brans & Vincke (1985) Management Science 31(6):647-656",
)
def promethee(
    matrix: npt.ArrayLike,
    weights: npt.ArrayLike,
    types: npt.ArrayLike | None = None,
    ranked: bool = True,
    *,
    preference: Annotated[
        str | list[str],
        Param(
            "preference function, one for all or one each",
            zh="偏好函数，统一一个或各指标一个",
            choices=SHAPES,
            by_criterion="rows",
        ),
    ] = "usual",
    q: Indifference = None,
    p: Preference = None,
    s: Bend = None,
    outranking: Annotated[
        bool, Param("also list PROMETHEE I's relation of every pair", zh="同时列出 PROMETHEE I 的两两关系")
    ] = False,
    missing: UnknownAsWorst = "worst",
) -> dict[str, Any]:
    """Net flow φ = φ⁺ − φ⁻: mean over all other plots of the weighted preference Σ w P(d), of it to them and of them to it.

    P of a difference d > 0 in favour, else 0: usual 1 · u_shape 1 if d > q · v_shape d/p up to 1 · level ½ if d > q, 1 if
    d > p · linear (or v_shape_2) (d − q)/(p − q) from 0 to 1 · gaussian 1 − exp(−d²/2s²). Thresholds in the units of the
    columns (utilities in a scheme), one for all criteria or one each: a list, in a scheme a table by id. matrix (n, m) raw
    values, weights (m,) ≥ 0 of any sum, types (m,) +1 or −1 (default all +1). Results (n,): positive_flow, negative_flow,
    net_flow, scores (φ + 1)/2 in 0…1, ranks (if `ranked`; PROMETHEE II). `outranking`, up to 2,000 plots: (n, n) outranks
    (PROMETHEE I: no flow worse, one better), indifferent, incomparable. By sorting, equal to the
    comparison of all pairs; gaussian to 1e-12.
    missing: "worst" takes the worst known value of the column, "refuse" is a MethodError, as are thresholds that lack.
    Not where plots come and go: a third plot can reverse two. "usual" ignores by how much a plot is better.
    """
    given = decision(matrix, weights, types, missing=missing)
    values = worst_filled(given)
    m = len(given.types)
    shapes = [_shape(one, j) for j, one in enumerate(each_criterion(preference, m))]
    thresholds = (each_criterion(one, m) for one in (q, p, s))
    limits = [_limits(shape, *own) for shape, *own in zip(shapes, *thresholds, strict=True)]
    over, under = _flows(given, values, shapes, limits)
    net = over - under
    found = {"scores": (net + 1.0) / 2.0, "positive_flow": over, "negative_flow": under, "net_flow": net}
    if outranking:
        refuse_many(len(net), "promethee")
        found |= _relation(over, under)
    return {**found, "ranks": ranks(net)} if ranked else found


def _shape(name: str, j: int) -> str:
    if name not in SHAPES:
        raise MethodError("unknown_method", f"preference {j + 1}", name=name, nearest=suggestion(name, SHAPES))
    return "linear" if name == "v_shape_2" else name


def _limits(shape: str, q: float | None, p: float | None, s: float | None) -> tuple[float, float, float]:
    """The thresholds that a preference function needs, checked: 0 ≤ q ≤ p and s > 0."""
    given = {"q": q, "p": p, "s": s}
    for name in _NEEDED.get(shape, ""):
        if given[name] is None:
            raise MethodError("threshold_needed", shape=shape, name=name)
    low, high, bend = (0.0 if one is None else float(one) for one in given.values())
    needed = _NEEDED.get(shape, "")
    if low < 0 or high < 0 or (needed == "qp" and low > high) or (needed == "s" and not bend > 0):
        raise MethodError("thresholds_not_ordered", shape=shape)
    return low, high, bend


def _flows(given: Decision, values: Float, shapes: list[str], limits: list[tuple[float, float, float]]) -> tuple[Float, Float]:
    """φ⁺ and φ⁻ of each row: columns on two threads where there are many rows, added in their order."""
    n, used = len(values), np.flatnonzero(given.weights > 0)
    over, under = np.zeros(n), np.zeros(n)

    def column(j: int) -> tuple[Float, Float]:
        return preferred(values[:, j] * given.types[j], shapes[j], *limits[j])

    with ThreadPoolExecutor(2 if n >= _LARGE else 1) as pool:
        for low in range(0, len(used), 2):
            pair = used[low : low + 2].tolist()
            for j, (more, less) in zip(pair, pool.map(column, pair), strict=True):
                over += (given.weights[j] / max(n - 1, 1)) * more
                under += (given.weights[j] / max(n - 1, 1)) * less
    return over, under


def _relation(over: Float, under: Float) -> dict[str, Any]:
    """PROMETHEE I: of every pair, whether the row outranks the column, both are equal, or the flows disagree."""
    level = 10.0**-DIGITS
    more = over[:, None] - over[None, :]
    less = under[None, :] - under[:, None]
    as_good = (more >= -level) & (less >= -level)
    better = (more > level) | (less > level)
    indifferent = ~better & as_good
    outranks = as_good & better
    return {"outranks": outranks, "indifferent": indifferent, "incomparable": ~(outranks | outranks.T | indifferent)}
