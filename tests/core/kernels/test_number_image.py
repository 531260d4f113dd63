"""Which plot owns which pixel: the fast image against a slow rasteriser that shares no code with it."""

from __future__ import annotations

from itertools import pairwise
from unittest import mock

import numpy as np
import pytest
import shapely
from factories import geometry_of, square
from hypothesis import given, settings
from hypothesis import strategies as st
from random_plots import grid_of_plots, owners, random_plots

from landplan.core.kernels import bands
from landplan.core.kernels.number_image import View, number_image, number_near, overview, shifted
from landplan.core.kernels.plot_index import PlotIndex, plot_index, rows_in_box, rows_in_rectangle
from landplan.core.layers import Geometry

ZOOMS_M = (0.05, 0.2, 0.7, 1.3, 2.9, 5.6, 5.7, 11.0, 22.7, 30.0, 90.0, 400.0)
"""Pixel sizes: from a pixel within a plot to a layer within a pixel, on both sides of every change of detail."""


def centres(index: PlotIndex, view: View, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """x and y (m) of the pixel centres."""
    x = index.origin[0] + (view.column + np.arange(width) + 0.5) * view.pixel_m
    y = index.origin[1] - (view.row + np.arange(height) + 0.5) * view.pixel_m
    return np.broadcast_arrays(x[None, :], y[:, None])


def rows(index: PlotIndex, numbers: np.ndarray) -> np.ndarray:
    """The rows of the layer that the numbers stand for; −1 stays."""
    return np.append(index.row, -1)[numbers]


def assert_owned(shapes: list, index: PlotIndex, view: View, numbers: np.ndarray, tolerance_m: float) -> None:
    """Every pixel has the number of the slow way, or one that a boundary moved by the tolerance could give it."""
    x, y = centres(index, view, numbers.shape[1], numbers.shape[0])
    expected = owners(shapes, x, y)
    for r, c in np.argwhere(numbers != expected):
        strayed = shapes[max(numbers[r, c], expected[r, c])]
        edge = shapely.distance(shapely.boundary(strayed), shapely.Point(x[r, c], y[r, c]))
        assert edge <= tolerance_m, f"pixel {r}, {c}: {numbers[r, c]}, not {expected[r, c]}, {edge} m from a boundary"


@pytest.mark.parametrize("pixel_m", ZOOMS_M)
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), x=st.floats(-300, 300), y=st.floats(-300, 300))
def test_owners_at_every_zoom(pixel_m: float, seed: int, x: float, y: float) -> None:
    shapes = random_plots(seed)
    index = plot_index(geometry_of(shapes))
    view = View.at(index, 619_000.0 + x - 15 * pixel_m, 3_469_000.0 + y + 10 * pixel_m, pixel_m)
    for oversample in (1, 2):
        numbers = rows(index, number_image(index, view, 30, 20, oversample=oversample))
        fine = view.finer(oversample)
        tolerance_m = index.detail(fine.pixel_m).tolerance_m
        assert tolerance_m <= fine.pixel_m / 4
        assert_owned(shapes, index, fine, numbers, tolerance_m + 1e-4)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("pixel_m", [0.25, 1.0, 4.0])
def test_owners_on_a_lattice_are_exact(seed: int, pixel_m: float) -> None:
    """Coordinates and centres without rounding: not one pixel may differ, centres on upright and level boundaries included."""
    random = np.random.default_rng(seed)
    corners = random.integers(-40, 40, (9, 4)) / 2.0
    shapes = [shapely.box(min(a, c), min(b, d), max(a, c) + 0.5, max(b, d) + 0.5) for a, b, c, d in corners]
    shapes += [shapely.Polygon(random.integers(-160, 160, (3, 2)) / 8.0 + [7 / 1024, 3 / 1024]) for _ in range(5)]
    shapes.append(shapely.Polygon([(-20, -20), (20, -20), (20, 20), (-20, 20)], [[(-8, -8), (8, -8), (8, 8), (-8, 8)]]))
    index = plot_index(geometry_of(shapes))
    view = View.at(index, -25.0, 25.0, pixel_m)
    size = int(50 / pixel_m) + 1
    numbers = rows(index, number_image(index, view, size, size))
    x, y = centres(index, view, size, size)
    # a centre on a boundary counts as a hair to the east and, less, to the south
    expected = owners(shapes, x + 1e-7, y - 1e-9)
    assert (numbers == expected).all()
    assert len(np.unique(numbers)) > 3


