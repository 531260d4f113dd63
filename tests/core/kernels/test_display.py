"""Pictures of plot numbers against the same rules written pixel by pixel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from factories import geometry_of, square
from random_plots import random_plots

from landplan.core.kernels.display import (
    EXCLUDED,
    FRAGILE,
    RESTRICTED,
    STRIPE_DARK,
    STRIPE_LIGHT,
    UNKNOWN,
    Look,
    mark_tiles,
    picture,
)
from landplan.core.kernels.number_image import View, number_image
from landplan.core.kernels.plot_index import PlotIndex, plot_index


def channels(colour: int) -> np.ndarray:
    """Alpha, red, green, blue, 0…255."""
    return np.array([(colour >> shift) & 255 for shift in (24, 16, 8, 0)], float)


def over(under: np.ndarray, ink: np.ndarray, cover: float) -> np.ndarray:
    """Plain ink over a multiplied colour."""
    alpha = ink[0] / 255 * cover
    return np.array([255.0, *ink[1:]]) * alpha + under * (1 - alpha)


def at_edge(rows: np.ndarray, r: int, c: int, reach: int) -> bool:
    """Whether another number is within reach along the four directions."""
    top, left = max(r - reach, 0), max(c - reach, 0)
    return any((way != rows[r, c]).any() for way in (rows[top : r + reach + 1, c], rows[r, left : c + reach + 1]))


def slow_picture(rows: np.ndarray, look: Look, view: View, hover: int, k: int, tiles: np.ndarray) -> np.ndarray:
    """(h, w, 4) alpha, red, green, blue of every pixel; `rows` are rows of the layer."""
    height, width = rows.shape
    out = np.zeros((height // k, width // k, 4))
    for r, c in np.ndindex(out.shape[:2]):
        samples, chosen, hovered = [], 0, 0
        for i, j in [(k * r + a, k * c + b) for a in range(k) for b in range(k)]:
            row = rows[i, j]
            colour = np.zeros(4) if row < 0 else over(np.zeros(4), channels(int(look.colours[row])), 1.0)
            if (j + 1 < width and rows[i, j + 1] != row) or (i + 1 < height and rows[i + 1, j] != row):
                colour = over(colour, channels(look.outline), 1.0)
            on_line = row >= 0 and at_edge(rows, i, j, look.line_px * k)
            hovered += on_line and row == hover
            chosen += on_line and row != hover and bool(look.flags[row] & 4)
            samples.append(colour)
        colour, first = np.mean(samples, axis=0), rows[k * r, k * c]
        if first >= 0:
            size = tiles.shape[1]
            covers = tiles[:, (view.row + r) % size, (view.column + c) % size] / 255
            colour = over(colour, channels(look.ink), covers[look.flags[first] & 3])
            if look.flags[first] & FRAGILE:
                colour = over(colour, channels(look.stripe_light), covers[STRIPE_LIGHT])
                colour = over(colour, channels(look.stripe_dark), covers[STRIPE_DARK])
        colour = over(colour, channels(look.selection), chosen / k**2)
        out[r, c] = over(colour, channels(look.hovering), hovered / k**2)
    return out


@pytest.fixture(scope="module")
def index() -> PlotIndex:
    return plot_index(geometry_of(random_plots(11, count=30, extent_m=60.0)))


def some_look(n: int, seed: int = 0) -> Look:
    random = np.random.default_rng(seed)
    colours = random.integers(0, 2**32, n, dtype=np.uint32) | np.uint32(0x80000000)
    look = Look(colours, np.zeros(n, np.uint8), outline=0x80112233, ink=0xC0445566)
    marks = random.integers(0, 4, n) + FRAGILE * random.integers(0, 2, n)
    return look.marked(marks.astype(np.uint8)).selecting(random.random(n) < 0.3)


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("pixel_m", [0.9, 4.0])
@pytest.mark.parametrize("outline", [0, 0x80112233])
@pytest.mark.parametrize("plain", [True, False])
def test_pictures_follow_the_rules(index: PlotIndex, times: int, pixel_m: float, outline: int, plain: bool) -> None:
    view = View.at(index, 618_960.0, 3_469_030.0, pixel_m)
    numbers = number_image(index, view, 60, 40, oversample=times)
    look = replace(some_look(index.count), outline=outline)
    look = replace(look, flags=np.zeros_like(look.flags)) if plain else look
    hover = -1 if plain else int(numbers[20, 20])
    rows = np.append(index.row, -1)[numbers]
    fast = picture(numbers, look.table(index), view, hover=hover, oversample=times, threads=2)
    slow = slow_picture(rows, look, view, -2 if hover < 0 else int(index.row[hover]), times, mark_tiles())
    got = np.stack([(fast >> np.uint32(shift)) & np.uint32(255) for shift in (24, 16, 8, 0)], axis=-1).astype(float)
    assert abs(got - slow).max() <= 4.0
    assert len(np.unique(fast)) > 3


@pytest.mark.parametrize("times", [1, 2])
def test_a_window_is_painted_as_in_the_whole(index: PlotIndex, times: int) -> None:
    view = View.at(index, 618_960.0, 3_469_030.0, 1.0)
    numbers, table = number_image(index, view, 60, 50, oversample=times), some_look(index.count).table(index)
    whole = picture(numbers, table, view, oversample=times)
    for window in ((10, 30, 7, 41), (-5, 90, 20, 21), (0, 50, 0, 60)):
        top, bottom, left, right = np.maximum(window, 0)
        out = np.full((50, 60), 5, np.uint32)
        picture(numbers, table, view, oversample=times, out=out, window=window)
        assert (out[top:bottom, left:right] == whole[top:bottom, left:right]).all()
        out[top:bottom, left:right] = 5
        assert (out == 5).all()


def test_recolouring_is_a_look_up(index: PlotIndex) -> None:
    view = View.at(index, 618_960.0, 3_469_030.0, 1.0)
    numbers = number_image(index, view, 60, 40)
    colours = np.arange(index.count, dtype=np.uint32) | np.uint32(0xFF000000)
    fast = picture(numbers, Look(colours, np.zeros(index.count, np.uint8), outline=0).table(index), view)
    rows = np.append(index.row, -1)[numbers]
    assert (fast == np.append(colours, np.uint32(0))[rows]).all()


def test_marks_stay_on_the_ground_when_the_view_moves() -> None:
    index = plot_index(geometry_of([square(0, 0, 200)]))
    look = Look.plain(1).marked(np.array([RESTRICTED], np.uint8))
    view = View.at(index, 20.0, 180.0, 1.0)
    one, other = (picture(number_image(index, v, 80, 80), look.table(index), v) for v in (view, view.moved(13, 7)))
    assert (one[7:, 13:] == other[:-7, :-13]).all()
    assert len(np.unique(one)) > 1


@pytest.mark.parametrize("colour", [0xFF00224E, 0xFF7D7C78, 0xFFFEE838, 0xFF000000, 0xFFFFFFFF])
def test_stripes_of_fragile_decisions_show_on_any_colour(colour: int) -> None:
    index = plot_index(geometry_of([square(0, 0, 200)]))
    look = replace(Look.plain(1, colour), outline=0)
    view = View.at(index, 20.0, 180.0, 1.0)
    numbers = number_image(index, view, 80, 80)
    bare, striped, hatched = (
        picture(numbers, look.marked(np.array([mark], np.uint8)).table(index), view) for mark in (0, FRAGILE, RESTRICTED)
    )
    green = (striped >> np.uint32(8)) & np.uint32(255)
    assert int(green.max()) - int(green.min()) > 80
    assert 0.1 < (striped != bare).mean() < 0.6
    assert (striped != hatched).any(axis=0).all()  # they run the other way


def test_three_marks_are_three_looks() -> None:
    for ratio in (1.0, 1.5, 2.0):
        tiles = mark_tiles(ratio).astype(float)
        assert not tiles[0].any()
        cover = tiles.mean(axis=(1, 2)) / 255
        assert (cover[1:] > 0.03).all()
        assert (cover[1:] < 0.4).all()
        pairs = (RESTRICTED, UNKNOWN), (UNKNOWN, EXCLUDED), (EXCLUDED, RESTRICTED)
        assert all(abs(tiles[a] - tiles[b]).mean() > 10 for a, b in pairs)
        assert (tiles[RESTRICTED, -1] == np.roll(tiles[RESTRICTED, 0], 1)).all()  # the hatch runs on over the seam
        for stripe in (STRIPE_DARK, STRIPE_LIGHT):
            assert (tiles[stripe, -1] == np.roll(tiles[stripe, 0], -1)).all()
            assert abs(tiles[stripe] - tiles[RESTRICTED]).mean() > 10


def test_selection_and_marks_are_kept_apart() -> None:
    look = Look.plain(3).marked(np.array([0, 1, 2], np.uint8)).selecting(np.array([True, False, True]))
    assert look.flags.tolist() == [4, 1, 6]
    assert look.selecting(np.zeros(3, bool)).flags.tolist() == [0, 1, 2]
    assert look.marked(np.array([3, 3, 3], np.uint8)).flags.tolist() == [7, 3, 7]
    assert look.marked(np.array([8, 9, 0], np.uint8)).flags.tolist() == [12, 9, 4]
