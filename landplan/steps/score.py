"""Scores and ranks of every parcel for every land-use model, what may not be done and why, and the recommended model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from landplan.core.environment import Environment, parcel_environment
from landplan.core.errors import Issue, SchemeError, suggestion
from landplan.core.expression import parse
from landplan.core.kernels.row_scores import known_sums
from landplan.core.layers import Float, LayerSet, Text
from landplan.core.measuring import completed
from landplan.core.pack_rules import pack_verdicts
from landplan.core.policy import PolicyPack
from landplan.core.progress import Progress, silent
from landplan.core.ranking import DIGITS, ranks
from landplan.core.registry import Method
from landplan.core.rules import Bool, Condition, Reasons, Verdict, verdicts
from landplan.core.scheme import LandUseModel, Scheme
from landplan.core.scheme_weights import model_weights
from landplan.core.tables import ALLOWED, RESTRICTED, UNKNOWN, CriteriaTable, Int8, Int32, ScoreTable, ZoneShares
from landplan.core.zones import absent_sets, lacking_share
from landplan.steps.methods import for_criteria, scoring_method
from landplan.steps.utility import Utilities, utilities

ZONE_RULE = "outside_zones"
"""Id of the reason that a parcel lies outside a model's zones."""


def score(
    layers: LayerSet, zones: ZoneShares, criteria: CriteriaTable, scheme: Scheme, progress: Progress = silent
) -> ScoreTable:
    """Utilities from the value functions, combined per model with its own weights by the scheme's scoring method.

    A criterion that no parcel knows drops out of the weights, which then sum to 1 again (an Issue says so); where a single
    parcel does not know one, its score comes from the known weight, with low and high. Rules and a model's exclusions and
    zones give each parcel a status; the recommended model is the best allowed one, ties to the scheme's order.
    """
    return weighed(basis(layers, zones, criteria, scheme, progress), scheme, progress)


@dataclass(frozen=True, eq=False)
class Basis:
    """What scores rest on and no weight changes: utilities, and for every parcel and model whether it may be, and why not."""

    ids: Text
    known: Utilities
    status: Int8
    reasons: Reasons
    issues: tuple[Issue, ...]


@dataclass(frozen=True, eq=False)
class Standing:
    """What rules, exclusions and zones say of every parcel and model; no weight and no value function changes it."""

    status: Int8
    reasons: Reasons
    issues: tuple[Issue, ...]


def basis(layers: LayerSet, zones: ZoneShares, criteria: CriteriaTable, scheme: Scheme, progress: Progress = silent) -> Basis:
    """The first half of `score`: value functions, rules, exclusions and zones."""
    progress(0.0, "progress_score", model="")
    return based(standing(layers, zones, criteria, scheme), criteria, scheme)


def standing(
    layers: LayerSet, zones: ZoneShares, criteria: CriteriaTable, scheme: Scheme, packs: Sequence[PolicyPack] = ()
) -> Standing:
    """Status and reasons of every parcel and model by rules, exclusions, zones and policy packs."""
    environment = parcel_environment(layers.parcels, zones, scheme.constants).with_criteria(criteria.columns, criteria.skipped)
    status, reasons, issues = _eligibility(environment, zones, layers.parcels.area_m2, scheme, packs)
    absent = absent_sets({model.id: model.zones.set for model in scheme.models if model.zones}, zones)
    return Standing(status, reasons, (*absent, *issues))


def based(stand: Standing, criteria: CriteriaTable, scheme: Scheme, before: Utilities | None = None) -> Basis:
    """A basis on a known standing; of utilities made `before`, those that still hold are taken over."""
    known = utilities(criteria, scheme, before)
    return Basis(criteria.ids, known, stand.status, stand.reasons, (*known.issues, *stand.issues))


def weighed(base: Basis, scheme: Scheme, progress: Progress = silent, scorer: Scorer | None = None) -> ScoreTable:
    """The second half of `score`: the basis under the weights of the scheme. scorer: how a part of all parcels is scored."""
    scheme = for_criteria(scheme, base.known.criteria)
    method = scoring_method(scheme)
    known, status = base.known, base.status
    weights, dropped = weights_of(known, scheme)
    shape = status.shape
    scores, low, high, share = (np.empty(shape, order="F") for _ in range(4))
    rank = np.zeros(shape, np.int32, order="F")
    for k, model in enumerate(scheme.models):
        progress((k + 1) / (len(scheme.models) + 1), "progress_score", model=model.id)
        given = (known.values, weights[k], status[:, k] != RESTRICTED)
        found = model_scores(method, *given, scheme) if scorer is None else scorer(k, *given)
        scores[:, k], low[:, k], high[:, k], share[:, k] = found.score, found.low, found.high, found.known
        rank[:, k] = ranks(np.where(status[:, k] == ALLOWED, found.score, np.nan))
    best, second, margin = _recommended(scores, status, share, scheme.known_weight_min)
    said = (*base.issues, *dropped, *_unknown_said(method, known.values, status, share, scheme), *_tied_said(margin))
    return ScoreTable(
        base.ids,
        known.criteria,
        tuple(model.id for model in scheme.models),
        known.values,
        weights,
        scores,
        low,
        high,
        share,
        status,
        rank,
        best,
        second,
        margin,
        base.reasons,
        method.id,
        method.additive and not method.relative_with(scheme.scoring.params),
        said,
    )


