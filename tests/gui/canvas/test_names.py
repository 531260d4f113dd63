"""Names on the map: over everything, none over another, what matters more first."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import shapely
from factories import geometry_of, square
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from landplan.gui.canvas.map_view import MapView
from landplan.gui.canvas.plots import plots_of
from landplan.gui.canvas.vectors import Style

PLOTS = [square(120.0 * k, 0.0) for k in range(5)]


@pytest.fixture
def view(qtbot: QtBot) -> MapView:
    """Five squares of 100 m in a row, at 2 m a pixel."""
    made = MapView()
    qtbot.addWidget(made)
    made.resize(400, 400)
    made.set_plots(plots_of(geometry_of(PLOTS)), [f"P{k}" for k in range(5)])
    with qtbot.waitExposed(made):
        made.show()
    made.zoom_to((-110.0, -350.0, 690.0, 450.0), spare=0.0)
    return made


def names(qtbot: QtBot, view: MapView) -> list[str]:
    """What stands on the map once it is still, the first placed first."""
    QApplication.processEvents()
    qtbot.waitUntil(lambda: view.still, timeout=30_000)
    view.grab()
    assert not view.names.moving
    for (one, a), (other, b) in combinations(view.names.placed, 2):
        assert not a.intersects(b), (one, other)
    return [text for text, _ in view.names.placed]


def select(view: MapView, *rows: int) -> None:
    view.set_selection(np.isin(np.arange(5), rows))


def test_the_selected_plot_keeps_its_name(qtbot: QtBot, view: MapView) -> None:
    view.add_layer("zones", geometry_of([shapely.box(100.0, 0.0, 240.0, 100.0)]), Style(), ["北部产业园区"])
    assert names(qtbot, view) == ["北部产业园区", "P0", "P2", "P3", "P4"]
    select(view, 1)
    assert names(qtbot, view) == ["P1", "P0", "P2", "P3", "P4"]
    select(view)
    assert names(qtbot, view) == ["北部产业园区", "P0", "P2", "P3", "P4"]


def test_a_selected_plot_too_small_for_its_name_has_one(qtbot: QtBot, view: MapView) -> None:
    view.zoom_to((-1600.0, -1600.0, 1600.0, 1600.0), spare=0.0)
    assert names(qtbot, view) == []
    select(view, 2)
    assert names(qtbot, view) == ["P2"]


def test_the_name_of_a_point_moves_aside(qtbot: QtBot, view: MapView) -> None:
    lab = geometry_of([shapely.Point(50.0, 80.0)])
    view.add_layer("labs", lab, Style(size=8.0), ["甲"])
    assert names(qtbot, view)[-1] == "甲"
    point = view.mapFromScene(view.box.mapViewToScene(QPointF(50.0, 80.0)))
    assert view.names.placed[-1][1].center().y() < point.y()  # the name of the plot is below it


def test_of_two_layers_the_upper_one_is_named(qtbot: QtBot, view: MapView) -> None:
    zone = geometry_of([shapely.box(-100.0, 200.0, 600.0, 400.0)])
    low, high = view.add_layer("a", zone, Style(), ["下"]), view.add_layer("b", zone, Style(), ["上"])
    assert names(qtbot, view)[0] == "上"
    low.setZValue(high.zValue() + 1.0)
    assert names(qtbot, view)[0] == "下"
    low.setVisible(False)
    assert names(qtbot, view)[0] == "上"
    view.remove_layer("b")
    assert "上" not in names(qtbot, view)


def test_names_of_layers_rest_while_the_map_moves(qtbot: QtBot, view: MapView) -> None:
    view.add_layer("zones", geometry_of([shapely.box(-100.0, 200.0, 600.0, 400.0)]), Style(), ["区"])
    assert "区" in names(qtbot, view)
    view.zoom_to((-100.0, -340.0, 700.0, 460.0), spare=0.0)
    view.grab()
    assert [text for text, _ in view.names.placed] == [f"P{k}" for k in range(5)]
    assert "区" in names(qtbot, view)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(-100, 680), st.floats(-340, 440)), min_size=1, max_size=40), st.integers(1, 8))
def test_no_name_lies_over_another(qtbot: QtBot, view: MapView, places: list[tuple[float, float]], length: int) -> None:
    points = geometry_of([shapely.Point(*place) for place in places])
    view.add_layer("firms", points, Style(size=5.0), ["企" * length + str(k) for k in range(len(places))])
    shown = names(qtbot, view)
    assert len(set(shown)) == len(shown)
    assert any(text.startswith("企") for text in shown) or length > 3
