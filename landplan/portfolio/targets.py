"""What a plan does to the totals and the targets, with the stated 口径 (scope, base year, remainder off the parcels)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from landplan.core.environment import Environment
from landplan.core.errors import Issue, about
from landplan.core.expression import evaluate_number, parse
from landplan.core.layers import Float
from landplan.core.scheme import Scheme, Target
from landplan.core.tables import QUANTITIES, Int32, OptionTable, TargetResult


def totals_by_year(options: OptionTable, option: Int32, start: Int32, years: Any) -> dict[str, Float]:
    """quantity → (years,) change over the base by the end of each year, from options whose works are finished.

    A change that is unknown is left out; `unknown_changes` counts it.
    """
    done = start[:, None] + options.works_years[option][:, None] <= np.asarray(years)[None, :]
    return {name: _column_sums(np.where(done, options.change[name][option][:, None], 0.0)) for name in QUANTITIES}


def unknown_changes(options: OptionTable, option: Int32) -> Iterator[Issue]:
    """How many of the chosen options change a quantity by an amount nobody knows."""
    for name in QUANTITIES:
        if n := int(np.isnan(options.change[name][option]).sum()):
            yield Issue("plan_change_unknown", "parcels", "data", values={"quantity": name, "n": n})


def target_results(
    scheme: Scheme, environment: Environment, options: OptionTable, option: Int32, start: Int32
) -> tuple[TargetResult, ...]:
    """Every target of the scheme before and after the plan.

    base: the target's `total` summed over parcels, plus the remainder; after: the same with the chosen options' changes
    that are finished by the target's year. A parcel whose total is unknown today or after is in neither, and counted.
    """
    found = []
    for target in scheme.targets:
        with about(f"targets.{target.id}"):
            found.append(_result(target, environment, options, option, start))
    return tuple(found)


def after_columns(environment: Environment, options: OptionTable, option: Int32, start: Int32, year: int) -> Mapping[str, Float]:
    """quantity → (n,) each parcel's value at the end of `year`: today's, plus the change where works are finished."""
    done = start + options.works_years[option] <= year
    parcel = options.parcel[option[done]]
    out: dict[str, Float] = {}
    for name in QUANTITIES:
        values = np.array(environment.columns[name], np.float64)
        values[parcel] = values[parcel] + options.change[name][option[done]]
        out[name] = values
    return out


def _result(target: Target, environment: Environment, options: OptionTable, option: Int32, start: Int32) -> TargetResult:
    total = parse(target.total)
    after = after_columns(environment, options, option, start, target.year)
    today, then = (
        evaluate_number(total, columns, constants=environment.constants, n=environment.n).values
        for columns in (environment.columns, {**environment.columns, **after})
    )
    unknown = np.isnan(today) | np.isnan(then)
    return TargetResult(
        id=target.id,
        year=target.year,
        unit=target.unit,
        above=target.above,
        base=_sum(today[~unknown]) + target.remainder,
        after=_sum(then[~unknown]) + target.remainder,
        remainder=target.remainder,
        unknown=int(unknown.sum()),
    )


def _sum(values: Float) -> float:
    from math import fsum

    return fsum(values[~np.isnan(values)])


def _column_sums(values: Float) -> Float:
    return np.array([_sum(values[:, k]) for k in range(values.shape[1])])
