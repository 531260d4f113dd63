"""Odd and invalid shapes of a layer, whatever it is about: each told with what a repair would change."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from made_files import X, Y, squares

from landplan.core.layers import Layer, Source
from landplan.io.shape_faults import shape_faults
from landplan.io.shapes import flat


def told(*shapes: Any, metres: bool = True) -> dict[str, Any]:
    rows = np.array(shapes, object)
    table = pa.table({"k": range(len(rows))})
    layer = Layer(
        "plots", table, flat(rows, "polygon"), "EPSG:4549", np.arange(len(rows)).astype(str).astype(object), Source("x")
    )
    invalid, issues = shape_faults(layer, metres)
    assert invalid == int((~shapely.is_valid(rows)).sum())
    return {issue.id: issue.values for issue in issues}


def test_sound_neighbours_are_not_talked_of() -> None:
    neighbours = [shapely.box(X + 10 * k, Y, X + 10 * k + 10, Y + 10) for k in range(5)]
    ring = shapely.box(X, Y + 50, X + 10, Y + 60).difference(shapely.box(X + 2, Y + 52, X + 8, Y + 58))
    assert told(*neighbours, ring, shapely.box(X + 2, Y + 52, X + 8, Y + 58)) == {}


def test_a_repair_is_told_with_the_area_before_and_after() -> None:
    bowtie = shapely.Polygon([(X, Y + 50), (X + 10, Y + 60), (X + 10, Y + 50), (X, Y + 58)])
    values = told(*squares(3), bowtie)["invalid_geometries"]
    assert (values["n"], values["changed"], values["row"]) == (1, 1, 4)
    assert values["before_m2"] == pytest.approx(10.0, rel=1e-3)
    assert values["after_m2"] == pytest.approx(shapely.make_valid(bowtie, method="structure").area, rel=1e-3)


def test_a_repair_that_moves_nothing_says_so() -> None:
    touching = shapely.Polygon(
        [(X, Y), (X, Y + 10), (X + 10, Y + 10), (X + 5, Y), (X + 10, Y - 10), (X, Y - 10), (X, Y), (X + 5, Y), (X, Y)]
    )
    values = told(touching)["invalid_geometries"]
    assert values["changed"] == 0


@pytest.mark.parametrize(
    ("shapes", "code", "row"),
    [
        ([shapely.box(X, Y, X + 10, Y + 10), shapely.box(X + 5, Y, X + 15, Y + 10)], "shapes_overlapping", 2),
        ([shapely.box(X, Y, X + 10, Y + 10), shapely.box(X + 2, Y + 2, X + 5, Y + 5)], "shapes_overlapping", 2),
        ([shapely.box(X, Y, X + 10, Y + 10), shapely.reverse(shapely.box(X, Y, X + 10, Y + 10))], "shapes_alike", 2),
        ([shapely.box(X, Y, X + 10, Y + 10), shapely.box(X + 20, Y, X + 20.5, Y + 0.5)], "shapes_tiny", 2),
        ([shapely.Polygon([(X, Y), (X, Y + 10), (X + 200, Y + 10), (X + 10, Y + 9.5), (X + 10, Y)])], "shapes_spiked", 1),
    ],
)
def test_each_oddity_is_told_alone(shapes: list[Any], code: str, row: int) -> None:
    assert told(*shapes) == {code: {"n": 1, "first": row}}


def test_the_spike_at_the_first_vertex_counts_and_right_angles_do_not() -> None:
    spiked = shapely.Polygon([(X + 200, Y + 10), (X + 10, Y + 9.5), (X + 10, Y), (X, Y), (X, Y + 10)])
    assert told(spiked)["shapes_spiked"] == {"n": 1, "first": 1}
    assert told(*squares(4)) == {}


def test_without_a_crs_nothing_is_measured_on_the_ellipsoid() -> None:
    bowtie = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 8)])
    assert told(bowtie, shapely.box(50, 50, 50.1, 50.1), metres=False)["invalid_geometries"]["before_m2"] == 10.0


def test_a_row_far_from_all_others_is_told_and_wide_layers_are_not() -> None:
    plots = list(squares(30))
    plots[4] = shapely.transform(plots[4], lambda xy: xy + np.array([500_000.0, 0.0]))
    assert told(*plots)["shapes_far"] == {"n": 1, "first": 5}
    country = [shapely.box(X + 40_000 * k, Y, X + 40_000 * k + 10, Y + 10) for k in range(30)]
    assert "shapes_far" not in told(*country)
