"""From prices to a plan: round the smoothed plan parcel by parcel, mend what is missed, then exchange one or two parcels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from landplan.portfolio.kernels import best_exchange, changes, cheapest_repair, missed, rounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from landplan.portfolio.prices import Choices, Priced

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_REPAIR_MOVES = (1500, 20000)
_EXCHANGE_MOVES = 600  # after every walk
_LAST_MOVES = 3000  # of the best plan, at the end
_ROUNDS = 200
_STARTS = 12
_LEAST_SHARE = 0.01


def filled(
    choices: Choices, priced: Priced, enough: float = np.inf, watch: Callable[[], None] = lambda: None
) -> Ints | None:
    """A plan that keeps every hard limit: the choice of each group, (g,); None when none was found (there may be one).

    The smoothed plan is rounded walking the groups in several orders; ends at the first plan worth `enough`.
    `watch` is called between walks and may raise.
    """
    best, worth = None, -np.inf
    for order in _walks(choices.start.size - 1):
        watch()
        pick = _rounded(choices, priced, order)
        if any(_mended(choices, priced, pick, most) for most in _REPAIR_MOVES):
            _exchanged(choices, priced, pick, _EXCHANGE_MOVES)
            if (objective := objective_of(choices, pick)) > worth:
                best, worth = pick, objective
        if worth >= enough:
            return best
    if best is not None:
        watch()
        _exchanged(choices, priced, best, _LAST_MOVES)
    return best


def _walks(groups: int) -> Iterator[Ints]:
    """Orders to walk the groups in: forwards, backwards, then jumping by ever other strides."""
    forwards = np.arange(groups)
    yield forwards
    yield forwards[::-1].copy()
    for n in range(2, _STARTS):
        yield np.argsort((forwards * (0.6180339887498949 * n)) % 1.0, kind="stable")


def _rounded(choices: Choices, priced: Priced, order: Ints) -> Ints:
    pick = np.zeros(choices.start.size - 1, np.int64)
    weight = (priced.prices * choices.scale) ** 2
    weight = 1e-6 + weight / max(weight.max(initial=0.0), 1e-300)
    rounded(order, choices.start, choices.first, choices.row, choices.use, priced.share, _LEAST_SHARE, weight, pick)
    return pick


def activity_of(choices: Choices, pick: Ints) -> Floats:
    """Activities of the plan, in shares of each limit's scale."""
    taken = np.zeros(choices.value.size, bool)
    taken[pick] = True
    entry = np.repeat(taken, np.diff(choices.first))
    used = np.bincount(choices.row[entry], weights=choices.use[entry], minlength=choices.lower.size)
    return np.asarray(used, dtype=np.float64)


def objective_of(choices: Choices, pick: Ints) -> float:
    """Value of the plan less the penalties of soft limits missed."""
    _hard, soft = missed(activity_of(choices, pick), choices.lower, choices.upper, choices.penalty)
    return float(choices.value[pick].sum() - soft)


def _mended(choices: Choices, priced: Priced, pick: Ints, most: int) -> bool:
    """Change `pick` until no hard limit is missed, the cheapest move first; False when that is not possible."""
    moves = _least_loss(priced.loss, most)
    delta, gain = np.zeros((moves.size, choices.lower.size)), np.zeros(moves.size)
    for _ in range(_ROUNDS):
        activity = activity_of(choices, pick)
        if missed(activity, choices.lower, choices.upper, choices.penalty)[0] <= 0:
            return True
        changes(choices.first, choices.row, choices.use, choices.value, choices.group, pick, moves, delta, gain)
        loss = priced.net[pick[choices.group[moves]]] - priced.net[moves]
        best = cheapest_repair(delta, loss, activity, choices.lower, choices.upper, choices.penalty)
        if best < 0:
            return False
        pick[choices.group[moves[best]]] = moves[best]
    return False


def _exchanged(choices: Choices, priced: Priced, pick: Ints, most: int) -> None:
    """Change `pick` by the best exchange of one or two groups, again and again, until none raises the objective."""
    moves = _least_loss(priced.loss, most)
    delta, gain = np.zeros((moves.size, choices.lower.size)), np.zeros(moves.size)
    for _ in range(_ROUNDS):
        moves = moves[np.argsort(priced.loss[moves] - priced.loss[pick[choices.group[moves]]], kind="stable")]
        owner = choices.group[moves]
        loss = priced.loss[moves] - priced.loss[pick[owner]]
        changes(choices.first, choices.row, choices.use, choices.value, choices.group, pick, moves, delta, gain)
        room = priced.bound - objective_of(choices, pick) - float(priced.loss[pick].sum())
        activity = activity_of(choices, pick)
        a, b = best_exchange(delta, gain, loss, owner, room, activity, choices.lower, choices.upper, choices.penalty)
        if a < 0:
            return
        for move in (a, b):
            if move >= 0:
                pick[owner[move]] = moves[move]


def _least_loss(loss: Floats, most: int) -> Ints:
    """The choices with the least loss, best first, ties by position."""
    if loss.size > most:
        edge = np.partition(loss, most - 1)[most - 1]
        near = np.flatnonzero(loss <= edge)
    else:
        near = np.arange(loss.size)
    return np.asarray(near[np.argsort(loss[near], kind="stable")][:most])
