"""A criterion is measured again only where something it rests on has changed; what is taken over is what a fresh run gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest import mock

import numpy as np
import pyarrow as pa
import pytest
import shapely
from factories import make_layer, make_raster, make_scheme
from measure_cases import MEASURES, layers

from landplan.core.layers import Layer, LayerSet
from landplan.core.scheme import Scheme
from landplan.core.tables import CriteriaTable
from landplan.steps import measure as room
from landplan.steps.join import join
from landplan.steps.measure import Made, measure

CRITERIA = [
    *({"id": f"by_{kind}", "measure": {"kind": kind, **params}} for kind, params in MEASURES.items()),
    {"id": "plain", "measure": {"kind": "field", "expression": "area_mu"}},
    {"id": "priced", "measure": {"kind": "field", "expression": "output_wan * price"}},
    {"id": "after", "measure": {"kind": "field", "expression": "priced + 1"}},
    {"id": "near", "measure": {"kind": "distance", "layer": "stations", "where": "size > least"}},
    {"id": "placed", "measure": {"kind": "field", "expression": "CASE WHEN zone_carrier IS NULL THEN 0 ELSE 1 END"}},
    {"id": "filled", "measure": {"kind": "compactness"}, "missing": "zone_median"},
]


def scheme(price: float = 2.0, least: float = 1.0, **parts: Any) -> Scheme:
    figures = {"price": {"value": price}, "least": {"value": least}}
    return make_scheme(CRITERIA, figures=figures, zone_set="carrier", **parts)


def town() -> LayerSet:
    found = layers()
    stations = make_layer([shapely.Point(120, 200), shapely.Point(400, 90)], id="stations", size=[1.0, 5.0])
    return replace(found, layers={**found.layers, "stations": stations})


def remeasured(change: Callable[[LayerSet], LayerSet] = lambda given: given, after: Scheme | None = None) -> set[str]:
    """The criteria measured anew after a change, once every column was found to be as of a fresh run."""
    before, wanted = town(), after or scheme()
    zones, kept = join(before), dict[str, Made]()
    measure(before, zones, scheme(), kept=kept)
    now = change(before)
    placed = now.zones is before.zones and now.parcels.geometry is before.parcels.geometry
    there = zones if placed else join(now)
    told: list[str] = []

    def spy(context: Any, criterion: Any, of: Any) -> Any:
        told.append(criterion.id)
        return run(context, criterion, of)

    run = room._measured
    with mock.patch.object(room, "_measured", spy):
        found = measure(now, there, wanted, kept=kept)
    same(found, measure(now, there, wanted))
    assert kept.keys() == found.columns.keys()
    return set(told)


def same(found: CriteriaTable, fresh: CriteriaTable) -> None:
    assert found.columns.keys() == fresh.columns.keys() and found.skipped.keys() == fresh.skipped.keys()
    for id, column in fresh.columns.items():
        np.testing.assert_array_equal(found.columns[id].values, column.values)
        np.testing.assert_array_equal(found.columns[id].states, column.states)
        told = [(issue.id, dict(issue.values)) for issue in found.columns[id].issues]
        assert told == [(issue.id, dict(issue.values)) for issue in column.issues]


def other(role: str, layer: Layer) -> Callable[[LayerSet], LayerSet]:
    return lambda given: replace(given, layers={**given.layers, role: layer})


def new_field(given: LayerSet) -> LayerSet:
    output = pa.array(given.parcels.numbers("output_wan") * 3, from_pandas=True)
    names = given.parcels.table.column_names
    table = given.parcels.table.set_column(names.index("output_wan"), "output_wan", output)
    return replace(given, layers={**given.layers, "parcels": replace(given.parcels, table=table)})


IN_ZONES = {"by_zone_share", "by_chain_fit", "placed", "filled"}
OF_FIELDS = {"by_field", "by_contiguous_area", "by_chain_fit", "by_neighbour_mean", "plain", "priced", "after", "placed"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda given: given, set()),
        (
            other("roads", make_layer([shapely.LineString([(0, -9), (300, -9)])], id="roads")),
            {"by_network_distance", "by_frontage_length"},
        ),
        (other("water", make_layer([shapely.box(0, 0, 50, 50)], id="water")), {"by_cover_share"}),
        (
            other("stations", make_layer([shapely.Point(0, 90)], id="stations", size=[3.0])),
            {"by_distance", "by_density", "by_network_distance", "near"},
        ),
        (lambda given: replace(given, rasters={"flood": make_raster(np.ones((20, 70)), id="flood")}), {"by_zonal"}),
        (lambda given: replace(given, rasters={**given.rasters, "noise": make_raster(np.ones((9, 9)), id="noise")}), set()),
        (other("zones", make_layer([shapely.box(0, 0, 250, 200)], id="zones", set=["carrier"], focus=["SiC"])), IN_ZONES),
        (new_field, OF_FIELDS),
        (lambda given: replace(given, layers={k: v for k, v in given.layers.items() if k != "water"}), {"by_cover_share"}),
    ],
    ids=["nothing", "roads", "water", "stations", "raster", "another raster", "zones", "a field", "no water"],
)
def test_only_what_rests_on_a_changed_input_is_measured_again(change: Any, expected: set[str]) -> None:
    assert remeasured(change) == expected


def test_figures_rules_and_earlier_criteria_count_as_inputs() -> None:
    assert remeasured(after=scheme(price=3.0)) == {"priced", "after"}
    assert remeasured(after=scheme(least=4.0)) == {"near"}
    assert remeasured(after=scheme(missing="worst")) == set()  # none of them is scored
    changed = [{**one, "measure": {**one["measure"], "reach_m": 99.0}} if one["id"] == "near" else one for one in CRITERIA]
    figures = {"price": {"value": 2.0}, "least": {"value": 1.0}}
    assert remeasured(after=make_scheme(changed, figures=figures, zone_set="carrier")) == {"near"}
    assert remeasured(after=make_scheme(CRITERIA[-1:], zone_set="other")) == {"filled"}


def test_other_places_are_measured_anew() -> None:
    def moved(given: LayerSet) -> LayerSet:
        geometry = replace(given.parcels.geometry, xy=given.parcels.geometry.xy + 1.0)
        return replace(given, layers={**given.layers, "parcels": replace(given.parcels, geometry=geometry)})

    assert remeasured(moved) == {one["id"] for one in CRITERIA}