def weighed_column(base: Basis, scheme: Scheme, model: str) -> Float:
    """(n,) the score of one model alone, as `weighed` gives it, NaN where restricted: what is shown while a weight is dragged."""
    scheme = for_criteria(scheme, base.known.criteria)
    method = scoring_method(scheme)
    k = next(place for place, one in enumerate(scheme.models) if one.id == model)
    weights, _dropped = weights_of(base.known, scheme)
    return model_scores(method, base.known.values, weights[k], base.status[:, k] != RESTRICTED, scheme, ranged=False).score


@dataclass(frozen=True, eq=False)
class Scores:
    """(n,) one model's score, low and high (NaN where restricted; the score thrice where no range was asked for), and the
    known share of its weight."""

    score: Float
    low: Float
    high: Float
    known: Float


Scorer = Callable[[int, Float, Float, Bool], Scores]
"""(position of the model, utilities, weights, candidates) → the scores of that model."""


def model_scores(
    method: Method[Any], utility: Float, weights: Float, candidates: Bool, scheme: Scheme, *, ranged: bool = True
) -> Scores:
    n = len(utility)
    if not weights.sum() > 0:
        nothing = np.full(n, np.nan)
        return Scores(nothing, nothing, nothing, np.zeros(n))
    params = scheme.scoring.params
    relative = method.relative_with(params)
    offered = {argument.name for argument in method.arguments}
    policy = {"missing": "known"} if not relative and "missing" in offered and "missing" not in params else {}

    def run(rows: Float) -> dict[str, Any]:
        return dict(method.run(rows, weights, None, ranked=False, **policy, **params))

    if relative:
        known = known_share(utility, weights)
        rows = candidates & (known > 0)
        block = rows_of(utility, rows)
        found = run(block) if len(block) else {"scores": np.zeros(0)}
    else:
        rows, block, found = candidates, utility, run(utility)
        known = found["known_weight"] if "known_weight" in found else known_share(utility, weights)
    ends = found["scores"], found["scores"]
    if ranged and (known[rows] < 1.0).any():
        ends = _range(run, found, block, relative)
    score, low, high = (placed(column, rows, relative) for column in (found["scores"], *ends))
    return Scores(score, low, np.maximum(score, high) if relative else high, known)


def rows_of(utility: Float, rows: Bool) -> Float:
    """The rows that take part, column by column in memory; the table itself where all do."""
    if rows.all():
        return utility
    out = np.empty((int(rows.sum()), utility.shape[1]), order="F")
    for j, column in enumerate(utility.T):
        out[:, j] = column[rows]
    return out


def placed(column: Float, rows: Bool, relative: bool) -> Float:
    """(n,) what was found in `rows`, NaN elsewhere; a relative method has seen no other rows."""
    if not relative:
        return np.where(rows, column, np.nan)
    out = np.full(len(rows), np.nan)
    out[rows] = column
    return out


def _range(run: Callable[[Float], dict[str, Any]], found: dict[str, Any], block: Float, relative: bool) -> tuple[Float, Float]:
    """Scores with every unknown utility at its worst and at its best: 0 and 1, or of relative methods those of the column."""
    if relative:
        return found["scores"], run(_best_filled(block))["scores"]
    if "scores_low" in found:
        return found["scores_low"], found["scores_high"]
    return run(np.nan_to_num(block, nan=0.0))["scores"], run(np.nan_to_num(block, nan=1.0))["scores"]


def known_share(utility: Float, weights: Float) -> Float:
    """(n,) the share of the weight that falls on known utilities."""
    known = known_sums(utility, weights)[1]
    known[known >= 1.0 - 1e-12] = 1.0
    return known


def _best_filled(utility: Float) -> Float:
    """Unknown utilities at the best of their column."""
    best = np.array([np.nanmax(column) if not np.isnan(column).all() else 0.0 for column in utility.T])
    return np.where(np.isnan(utility), best, utility)


def weights_of(known: Utilities, scheme: Scheme) -> tuple[Float, list[Issue]]:
    """(k, m) weights per model after its overrides, each row summing to 1, what dropped out, and groups without criteria.

    What dropped out leaves its weight to all others in proportion, whatever their group, as with a single parcel's unknown.
    """
    ids = {criterion.id for criterion in scheme.criteria}
    out = np.zeros((len(scheme.models), len(known.criteria)))
    issues: list[Issue] = []
    lost: dict[str, float] = {}
    empty: dict[str, list[str]] = {}
    for k, model in enumerate(scheme.models):
        for id in model.weights:
            if id not in ids:
                raise SchemeError("unknown_criterion", model.id, name=id, nearest=suggestion(id, ids))
        found = model_weights(scheme, model)
        total, row = sum(found.weights.values()), np.array([found.weights[id] for id in known.criteria])
        if not total > 0:
            raise SchemeError("model_without_weight", model.id)
        lost[model.id] = 1.0 - float(row.sum()) / total
        out[k] = row / row.sum() if row.sum() > 0 else row
        for group in found.empty:
            empty.setdefault(group, []).append(model.id)
    if known.dropped and lost:
        share = f"{100 * max(lost.values()):.0f}"
        facts = {"criteria": ", ".join(known.dropped), "n": len(known.dropped), "percent": share}
        issues.append(Issue("criteria_dropped", "parcels", values=facts))
    issues += (Issue("group_empty", "parcels", values={"group": id, "models": ", ".join(of)}) for id, of in empty.items())
    return out, issues


