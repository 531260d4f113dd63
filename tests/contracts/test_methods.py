"""Contracts that every registered measure, value function, weighting and scoring method keeps, today's and tomorrow's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from measure_cases import MEASURES, layers

from landplan.core.environment import parcel_environment
from landplan.core.errors import SchemeError
from landplan.core.layers import LayerSet
from landplan.core.measuring import MISSING, Measuring
from landplan.core.registry import Method, measures, scorings, value_functions, weightings
from landplan.core.tables import Column
from landplan.core.units import UNITS
from landplan.steps.join import join

CURVES: dict[str, dict[str, Any]] = {
    "linear": {"worst": 0.0, "best": 60.0},
    "piecewise": {"x": [0.0, 30.0, 60.0], "y": [0.0, 0.8, 1.0]},
    "step": {"breaks": [20.0, 40.0], "values": [0.0, 0.5, 1.0]},
    "category": {"table": {"10": 0.2, "20": 0.9}, "other": 0.5},
    "logistic": {"midpoint": 30.0, "steepness": 0.1},
    "gaussian": {"best": 30.0, "width": 10.0},
    "power": {"worst": 0.0, "best": 60.0, "exponent": 0.5},
    "quantile": {"breaks": [0.0, 10.0, 10.0, 60.0]},
}


def test_every_method_has_its_contract_case() -> None:
    assert set(MEASURES) == set(measures.all())
    assert set(CURVES) == set(value_functions.all())


@pytest.mark.parametrize(
    "method", [*measures, *value_functions, *weightings, *scorings], ids=lambda method: f"{method.kind} {method.id}"
)
def test_titles_units_and_parameters_are_told_in_both_languages(method: Method[Any]) -> None:
    assert method.title and any("一" <= letter <= "鿿" for letter in method.title_zh)
    assert method.run.__name__ == method.id == method.run.__module__.rsplit(".", 1)[1]
    assert method.unit in UNITS
    assert method.run.__doc__
    for argument in method.arguments:
        assert argument.param.help and argument.param.unit in UNITS, argument.name
        assert argument.param.zh, argument.name


def measured(kind: str, given: LayerSet) -> Column:
    zones = join(given)
    context = Measuring(given, zones, parcel_environment(given.parcels, zones, {}), given.parcels, kind)
    column: Column = measures[kind].run(context, **measures[kind].check(MEASURES[kind], kind))
    return column


@pytest.mark.parametrize("kind", MEASURES)
def test_a_measure_aligns_by_position_and_says_what_is_unknown(kind: str) -> None:
    given = layers()
    column = measured(kind, given)
    assert column.values.shape == (8,) and column.values.dtype == np.float64
    assert column.unit in UNITS
    assert (column.states == MISSING).tolist() == np.isnan(column.values).tolist()
    assert not np.isinf(column.values).any()
    assert np.isnan(column.values[5])  # no geometry: nothing to measure, and no area to divide by
    assert not np.isnan(column.values[0])


@pytest.mark.parametrize("kind", MEASURES)
def test_a_measure_does_not_care_about_the_order_of_rows(kind: str) -> None:
    order = np.array([3, 7, 0, 5, 1, 6, 2, 4])
    one, other = measured(kind, layers()), measured(kind, layers(order))
    assert other.values == pytest.approx(one.values[order], rel=1e-12, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("kind", MEASURES)
def test_a_measure_leaves_its_inputs_alone(kind: str) -> None:
    given = layers()
    before = [(layer.table, layer.geometry.xy.copy(), layer.area_m2.copy(), layer.ids.copy()) for layer in given]
    measured(kind, given)
    for layer, (table, xy, area, ids) in zip(given, before, strict=True):
        assert layer.table.equals(table)
        assert np.array_equal(layer.geometry.xy, xy) and np.array_equal(layer.area_m2, area, equal_nan=True)
        assert layer.ids.tolist() == ids.tolist()


@pytest.mark.parametrize("kind", MEASURES)
def test_a_measure_of_no_parcels_is_empty(kind: str) -> None:
    given = layers(np.zeros(0, int))
    full = layers().parcels
    empty = full.rows(np.zeros(8, np.bool_))
    assert len(measured(kind, LayerSet(given.crs, {**given.layers, "parcels": empty}, given.rasters)).values) == 0


@pytest.mark.parametrize("kind", MEASURES)
def test_a_measure_refuses_parameters_it_does_not_have(kind: str) -> None:
    with pytest.raises(SchemeError, match="radius_km"):
        measures[kind].check({**MEASURES[kind], "radius_km": 1}, kind)


@pytest.mark.parametrize("kind", CURVES)
def test_a_value_function_gives_utilities_and_keeps_the_unknown(kind: str) -> None:
    raw = np.array([10.0, np.nan, -1e12, 1e12, 20.0, 20.0])
    before = raw.copy()
    run = value_functions[kind].run
    params = value_functions[kind].check(CURVES[kind], kind)
    utility = run(raw, **params)
    assert np.isnan(utility).tolist() == np.isnan(raw).tolist()
    known = utility[~np.isnan(utility)]
    assert ((known >= 0) & (known <= 1)).all()
    assert utility[4] == utility[5]
    assert np.array_equal(raw, before, equal_nan=True)
    assert run(raw[::-1], **params) == pytest.approx(utility[::-1], nan_ok=True)
    assert len(run(np.zeros(0), **params)) == 0
