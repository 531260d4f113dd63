"""From the world to paper."""

from itertools import pairwise

import numpy as np
import pytest
from drawn_town import PALETTE, plots, town, town_frame
from hypothesis import given
from hypothesis import strategies as st

from landplan.export.drawing import geometry
from landplan.export.drawing.layout import PAPER_MM, RHYTHM_MM, layout
from landplan.export.drawing.records import Area, Box, MapFrame, Pen

BOX = Box(20, 12, 316, 256)
metres = st.floats(-1e6, 4e6)
spans = st.floats(0, 2e5)


@given(metres, metres, spans, spans)
def test_the_extent_fits_and_no_rounder_scale_is_larger(west: float, south: float, width: float, height: float) -> None:
    extent = (west, south, west + width, south + height)
    frame = geometry.fitted_frame(extent, BOX)
    low_e, low_n, high_e, high_n = geometry.extent_of(frame)
    slack = 1e-6
    assert low_e <= west + slack
    assert low_n <= south + slack
    assert high_e >= extent[2] - slack
    assert high_n >= extent[3] - slack
    mantissa = frame.scale / 10 ** np.floor(np.log10(frame.scale) + 1e-12)
    assert min(abs(mantissa - figure) for figure in geometry.ROUND) < 1e-9


@pytest.mark.parametrize(("width_m", "scale"), [(2900, 10_000), (3010, 12_500), (29_000, 100_000), (580, 2_000), (620, 2_500)])
def test_scales_are_the_usual_ones(width_m: float, scale: float) -> None:
    assert geometry.round_scale((0, 0, width_m, 1), BOX) == scale


def test_an_extent_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        geometry.fitted_frame((0, 0, float("nan"), 1), BOX)


@given(st.lists(st.tuples(st.floats(6e5, 6.5e5), st.floats(3.4e6, 3.5e6)), min_size=1, max_size=20))
def test_paper_and_back(points: list[tuple[float, float]]) -> None:
    frame = MapFrame(BOX, 25_000, 620_000, 3_470_000)
    world = np.array(points)
    assert np.abs(geometry.to_world(frame, geometry.to_paper(frame, world)) - world).max() < 1e-6


def test_one_kilometre_at_1_to_25_000_is_40_mm_and_north_is_up() -> None:
    frame = MapFrame(BOX, 25_000, 620_000, 3_470_000)
    paper = geometry.to_paper(frame, np.array([[620_000.0, 3_470_000.0], [621_000.0, 3_471_000.0]]))
    assert paper[0].tolist() == [178, 140]
    assert paper[1].tolist() == [218, 100]


def test_only_rows_that_touch_the_frame_are_drawn() -> None:
    xy, ring = town(20)
    each = np.arange(401)
    frame = MapFrame(Box(0, 0, 100, 100), 5_000, 617_250, 3_469_250)
    drawn = geometry.surfaces(frame, xy, ring, each, each, np.arange(400), (Area("FFFFFF"),) * 400)
    west, south, east, north = geometry.extent_of(frame)
    slow = [
        k
        for k in range(400)
        if (xy[ring[k] : ring[k + 1]].max(0) >= [west, south]).all() and (xy[ring[k] : ring[k + 1]].min(0) <= [east, north]).all()
    ]
    assert drawn.classes.tolist() == slow
    assert 20 < len(slow) < 100
    first = slow[3]
    expected = geometry.to_paper(frame, xy[ring[first] : ring[first + 1]])
    got = drawn.xy_mm[drawn.rings[3] : drawn.rings[4]]
    assert sorted(map(tuple, got.tolist())) == sorted(map(tuple, expected.tolist()))


def test_empty_rows_and_holes_survive_the_choice_of_rows() -> None:
    shell = np.array([[0, 0], [100, 0], [100, 100], [0, 100], [0, 0]], float)
    hole = np.array([[20, 20], [40, 20], [40, 40], [20, 40], [20, 20]], float)
    xy = np.vstack([shell, hole, shell + 5_000, shell[::-1] + 150])
    ring, part, row = np.array([0, 5, 10, 15, 20]), np.array([0, 2, 3, 4]), np.array([0, 1, 1, 2, 3])
    frame = MapFrame(Box(0, 0, 100, 100), 5_000, 125, 125)
    drawn = geometry.surfaces(frame, xy, ring, part, row, np.array([0, 1, 2, 3]), PALETTE)
    assert drawn.classes.tolist() == [0, 3], "the empty row and the far one are left out"
    assert drawn.rows.tolist() == [0, 2, 3]

    def signed(k: int) -> float:
        x, y = drawn.xy_mm[drawn.rings[k] : drawn.rings[k + 1]].T
        return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())

    assert np.sign([signed(k) for k in range(3)]).tolist() == [1, -1, 1], "holes run against shells"


def test_no_row_at_all() -> None:
    none = np.zeros(1, np.int64)
    frame = town_frame(9, BOX)
    assert len(geometry.surfaces(frame, np.empty((0, 2)), none, none, none, none[:0], PALETTE)) == 0
    assert len(geometry.courses(frame, np.empty((0, 2)), none, none[:0], (Pen("000000", 0.1),))) == 0
    assert len(plots(9, frame)) == 81


def test_a_shared_edge_is_one_line() -> None:
    left = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], float)
    xy = np.vstack([left, left + np.array([1, 0])])
    lines, starts = geometry.boundaries(xy, np.array([0, 5, 10]), np.arange(3), np.arange(3))
    length = sum(np.hypot(*np.diff(lines[a:b], axis=0).T).sum() for a, b in pairwise(starts))
    assert length == pytest.approx(7.0)


@given(st.sampled_from([m * 10**k for m in geometry.ROUND for k in range(2, 7)]))
def test_scale_bars_are_round_and_fit(scale: float) -> None:
    divisions, step = geometry.bar_divisions(scale, 60)
    length = divisions * step * 1000 / scale
    assert 40 <= length <= 60 + 1e-9
    assert divisions in (3, 4, 5)
    mantissa = step / 10 ** np.floor(np.log10(step) + 1e-12)
    assert min(abs(mantissa - figure) for figure in (1, 2, 2.5, 5)) < 1e-9


def test_coordinates_are_round_and_inside() -> None:
    frame = MapFrame(BOX, 25_000, 620_123, 3_470_456)
    step = geometry.round_step(frame, 40)
    west, _, east, _ = geometry.extent_of(frame)
    values = geometry.round_coordinates(west, east, step)
    assert step == 1000
    assert (values % step == 0).all()
    assert values[0] - step < west <= values[0]
    assert values[-1] <= east < values[-1] + step
    assert geometry.grouped(values[0]) == "617 000"


@pytest.mark.parametrize("paper", PAPER_MM)
@pytest.mark.parametrize("landscape", [True, False])
def test_layouts_keep_the_rhythm_and_do_not_overlap(paper: str, landscape: bool) -> None:
    place = layout(paper, landscape=landscape)
    page = Box(0, 0, place.width_mm, place.height_mm)
    assert page.contains(place.border)
    for box in (place.map, place.column, place.strip):
        assert place.border.contains(box)
        for value in (box.x, box.y, box.width, box.height):
            assert value % RHYTHM_MM == 0
    assert not place.map.overlaps(place.column)
    assert not place.map.overlaps(place.strip)
    assert not place.column.overlaps(place.strip)


def test_the_map_takes_two_thirds_of_an_a3_sheet() -> None:
    place = layout("A3")
    assert place.map.width * place.map.height > 0.64 * 420 * 297
