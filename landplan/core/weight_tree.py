"""Weights of groups times weights within a group: one weight a criterion, on one footing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import takewhile

from landplan.core.errors import MethodError, suggestion

TOP = ""
"""The group of what stands in no group."""
_NESTED: Mapping[str, str] = {}


@dataclass(frozen=True)
class GlobalWeights:
    """weights: criterion → its share of the whole, sum 1. empty: groups of weight above 0 below which no criterion has any."""

    weights: Mapping[str, float]
    empty: tuple[str, ...] = ()


def global_weights(
    criteria: Mapping[str, float],
    group_of: Mapping[str, str],
    groups: Mapping[str, float],
    parent_of: Mapping[str, str] = _NESTED,
) -> GlobalWeights:
    """The share of each criterion: its part of its group, times the group's part of the group above it, up to the top.

    w = Π (own weight / Σ weights of those beside it). criteria, groups: id → weight ≥ 0 of any scale; group_of: criterion →
    group, absent or "" = at the top, beside the groups; parent_of: group → the group it stands in. A group in which no
    criterion has a weight takes no part, what it would have had goes to those beside it, and it is listed in `empty`.
    MethodError for a negative or infinite weight, an unknown group, groups that contain themselves, and nothing above 0.
    Source: Saaty (1980), principle of hierarchic composition.
    """
    for weight in (*criteria.values(), *groups.values()):
        if not 0 <= weight < float("inf"):
            raise MethodError("weights_not_positive", "groups")
    chains = {id: chain(group_of.get(id, TOP), groups, parent_of) for id in criteria}
    live = _live(criteria, groups, chains)
    totals: dict[str, float] = {}
    beside = [(group_of.get(id, TOP), weight) for id, weight in criteria.items()]
    for above, weight in (*beside, *((parent_of.get(id, TOP), groups[id]) for id in live)):
        totals[above] = totals.get(above, 0.0) + weight
    if not totals.get(TOP, 0.0) > 0:
        raise MethodError("weights_not_positive", "groups")
    weights = {}
    for id, weight in criteria.items():
        share = weight / totals[group_of.get(id, TOP)] if weight > 0 else 0.0
        for group in chains[id]:
            share *= groups[group] / totals[parent_of.get(group, TOP)] if group in live else 0.0
        weights[id] = share
    return GlobalWeights(weights, tuple(group for group, weight in groups.items() if weight > 0 and group not in live))


def _live(criteria: Mapping[str, float], groups: Mapping[str, float], chains: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The groups of weight above 0 with a criterion of weight above 0 below them, in the order of `groups`."""
    found = {
        group for id, weight in criteria.items() if weight > 0 for group in takewhile(lambda group: groups[group] > 0, chains[id])
    }
    return [group for group in groups if group in found]


def chain(group: str, groups: Collection[str], parent_of: Mapping[str, str]) -> tuple[str, ...]:
    """The group and those above it, the nearest first; MethodError for an unknown one, and one that stands in itself."""
    above: list[str] = []
    while group != TOP:
        if group not in groups:
            raise MethodError("unknown_group", "groups", name=group, nearest=suggestion(group, groups))
        if group in above:
            raise MethodError("group_in_itself", "groups", name=group)
        above.append(group)
        group = parent_of.get(group, TOP)
    return tuple(above)
