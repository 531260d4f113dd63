"""What `landplan robust` writes and says: acceptability of every parcel and model, and the decisions to look at again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from landplan.app.acceptability import Acceptability, Uncertainty, acceptability, uncertain_data
from landplan.app.flip_words import flip_words
from landplan.app.leaders import Leader, leaders, unseated
from landplan.app.report import Report
from landplan.core.messages import language, pick, text
from landplan.core.progress import Progress, part
from landplan.core.results import Results
from landplan.core.uncertainty import Uncertain
from landplan.export.csv_table import exact_cells, write_csv

MOST = 5
"""Fragile decisions that are said; all of them are in the table."""


def robust_report(results: Results, asked: Uncertainty, out: Path, progress: Progress) -> Report:
    """Write the table (.csv); say how many recommendations are fragile, the least sure of them, and each model's best parcel."""
    data_drawn = uncertain_data(results, asked)
    found = acceptability(results.scores, results.scheme, asked, part(progress, 0.0, 0.9), data_drawn)
    columns = dict(_columns(results, found))
    write_csv(out, columns, zip(*columns.values(), strict=True))
    best = [one for k in range(len(results.scores.models)) for one in leaders(results.scores, k)]
    data = {"file": out, **_facts(results, found), "best": [_best_facts(results, found, one) for one in best]}
    head = text("said_written", {"path": out, "n": len(results.scores)})
    return Report((head, *_lines(results, found, best)), data)


def _columns(results: Results, found: Acceptability) -> Iterator[tuple[str, list[Any]]]:
    """Columns by name; shares of the draws from 0 to 1, in full; empty where there is none."""
    scores, decisions = results.scores, found.decisions
    yield "parcel_id", scores.ids.tolist()
    yield "recommended", _models(scores.models, scores.recommended)
    if found.recommended is not None:
        yield "holds", exact_cells(decisions.holds)
        yield "rival", _models(scores.models, decisions.rival)
        yield "rival_share", exact_cells(np.where(decisions.rival >= 0, decisions.rival_share, np.nan))
        yield "fragile", [int(one) if now >= 0 else "" for one, now in zip(decisions.fragile, scores.recommended, strict=True)]
        if found.alone is not None:
            yield "holds_weights", exact_cells(found.alone[0])
            yield "holds_data", exact_cells(found.alone[1])
            yield "because", [found.because(row) if bad else "" for row, bad in enumerate(decisions.fragile)]
        yield "reason", [reason(results, found, row, results.lang) if bad else "" for row, bad in enumerate(decisions.fragile)]
    for k, id in enumerate(scores.models):
        if found.recommended is not None:
            yield f"recommended_{id}", exact_cells(found.recommended[:, k])
        for name, table in (("first", found.first), (f"top{found.asked.top}", found.top), *found.within.items()):
            yield f"{name}_{id}", exact_cells(table[:, k])


def _models(ids: tuple[str, ...], codes: Any) -> list[str]:
    return [ids[code] if code >= 0 else "" for code in codes.tolist()]


def reason(results: Results, found: Acceptability, row: int, lang: str) -> str:
    """Why a decision is fragile."""
    decisions, titles = found.decisions, [pick(model.title, lang) for model in results.scheme.models]
    now = {"model": titles[int(results.scores.recommended[row])], "holds": _percent(decisions.holds[row])}
    cause = "" if found.alone is None else text(f"robust_because_{found.because(row)}", lang=lang)
    if decisions.rival[row] < 0:
        return text("robust_reason_alone", now, lang) + cause
    rival = {"rival": titles[int(decisions.rival[row])], "share": _percent(decisions.rival_share[row])}
    return text("robust_reason", {**now, **rival}, lang) + cause


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _facts(results: Results, found: Acceptability) -> dict[str, Any]:
    scores, asked, decisions = results.scores, found.asked, found.decisions
    return {
        "draws": asked.draws,
        "seed": asked.seed,
        "weights": asked.weights,
        "spread": asked.spread if asked.weights == "intervals" else None,
        "top": asked.top,
        "least": asked.least,
        "standard_error": 0.5 / np.sqrt(asked.draws),
        "parcels": len(scores),
        "recommended": int((scores.recommended >= 0).sum()),
        "drawn_parcels": found.drawn_parcels,
        "uncertain": None if found.data is None else dict(found.data.moved),
        "ranged_parcels": 0 if found.data is None else found.data.parcels,
        "fragile": [
            {
                "parcel_id": scores.ids[row],
                "recommended": scores.models[scores.recommended[row]],
                "holds": decisions.holds[row],
                "rival": scores.models[decisions.rival[row]] if decisions.rival[row] >= 0 else "",
                "rival_share": decisions.rival_share[row],
                "because": found.because(row),
            }
            for row in decisions.worst_first.tolist()
        ],
    }


