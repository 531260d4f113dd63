"""What charts count, against slow counting by hand: bins, classes, ticks, points and the picture of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from landplan.gui.charts.axes import tick_text, ticks, widened
from landplan.gui.charts.bins import BINS, bars_of
from landplan.gui.charts.cloud import SINGLE_MOST, Frame, cloud, nearest, picture, rows_in
from landplan.gui.display import Entry, Painting, scored

unit = st.one_of(st.just(np.nan), st.floats(0.0, 1.0), st.sampled_from([0.0, 1.0, 0.5, 0.0125]))
number = st.one_of(st.just(np.nan), st.floats(-1e6, 1e6))


def painted(values: np.ndarray) -> Painting:
    return scored("score", values, np.zeros(len(values), np.uint8), "FFFFFF")


@settings(max_examples=60, deadline=None)
@given(arrays(np.float64, st.integers(0, 60), elements=unit), st.data())
def test_bins_count_every_known_score_once(values: np.ndarray, data: st.DataObject) -> None:
    bars = bars_of(painted(values))
    by_hand = [min(int(value * BINS), BINS - 1) for value in values if not np.isnan(value)]
    assert bars.counts.tolist() == [by_hand.count(k) for k in range(BINS)]
    chosen = np.flatnonzero(data.draw(arrays(bool, len(values))))
    mine = [min(int(value * BINS), BINS - 1) for value in values[chosen] if not np.isnan(value)]
    assert bars.of(chosen).tolist() == [mine.count(k) for k in range(BINS)]
    low, high = data.draw(st.integers(0, BINS - 1)), data.draw(st.integers(0, BINS - 1))
    wanted = [row for row, value in enumerate(values) if min(low, high) <= min(value * BINS // 1, BINS - 1) <= max(low, high)]
    assert bars.rows(low, high).tolist() == wanted


def test_classes_have_counts_and_areas() -> None:
    entries = tuple(Entry(k, name, "AABBCC", 0, count) for k, (name, count) in enumerate([("a", 2), ("b", 0), ("c", 1)]))
    classes = np.array([2, 0, 0])
    bars = bars_of(Painting("t", classes, np.zeros(3, np.uint32), np.zeros(3, np.uint8), entries))
    assert not bars.binned
    assert (bars.counts.tolist(), bars.areas(np.array([5.0, np.nan, 3.0])).tolist()) == ([2, 0, 1], [3.0, 0.0, 5.0])
    assert bars.alike(bars)
    assert not bars.alike(bars_of(painted(np.array([0.5]))))


def test_colours_of_bins_are_those_of_the_map() -> None:
    values = np.array([0.3001, 0.5, 0.8999])
    shown = painted(values)
    bars = bars_of(shown)
    for row, value in enumerate(values):
        bar, on_map = int(bars.colours[int(value * BINS)], 16), int(shown.colours[row]) & 0xFFFFFF
        assert all(abs(((bar >> shift) & 0xFF) - ((on_map >> shift) & 0xFF)) <= 6 for shift in (16, 8, 0))


@settings(max_examples=100, deadline=None)
@given(st.floats(-1e7, 1e7), st.floats(1e-4, 1e7), st.integers(2, 12))
def test_ticks_are_round_and_inside(low: float, size: float, most: int) -> None:
    high = low + size
    found = ticks(low, high, most)
    assert len(found) <= most + 2
    assert all(low - size * 1e-6 <= one <= high + size * 1e-6 for one in found)
    if len(found) > 2:
        assert np.allclose(np.diff(found), found[1] - found[0])


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(0, 1, (0, 0.2, 0.4, 0.6, 0.8, 1.0)), (0, 1352, (0, 500, 1000)), (-3, 3, (-2, 0, 2))]
)
def test_ticks_by_hand(low: float, high: float, expected: tuple[float, ...]) -> None:
    assert ticks(low, high, 5 if high == 1 else 3) == pytest.approx(expected)


def test_words_of_ticks_and_ranges() -> None:
    assert (tick_text(-1500.0, 500.0), tick_text(0.25, 0.05)) == ("−1,500", "0.25")
    assert widened(np.nan, np.nan) == (0.0, 1.0)
    low, high = widened(5.0, 5.0)
    assert low < 5.0 < high


@settings(max_examples=60, deadline=None)
@given(
    arrays(np.float64, (st.shared(st.integers(0, 40), key="n")), elements=number),
    arrays(np.float64, st.shared(st.integers(0, 40), key="n"), elements=number),
)
def test_points_are_drawn_where_they_are(x: np.ndarray, y: np.ndarray) -> None:
    points = cloud(x, y)
    known = [row for row in range(len(x)) if np.isfinite(x[row]) and np.isfinite(y[row])]
    assert points.shown == len(known)
    if not known:
        return
    (left, right), (bottom, top) = widened(*points.x_range), widened(*points.y_range)
    frame = Frame(97, 61, left, right, bottom, top)
    cells = frame.cells(points)
    for row in range(len(x)):
        if row not in known:
            assert cells[row] == 97 * 61
            continue
        column, line = (x[row] - left) / (right - left) * 96, (top - y[row]) / (top - bottom) * 60
        assert abs(cells[row] % 97 - column) <= 0.6
        assert abs(cells[row] // 97 - line) <= 0.6
        near = nearest(frame, cells, column, line, 3.0)
        assert cells[near] == cells[row] or np.hypot(cells[near] % 97 - column, cells[near] // 97 - line) <= 1.0
    middle = (left + right) / 2
    assert rows_in(points, left, middle, bottom, top).tolist() == [row for row in known if x[row] <= middle]


def test_a_logarithmic_axis_leaves_out_what_is_not_above_zero() -> None:
    points = cloud(np.array([100.0, 0.0, -1.0, np.nan]), np.ones(4), log_x=True)
    assert points.known.tolist() == [True, False, False, False]
    assert points.x_range == (2.0, 2.0)


@pytest.mark.parametrize("n", [300, SINGLE_MOST + 200])
def test_the_picture_shows_points_and_over_them_the_selected(n: int) -> None:
    rng = np.random.default_rng(5)
    points = cloud(rng.random(n), rng.random(n))
    frame = Frame(200, 120, -0.05, 1.05, -0.05, 1.05)
    cells = frame.cells(points)
    chosen = np.array([0, 7])
    out = picture(frame, cells, chosen, (0xFFDDDDDD, 0xFF1F5F9E, 0xFFE0218A), 1).ravel()
    assert (out[cells[chosen]] == 0xFFE0218A).all()
    assert (out[cells] >> 24 > 100).all()
    empty = np.ones(out.size, bool)
    for dy in range(-3, 4):
        for dx in range(-3, 4):
            empty[np.clip(cells + dy * 200 + dx, 0, out.size - 1)] = False
    assert (out[empty] >> 24 == 0).all()