def test_common_boundaries_leave_no_slit_and_no_overlap() -> None:
    geometry = grid_of_plots(12, 12)
    whole = plot_index(geometry)
    reverse = plot_index(Geometry("polygon", geometry.xy[::-1].copy(), geometry.ring, geometry.part, geometry.row))
    for pixel_m in (0.8, 3.3, 7.0, 25.0):
        view = View.at(whole, 619_000.0 + 100.0, 3_469_000.0 + 800.0, pixel_m)
        size = int(700 / pixel_m)
        numbers = rows(whole, number_image(whole, view, size, size))
        assert (numbers >= 0).all()
        assert (rows(reverse, number_image(reverse, view, size, size)) == 143 - numbers).all()


@given(seed=st.integers(0, 2**32 - 1), pixel_m=st.sampled_from(ZOOMS_M), dx=st.integers(-40, 40), dy=st.integers(-30, 30))
@settings(max_examples=40, deadline=None)
def test_a_shifted_image_equals_a_full_drawing(seed: int, pixel_m: float, dx: int, dy: int) -> None:
    index = plot_index(geometry_of(random_plots(seed)))
    old = View.at(index, 619_000.0 - 17 * pixel_m, 3_469_000.0 + 11 * pixel_m, pixel_m)
    before, new = number_image(index, old, 34, 22), old.moved(dx, dy)
    for width, height in ((34, 22), (50, 40), (9, 7), (60, 5)):
        assert (shifted(index, old, before, new, width, height) == number_image(index, new, width, height)).all()


def test_a_shifted_image_draws_only_the_strip() -> None:
    index = plot_index(geometry_of([square(0, 0, 50), square(50, 0, 50)]))
    view = View(1.0, -40, -40)
    marked = np.full((80, 80), 77, np.int32)
    moved = shifted(index, view, marked, view.moved(10, -5), 80, 80)
    assert (moved[5:, :70] == 77).all()
    assert not (moved[:5] == 77).any()
    assert not (moved[:, 70:] == 77).any()


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_same_numbers_on_any_number_of_threads(threads: int) -> None:
    index = plot_index(geometry_of(random_plots(3, count=60)))
    view = View.at(index, 618_700.0, 3_469_300.0, 2.0)
    one = number_image(index, view, 300, 300)
    assert (number_image(index, view, 300, 300, threads=threads) == one).all()
    assert len(np.unique(one)) > 20


def test_overview_serves_far_views_to_a_quarter_of_a_pixel() -> None:
    geometry = grid_of_plots(150, 150)
    index = plot_index(geometry)
    far = overview(index, size=512)
    assert far is not None
    view = View.at(index, 618_000.0, 3_481_000.0, far.view.pixel_m * 2.5)
    drawn = number_image(index, view, 200, 210, far=far)
    quick, exact = rows(index, drawn), rows(index, number_image(index, view, 200, 210))
    x, y = centres(index, view, 200, 210)
    xy = geometry.xy.reshape(-1, 13, 2)
    for r, c in np.argwhere(quick != exact)[::7]:
        boundaries = [shapely.LinearRing(xy[k]) for k in (quick[r, c], exact[r, c]) if k >= 0]
        assert min(shapely.distance(ring, shapely.Point(x[r, c], y[r, c])) for ring in boundaries) < view.pixel_m * 0.65
    assert (quick != exact).mean() < 0.25
    assert ((quick < 0) == (exact < 0)).mean() > 0.99
    strip = shifted(index, view, drawn, view.moved(13, 21), 200, 210, far=far)
    assert (strip == number_image(index, view.moved(13, 21), 200, 210, far=far)).all()


