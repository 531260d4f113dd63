"""Scoring and value functions, beside pymcdm and plain numpy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import data
import numpy as np
from factories import make_layer, make_model, make_scheme
from trial import OURS, Case, Trial

from landplan.core.layers import Layer, LayerSet
from landplan.core.scheme import Scheme
from landplan.core.tables import Column, CriteriaTable, ZoneShares

CRITERIA, MODELS, TOP = 12, 6, 20
DRAWS, OF_PEER, SCALED = 1000, 3, "pymcdm, 3 draws scaled"
CURVES: tuple[dict[str, Any], ...] = (
    {"kind": "linear", "worst": 0.0, "best": 1.0},
    {"kind": "piecewise", "x": [0.0, 0.3, 0.7, 1.0], "y": [0.0, 0.8, 0.9, 1.0]},
    {"kind": "logistic", "midpoint": 0.5, "steepness": 8.0},
    {"kind": "step", "breaks": [0.2, 0.5], "values": [0.0, 0.6, 1.0]},
)


def weighted_sum(n: int, folder: Path) -> Trial:
    from pymcdm.methods import WSM

    return _against_pymcdm(n, "weighted_sum", WSM(), normalisation="sum")


def topsis(n: int, folder: Path) -> Trial:
    from pymcdm.methods import TOPSIS

    return _against_pymcdm(n, "topsis", TOPSIS(), normalisation="minmax")


def weighted_product(n: int, folder: Path) -> Trial:
    from pymcdm.methods import WPM

    return _against_pymcdm(n, "weighted_product", WPM(), normalisation="sum")


def vikor(n: int, folder: Path) -> Trial:
    from pymcdm.methods import VIKOR

    return _against_pymcdm(n, "vikor", VIKOR(), result="Q")


def promethee_pairs(n: int, folder: Path) -> Trial:
    """As many plots as pymcdm's memory takes: it lists all pairs."""
    from pymcdm.methods import PROMETHEE_II

    return _against_pymcdm(n, "promethee", PROMETHEE_II("usual"), result="net_flow")


def promethee(n: int, folder: Path) -> Trial:
    """v-shape, the dearest but one; against the definition for 20 of the plots."""
    return _promethee(n, preference="v_shape", p=0.2)


def promethee_gaussian(n: int, folder: Path) -> Trial:
    return _promethee(n, preference="gaussian", s=0.15)


def _promethee(n: int, **params: Any) -> Trial:
    from landplan.core.registry import scorings

    matrix, weights, types = _table(n)
    run = scorings["promethee"].run
    some = np.random.default_rng(5).choice(n, min(n, 20), replace=False)

    def preference(d: np.ndarray) -> np.ndarray:
        d = np.maximum(d, 0.0)
        return np.minimum(d / params["p"], 1.0) if "p" in params else 1.0 - np.exp(-((d / params["s"]) ** 2) / 2.0)

    def flow(row: int) -> float:
        ahead = (matrix[row] - matrix) * types
        return float(((preference(ahead) - preference(-ahead)) @ weights).sum() / (n - 1))

    def facts(net: np.ndarray) -> dict[str, Any]:
        return {"largest error of 20 plots": f"{max(abs(net[row] - flow(row)) for row in some):.1e}"}

    return Trial(
        {OURS: lambda: run(matrix, weights, types, False, **params)["net_flow"]},
        facts=facts,
        warm=lambda: run(matrix[:64], weights, types, False, **params),
    )


