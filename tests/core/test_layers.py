"""Flat geometry and shapely say the same."""

import time

import numpy as np
import pyarrow as pa
import pytest
import shapely
from factories import make_layer

from landplan.core.errors import InputError
from landplan.core.layers import Geometry, Layer, Source, among, take

SHAPES = [
    shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (1, 2), (2, 2), (2, 1)]]),
    None,
    shapely.MultiPolygon([shapely.box(10, 0, 11, 1), shapely.box(20, 0, 22, 2)]),
]


def flat() -> Geometry:
    a = shapely.get_coordinates(SHAPES[0])
    b = shapely.get_coordinates(SHAPES[2])
    ring = np.array([0, 5, 10, 15, 20])
    return Geometry("polygon", np.vstack([a, b]), ring, np.array([0, 2, 3, 4]), np.array([0, 1, 1, 3]))


def layer() -> Layer:
    table = pa.table({"n": [1, None, 3], "t": ["a", None, "00123"], "x": [1.5, float("nan"), float("inf")]})
    return Layer("parcels", table, flat(), "EPSG:4549", np.array(["A", "B", "C"], object), Source("a.shp"))


def test_shapes_are_the_same_polygons() -> None:
    for got, expected in zip(layer().shapes, SHAPES, strict=True):
        assert (got is None and expected is None) or got.equals(expected)


def test_area_of_a_null_geometry_is_unknown_not_zero() -> None:
    assert layer().area_m2[[0, 2]].tolist() == [15.0, 5.0]
    assert np.isnan(layer().area_m2[1])


def test_areas_are_shapelys_far_from_the_origin_and_in_any_order() -> None:
    random = np.random.default_rng(5)
    places = random.uniform(0, 900, (40, 2)) + np.array([624_000, 3_473_000])
    discs = [shapely.Point(x, y).buffer(random.uniform(5, 60)) for x, y in places]
    shapes = [disc.difference(disc.centroid.buffer(2)) for disc in discs[:20]]
    shapes += [shapely.MultiPolygon([disc, shapely.box(0, 0, k, 2)]) for k, disc in enumerate(discs[20:], 1)]
    made = make_layer([*shapes, None, shapely.Polygon()])
    np.testing.assert_allclose(made.area_m2[:40], shapely.area(shapes), rtol=1e-12)
    assert np.isnan(made.area_m2[40])
    assert made.area_m2[41] == 0.0
    backwards = make_layer([None, *(shape.reverse() for shape in shapes[::-1])]).area_m2[::-1]
    np.testing.assert_allclose(backwards[:40], made.area_m2[:40], rtol=1e-12)
    assert (make_layer([None, *shapes[::-1]]).area_m2[::-1][:40] == made.area_m2[:40]).all()
    assert make_layer([shapely.Point(1, 2), shapely.Point(3, 4)]).area_m2.tolist() == [0.0, 0.0]


def test_take_keeps_holes_and_parts_in_the_order_asked() -> None:
    chosen = take(flat(), np.array([2, 0]))
    shapes = Layer("parcels", layer().table.slice(0, 2), chosen, "", np.array(["C", "A"], object), Source("")).shapes
    assert shapes[0].equals(SHAPES[2])
    assert shapes[1].equals(SHAPES[0])


def test_rows_keeps_ids_attributes_and_geometry_together() -> None:
    kept = layer().rows(np.array([False, True, True]))
    assert kept.ids.tolist() == ["B", "C"]
    assert kept.texts("t").tolist() == [None, "00123"]
    assert kept.shapes[1].equals(SHAPES[2])


def test_unknown_numbers_are_nan_and_integers_stay_text_exactly() -> None:
    assert np.isnan(layer().numbers("x")).tolist() == [False, True, True]
    assert layer().texts("n").tolist() == ["1", None, "3"]


def test_a_missing_field_names_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        layer().column("tt")
    assert caught.value.values["nearest"] == "t"


def test_a_long_list_of_ids_is_found_at_once() -> None:
    ids = np.array([f"P{k:06d}" for k in range(200_000)], object)
    wanted = ids[::100].tolist()
    began_s = time.perf_counter()
    found = among(ids, (*wanted, "P9999999"))
    assert time.perf_counter() - began_s < 2.0  # comparing text with text takes half a minute
    assert np.flatnonzero(found).tolist() == list(range(0, 200_000, 100))
    assert not among(ids, ()).any()
