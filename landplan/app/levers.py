"""The weights of a scheme that can be moved alone, and how far each moves the weights that count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landplan.core.layers import Float
from landplan.core.scheme import LandUseModel, Scheme
from landplan.core.scheme_weights import group_chains, group_shares, model_weights
from landplan.core.tables import ScoreTable

Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Levers:
    """l weights over k models and m criteria.

    weights (k, m): what the criteria weigh now, of any sum. ids, models, now (l,): whose weight, a criterion's or a group's, in
    which model ("" = the common one), and what it is. slopes (l, k, m): how the weights change as it grows by 1; with groups all
    weights of a model are then scaled up with the sum beside the one moved, which leaves scores as they are.
    """

    weights: Float
    ids: tuple[str, ...]
    models: tuple[str, ...]
    now: Float
    slopes: Float


def raw_weights(scores: ScoreTable, scheme: Scheme) -> Float:
    """(k, m) what the scored criteria weigh in each model, not normalised."""
    found = [model_weights(scheme, model).weights for model in scheme.models]
    rows = [[weights[id] for id in scores.criteria] for weights in found]
    return np.array(rows, np.float64).reshape(len(scheme.models), len(scores.criteria))


def own_weights(scores: ScoreTable, scheme: Scheme) -> Bool:
    """(k, m) where a model has its own weight of a criterion, or of a group it stands in."""
    chains = group_chains(scheme)
    rows = [
        [id in model.weights or any(group in model.group_weights for group in chains.get(id, ())) for id in scores.criteria]
        for model in scheme.models
    ]
    return np.array(rows, bool).reshape(len(scheme.models), len(scores.criteria))


def scheme_levers(scores: ScoreTable, scheme: Scheme) -> Levers:
    """The common weight of every scored criterion and group, and each weight that a model has of its own; without those that
    stand alone, or in a group that does not count."""
    trees, shape = [_tree(scores, scheme, model) for model in scheme.models], (len(scheme.models), len(scores.criteria))
    chains, places, found = group_chains(scheme), _places(scores, scheme), []
    lines = [(id, *chains.get(id, ()), "") for id in scores.criteria]
    below = {id: np.array([id in line for line in lines]) for id in (*places, "")}
    for name in ("", *(tree.model.id for tree in trees)):
        for id, above in places.items():
            moved = [
                k for k, tree in enumerate(trees) if (tree.model.id == name and id in tree.own if name else id not in tree.own)
            ]
            slope = np.zeros(shape)
            for k in moved:
                slope[k] = _slope(scheme, (id, above), (below[id], below[above]), trees[k])
            if slope.any():
                found.append((id, name, trees[moved[0]].weights[id], slope))
    ids, models, now, slopes = zip(*found, strict=True) if found else ((), (), (), ())
    counts = np.array([tree.counts for tree in trees]).reshape(shape)
    return Levers(counts, ids, models, np.array(now, np.float64), np.array(slopes).reshape(len(found), *shape))


@dataclass(frozen=True, eq=False)
class _Tree:
    """Of one model: weights of criteria and groups as they are set, and which are its own; counts (m,) what the criteria weigh in
    the end; members: of each group, and of "", what counts at all."""

    model: LandUseModel
    weights: Mapping[str, float]
    own: frozenset[str]
    counts: Float
    criteria: tuple[str, ...]
    members: Mapping[str, tuple[str, ...]]


def _tree(scores: ScoreTable, scheme: Scheme, model: LandUseModel) -> _Tree:
    own = {**model.weights, **model.group_weights}
    weights = {one.id: own.get(one.id, one.weight) for one in scheme.weighted}
    found = model_weights(scheme, model).weights
    live = {id for id, part in {**found, **group_shares(scheme, found)}.items() if part > 0}
    chains = group_chains(scheme)
    members: dict[str, tuple[str, ...]] = {}
    for id in live:
        above = (*chains.get(id, ()), "")[0]
        members[above] = (*members.get(above, ()), id)
    counts = np.array([found[id] for id in scores.criteria])
    return _Tree(model, weights, frozenset(own), counts, scores.criteria, members)


def _places(scores: ScoreTable, scheme: Scheme) -> dict[str, str]:
    """Criteria and groups → the group each stands in."""
    groups = {one.id: one.group if scheme.groups else "" for one in scheme.criteria}
    return {id: groups[id] for id in scores.criteria} | {one.id: one.parent for one in scheme.groups}


def _slope(scheme: Scheme, place: tuple[str, str], masks: tuple[Bool, Bool], tree: _Tree) -> Float:
    """(m,) how the weights of a model change as one of them grows by 1: what stands beside it stays, what is below it grows with
    it, what is outside its group grows with the sum of the group. place: it and its group; masks: the criteria below each."""
    (id, above), (below, inside) = place, masks
    if not scheme.groups:
        return below.astype(np.float64)
    level, weight = tree.members.get(above, ()), tree.weights[id]
    beside = sum(tree.weights[one] for one in level if one != id)
    if not beside > 0 or (weight > 0 and id not in level):
        return np.zeros(len(below))
    if weight > 0:
        return np.asarray(tree.counts * (~inside / (beside + weight) + below / weight))
    key = "weights" if id in tree.criteria else "group_weights"
    one = tree.model.model_copy(update={key: {**getattr(tree.model, key), id: 1.0}})
    raised = model_weights(scheme, one).weights
    grown = np.array([raised[id] for id in tree.criteria])
    return grown * (beside + 1.0) / beside - tree.counts if (grown != tree.counts).any() else np.zeros(len(below))
