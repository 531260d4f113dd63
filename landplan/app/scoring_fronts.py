"""Scoring as `evaluate` offers it: plain arrays and parameters in, named results out, rows by their names."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from landplan.core.errors import SchemeError, UsageError
from landplan.core.registry import scorings

Results = dict[str, Any]
_WORDED = {"1/x for minimise, then x/sum": "sum", "x/sum": "sum"}
"""Normalisations as papers word them."""
_SETS = ("compromise_set", "kernel")
"""Results that are rows, told by name."""


def scoring_front(id: str) -> Callable[..., Mapping[str, Any]]:
    """A registered scoring method, or what wraps it, taking the keys of the worked examples."""
    return _owa if id == "owa" else _plain(id)


def _plain(id: str) -> Callable[..., Mapping[str, Any]]:
    method = scorings[id]

    def scored(alternatives: Sequence[str] = (), **inputs: Any) -> Mapping[str, Any]:
        offered = {argument.name for argument in method.arguments}
        params = {key: _listed(value) for key, value in inputs.items() if key in offered}
        if "normalisation" in params:
            params["normalisation"] = _WORDED.get(params["normalisation"], params["normalisation"])
        try:
            method.check(params, id)
        except SchemeError as error:
            raise UsageError(error.id, id, **error.values) from error
        found = dict(method.run(**{**inputs, **params}))
        for key in _SETS:
            if key in found:
                found[key] = [alternatives[row] if row < len(alternatives) else f"A{row + 1}" for row in found[key].tolist()]
        return found

    signature = inspect.signature(method.run)
    names = inspect.Parameter("alternatives", inspect.Parameter.KEYWORD_ONLY, default=())
    scored.__signature__ = signature.replace(parameters=[*signature.parameters.values(), names])  # type: ignore[attr-defined]
    return scored


def _owa(
    matrix: Sequence[Sequence[float]] | None = None,
    weights: Sequence[float] | None = None,
    types: Sequence[int] | None = None,
    *,
    arguments: Sequence[Sequence[float]] | None = None,
    alternatives: Sequence[str] = (),
    order_weights: Sequence[float] | None = None,
    leniency: float = 0.5,
    normalisation: str = "none",
    missing: str = "worst",
) -> Results:
    """Yager's form has `arguments` for the rows, no weights of criteria, and `values` for the scores."""
    rows = matrix if arguments is None else arguments
    if rows is None:
        raise UsageError("missing_key", "owa", key="matrix")
    table = np.asarray(rows, np.float64)
    own = np.ones(table.shape[-1]) if weights is None else weights
    given = {"leniency": leniency, "order_weights": order_weights, "normalisation": normalisation, "missing": missing}
    found = _plain("owa")(alternatives, matrix=table, weights=own, types=types, **given)
    return {**found, "values": found["scores"]}


def _listed(value: Any) -> Any:
    """Arrays and tuples as lists: parameters are checked as a scheme would have them."""
    value = value.tolist() if hasattr(value, "tolist") else value
    return [_listed(one) for one in value] if isinstance(value, list | tuple) else value
