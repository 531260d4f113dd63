"""Criteria step: order, skipping, policies for unknown values, and errors that name the nearest."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
from factories import make_layer, make_layers, make_scheme, no_zones, square

from landplan.core.errors import InputError, SchemeError
from landplan.core.layers import LayerSet
from landplan.core.measuring import FILLED, MISSING
from landplan.core.tables import CriteriaTable
from landplan.steps.join import join
from landplan.steps.measure import measure

LINEAR = {"kind": "linear", "worst": 0, "best": 100}


def field(id: str, expression: str, **parts: Any) -> dict[str, Any]:
    return {"id": id, "measure": {"kind": "field", "expression": expression}, **parts}


def layers() -> LayerSet:
    parcels = make_layer([square(200 * i, 0) for i in range(4)], ids=["a", "b", "c", "d"], output_wan=[10.0, 30.0, None, None])
    return make_layers(parcels, make_layer([shapely.box(-10, -10, 590, 110)], id="zones", set=["town"]))


def of(*criteria: dict[str, Any], given: LayerSet | None = None, **parts: Any) -> CriteriaTable:
    found = given or layers()
    return measure(found, join(found), make_scheme(criteria, **parts))


def test_a_criterion_may_use_the_ones_before_it_and_the_figures() -> None:
    table = of(field("twice", "output_wan * k"), field("more", "twice + 1"), figures={"k": {"value": 2}})
    assert table.columns["more"].values[:2].tolist() == [21.0, 61.0]
    assert table.ids.tolist() == ["a", "b", "c", "d"]


def test_a_criterion_used_too_early_says_so() -> None:
    with pytest.raises(SchemeError) as error:
        of(field("more", "twice + 1"), field("twice", "output_wan * 2"))
    assert (error.value.id, error.value.where) == ("criterion_named_early", "more")


def test_what_is_not_there_is_skipped_and_named_and_stays_unknown_for_later_criteria() -> None:
    table = of(
        {"id": "metro_m", "measure": {"kind": "distance", "layer": "stations"}},
        {"id": "flood", "measure": {"kind": "zonal", "raster": "flood"}},
        {"id": "part", "measure": {"kind": "zone_share", "set": "block"}},
        field("tax", "tax_wan / area_mu"),
        field("mixed", "metro_m * 2"),
        field("town", "zone_ward"),
    )
    assert set(table.skipped) == {"metro_m", "flood", "part", "tax", "mixed", "town"}
    assert (table.skipped["metro_m"].values["layer"], table.skipped["tax"].values["fields"]) == ("stations", "tax_wan")
    assert "metro_m" in table.skipped["mixed"].text("en")


@pytest.mark.parametrize(
    ("criterion", "named"),
    [
        ({"id": "x", "measure": {"kind": "distence", "layer": "a"}}, "distance"),
        ({"id": "x", "measure": {"kind": "distance", "layer": "a", "reach": 5}}, "reach_m"),
        ({"id": "x", "measure": {"kind": "distance", "layer": "a", "reach_m": -5}}, "-5"),
        ({"id": "x", "measure": {"kind": "distance", "layer": "a", "reach_m": "far"}}, "far"),
        ({"id": "x", "measure": {"kind": "distance", "layer": "a", "reach_m": float("nan")}}, "nan"),
        ({"id": "x", "measure": {"kind": "distance"}}, "layer"),
        ({"id": "x", "measure": {"kind": "field", "expression": "1", "unit": "mus"}}, "mu"),
        (field("x", "output_wan", value={"kind": "linaer", "worst": 0, "best": 1}), "linear"),
        (field("x", "output_wan", value={"kind": "linear", "worst": 1, "best": 1}), "1"),
        (field("x", "output_wam"), "output_wan"),
    ],
)
def test_what_nobody_knows_is_an_error_that_names_the_nearest(criterion: dict[str, Any], named: str) -> None:
    with pytest.raises(SchemeError, match=named) as error:
        of(criterion)
    assert error.value.where == "x"


def test_zone_median_fills_in_flags_and_counts() -> None:
    table = of(field("output", "output_wan", value=LINEAR, missing="zone_median"))
    column = table.columns["output"]
    assert column.values[:3].tolist() == [10.0, 30.0, 20.0]
    assert column.states.tolist() == [0, 0, FILLED, MISSING]  # outside the town nobody knows one
    assert [(issue.id, issue.values["n"], issue.values["left"]) for issue in column.issues] == [("median_filled", 1, 1)]
    found = layers()
    alone = measure(found, no_zones(), make_scheme([field("output", "output_wan", value=LINEAR, missing="zone_median")]))
    assert [issue.id for issue in alone.issues] == ["median_without_zones"]


def test_refuse_names_the_parcels() -> None:
    with pytest.raises(InputError, match="c, d") as error:
        of(field("output", "output_wan", value=LINEAR), missing="refuse")
    assert error.value.exit_code == 2
    assert of(field("output", "output_wan"), missing="refuse").columns["output"].unknown.sum() == 2  # not scored: no matter
