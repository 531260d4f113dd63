"""A layer shifted as web maps are is suspected where another layer proves it, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import shapely

from landplan.core.china_offset import wgs84_to_bd09, wgs84_to_gcj02
from landplan.core.china_shift import Placed, suspected_shift
from landplan.core.crs import reprojected
from landplan.core.layers import Float
from landplan.io.shapes import flat

X, Y = 611_000.0, 3_463_000.0
METRIC, DEGREES = "EPSG:4549", "EPSG:4490"


def plots(seed: int = 1, n: int = 400, x: float = X, y: float = Y, spread_m: float = 4_000.0) -> Placed:
    """Irregular rectangles scattered over a district."""
    random = np.random.default_rng(seed)
    west, south = x + random.uniform(0, spread_m, n), y + random.uniform(0, spread_m, n)
    boxes = shapely.box(west, south, west + random.uniform(30, 120, n), south + random.uniform(30, 120, n))
    return Placed(flat(boxes, "polygon"), METRIC)


def moved(layer: Placed, shift: Callable[[Float], Float], crs: str = DEGREES) -> Placed:
    degrees = shift(reprojected(layer.geometry.xy, layer.crs, DEGREES, ""))
    return Placed(replace(layer.geometry, xy=np.ascontiguousarray(reprojected(degrees, DEGREES, crs, ""))), crs)


@pytest.mark.parametrize(
    ("shift", "code", "metres"), [(wgs84_to_gcj02, "shifted_gcj02", 477), (wgs84_to_bd09, "shifted_bd09", 1140)]
)
@pytest.mark.parametrize("crs", [DEGREES, METRIC])
def test_a_shifted_layer_is_told_by_the_true_one(shift: Callable[[Float], Float], code: str, metres: float, crs: str) -> None:
    true = plots()
    found = suspected_shift(moved(true, shift, crs), true)
    assert found is not None
    assert found.code == code
    assert found.metres == pytest.approx(metres, abs=15)
    assert found.share_now < 0.1 < 0.95 < found.share_undone


def test_an_outline_digitised_again_is_told_too() -> None:
    random = np.random.default_rng(2)
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    ring = np.column_stack([np.cos(angle), np.sin(angle)]) * (2_500 + random.uniform(-600, 600, 60))[:, None] + (X, Y)
    again = ring[::2] + random.normal(0, 4, (30, 2))
    true, rough = (Placed(flat(np.array([shapely.Polygon(points)]), "polygon"), METRIC) for points in (ring, again))
    found = suspected_shift(moved(rough, wgs84_to_gcj02), true)
    assert found is not None
    assert found.code == "shifted_gcj02"


def test_a_true_layer_is_not_suspected_because_the_other_one_is_shifted() -> None:
    true = plots()
    assert suspected_shift(true, moved(true, wgs84_to_gcj02)) is None


def test_no_suspicion_of_itself_neighbours_or_strangers() -> None:
    true = plots()
    assert suspected_shift(moved(true, lambda degrees: degrees), true) is None
    for other in (plots(2), plots(3, x=X + 4_000), plots(4, spread_m=800), plots(5, x=X + 60_000)):
        assert suspected_shift(moved(other, lambda degrees: degrees), true) is None
        assert suspected_shift(moved(true, wgs84_to_gcj02), other) is None


@pytest.mark.parametrize("pitch_m", [20.0, 47.7, 95.4, 160.0])
def test_a_regular_grid_proves_nothing(pitch_m: float) -> None:
    at = X + pitch_m * np.arange(40), Y + pitch_m * np.arange(40)
    west, south = (axis.ravel() for axis in np.meshgrid(*at))
    grid = Placed(flat(shapely.box(west, south, west + pitch_m * 0.8, south + pitch_m * 0.8), "polygon"), METRIC)
    assert suspected_shift(moved(grid, lambda degrees: degrees), grid) is None
    other = replace(grid, geometry=replace(grid.geometry, xy=grid.geometry.xy + pitch_m / 3))
    assert suspected_shift(moved(other, lambda degrees: degrees), grid) is None


def test_neighbours_that_share_a_border_are_not_suspected() -> None:
    random = np.random.default_rng(7)
    border = np.column_stack([X + random.normal(0, 60, 80), Y + np.linspace(0, 8_000, 80)])
    west = shapely.Polygon([*border, (X - 6_000, Y + 8_000), (X - 6_000, Y)])
    east = shapely.Polygon([*border, (X + 6_000, Y + 8_000), (X + 6_000, Y)])
    a, b = (Placed(flat(np.array([shape]), "polygon"), METRIC) for shape in (west, east))
    assert suspected_shift(moved(a, lambda degrees: degrees), b) is None
    assert suspected_shift(moved(a, wgs84_to_gcj02), b) is not None  # the shared border gives it away


def test_too_little_to_say_and_planes_and_other_countries() -> None:
    true = plots(n=1)
    assert suspected_shift(moved(true, wgs84_to_gcj02), true) is None
    many = plots()
    assert suspected_shift(Placed(many.geometry, "plane:local"), many) is None
    paris = Placed(replace(many.geometry, xy=many.geometry.xy - (X, Y) + (450_000, 5_411_000)), "EPSG:32631")
    assert suspected_shift(moved(paris, wgs84_to_gcj02), paris) is None


def test_large_layers_are_looked_at_in_a_window() -> None:
    many = plots(n=60_000, spread_m=40_000.0)
    found = suspected_shift(moved(many, wgs84_to_gcj02), many)
    assert found is not None
    assert found.code == "shifted_gcj02"
    assert suspected_shift(many, many) is None
