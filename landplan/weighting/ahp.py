"""Weights from judgements of criteria, two at a time."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from landplan.core.errors import Issue, MethodError, suggestion
from landplan.core.layers import Float
from landplan.core.pairwise import (
    RANDOM_INDEX,
    RATIO_MOST,
    answer_text,
    completed,
    consistency_ratio,
    judgements,
    linked,
    mean_weights,
    principal_weights,
    random_index_text,
)
from landplan.core.registry import Param, weightings

_METHODS = ("eigenvector", "geometric_mean")
_SCALE = np.array([*(1.0 / k for k in range(9, 1, -1)), *map(float, range(1, 10))])
"""What an expert can answer: 1/9 … 1/2, 1, 2 … 9."""
_EXACT = 1e-9
"""λmax − n below which judgements are consistent, and the least gain that is worth a second look."""


@weightings.add(
    "AHP, pairwise comparison",
    zh="层次分析法（AHP）",
    source="Saaty (1980) The Analytic Hierarchy Process; Bozóki, Fülöp & Rónyai (2010) Math. Comput. Modelling 52:318-333",
)
def ahp(
    matrix: npt.ArrayLike,
    *,
    method: Annotated[str, Param("how weights come from the matrix", zh="由矩阵求权重的方法", choices=_METHODS)] = "eigenvector",
    random_index: Annotated[
        str, Param("table of random indices", zh="随机一致性指标（RI）表", choices=tuple(RANDOM_INDEX))
    ] = "saaty",
) -> dict[str, Any]:
    """Weights of n criteria from "how many times as important": the principal eigenvector A w = λmax w, or row geometric means.

    matrix (n, n): a_ij judges i against j on 1 … 9 or 1/2 … 1/9; one triangle is enough, NaN (null) = not judged, filled with
    what contradicts the others least (smallest λmax). Results: weights (n,), sum 1; lambda_max; consistency_index
    CI = (λmax − n) / (n − 1); consistency_ratio CR = CI / RI; random_index, the table and value used; completed (n, n);
    must_warn, true above CR 0.10, said in `issues`; revisit, the one judgement whose change lowers CR most:
    row, column (from 0), given, becomes (on the 1–9 scale), consistency_ratio then; None when no single change helps.
    MethodError for a number that is not positive, a pair that contradicts its mirror image, or gaps that leave criteria
    unlinked. Not for more than about nine criteria at once (group them), nor for criteria nobody can compare by ratio.
    """
    if method not in _METHODS:
        raise MethodError("value_not_offered", "ahp", key="method", value=method, choices=suggestion(method, _METHODS))
    given = judgements(matrix)
    full, n = completed(given), len(given)
    weights, lambda_max = principal_weights(full)
    ratio = consistency_ratio(lambda_max, n, random_index)
    revisit = _revisit(given, lambda_max, random_index)
    return {
        "weights": weights if method == "eigenvector" else mean_weights(full),
        "lambda_max": lambda_max,
        "consistency_index": (lambda_max - n) / (n - 1) if n > 1 else 0.0,
        "consistency_ratio": ratio,
        "random_index": random_index_text(random_index, n),
        "completed": full,
        "must_warn": ratio > RATIO_MOST,
        "revisit": revisit,
        "issues": _contradiction(ratio, revisit),
    }


def _contradiction(ratio: float, revisit: dict[str, Any] | None) -> tuple[Issue, ...]:
    if not ratio > RATIO_MOST:
        return ()
    facts = {"ratio": f"{ratio:.3f}", "most": f"{RATIO_MOST:.2f}"}
    if revisit is None:
        return (Issue("judgements_inconsistent", "weights", values=facts),)
    cell = {"row": revisit["row"] + 1, "column": revisit["column"] + 1, "then": f"{revisit['consistency_ratio']:.3f}"}
    answers = {"given": answer_text(revisit["given"]), "becomes": answer_text(revisit["becomes"])}
    return (Issue("judgements_revisit", "weights", values={**facts, **cell, **answers}),)


def _revisit(given: Float, lambda_max: float, table: str) -> dict[str, Any] | None:
    """The judgement whose change to another answer of the scale lowers λmax most, all gaps filled anew; ties: the first.

    λmax is log-convex in a judgement, so the best answer lies next to the value that would contradict least; that value's
    λmax is also the best the answer can reach, so once a pair is tried, those that cannot beat it are not.
    """
    n = len(given)
    if lambda_max - n < _EXACT:
        return None
    free = sorted(_without(given, i, j) for i, j in np.argwhere(np.triu(~np.isnan(given), 1)) if _spare(given, i, j))
    least, found = lambda_max - _EXACT, None
    for reachable, i, j, value in free:
        if reachable >= least:
            break
        for answer in _answers(value):
            reached = principal_weights(completed(_with(given, i, j, answer)))[1]
            if reached < least - _EXACT:
                least, found = reached, (i, j, answer)
    if found is None:
        return None
    i, j, answer = found
    ratio = consistency_ratio(least, n, table)
    return {"row": i, "column": j, "given": float(given[i, j]), "becomes": answer, "consistency_ratio": ratio}


def _with(given: Float, i: int, j: int, value: float) -> Float:
    changed = given.copy()
    changed[i, j], changed[j, i] = value, 1.0 / value
    return changed


def _spare(given: Float, i: int, j: int) -> bool:
    """Whether the criteria stay tied together without this judgement; one that alone ties them contradicts nothing."""
    return bool(linked(_with(given, i, j, np.nan)).all())


def _without(given: Float, i: int, j: int) -> tuple[float, int, int, float]:
    """λmax if this judgement were what the others say, the pair, and that value."""
    full = completed(_with(given, i, j, np.nan))
    return round(principal_weights(full)[1], 12), int(i), int(j), float(full[i, j])


def _answers(value: float) -> list[float]:
    """The one or two answers of the scale next to a value."""
    above = int(np.searchsorted(_SCALE, value))
    return [float(_SCALE[k]) for k in (above - 1, above) if 0 <= k < len(_SCALE)]
