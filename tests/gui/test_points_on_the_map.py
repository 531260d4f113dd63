"""Scored points (car parks, stops) on the map: coloured by their score, hovered, clicked and framed as plots are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from factories import make_layer
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot
from shapely import Point

from landplan.core.kernels.plot_index import plot_index
from landplan.gui.canvas.map_view import MapView
from landplan.gui.canvas.plots import plots_of

WEST, SOUTH = 600_000.0, 3_470_000.0
XY = [(0.0, 0.0), (300.0, 0.0), (300.0, 200.0), (0.0, 200.0), (150.0, 100.0)]
COLOURS = np.array([0xFFFF0000, 0xFF00FF00, 0xFF0000FF, 0xFFFFFF00, 0xFF00FFFF], np.uint32)


@pytest.fixture
def view(qtbot: QtBot) -> MapView:
    """Five points in a window of 400 × 300 pixels, a metre each."""
    layer = make_layer([Point(WEST + x, SOUTH + y) for x, y in XY])
    made = MapView()
    qtbot.addWidget(made)
    made.resize(400, 300)
    with qtbot.waitExposed(made):
        made.show()
    made.set_plots(plots_of(layer.geometry))
    made.set_colours(COLOURS)
    made.zoom_to((WEST - 50, SOUTH - 50, WEST + 350, SOUTH + 250), spare=0.0)
    qtbot.waitUntil(lambda: made.still)
    return made


def place(view: MapView, k: int) -> QPoint:
    x, y = XY[k]
    return view.mapFromScene(view.box.mapViewToScene(QPointF(WEST + x, SOUTH + y)))


def test_points_have_the_colour_of_their_score_at_any_scale(qtbot: QtBot, view: MapView) -> None:
    def shown(k: int) -> str:
        return view.grab().toImage().pixelColor(place(view, k)).name()

    for _ in range(2):
        assert [shown(k) for k in range(5)] == ["#ff0000", "#00ff00", "#0000ff", "#ffff00", "#00ffff"]
        view.zoom_by(1.6)
        qtbot.waitUntil(lambda: view.still)


def test_a_click_chooses_the_point_and_a_frame_those_in_it(qtbot: QtBot, view: MapView) -> None:
    chosen: list[list[int]] = []
    view.chosen.connect(lambda rows, _how: chosen.append(rows.tolist()))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place(view, 2) + QPoint(4, 0))
    qtbot.waitUntil(lambda: chosen == [[2]])
    view._choose_box((WEST - 10, SOUTH - 10, WEST + 200, SOUTH + 150), "replace")
    assert chosen[-1] == [0, 4]


def test_the_cursor_finds_points_and_their_ring_goes_again(qtbot: QtBot, view: MapView) -> None:
    heard: list[int] = []
    view.hovered.connect(heard.append)
    plain = view.grab().toImage()
    view._point(view.mapToScene(place(view, 4)))
    assert heard == [4]
    assert view.grab().toImage() != plain
    view._point(view.mapToScene(QPoint(3, 3)))
    assert heard == [4, -1]
    assert view.grab().toImage() == plain


def test_a_selected_point_is_ringed(qtbot: QtBot, view: MapView) -> None:
    plain = view.grab().toImage()
    view.set_selection(np.arange(5) == 1)
    still: Callable[[], bool] = lambda: view.still  # noqa: E731
    qtbot.waitUntil(still)
    marked = view.grab().toImage()
    centre = place(view, 1)
    ring = [centre + QPoint(5, 0), centre - QPoint(5, 0)]
    assert any(marked.pixelColor(one) != plain.pixelColor(one) for one in ring)
    assert marked.pixelColor(place(view, 3)) == plain.pixelColor(place(view, 3))


def test_zooming_to_a_point_shows_it(qtbot: QtBot, view: MapView) -> None:
    view.zoom_to_rows(np.array([3]))
    west, south, east, north = view.box.box()
    assert west < WEST < east
    assert south < SOUTH + 200 < north
    assert plot_index(make_layer([Point(1, 1)]).geometry).points
