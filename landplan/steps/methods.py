"""Whether the methods a scheme names exist and their parameters fit, before any of them runs."""

from __future__ import annotations

from typing import Any

import numpy as np

from landplan.core.errors import SchemeError, suggestion
from landplan.core.registry import Method, Registry, measures, scorings, value_functions
from landplan.core.scheme import MethodCall, Scheme
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
    scoring_method(scheme).check(scheme.scoring.params, "scoring")


def scoring_method(scheme: Scheme) -> Method[Any]:
    """The method that scores every parcel; SchemeError when there is none of that id, or it gives no scores."""
    method = named(scorings, scheme.scoring.method, "scoring")
    if not method.scores:
        others = ", ".join(one.id for one in scorings if one.scores)
        raise SchemeError("method_gives_no_score", "scoring", method=method.id, others=others)
    return method


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
