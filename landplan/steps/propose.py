"""ScoreTable + LayerSet + Scheme → OptionTable: a row for every feasible (parcel, model, tenure, path), with its money."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from landplan.core.environment import parcel_environment
from landplan.core.layers import Float, LayerSet
from landplan.core.progress import Progress, silent
from landplan.core.recipe import Choose
from landplan.core.scheme import Scheme
from landplan.core.tables import QUANTITIES, CriteriaTable, OptionTable, Reason, ScoreTable, ZoneShares
from landplan.core.zones import absent_sets
from landplan.renewal.cashflow import change, funds_of, money, parties_of, years_of
from landplan.renewal.eligibility import eligible
from landplan.renewal.finance import npv, payback_years, peak_funding
from landplan.renewal.irr import irr
from landplan.renewal.stack import candidates

Block = dict[str, Any]


def propose(
    layers: LayerSet,
    zones: ZoneShares,
    criteria: CriteriaTable,
    scores: ScoreTable,
    scheme: Scheme,
    limits: Choose,
    progress: Progress = silent,
) -> OptionTable:
    """The options of every parcel, sorted by parcel, model, tenure, path; money as if it started in year 0.

    A combination that is not there has a Reason in `refused`: the path's rule, its zones, an amount or a time that is unknown.
    """
    environment = parcel_environment(layers.parcels, zones, scheme.constants).with_criteria(criteria.columns, criteria.skipped)
    blocks: list[Block] = []
    refused: list[Reason] = []
    issues = absent_sets({path.id: path.zones.set for path in scheme.paths if path.zones}, zones)
    for p, path in enumerate(scheme.paths):
        progress(p / len(scheme.paths), "proposing_path", path=path.id)
        stack = candidates(path, scores, scheme, environment, limits.models_per_parcel)
        feasible, reasons, found = eligible(stack, path, zones)
        refused += reasons
        issues += found
        stack = stack.kept(feasible)
        flows = money(stack, path)
        after = change(stack, path)
        refused += [*flows.reasons, *after.reasons]
        of_path = np.full(len(stack), p, np.int32)
        block: Block = {"parcel": stack.parcel, "model": stack.model, "tenure": stack.tenure, "path": of_path}
        block |= {"flows": flows.flows, "fund_spend": flows.fund_spend, "fund_income": flows.fund_income}
        block |= {"works_years": after.works_years, "displaced_jobs": after.displaced_jobs, **after.by_quantity}
        known = flows.known & after.known
        blocks.append(block if known.all() else {name: values[known] for name, values in block.items()})
    return replace(_table(blocks, refused, scores, scheme), issues=tuple(issues))


def _table(blocks: list[Block], refused: list[Reason], scores: ScoreTable, scheme: Scheme) -> OptionTable:
    parties, funds = parties_of(scheme), funds_of(scheme)
    rows = _stacked(blocks, len(parties), len(funds), years_of(scheme))
    flows: Float = rows["flows"]
    flat = flows.reshape(-1, flows.shape[-1])
    shape = flows.shape[:2]
    rate, count = irr(flat)
    peak, _ = peak_funding(flat)
    return OptionTable(
        ids=scores.ids,
        models=tuple(model.id for model in scheme.models),
        tenures=tuple(tenure.id for tenure in scheme.tenures),
        paths=tuple(path.id for path in scheme.paths),
        parties=parties,
        funds=funds,
        **{name: rows[name] for name in ("parcel", "model", "tenure", "path", "flows", "fund_spend", "fund_income")},
        score=scores.score[rows["parcel"], rows["model"]] if len(rows["parcel"]) else np.zeros(0),
        npv_wan=npv(flat, scheme.discount_rate).reshape(shape),
        irr=rate.reshape(shape),
        irr_count=count.reshape(shape),
        payback_years=payback_years(flat).reshape(shape),
        peak_funding_wan=peak.reshape(shape),
        change={name: rows[name] for name in QUANTITIES},
        works_years=rows["works_years"],
        displaced_jobs=rows["displaced_jobs"],
        refused=tuple(refused),
    )


def _stacked(blocks: list[Block], parties: int, funds: int, years: int) -> Block:
    """The blocks of all paths one under another, sorted."""
    whole = {name: np.zeros(0, np.int32) for name in ("parcel", "model", "tenure", "path", "works_years")}
    money = {"flows": np.zeros((0, parties, years)), "fund_spend": np.zeros((0, funds, years))}
    empty: Block = {**whole, **money, "fund_income": np.zeros((0, funds, years)), "displaced_jobs": np.zeros(0)}
    empty |= {name: np.zeros(0) for name in QUANTITIES}
    keys = [np.concatenate([whole[name], *(block[name] for block in blocks)]) for name in ("path", "tenure", "model", "parcel")]
    place = np.empty(len(keys[0]), np.int64)
    place[np.lexsort(keys)] = np.arange(len(place))
    ends = np.cumsum([0, *(len(block["parcel"]) for block in blocks)])
    rows = {}
    for name, none in empty.items():
        rows[name] = np.empty((len(place), *none.shape[1:]), none.dtype)
        for k, block in enumerate(blocks):
            rows[name][place[ends[k] : ends[k + 1]]] = block.pop(name)  # large: gone once it is in its place
    return rows
