"""Whether the methods a scheme names exist and their parameters fit, before any of them runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from landplan.core.errors import SchemeError, suggestion
from landplan.core.registry import Method, Registry, measures, scorings, value_functions
from landplan.core.scheme import MethodCall, Scheme, Scoring
from landplan.core.scoring_params import in_order
from landplan.core.units import known_unit


def check_methods(scheme: Scheme) -> None:
    """SchemeError that names the criterion, the parameter and the nearest known name where something does not fit."""
    for criterion in scheme.criteria:
        method = named(measures, criterion.measure.kind, criterion.id)
        params = method.check(criterion.measure.params, criterion.id)
        if "unit" in params:
            known_unit(params["unit"], criterion.id)
        if criterion.value is not None:
            check_curve(criterion.value, criterion.id)
    scoring_method(scheme).check(for_criteria(scheme, [one.id for one in scheme.scored]).scoring.params, "scoring")


def scoring_method(scheme: Scheme) -> Method[Any]:
    """The method that scores every parcel; SchemeError when there is none of that id, or it gives no scores."""
    method = named(scorings, scheme.scoring.method, "scoring")
    if not method.scores:
        others = ", ".join(one.id for one in scorings if one.scores)
        raise SchemeError("method_gives_no_score", "scoring", method=method.id, others=others)
    return method


def for_criteria(scheme: Scheme, criteria: Sequence[str]) -> Scheme:
    """The scheme with what its scoring method is told by criterion id in the order of these criteria; itself where nothing is.

    SchemeError for an unknown id, a criterion that has none, and a bare list: which criterion an entry is for would hang on
    the order of the scheme, and change with it.
    """
    told = {one.name: one.param.by_criterion for one in scoring_method(scheme).arguments if one.param.by_criterion}
    params = {name: value for name, value in scheme.scoring.params.items() if name in told}
    ordered = {name: _ordered(name, value, told[name], scheme, criteria) for name, value in params.items()}
    if all(ordered[name] is params[name] for name in params):
        return scheme
    return scheme.model_copy(update={"scoring": Scoring(method=scheme.scoring.method, **{**scheme.scoring.params, **ordered})})


def _ordered(name: str, value: Any, how: str, scheme: Scheme, criteria: Sequence[str]) -> Any:
    ids = [one.id for one in scheme.scored]
    if isinstance(value, Mapping):
        for id in value:
            if id not in ids:
                raise SchemeError("unknown_criterion", f"scoring.{name}", name=id, nearest=suggestion(id, ids))
        try:
            return in_order(value, criteria, how)
        except KeyError as error:
            raise SchemeError("criterion_without_value", f"scoring.{name}", criterion=error.args[0], key=name) from error
    if isinstance(value, list | tuple) and (how == "rows" or any(isinstance(one, list | tuple) for one in value)):
        raise SchemeError("list_by_place", f"scoring.{name}", key=name, criterion=next(iter(ids), "…"))
    return value


def check_curve(value: MethodCall, where: str) -> None:
    """SchemeError that names the criterion when its value function does not exist or its parameters make no curve."""
    method = named(value_functions, value.kind, where)
    method.check(value.params, where)
    try:
        method.run(np.empty(0), **value.params)
    except SchemeError as error:
        raise SchemeError(error.id, where, **error.values) from error


def named(registry: Registry[Any], id: str, where: str) -> Method[Any]:
    """The method of that id; SchemeError that names the nearest when there is none."""
    known = registry.all()
    if id not in known:
        raise SchemeError("unknown_method", where, name=id, nearest=suggestion(id, known))
    return known[id]