def _eligibility(
    environment: Environment, zones: ZoneShares, area_m2: Float, scheme: Scheme, packs: Sequence[PolicyPack]
) -> tuple[Int8, Reasons, list[Issue]]:
    """(n, k) status of every parcel and model, the reasons, and rules that could not be checked."""
    found, issues = verdicts(_conditions(scheme), environment)
    for model in scheme.models:
        found += _zone_verdict(model, zones, area_m2, environment, scheme)
    of_packs, said = pack_verdicts(packs, scheme, environment)
    found += of_packs
    issues += said
    status = np.zeros((environment.n, len(scheme.models)), np.int8, order="F")
    for k, model in enumerate(scheme.models):
        own = [verdict for verdict in found if verdict.condition.model in ("", model.id)]
        for verdict in own:
            status[verdict.held, k] = UNKNOWN
        for verdict in own:
            status[verdict.excluded, k] = RESTRICTED
    return status, Reasons(found), issues


def _conditions(scheme: Scheme) -> list[Condition]:
    """The scheme's rules, then each model's exclusions."""
    out = []
    for rule in scheme.rules:
        by, unit = (rule.by.expression, rule.by.unit) if rule.by else (None, "")
        out.append(Condition(rule.id, rule.exclude_if, by, unit, rule.unknown or scheme.unknown))
    for model in scheme.models:
        out += [Condition(own.id, own.condition, own.by, own.unit, scheme.unknown, model.id) for own in model.exclude]
    return out


def _zone_verdict(
    model: LandUseModel, zones: ZoneShares, area_m2: Float, environment: Environment, scheme: Scheme
) -> list[Verdict]:
    """Outside the model's zones: restricted, by the share that is lacking; unknown without geometry or without the set."""
    scope = model.zones
    if scope is None:
        return []
    condition = Condition(ZONE_RULE, f"zone_{scope.set} IS NULL", None, "share", scheme.unknown, model.id)
    lacking = lacking_share(scope, zones, area_m2)
    named_set = completed(parse(condition.text), environment, condition.where)
    return [Verdict(condition, lacking > 0, np.isnan(lacking), lacking, named_set)]


def _recommended(scores: Float, status: Int8, known: Float, known_min: float) -> tuple[Int32, Int32, Float]:
    """(n,) best and second-best allowed model (−1 = none), ties to the first, and the margin between them."""
    n = len(scores)
    best, second = np.full(n, -1, np.int32), np.full(n, -1, np.int32)
    first, next_ = np.full(n, -np.inf), np.full(n, -np.inf)
    for k in range(scores.shape[1]):
        eligible = (status[:, k] == ALLOWED) & (known[:, k] >= known_min - 1e-12)
        value = np.where(eligible & ~np.isnan(scores[:, k]), np.round(scores[:, k], DIGITS), -np.inf)
        wins = value > first
        follows = ~wins & (value > next_)
        next_ = np.where(wins, first, np.where(follows, value, next_))
        second = np.where(wins, best, np.where(follows, np.int32(k), second))
        first, best = np.where(wins, value, first), np.where(wins, np.int32(k), best)
    margin = np.subtract(first, next_, out=np.full(n, np.nan), where=second >= 0)
    return best, second, margin


def _tied_said(margin: Float) -> list[Issue]:
    """How many recommendations rest on the scheme's order of models alone, because two are level."""
    n = int((margin == 0.0).sum())
    return [Issue("recommended_tied", "parcels", "note", values={"n": n})] if n else []


def _unknown_said(method: Method[Any], utility: Float, status: Int8, known: Float, scheme: Scheme) -> list[Issue]:
    """What unknown values did to scores and recommendations."""
    issues = []
    as_worst = method.relative_with(scheme.scoring.params) and scheme.scoring.params.get("missing") != "known"
    if as_worst and np.isnan(utility).any():
        n = int(np.isnan(utility).any(axis=1).sum())
        issues.append(Issue("unknown_as_worst", "parcels", values={"method": method.id, "n": n}))
    allowed = status == ALLOWED
    little = allowed.any(axis=1) & ~(allowed & (known >= scheme.known_weight_min - 1e-12)).any(axis=1)
    if little.any():
        facts = {"n": int(little.sum()), "percent": f"{100 * scheme.known_weight_min:g}"}
        issues.append(Issue("known_weight_low", "parcels", values=facts))
    return issues
