"""Results in a few lines for people and a small table for programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import numpy as np

from landplan.core.crs import is_plane
from landplan.core.crs_names import crs_title
from landplan.core.errors import Issue
from landplan.core.messages import language, pick, text
from landplan.core.results import Results
from landplan.core.rule_words import contiguity_words
from landplan.core.tables import UNKNOWN, LimitUse, Portfolio, TargetResult
from landplan.core.units import M2_PER_MU, unit_text


def scored(results: Results) -> dict[str, Any]:
    """What scoring gave: parcels, recommended model by id, restricted, undecided, criteria left out and why."""
    scores, status = results.scores, results.scores.status
    recommended = {model: int((scores.recommended == k).sum()) for k, model in enumerate(scores.models)}
    return {
        "parcels": len(scores),
        "area_mu": float(np.nansum(results.layers.parcels.area_m2) / M2_PER_MU),
        "recommended": recommended,
        "without": int((scores.recommended < 0).sum()),
        "restricted": int(scores.restricted.sum()),
        "undecided": int((status == UNKNOWN).any(axis=1).sum()) if status.size else 0,
        "method": scores.method,
        "criteria": list(scores.criteria),
        "skipped": {id: issue.text() for id, issue in results.criteria.skipped.items()},
        "issues": dict(results.issue_counts),
    }


def planned(results: Results) -> dict[str, Any]:
    """What choosing gave: parcels by path, objective and proven gap, limits, targets; empty where nothing is chosen."""
    options, portfolio = results.options, results.portfolio
    if options is None or portfolio is None:
        return {}
    taken = options.path[portfolio.option]
    return {
        "options": len(options),
        "chosen": len(portfolio),
        "paths": {path: int((taken == k).sum()) for k, path in enumerate(options.paths)},
        "status": portfolio.status,
        "objective": portfolio.objective,
        "bound": portfolio.bound,
        "gap": portfolio.gap,
        "limits": [_limit(limit) for limit in portfolio.limits],
        "targets": [_target(target) for target in portfolio.targets],
        "contiguity": None if portfolio.contiguity is None else asdict(portfolio.contiguity),
    }


def issue_list(results: Results) -> list[dict[str, Any]]:
    """Every issue as data: weight, layer, feature, code, text; of a joined table also `keys`, all that are concerned."""
    return [
        {"weight": one.weight, "layer": one.layer, "feature": one.feature, "code": one.id, "text": one.text()}
        | ({"keys": one.values["all"]} if "all" in one.values else {})
        for one in results.issues
    ]


def issue_lines(results: Results, most: int = 12) -> tuple[str, ...]:
    """What affects numbers, a line for each kind of issue: the first of them in words, and how many more there are.

    Criteria that could not be measured have their own lines already.
    """
    said = {issue.text() for issue in results.criteria.skipped.values()}
    kinds: dict[str, list[Issue]] = {}
    for one in results.issues:
        if one.weight != "note" and one.text() not in said:
            kinds.setdefault(one.id, []).append(one)
    lines = [_grouped(found) for found in kinds.values()]
    return (*lines[:most], text("and_more", {"n": len(lines) - most})) if len(lines) > most else tuple(lines)


def _grouped(found: list[Issue]) -> str:
    first = found[0]
    if first.id == "rule_not_checked":  # which ones matters more than why the first
        return text("said_unchecked", {"rules": _listed(str(one.values["rule"]) for one in found)})
    place = f"{first.layer} {first.feature}".strip()
    more = f"（{text('and_more', {'n': len(found) - 1})}）" if len(found) > 1 else ""
    return f"[{place}] {first.text()}{more}"


def score_lines(results: Results) -> tuple[str, ...]:
    """The scoring in lines: parcels and issues, recommended models, criteria left out."""
    facts = scored(results)
    titles = {model.id: pick(model.title) for model in results.scheme.models}
    models = _listed(f"{titles[id]} {n}" for id, n in facts["recommended"].items() if n)
    whole = _joined(text("said_parcels", facts), text("said_issues", facts["issues"]))
    crs = results.layers.crs
    planar = [text("said_planar", {"crs": crs_title(crs)})] if is_plane(crs) else []
    lines = [whole, *planar, text("said_models", {"models": models or "–", "without": facts["without"]})]
    names = {criterion.id: pick(criterion.title) for criterion in results.scheme.criteria}
    lines += [text("said_skipped", {"criterion": names[id], "reason": reason}) for id, reason in facts["skipped"].items()]
    return tuple(lines)


def plan_lines(results: Results) -> tuple[str, ...]:
    """The portfolio in lines: what is chosen, how good it provably is, which limits bind, targets."""
    options, portfolio = results.options, results.portfolio
    if options is None or portfolio is None:
        return ()
    facts = planned(results)
    titles = {path.id: pick(path.title) for path in results.scheme.paths}
    paths = _listed(f"{titles[id]} {n}" for id, n in facts["paths"].items() if n)
    binding = _listed(limit.id for limit in portfolio.limits if limit.binding)
    lines = [
        text("said_chosen", {"n": len(portfolio), "options": len(options), "paths": paths or "–"}),
        text("said_gap", {"objective": portfolio.objective, "gap": f"{portfolio.gap:.3%}", "binding": binding or "–"}),
    ]
    lines += [words] if (words := contiguity_words(portfolio)) else []
    targets = _target_lines(results, portfolio)
    return (*lines, _joined(*targets)) if targets else tuple(lines)


def _listed(words: Iterable[str]) -> str:
    return ("、" if language() == "zh" else ", ").join(words)


def _joined(*sentences: str) -> str:
    return ("；" if language() == "zh" else "; ").join(sentences)


def _target_lines(results: Results, portfolio: Portfolio) -> list[str]:
    names = {target.id: pick(target.title) for target in results.scheme.targets}
    lines = []
    for one in portfolio.targets:
        values = {**_target(one), "target": names[one.id], "unit": unit_text(one.unit, language())}
        lines.append(text("said_target", values))
    return lines


def _limit(limit: LimitUse) -> dict[str, Any]:
    names = ("id", "quantity", "unit", "used", "at_least", "at_most", "binding")
    return {name: getattr(limit, name) for name in names}


def _target(target: TargetResult) -> dict[str, Any]:
    names = ("id", "year", "unit", "above", "base", "after", "shortfall", "remainder", "unknown")
    return {name: getattr(target, name) for name in names}