def test_no_overview_of_few_plots() -> None:
    assert overview(plot_index(geometry_of([square(0, 0)]))) is None


def test_nothing_to_draw() -> None:
    index = plot_index(geometry_of([None, None]))
    assert index.extent is None
    assert (number_image(index, View(1.0, 0, 0), 7, 5) == -1).all()
    assert len(rows_in_rectangle(index, -1e9, -1e9, 1e9, 1e9)) == 0


def test_small_plots_vanish_and_return() -> None:
    """A plot that covers no centre has no pixel; twice as many samples find one half as wide."""
    index = plot_index(geometry_of([shapely.box(0, 0, 100, 100), shapely.box(12, 12, 14, 14)]))
    assert 1 not in rows(index, number_image(index, View.at(index, 0, 100, 10.0), 10, 10))
    assert 1 in rows(index, number_image(index, View.at(index, 0, 100, 10.0), 10, 10, oversample=8))


def test_numbers_near_a_click() -> None:
    numbers = np.full((9, 9), -1, np.int32)
    numbers[2, 2], numbers[6, 5] = 4, 8
    assert number_near(numbers, 2, 2, 3) == 4
    assert number_near(numbers, 3, 3, 3) == 4
    assert number_near(numbers, 5, 5, 3) == 8
    assert number_near(numbers, 8, 0, 2) == -1
    assert number_near(numbers, -1, 2, 3) == -1


@pytest.mark.parametrize("seed", range(12))
def test_rectangles_choose_the_plots_they_touch(seed: int) -> None:
    shapes = random_plots(seed, count=40)
    index = plot_index(geometry_of(shapes))
    random = np.random.default_rng(seed)
    for size in (5.0, 60.0, 300.0):
        west, south = np.array([619_000.0, 3_469_000.0]) + random.uniform(-300, 300, 2)
        box = (west, south, west + size, south + size)
        whole = shapely.make_valid(np.array(shapes[:-1], object))
        expected = np.flatnonzero(shapely.intersects(whole, shapely.box(*box))).tolist()
        assert rows_in_rectangle(index, *box).tolist() == expected
        assert set(expected) <= set(rows_in_box(index, *box).tolist())


def test_levels_are_kept_where_they_save_something() -> None:
    dense = plot_index(geometry_of(random_plots(2)))
    assert [level.step_m for level in dense.details] == [0.0, 2.0, 8.0]
    assert len(dense.details[2].xy) < len(dense.details[0].xy) / 3
    assert len(plot_index(geometry_of([square(0, 0), square(100, 0)])).details) == 1


def test_extent_and_places() -> None:
    geometry = grid_of_plots(30, 20)
    index = plot_index(geometry)
    low, high = geometry.xy.min(axis=0), geometry.xy.max(axis=0)
    assert index.extent == pytest.approx((*low, *high), abs=1e-3)
    assert sorted(index.row.tolist()) == list(range(600))
    near = [abs(index.box[a] - index.box[b]).max() for a, b in pairwise(range(600))]
    assert np.median(near) < 120.0  # neighbours in memory are neighbours on the ground


def test_an_index_made_by_bands_of_rows_is_that_of_one_thread() -> None:
    geometry = grid_of_plots(30, 30)
    with mock.patch.object(bands, "_FEW", 10**9):
        alone = plot_index(geometry)
    split = plot_index(geometry)
    for name in ("row", "plot", "box", "block"):
        assert np.array_equal(getattr(split, name), getattr(alone, name)), name
    for one, other in zip(split.details, alone.details, strict=True):
        assert one.step_m == other.step_m
        assert np.array_equal(one.xy, other.xy)
        assert np.array_equal(one.ring, other.ring)
