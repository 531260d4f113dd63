"""Every raw criterion, score and choice in full precision, so that anyone can recompute and compare to the last digit."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from landplan.core.fit_gates import Fitted
from landplan.core.fragile import Fragile
from landplan.core.policy import CLASSES
from landplan.core.results import Results
from landplan.core.survey import Surveyed
from landplan.core.tables import OptionTable, Portfolio
from landplan.export.csv_table import write_csv
from landplan.export.exported_issues import exported_issues
from landplan.io.files import replacing


def write_numbers(results: Results, folder: Path) -> list[Path]:
    """FOLDER/criteria.csv, scores.csv; decisions.csv, survey.csv, fit.csv, portfolio.json where there is one.

    Blank = unknown, never 0.
    """
    criteria, scores = results.criteria, results.scores
    columns = {f"{name} [{column.unit}]": column.values for name, column in criteria.columns.items()}
    written = [_table(folder / "criteria.csv", criteria.ids, {"area_m2": criteria.area_m2, **columns})]
    by_model: dict[str, Any] = {}
    for k, model in enumerate(scores.models):
        for name in ("score", "score_low", "score_high", "known_weight", "status", "rank"):
            by_model[f"{name}:{model}"] = getattr(scores, name)[:, k]
    recommended = np.array([*scores.models, None], object)[scores.recommended]
    written.append(_table(folder / "scores.csv", scores.ids, {"recommended": recommended, "margin": scores.margin, **by_model}))
    if (decisions := results.decisions()) is not None:
        written.append(_table(folder / "decisions.csv", scores.ids, decision_numbers(decisions, scores.models)))
    if results.survey is not None:
        columns = survey_numbers(results.survey)
        written.append(_table(folder / "survey.csv", scores.ids, columns))
    if results.fit is not None:
        written.append(_table(folder / "fit.csv", scores.ids, fit_numbers(results.fit)))
    if results.options is not None and results.portfolio is not None:
        written.append(_json(folder / "portfolio.json", recorded_plan(results.options, results.portfolio)))
    return written


def decision_numbers(found: Fragile, models: tuple[str, ...]) -> dict[str, Any]:
    """In which share of the draws the recommendation holds, what most often takes its place and in which share, whether it is
    fragile (1)."""
    rival = np.array([*models, None], object)[found.rival]
    share = np.where(found.rival >= 0, found.rival_share, np.nan)
    return {"holds": found.holds, "rival": rival, "rival_share": share, "fragile": found.fragile.astype(np.int64)}


def survey_numbers(found: Surveyed) -> dict[str, Any]:
    """Class, and of each assessment value, class and what lacks of the next one, by name."""
    letters = np.array([*CLASSES, None], object)
    columns: dict[str, Any] = {"class": letters[found.code]}
    for one in found.assessed:
        name, unit = one.assessment.id, one.assessment.unit
        columns |= {f"{name} [{unit}]": one.value, f"{name}_class": letters[one.code], f"{name}_to_next [{unit}]": one.to_next}
    return columns


def fit_numbers(found: Fitted) -> dict[str, Any]:
    """Score with its low and high, and each gate's answer, by name."""
    answers = np.array(["failed", "passed", None], object)
    gates = {f"gate:{gate.id}": answers[found.answers[:, k]] for k, gate in enumerate(found.fit.gates)}
    return {"fit_score": found.score, "fit_low": found.low, "fit_high": found.high, **gates}


def recorded_plan(options: OptionTable, portfolio: Portfolio) -> dict[str, Any]:
    """The plan as data: what was chosen by id, and everything `verify` re-checks."""
    chosen = [
        {
            "parcel": str(options.ids[options.parcel[row]]),
            "model": options.models[options.model[row]],
            "tenure": options.tenures[options.tenure[row]],
            "path": options.paths[options.path[row]],
            "start_year": int(year),
        }
        for row, year in zip(portfolio.option, portfolio.start_year, strict=True)
    ]
    return {
        "status": portfolio.status,
        "proof": portfolio.proof,
        "objective": portfolio.objective,
        "bound": _finite(portfolio.bound),
        "gap": _finite(portfolio.gap),
        "prices": {id: _finite(price) for id, price in portfolio.prices.items()},
        "years": portfolio.years.tolist(),
        "totals": {name: values.tolist() for name, values in portfolio.totals.items()},
        "fund_spend_wan": {fund: row.tolist() for fund, row in zip(options.funds, portfolio.fund_spend, strict=True)},
        "limits": [
            {"id": use.id, "used": use.used, "at_least": use.at_least, "at_most": use.at_most} for use in portfolio.limits
        ],
        "targets": [
            {"id": t.id, "base": t.base, "after": t.after, "above": t.above, "unknown": t.unknown} for t in portfolio.targets
        ],
        "chosen": chosen,
    }


def write_issues(results: Results, path: Path) -> Path:
    """Every issue of every step as a table: weight, layer, feature, where to look, what it says."""
    header = ("weight", "layer", "row", "feature", "x_m", "y_m", "code", "text")
    rows = (
        (
            issue.weight,
            issue.layer,
            issue.row,
            issue.feature,
            _short(issue.x_m),
            _short(issue.y_m),
            issue.id,
            issue.text(results.lang),
        )
        for issue in exported_issues(results)
    )
    write_csv(path, header, rows)
    return path


def _table(path: Path, ids: Iterable[Any], columns: dict[str, Any]) -> Path:
    cells = [[_cell(value) for value in values.tolist()] for values in columns.values()]
    write_csv(path, ("id", *columns), zip(map(_cell, ids), *cells, strict=True))
    return path


def _json(path: Path, data: Any) -> Path:
    with replacing(path) as draft:
        draft.write_text(json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8", newline="\n")
    return path


def _cell(value: Any) -> Any:
    """A value as CSV holds it: numbers by their shortest exact digits, unknown blank."""
    if isinstance(value, float):
        return "" if value != value else repr(value + 0.0)
    return "" if value is None else value


def _facts(record: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _finite(value: float) -> float | str | None:
    return None if value != value else ("inf" if value == float("inf") else value)
