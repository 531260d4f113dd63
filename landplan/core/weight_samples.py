"""Weights drawn at random from what is known of them: nothing, their order, bounds, or what each expert said.

Every sample is (draws, m), its rows ≥ 0 and summing to 1; the same seed gives the same rows, however many are drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from landplan.core.errors import MethodError, suggestion
from landplan.core.kernels.drawn_scores import uniforms
from landplan.core.layers import Float

_BLOCK = 4096
_TRIED = 1 << 22
"""Attempts, at least, before bounds count as too tight to draw from."""
_ROUNDING = 1e-12
_WORDED = {"uniform on the simplex": "free"}
"""Sets as papers word them."""


def weight_samples(
    weights: str | npt.ArrayLike,
    m: int,
    draws: int,
    seed: int,
    *,
    order: npt.ArrayLike | None = None,
    low: npt.ArrayLike | None = None,
    high: npt.ArrayLike | None = None,
    experts: npt.ArrayLike | None = None,
) -> Float:
    """(draws, m) weights of a set by its name, or (m,) fixed or (draws, m) given ones, each scaled to sum 1.

    Sets and what they need: free; ordinal, `order`; intervals, `low` and `high`; experts, `experts`. MethodError that names
    the nearest set, or what is lacking; for numbers of weights other than m; for given weights below 0 or all 0.
    """
    if draws < 1:
        raise MethodError("draws_none", draws=draws)
    if isinstance(weights, str):
        drawn = _of_set(_WORDED.get(weights, weights), m, draws, seed, order, low, high, experts)
    else:
        given = np.atleast_2d(np.asarray(weights, np.float64))
        if given.ndim != 2 or not (given >= 0).all() or not ((total := given.sum(axis=1, keepdims=True)) > 0).all():
            raise MethodError("weights_not_positive")
        drawn = given / total if np.ndim(weights) > 1 else np.tile(given / total, (draws, 1))
    if drawn.shape[1] != m:
        raise MethodError("matrix_columns_differ", columns=m, weights=drawn.shape[1], types=m)
    return np.ascontiguousarray(drawn)


def free_weights(m: int, draws: int, seed: int) -> Float:
    """Uniform on all weights that sum to 1: nothing is known of them (Dirichlet(1, …, 1), from exponentials)."""
    return _shares(uniforms(seed, draws, m))


def ordinal_weights(order: npt.ArrayLike, draws: int, seed: int) -> Float:
    """Uniform on the weights in a given order: order (m,) 1 = most important; equal numbers are not ordered among themselves.

    Free weights, the largest handed to the most important. MethodError unless order are m finite numbers.
    """
    rank = np.asarray(order, np.float64)
    if rank.ndim != 1 or not rank.size or not np.isfinite(rank).all():
        raise MethodError("weights_order_wrong", order=np.asarray(order).tolist())
    return handed_out(free_weights(len(rank), draws, seed), rank)


def handed_out(drawn: Float, order: Float) -> Float:
    """The drawn weights (draws, m), of each draw the largest to the lowest `order` (m,); equal orders keep the drawn order."""
    falling, out, given = -np.sort(-drawn, axis=1), np.empty_like(drawn), 0
    for level in np.unique(order):
        tied = np.flatnonzero(order == level)
        among = np.argsort(np.argsort(-drawn[:, tied], axis=1, kind="stable"), axis=1, kind="stable")
        out[:, tied] = np.take_along_axis(falling[:, given : given + len(tied)], among, axis=1)
        given += len(tied)
    return out


def interval_weights(low: npt.ArrayLike, high: npt.ArrayLike, draws: int, seed: int) -> Float:
    """Uniform on the weights that sum to 1 within low ≤ w ≤ high (m,), shares of 1.

    Attempts that leave the bounds are thrown away; of three ways to make attempts the one that loses fewest is taken.
    MethodError where no weights fit, or so few that they are met in less than one attempt of a thousand.
    """
    least, most = np.asarray(low, np.float64), np.asarray(high, np.float64)
    if least.ndim != 1 or least.shape != most.shape or not ((least >= 0) & (least <= most)).all():
        raise MethodError("weights_interval_empty", low=least.tolist(), high=most.tolist())
    spare, short = float(most.sum()) - 1.0, 1.0 - float(least.sum())
    if min(spare, short) < -_ROUNDING:
        raise MethodError("weights_interval_empty", low=least.tolist(), high=most.tolist())
    if min(spare, short) <= _ROUNDING:  # a single point
        return np.tile(most if spare <= short else least, (draws, 1))
    first = uniforms(seed, _BLOCK, len(least))
    attempts = max(_attempts(least, most), key=lambda attempt: len(_within(attempt(first), least, most)))
    kept: list[Float] = []
    tried = found = 0
    while found < draws:
        if tried >= max(_TRIED, 1000 * draws):
            raise MethodError("weights_interval_narrow", low=least.tolist(), high=most.tolist())
        kept.append(_within(attempts(uniforms(seed, _BLOCK, len(least), first=tried)), least, most))
        tried, found = tried + _BLOCK, found + len(kept[-1])
    return np.concatenate(kept)[:draws]


def expert_weights(experts: npt.ArrayLike, draws: int, seed: int) -> Float:
    """Mixtures of what experts said: Σ p_e w_e with p uniform on all shares of 1 (the Bayesian bootstrap of Rubin 1981).

    experts (e, m) weights ≥ 0 of any sum. Draws lie between the experts, nearer to their mean the more of them agree.
    """
    said = np.asarray(experts, np.float64)
    if said.ndim != 2 or not said.size or not (said >= 0).all() or not (said.sum(axis=1) > 0).all():
        raise MethodError("weights_not_positive")
    said = said / said.sum(axis=1, keepdims=True)
    share = free_weights(len(said), draws, seed)
    out = np.zeros((draws, said.shape[1]))
    for e in range(len(said)):
        out += share[:, e, None] * said[e]
    return out


def _of_set(name: str, m: int, draws: int, seed: int, order: Any, low: Any, high: Any, experts: Any) -> Float:
    needs = {"free": (), "ordinal": (order,), "intervals": (low, high), "experts": (experts,)}
    if name not in needs:
        raise MethodError("value_not_offered", "smaa2", key="weights", value=name, choices=suggestion(name, needs))
    if any(one is None for one in needs[name]):
        raise MethodError("weights_set_needs", name=name)
    if name == "free":
        return free_weights(m, draws, seed)
    if name == "ordinal":
        return ordinal_weights(order, draws, seed)
    return interval_weights(low, high, draws, seed) if name == "intervals" else expert_weights(experts, draws, seed)


def _attempts(low: Float, high: Float) -> tuple[Callable[[Float], Float], ...]:
    """Ways to turn (b, m) uniform numbers into weights of sum 1, each with the same density wherever the bounds hold."""
    widest = int((high - low).argmax())

    def in_the_box(u: Float) -> Float:
        out = low + (high - low) * u
        out[:, widest] = 0.0
        out[:, widest] = 1.0 - out.sum(axis=1)
        return out

    return (
        in_the_box,
        lambda u: low + (1.0 - low.sum()) * _shares(u),
        lambda u: high - (high.sum() - 1.0) * _shares(u),
    )


def _shares(u: Float) -> Float:
    """Uniform numbers (b, m) as uniform shares of 1."""
    drawn = -np.log(u)
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))


def _within(weights: Float, low: Float, high: Float) -> Float:
    return weights[((weights >= low) & (weights <= high)).all(axis=1)]
