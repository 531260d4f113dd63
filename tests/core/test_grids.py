"""Grids without a code against published examples and PROJ; both ways, vectorised."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from landplan.core.errors import InputError
from landplan.core.grids import HelmertGrid, PlaneGrid, TextGrid, between, from_geocentric, to_geocentric

CITY = "+proj=tmerc +lat_0=31.25 +lon_0=121.5 +k=1 +x_0=0 +y_0=0 +ellps=krass +units=m +no_defs"
"""Made for this test; not the parameters of any city."""


def plane(**more: Any) -> PlaneGrid:
    facts: dict[str, Any] = {
        "from_origin": (0.0, 0.0),
        "to_origin": (545_000.0, 3_456_000.0),
        "rotation_deg": 0.25,
        "scale": 1.00002,
    }
    return PlaneGrid(model=4, to="EPSG:4549", **{**facts, **more})


def helmert(**more: Any) -> HelmertGrid:
    facts: dict[str, Any] = {
        "source": CITY,
        "to": "EPSG:4549",
        "shift_m": (15.8, -154.4, -82.3),
        "rotation_seconds": (0.5, -1.2, 2.2),
        "scale_ppm": -3.2,
    }
    return HelmertGrid(model=7, **{**facts, **more})


def test_the_worked_example_of_the_position_vector_transformation() -> None:
    """EPSG Guidance Note 7-2 (2019), 4.3.3, method 1033/9606: WGS 72 to WGS 84, to the centimetre it is printed to."""
    grid = helmert(shift_m=(0.0, 0.0, 4.5), rotation_seconds=(0.0, 0.0, 0.554), scale_ppm=0.219)
    found = grid.moved(np.array([[3657660.66, 255768.55, 5201382.11]]))
    np.testing.assert_allclose(found, [[3657660.78, 255778.43, 5201387.75]], atol=0.01)
    np.testing.assert_allclose(grid.moved_back(found), [[3657660.66, 255768.55, 5201382.11]], atol=1e-8)


def test_the_registered_similarity_of_slovenia() -> None:
    """EPSG:1452 (method 9621), as PROJ has it from the EPSG dataset; its angle turns the other way round than ours."""
    operation = pyproj.Transformer.from_pipeline("urn:ogc:def:coordinateOperation:EPSG::1452")
    facts = {step.name.split()[0]: step.value for step in pyproj.crs.CoordinateOperation.from_authority("EPSG", 1452).params}
    grid = plane(from_origin=(0, 0), to_origin=(-378.752, 493.395), rotation_deg=-facts["Rotation"], scale=facts["Scale"])
    points = np.array([[500_000.0, 100_000.0], [412_345.6, 54_321.9]])
    np.testing.assert_allclose(grid.forward(points), np.column_stack(operation.transform(*points.T)), atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(
    st.tuples(*[st.floats(-500, 500)] * 3), st.tuples(*[st.floats(-20, 20)] * 3), st.floats(-50, 50), st.integers(0, 2**32 - 1)
)
def test_seven_parameters_are_those_of_proj(shift: Any, turn: Any, ppm: float, seed: int) -> None:
    grid = helmert(shift_m=shift, rotation_seconds=turn, scale_ppm=ppm)
    parameters = [*shift, *turn, ppm]
    named = " ".join(f"+{name}={value!r}" for name, value in zip(("x", "y", "z", "rx", "ry", "rz", "s"), parameters, strict=True))
    oracle = pyproj.Transformer.from_pipeline(f"+proj=helmert {named} +convention=position_vector")
    points = np.random.default_rng(seed).uniform(-6.4e6, 6.4e6, (20, 3))
    np.testing.assert_allclose(grid.moved(points), np.column_stack(oracle.transform(*points.T)), atol=1e-7)


def test_the_whole_way_between_two_ellipsoids_is_that_of_proj() -> None:
    grid = helmert()
    turn = " ".join(f"+{name}={value}" for name, value in zip(("rx", "ry", "rz"), grid.rotation_seconds, strict=True))
    oracle = pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +inv +proj=tmerc +lat_0=31.25 +lon_0=121.5 +k=1 +x_0=0 +y_0=0 +ellps=krass"
        f" +step +proj=cart +ellps=krass +step +proj=helmert +x=15.8 +y=-154.4 +z=-82.3 {turn} +s=-3.2"
        " +convention=position_vector +step +inv +proj=cart +ellps=GRS80"
        " +step +proj=tmerc +lat_0=0 +lon_0=120 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80"
    )
    points = np.random.default_rng(3).uniform(-60_000, 60_000, (500, 2))
    x, y, _ = oracle.transform(points[:, 0], points[:, 1], np.zeros(len(points)))
    np.testing.assert_allclose(grid.forward(points), np.column_stack([x, y]), atol=1e-6)


@pytest.mark.parametrize("grid", [plane(), helmert(), helmert(source="EPSG:4214", to="EPSG:4490"), TextGrid(proj=CITY)])
def test_there_and_back_is_where_it_was(grid: Any) -> None:
    """Within 10⁻⁵ m, though a change of ellipsoid gives heights that plane coordinates then lose."""
    rng = np.random.default_rng(11)
    in_degrees = getattr(grid, "source", "") == "EPSG:4214"
    points = rng.uniform((120.5, 30.5), (122.0, 32.0), (5_000, 2)) if in_degrees else rng.uniform(-90_000, 90_000, (5_000, 2))
    limit = 1e-10 if in_degrees else 1e-7
    np.testing.assert_allclose(between(between(points, grid, "EPSG:4549", "x"), "EPSG:4549", grid, "x"), points, atol=limit)


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), st.floats(-180, 180), st.floats(0.5, 2.0), st.integers(0, 2**32 - 1)
)
def test_a_similarity_comes_back_to_a_billionth(origin: Any, turn: float, scale: float, seed: int) -> None:
    grid = plane(from_origin=origin, rotation_deg=turn, scale=scale)
    points = np.random.default_rng(seed).uniform(-1e5, 1e5, (50, 2))
    size = max(abs(np.array([*origin, *grid.to_origin])).max(), 1e5)
    assert np.abs(grid.inverse(grid.forward(points)) - points).max() <= 1e-9 * size


def test_lengths_grow_by_the_scale_alone() -> None:
    points = np.random.default_rng(5).uniform(-1e4, 1e4, (30, 2))
    lengths = [np.hypot(*np.diff(xy, axis=0).T) for xy in (points, plane(scale=1.25).forward(points))]
    np.testing.assert_allclose(lengths[1], 1.25 * lengths[0], rtol=1e-9)


def test_geocentric_and_back() -> None:
    at = np.array([[620_000.0, 3_470_000.0, 12.5], [400_000.0, 3_400_000.0, 8_000.0]])
    np.testing.assert_allclose(from_geocentric(to_geocentric(at, "EPSG:4549"), "EPSG:4549"), at, atol=1e-7)
    xyz = to_geocentric(np.array([[0.0, 0.0, 100.0]]), "EPSG:4490")
    np.testing.assert_allclose(xyz, [[6_378_237.0, 0.0, 0.0]], atol=1e-6)


def test_a_vertex_without_an_image_is_said_and_nothing_else_is_a_grid() -> None:
    with pytest.raises(InputError) as caught:
        between(np.array([[0.0, 0.0], [np.inf, 0.0]]), plane(), "EPSG:4528", "x.shp")
    assert caught.value.id == "crs_no_image"
    for wrong in ({"proj": "+proj=tmerc", "wkt": "…"}, {}):
        with pytest.raises(ValidationError):
            TextGrid(**wrong)


def test_how_many_vertices_lie_far_from_the_control_points() -> None:
    grid = plane(box=(0.0, 0.0, 1000.0, 500.0))
    assert grid.beyond(np.array([[0.0, 0.0], [1999.0, 1499.0], [2001.0, 0.0], [0.0, -1001.0]])) == 2
    assert plane().beyond(np.array([[1e9, 1e9]])) == 0
