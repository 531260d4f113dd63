"""The weights of a scheme as scoring takes them: with groups, the share within a group times the group's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from landplan.core.errors import MethodError
from landplan.core.scheme import LandUseModel, Scheme
from landplan.core.weight_tree import GlobalWeights, chain, global_weights


def model_weights(scheme: Scheme, model: LandUseModel | None = None) -> GlobalWeights:
    """What each scored criterion weighs in a model, or by the common weights: 0 everywhere where nothing has any.

    Without groups: its weight, on the scheme's own scale. With groups: its share of the whole (see `global_weights`), a model's
    `weights` going before the criteria's and its `group_weights` before the groups'. A criterion that is switched off leaves its
    share to those beside it in its group.
    """
    own, own_groups = (model.weights, model.group_weights) if model is not None else ({}, {})
    weights = {one.id: own.get(one.id, one.weight) for one in scheme.scored}
    if not scheme.groups:
        return GlobalWeights(weights)
    groups = {one.id: own_groups.get(one.id, one.weight) for one in scheme.groups}
    try:
        return global_weights(weights, {one.id: one.group for one in scheme.scored}, groups, _parents(scheme))
    except MethodError as error:
        if error.id != "weights_not_positive":
            raise
        return GlobalWeights(dict.fromkeys(weights, 0.0))


def group_chains(scheme: Scheme) -> dict[str, tuple[str, ...]]:
    """Criterion, or group → the declared groups it stands in, the nearest first; nothing where the scheme declares none.

    MethodError for an unknown group and one that stands in itself.
    """
    if not scheme.groups:
        return {}
    parents = _parents(scheme)
    above = {one.id: one.group for one in scheme.criteria} | parents
    return {id: chain(group, parents, parents) for id, group in above.items()}


def group_shares(scheme: Scheme, weights: Mapping[str, float]) -> dict[str, float]:
    """The part of the whole each declared group has, from what its criteria have: weights of criteria → the sum below it."""
    shares = dict.fromkeys((one.id for one in scheme.groups), 0.0)
    chains = group_chains(scheme)
    for id, weight in weights.items():
        for group in chains.get(id, ()):
            shares[group] += weight
    return shares


def group_parts(scheme: Scheme, weights: Mapping[str, float]) -> dict[str, tuple[str, float, float]]:
    """Criterion → the group it stands in, its part of that group, the group's part of the whole, 0…1: their product is its share.

    Nothing for criteria that stand in no declared group, or in one that does not count.
    """
    total = sum(weights.values())
    shares = group_shares(scheme, weights)
    nearest = {id: above[0] for id, above in group_chains(scheme).items() if above and id in weights}
    return {id: (of, weights[id] / shares[of], shares[of] / total) for id, of in nearest.items() if shares[of] > 0}


def groups_in_order(scheme: Scheme, parent: str = "", depth: int = 0) -> Iterator[tuple[str, int]]:
    """The declared groups and how deep they stand, each followed by those that stand in it."""
    for one in scheme.groups:
        if one.parent == parent:
            yield one.id, depth
            yield from groups_in_order(scheme, one.id, depth + 1)


def _parents(scheme: Scheme) -> dict[str, str]:
    return {one.id: one.parent for one in scheme.groups}
