"""Compiled loops of the price method; every array is as `prices.Choices` lays it out, limits in shares of their size.

A choice k belongs to group g when start[g] ≤ k < start[g+1]; its uses are row[first[k]:first[k+1]], use[…]. Each group
takes exactly one choice ("nothing" is a choice). Sums run in a fixed order: the same problem gives the same bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from landplan.core.kernels.compile import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_FAR = -30.0  # e^-30: a choice that much worse has no weight


@kernel
def priced(value: Floats, first: Ints, row: Ints, use: Floats, price: Floats, net: Floats) -> None:
    """net_k = value_k − Σ_r price_r use_rk: what a choice is worth after paying for what it uses."""
    for k in range(value.size):
        worth = value[k]
        for j in range(first[k], first[k + 1]):
            worth -= price[row[j]] * use[j]
        net[k] = worth


@kernel
def soft_maximum(
    start: Ints, first: Ints, row: Ints, use: Floats, net: Floats, width: float, share: Floats, activity: Floats
) -> tuple[float, float]:
    """(Σ_g max net, Σ_g width·log Σ exp(net/width)); fills each choice's share and the limits' activity under the shares."""
    best_sum, soft_sum = 0.0, 0.0
    for r in range(activity.size):
        activity[r] = 0.0
    for g in range(start.size - 1):
        best = net[start[g]]
        for k in range(start[g] + 1, start[g + 1]):
            best = max(best, net[k])
        total = 0.0
        for k in range(start[g], start[g + 1]):
            depth = (net[k] - best) / width
            share[k] = np.exp(depth) if depth > _FAR else 0.0
            total += share[k]
        best_sum += best
        soft_sum += best + width * np.log(total)
        for k in range(start[g], start[g + 1]):
            if share[k] > 0.0:
                share[k] /= total
                for j in range(first[k], first[k + 1]):
                    activity[row[j]] += share[k] * use[j]
    return best_sum, soft_sum


@kernel
def add_use(first: Ints, row: Ints, use: Floats, k: int, times: float, into: Floats) -> None:
    """into += times · uses of choice k."""
    for j in range(first[k], first[k + 1]):
        into[row[j]] += times * use[j]


@kernel
def weighted_square(weight: Floats, of: Floats) -> float:
    """Σ weight · of²."""
    total = 0.0
    for r in range(of.size):
        total += weight[r] * of[r] * of[r]
    return total


@kernel
def rounded(
    order: Ints, start: Ints, first: Ints, row: Ints, use: Floats, share: Floats, least: float, weight: Floats,
    pick: Ints,
) -> None:  # fmt: skip
    """One choice per group such that the plan's activity follows that of the shares: an error passes to the next group.

    Groups are walked in `order`; only choices with at least the share `least` (or the largest) are taken; weight_r says
    how much an error of limit r matters.
    """
    error = np.zeros(weight.size)
    for g in order:
        largest = start[g]
        for k in range(start[g], start[g + 1]):
            add_use(first, row, use, k, -share[k], error)
            if share[k] > share[largest]:
                largest = k
        chosen, smallest = largest, np.inf
        for k in range(start[g], start[g + 1]):
            if share[k] >= least or k == largest:
                add_use(first, row, use, k, 1.0, error)
                miss = weighted_square(weight, error)
                add_use(first, row, use, k, -1.0, error)
                if miss < smallest:
                    chosen, smallest = k, miss
        add_use(first, row, use, chosen, 1.0, error)
        pick[g] = chosen


@kernel
def missed(activity: Floats, lower: Floats, upper: Floats, penalty: Floats) -> tuple[float, float]:
    """(Σ share by which hard limits are missed, Σ penalties of soft limits missed)."""
    hard, soft = 0.0, 0.0
    for r in range(activity.size):
        breach = max(lower[r] - activity[r], activity[r] - upper[r])
        if breach > 1e-9:
            if penalty[r] == np.inf:
                hard += breach
            else:
                soft += penalty[r] * breach
    return hard, soft


@kernel
def changes(
    first: Ints, row: Ints, use: Floats, value: Floats, group: Ints, pick: Ints, moves: Ints, delta: Floats, gain: Floats
) -> None:
    """What each move (group of moves[i] takes choice moves[i]) changes: delta (i, r) of the activities, gain (i) of value."""
    for i in range(moves.size):
        for r in range(delta.shape[1]):
            delta[i, r] = 0.0
        k = moves[i]
        old = pick[group[k]]
        gain[i] = value[k] - value[old]
        for j in range(first[k], first[k + 1]):
            delta[i, row[j]] += use[j]
        for j in range(first[old], first[old + 1]):
            delta[i, row[j]] -= use[j]


@kernel
def cheapest_repair(
    delta: Floats, loss: Floats, activity: Floats, lower: Floats, upper: Floats, penalty: Floats
) -> int:
    """The move that mends most of the hard limits per net worth lost; −1 when no move mends anything."""
    now, _soft = missed(activity, lower, upper, penalty)
    best, chosen = np.inf, -1
    trial = np.zeros(activity.size)
    for i in range(loss.size):
        for r in range(activity.size):
            trial[r] = activity[r] + delta[i, r]
        then, _soft = missed(trial, lower, upper, penalty)
        if then < now - 1e-12:
            ratio = max(loss[i], 1e-12) / (now - then)
            if ratio < best:
                best, chosen = ratio, i
    return chosen


@kernel
def penalty_after(activity: Floats, change: Floats, lower: Floats, upper: Floats, penalty: Floats) -> float:
    """Σ penalties of soft limits missed at activity + change; inf where a hard limit would be missed."""
    lost = 0.0
    for r in range(activity.size):
        level = activity[r] + change[r]
        breach = max(lower[r] - level, level - upper[r])
        if breach > 1e-9:
            lost += penalty[r] * breach
            if lost == np.inf:
                break
    return lost


@kernel
def best_exchange(
    delta: Floats, gain: Floats, loss: Floats, owner: Ints, room: float, activity: Floats, lower: Floats, upper: Floats,
    penalty: Floats,
) -> tuple[int, int]:  # fmt: skip
    """The one or two moves (second −1 = alone) that raise the objective most and keep every hard limit; (−1, −1) = none.

    owner: group of each move; loss: net worth each move gives up, ascending; room: what the plan leaves unused of its
    limits, at their prices. No exchange can gain more than room less its losses, so most pairs need no look.
    """
    _hard, paid = missed(activity, lower, upper, penalty)
    best, a, b = 1e-9, -1, -1
    one = np.zeros(activity.size)
    for i in range(gain.size):
        if room - 2.0 * loss[i] <= best:
            break
        alone = gain[i] + paid - penalty_after(activity, delta[i], lower, upper, penalty)
        if alone > best:
            best, a, b = alone, i, -1
        for r in range(activity.size):
            one[r] = activity[r] + delta[i, r]
        for j in range(i + 1, gain.size):
            if room - loss[i] - loss[j] <= best:
                break
            if owner[i] != owner[j] and gain[i] + gain[j] + paid > best:
                both = gain[i] + gain[j] + paid - penalty_after(one, delta[j], lower, upper, penalty)
                if both > best:
                    best, a, b = both, i, j
    return a, b
