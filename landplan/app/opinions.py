"""What the experts of a committee said each, as weights that are drawn between them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from landplan.core.errors import UsageError
from landplan.core.layers import Float
from landplan.core.scheme import LandUseModel, Scheme
from landplan.core.tables import ScoreTable
from landplan.core.weight_samples import free_weights
from landplan.core.weight_tree import TOP


def drawn_opinions(scores: ScoreTable, scheme: Scheme, draws: int, seed: int) -> Float:
    """(draws, k, m) weights of each model between what the experts said (`[[experts]]`), of any sum.

    A draw gives each expert a part p of the say, uniform on all parts that sum to 1 (the Bayesian bootstrap of Rubin 1981), the
    same part on every level that the expert spoke of; the weights of that level are Σ p w and share what its members have
    together in the scheme. What nobody spoke of, and a model's own weights, stay. UsageError where the scheme has no experts.
    """
    if not scheme.experts:
        raise UsageError("robust_no_experts", scheme.id)
    said = _said(scheme, draws, seed)
    out = [_model_weights(scheme, model, said, draws) for model in scheme.models]
    rows = [[weights[id] for id in scores.criteria] for weights in out]
    return np.array(rows, np.float64).reshape(len(scheme.models), len(scores.criteria), draws).transpose(2, 0, 1)


def _said(scheme: Scheme, draws: int, seed: int) -> dict[str, Float]:
    """Criterion or group → (draws,) its weight on the scheme's own scale, for those the experts spoke of."""
    names = list(dict.fromkeys(one.by for one in scheme.experts))
    say = free_weights(len(names), draws, seed)
    now = {one.id: one.weight for one in scheme.weighted}
    found: dict[str, Float] = {}
    for group in dict.fromkeys(one.group for one in scheme.experts):
        opinions = [one for one in scheme.experts if one.group == group]
        ids = list(dict.fromkeys(id for one in opinions for id in one.weights))
        parts = say[:, [names.index(one.by) for one in opinions]]
        parts = parts / parts.sum(axis=1, keepdims=True)
        together = sum(now[id] for id in ids) or 1.0
        for id in ids:
            shares = np.array([one.weights.get(id, 0.0) / sum(one.weights.values()) for one in opinions])
            found[id] = together * (parts * shares).sum(axis=1)
    return found


def _model_weights(scheme: Scheme, model: LandUseModel, said: Mapping[str, Float], draws: int) -> dict[str, Float]:
    """Scored criterion → (draws,) its share of the whole: as `core.scheme_weights.model_weights`, in every draw."""
    own = {**model.weights, **model.group_weights}
    parents = {one.id: one.group if scheme.groups else TOP for one in scheme.scored}
    parents |= {one.id: one.parent for one in scheme.groups}
    weights = {one.id: one.weight for one in scheme.weighted if one.id in parents}
    level = {
        id: np.full(draws, own[id]) if id in own else said.get(id, np.full(draws, weight)) for id, weight in weights.items()
    }
    members: dict[str, list[str]] = {}
    for id, above in parents.items():
        members.setdefault(above, []).append(id)
    groups = {one.id for one in scheme.groups}

    def live(id: str) -> Float:
        """Its weight, 0 for a group in which nothing has any."""
        if id not in groups:
            return level[id]
        inside = sum((live(one) for one in members.get(id, ())), np.zeros(draws))
        return np.where(inside > 0, level[id], 0.0)

    shares = {TOP: np.ones(draws)}

    def share_out(above: str) -> None:
        parts = {id: live(id) for id in members.get(above, ())}
        total = sum(parts.values(), np.zeros(draws))
        for id, part in parts.items():
            shares[id] = shares[above] * np.divide(part, total, out=np.zeros(draws), where=total > 0)
            if id in groups:
                share_out(id)

    share_out(TOP)
    return shares