def _lines(results: Results, found: Acceptability, best: list[Leader]) -> Iterator[str]:
    asked, decisions = found.asked, found.decisions
    words = text(f"robust_{asked.weights}", {"percent": f"{100 * asked.spread:g}"})
    points = _percent(1.0 / np.sqrt(asked.draws))
    yield text("robust_drawn", {"draws": asked.draws, "seed": asked.seed, "weights": words, "points": points})
    if results.scheme.groups:
        yield text("robust_groups")
    if found.drawn_parcels:
        yield text("robust_unknown", {"n": found.drawn_parcels})
    yield from data_lines(results, found)
    if found.recommended is None:
        yield text("robust_no_models")
    else:
        n, of = int(decisions.fragile.sum()), int((results.scores.recommended >= 0).sum())
        yield text("robust_fragile", {"n": n, "of": of, "percent": f"{100 * asked.least:g}"})
    for row in decisions.worst_first[:MOST].tolist():
        why = reason(results, found, row, language())
        yield text("robust_one", {"id": results.scores.ids[row], "reason": why, "flip": flip_words(results, row)})
    for one in best:
        yield _best_line(results, found, one)


def data_lines(results: Results, found: Acceptability) -> Iterator[str]:
    """Which fields and criteria were drawn with which ±, what they move, and how many decisions hang on them."""
    if found.data is None:
        return
    titles = {one.id: pick(one.title) for one in results.scheme.criteria}
    for name, criteria in found.data.moved.items():
        facts = {"name": titles.get(name, name), "how": _spread_words(results.scheme.uncertain[name])}
        moved = {"criteria": ", ".join(titles[id] for id in criteria)}
        yield text("robust_data" if criteria else "robust_data_none", facts | moved)
    if found.alone is not None:
        causes = Counter(found.because(row) for row in np.flatnonzero(found.decisions.fragile).tolist())
        yield text("robust_causes", {cause: causes[cause] for cause in ("weights", "data", "both", "together")})


def _spread_words(how: Uncertain) -> str:
    if how.share is not None:
        return f"±{100 * how.share:g}\u00a0%"
    return f"±{how.plus_minus:g}" if how.plus_minus is not None else f"{how.low} … {how.high}"


def _best_line(results: Results, found: Acceptability, one: Leader) -> str:
    model, share = pick(results.scheme.models[one.model].title), _percent(found.first[one.row, one.model])
    facts = {"model": model, "id": results.scores.ids[one.row], "share": share, "unseated": unseated(results, one)}
    return text("robust_best", facts)


def _best_facts(results: Results, found: Acceptability, one: Leader) -> dict[str, Any]:
    scores, stability = results.scores, one.stability

    def taker(criterion: int, *, rises: bool) -> str:
        row = one.taker(criterion, rises=rises)
        return str(scores.ids[row]) if row >= 0 else ""

    return {
        "model": scores.models[one.model],
        "parcel_id": scores.ids[one.row],
        "first": found.first[one.row, one.model],
        "weights": [
            {
                "criterion": id,
                "weight": stability.weights[j],
                "low": stability.low[0, j],
                "high": stability.high[0, j],
                "below": taker(j, rises=False),
                "above": taker(j, rises=True),
            }
            for j, id in enumerate(scores.criteria)
        ],
    }