def _table(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    weights = np.arange(1.0, CRITERIA + 1) / np.arange(1.0, CRITERIA + 1).sum()
    return data.matrix(n, CRITERIA) + 0.1, weights, np.where(np.arange(CRITERIA) % 3 == 2, -1, 1)


def _against_pymcdm(n: int, id: str, peer: Any, result: str = "scores", **params: Any) -> Trial:
    from landplan.core.registry import scorings

    matrix, weights, types = _table(n)
    run = scorings[id].run
    return Trial(
        {
            OURS: lambda: run(matrix, weights, types, False, **params)[result],
            "pymcdm": lambda: np.asarray(peer(matrix, weights, types)),
        },
        lambda found: float(np.abs(found[OURS] - found["pymcdm"]).max()),
        warm=lambda: run(np.asfortranarray(matrix[:64]), weights, types, False, **params),
    )


def score_step(n: int, folder: Path) -> Trial:
    """The whole step: curves, rules, six models, ranks, recommendation; the peer is the least numpy could do."""
    from landplan.steps.score import score

    layers, table, scheme = town(n)
    small = town(64)

    weights = np.array([[weight(k, j) for k in range(MODELS)] for j in range(CRITERIA)])

    def least() -> np.ndarray:
        scores = np.column_stack([column.values for column in table.columns.values()]) @ (weights / weights.sum(axis=0))
        for k in range(MODELS):
            np.argsort(-scores[:, k])
        return scores

    def difference(found: dict[str, Any]) -> float:
        return float(np.nanmax(np.abs(found[OURS].score - found["numpy"])))

    return Trial(
        {OURS: lambda: score(layers, ZoneShares({}), table, scheme), "numpy": least},
        difference,
        lambda result: {"excluded": int(np.isnan(result.score).any(axis=1).sum()), "reasons": len(result.reasons)},
        lambda: score(small[0], ZoneShares({}), small[1], small[2]),
    )


def town(n: int) -> tuple[LayerSet, CriteriaTable, Scheme]:
    """n parcels with two fields and no outlines, their criteria, and a scheme of linear curves, six models and two rules."""
    import pyarrow as pa

    random = np.random.default_rng(n)
    columns = {"output_wan": pa.array(random.uniform(0, 9000, n)), "jobs": pa.array(random.uniform(0, 400, n))}
    base = make_layer([None], output_wan=[0.0], jobs=[0.0])
    ids = np.arange(n).astype(str).astype(object)
    geometry = type(base.geometry).empty(n)
    parcels = Layer("parcels", pa.table(columns), geometry, base.crs, ids, base.source)
    matrix = data.matrix(n, CRITERIA)
    table = CriteriaTable(ids, np.full(n, np.nan), {f"c{j}": Column(matrix[:, j], "ratio") for j in range(CRITERIA)})
    return LayerSet(base.crs, {"parcels": parcels}), table, scheme()


def scheme() -> Scheme:
    curve = {"kind": "linear", "worst": 0.0, "best": 1.0}
    measure = {"kind": "field", "expression": "jobs"}
    criteria = [{"id": f"c{j}", "weight": 1.0, "measure": measure, "value": curve} for j in range(CRITERIA)]
    models = [make_model(f"m{k}", weights={f"c{j}": weight(k, j) for j in range(CRITERIA)}) for k in range(MODELS)]
    text = {"zh": "甲", "en": "A"}
    over = {"expression": "output_wan - 8000", "unit": "wan"}
    rules = [
        {"id": "busy", "title": text, "exclude_if": "output_wan > 8000", "by": over},
        {"id": "full", "title": text, "exclude_if": "jobs > 390 AND output_wan > 100"},
    ]
    tenures = [{"id": "grant", "title": text, "years": 50}]
    return make_scheme(criteria, models=models, rules=rules, tenures=tenures, scoring={"method": "weighted_sum"})


def weight(model: int, criterion: int) -> float:
    return 1.0 + (model * 5 + criterion * 3) % 7


def value_functions(n: int, folder: Path) -> Trial:
    """Twelve columns through four kinds of curve; the peer sends them through numpy's interpolation."""
    from landplan.core.registry import value_functions as curves

    matrix = data.matrix(n, CRITERIA)
    calls = [dict(CURVES[j % len(CURVES)]) for j in range(CRITERIA)]
    named = [(curves[call.pop("kind")].run, call) for call in calls]

    def difference(found: dict[str, Any]) -> float:
        return float(np.abs(found[OURS][1] - found["numpy"][1]).max())

    return Trial(
        {
            OURS: lambda: [run(matrix[:, j], **call) for j, (run, call) in enumerate(named)],
            "numpy": lambda: [np.interp(matrix[:, j], CURVES[1]["x"], CURVES[1]["y"]) for j in range(CRITERIA)],
        },
        difference,
    )


def smaa(n: int, folder: Path) -> Trial:
    """First rank, top 20, four bands, central weights and confidence factors; the peer scores and ranks the table for each of
    the first OF_PEER draws, and its seconds are scaled to all of them."""
    from pymcdm.helpers import rrankdata
    from pymcdm.methods import WSM

    from landplan.core.weight_samples import free_weights
    from landplan.robustness.smaa2 import smaa2

    matrix, draws = data.matrix(n, CRITERIA), free_weights(CRITERIA, DRAWS, seed=1)
    peer = WSM(normalization_function=lambda column, cost=False: column)
    wanted: dict[str, Any] = {"top": TOP, "bands": [n // 100, n // 10, n // 4, n // 2], "full": False}

    def loop() -> np.ndarray:
        ranks = np.array([rrankdata(peer(matrix, weights, np.ones(CRITERIA))) for weights in draws[:OF_PEER]])
        return np.array([(ranks == 1).mean(axis=0), (ranks <= TOP).mean(axis=0)])

    def difference(found: dict[str, Any]) -> float:
        ours = smaa2(matrix, draws[:OF_PEER], **wanted)
        shares = np.array([ours["first_rank_acceptability"], ours["top_acceptability"]])
        return float(np.abs(shares - found[SCALED]).max())

    return Trial(
        {OURS: lambda: smaa2(matrix, draws, **wanted), SCALED: loop},
        difference,
        lambda found: {"ever first": int((found["first_rank_acceptability"] > 0).sum())},
        lambda: smaa2(matrix[:200], draws[:5], top=TOP, full=False),
        scaled={SCALED: DRAWS / OF_PEER},
    )


MILLION = {"full": 1_000_000, "quick": 200_000, "tiny": 500}
FEW = {"full": 2_000, "quick": 1_000, "tiny": 100}
HUNDRED_THOUSAND = {"full": 100_000, "quick": 20_000, "tiny": 500}
CASES = (
    Case("weighted_sum", "Weighted sum × 12 criteria", weighted_sum, MILLION, "70"),
    Case("weighted_product", "Weighted product × 12 criteria", weighted_product, MILLION, "70"),
    Case("topsis", "TOPSIS × 12 criteria", topsis, MILLION, "70"),
    Case("vikor", "VIKOR × 12 criteria", vikor, MILLION, "70"),
    Case("promethee_pairs", "PROMETHEE II × 12, as pymcdm lists all pairs", promethee_pairs, FEW),
    Case("promethee_100k", "PROMETHEE II × 12, v-shape", promethee, HUNDRED_THOUSAND, "≤ 0.3 s"),
    Case("promethee", "PROMETHEE II × 12, v-shape", promethee, MILLION, "≤ 4 s"),
    Case("promethee_gaussian", "PROMETHEE II × 12, gaussian", promethee_gaussian, MILLION, "≤ 4 s"),
    Case("score_step", "Score step: 12 criteria, 6 models, ranks", score_step, MILLION),
    Case("value_functions", "Value functions × 12", value_functions, MILLION),
    Case("smaa", "SMAA × 12 criteria, 1,000 draws: first rank, top 20, bands", smaa, HUNDRED_THOUSAND, "200"),
)
