"""Points in the image of plot numbers: spots of one size, against a slow way written from the definition."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from factories import make_layer, square
from shapely import MultiPoint, Point

from landplan.core.kernels.number_image import View, number_image, overview, shifted
from landplan.core.kernels.plot_index import PlotIndex, plot_index, rows_in_rectangle
from landplan.core.layers import Layer


def spots(n: int = 40, seed: int = 3) -> Layer:
    """Points, two of them in one row, one row without."""
    xy = np.random.default_rng(seed).uniform(0.0, 400.0, (n, 2))
    shapes: list[Any] = [Point(*one) for one in xy]
    shapes[5] = MultiPoint([(10.0, 10.0), (390.0, 390.0)])
    shapes[7] = None
    return make_layer(shapes)


def slow_spots(layer: Layer, index: PlotIndex, view: View, width: int, height: int, radius: float) -> Any:
    """From the definition: the last row whose spot holds the centre of the pixel."""
    out = np.full((height, width), -1)
    for r in range(height):
        for c in range(width):
            x, y = (view.column + c + 0.5) * view.pixel_m, (view.row + r + 0.5) * view.pixel_m
            for row in range(len(layer.geometry)):
                at = np.array(xy_of(layer, row)).reshape(-1, 2) - index.origin
                if (np.hypot(at[:, 0] - x, -at[:, 1] - y) <= radius * view.pixel_m).any():
                    out[r, c] = row
    return out


def test_points_are_spots_of_one_size_at_every_scale() -> None:
    layer = spots()
    index = plot_index(layer.geometry)
    assert index.points
    assert not plot_index(make_layer([square(0, 0)]).geometry).points
    for pixel_m, radius in ((4.0, 3.0), (9.0, 5.5)):
        view = View.at(index, 50.0, 350.0, pixel_m)
        numbers = number_image(index, view, 60, 40, spot_px=radius)
        rows = np.where(numbers >= 0, index.row[np.maximum(numbers, 0)], -1)
        np.testing.assert_array_equal(rows, slow_spots(layer, index, view, 60, 40, radius))
        moved = view.moved(7, -5)
        again = shifted(index, view, numbers, moved, 60, 40, spot_px=radius)
        np.testing.assert_array_equal(again, number_image(index, moved, 60, 40, spot_px=radius))
    fine = number_image(index, view, 60, 40, oversample=2, spot_px=5.5)
    assert (fine >= 0).mean() == pytest.approx((numbers >= 0).mean(), abs=0.02)


def test_points_in_a_rectangle_are_chosen_one_by_one() -> None:
    layer = spots()
    index = plot_index(layer.geometry)
    inside = [k for k in range(40) if any((100 <= x <= 300) and (50 <= y <= 390) for x, y in xy_of(layer, k))]
    assert rows_in_rectangle(index, 100.0, 50.0, 300.0, 390.0).tolist() == inside
    assert 5 not in inside, "between its two points there is nothing of it"
    assert overview(index) is None


def xy_of(layer: Layer, row: int) -> Any:
    geometry = layer.geometry
    first, last = geometry.ring[geometry.part[geometry.row[[row, row + 1]]]]
    return geometry.xy[first:last].tolist()
