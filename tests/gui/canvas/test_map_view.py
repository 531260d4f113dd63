"""The map as its user meets it: what is painted where, and what mouse and keys do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from factories import geometry_of, square
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from random_plots import owners, random_plots

from landplan.core.kernels.display import EXCLUDED, PLAIN, RESTRICTED, UNKNOWN, Look
from landplan.gui.canvas.map_view import MapView
from landplan.gui.canvas.plots import plots_of
from landplan.gui.canvas.vectors import Style

SIDE = 400
RED, GREEN, BLUE = 0xFFCC2020, 0xFF20AA20, 0xFF2020CC


@pytest.fixture
def map_view(qtbot: QtBot) -> MapView:
    """A map of 5 × 5 squares of 100 m with 20 m between them, at 2 m a pixel; row k is in column k % 5 from the south."""
    view = MapView()
    qtbot.addWidget(view)
    view.resize(SIDE, SIDE)
    shapes = [square(120.0 * (k % 5), 120.0 * (k // 5)) for k in range(25)]
    view.set_plots(plots_of(geometry_of(shapes)), [f"P{k}" for k in range(25)])
    with qtbot.waitExposed(view):
        view.show()
    view.zoom_to((-110.0, -110.0, 690.0, 690.0), spare=0.0)
    settled(qtbot, view)
    return view


def settled(qtbot: QtBot, view: MapView) -> None:
    """Wait for the fine picture."""
    QApplication.processEvents()
    qtbot.waitUntil(lambda: view.still, timeout=30_000)
    QApplication.processEvents()


def pixels(view: MapView) -> np.ndarray:
    """(h, w) 0xAARRGGBB of what the widget shows."""
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return flat[:, : image.width()] | np.uint32(0xFF000000)


def at(view: MapView, x: float, y: float) -> QPoint:
    """The widget's pixel over a point (m)."""
    return view.mapFromScene(view.box.mapViewToScene(QPointF(x, y)))


def colour_at(view: MapView, x: float, y: float) -> int:
    point = at(view, x, y)
    return int(pixels(view)[point.y(), point.x()])


def middle(row: int) -> tuple[float, float]:
    return 120.0 * (row % 5) + 50.0, 120.0 * (row // 5) + 50.0


def drag(qtbot: QtBot, view: MapView, start: QPoint, end: QPoint, button: Any = None, modifiers: Any = None) -> None:
    """Press, move in steps, release, as a hand does."""
    button, keys = button or Qt.MouseButton.LeftButton, modifiers or Qt.KeyboardModifier.NoModifier
    target = view.viewport()
    qtbot.mousePress(target, button, keys, start)
    for share in (0.2, 0.5, 0.8, 1.0):
        qtbot.mouseMove(target, start + (end - start) * share)
        qtbot.wait(15)  # moves are heeded a hundred times a second
    qtbot.mouseRelease(target, button, keys, end)


@pytest.mark.parametrize("many", [False, True])
def test_each_plot_has_its_colour(qtbot: QtBot, map_view: MapView, many: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if many:  # the image of numbers instead of shapes
        monkeypatch.setattr("landplan.gui.canvas.close_up.FEW", 0)
        map_view.zoom_by(1.0001)
    colours = (np.arange(25, dtype=np.uint32) * 9 + 20) | np.uint32(0xFF004000)
    map_view.set_colours(colours)
    settled(qtbot, map_view)
    assert (map_view.plots_item.few is None) == many
    shot = pixels(map_view)
    for row in range(25):
        x, y = middle(row)
        point = at(map_view, x, y - 25.0)
        assert shot[point.y(), point.x()] == colours[row]
        gap = at(map_view, x + 60.0, y)
        assert shot[gap.y(), gap.x()] == 0xFFFFFFFF


def test_classes_marks_and_selection(qtbot: QtBot, map_view: MapView) -> None:
    palette = np.array([RED, GREEN, BLUE], np.uint32)
    map_view.set_classes(np.arange(25) % 3, palette)
    map_view.set_marks(np.where(np.arange(25) < 4, [PLAIN, RESTRICTED, UNKNOWN, EXCLUDED, *[PLAIN] * 21], 0).astype(np.uint8))
    map_view.set_selection(np.arange(25) == 7)
    settled(qtbot, map_view)
    shot = pixels(map_view)
    looks = []
    for row in range(4):
        (x, y), half = middle(row), 30
        point = at(map_view, x, y)
        patch = shot[point.y() + 9 : point.y() + 20, point.x() - half // 2 : point.x() + half // 2]
        looks.append(round(float((patch != palette[row % 3]).mean()), 2))
    assert looks[0] == 0.0
    assert min(looks[1:]) > 0.03
    selection = Look.plain(1).selection
    edge = at(map_view, 240.0, 170.0)
    assert selection in shot[edge.y(), edge.x() - 2 : edge.x() + 3]
    assert (shot == selection).sum() < 900


def test_wheel_zooms_at_the_cursor(qtbot: QtBot, map_view: MapView) -> None:
    point = at(map_view, 500.0, 130.0)
    before = map_view.screen().pixel_m
    for _ in range(4):
        where, target = QPointF(point), map_view.viewport()
        keys = (Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
        event = QWheelEvent(where, target.mapToGlobal(where), QPoint(), QPoint(0, 120), *keys)
        QApplication.sendEvent(map_view.viewport(), event)
    assert map_view.screen().pixel_m < before / 2
    moved = at(map_view, 500.0, 130.0) - point
    assert moved.manhattanLength() <= 2


@pytest.mark.parametrize("way", ["left", "middle", "space"])
def test_dragging_pans(qtbot: QtBot, map_view: MapView, way: str) -> None:
    map_view.set_tool("pan" if way == "left" else "select")
    west, south, *_ = map_view.box.box()
    if way == "space":
        qtbot.keyPress(map_view, Qt.Key.Key_Space)
    button = Qt.MouseButton.MiddleButton if way == "middle" else Qt.MouseButton.LeftButton
    drag(qtbot, map_view, QPoint(100, 100), QPoint(180, 60), button)
    after = map_view.box.box()
    assert after[0] - west == pytest.approx(-160.0, abs=4.0)
    assert after[1] - south == pytest.approx(-80.0, abs=4.0)


def test_shift_drag_zooms_to_the_box(qtbot: QtBot, map_view: MapView) -> None:
    drag(qtbot, map_view, at(map_view, 100.0, 300.0), at(map_view, 300.0, 100.0), modifiers=Qt.KeyboardModifier.ShiftModifier)
    assert map_view.box.box() == pytest.approx((100.0, 100.0, 300.0, 300.0), abs=6.0)


def test_extents_can_be_gone_through(qtbot: QtBot, map_view: MapView) -> None:
    first = map_view.box.box()
    map_view.zoom_to((0.0, 0.0, 100.0, 100.0))
    qtbot.waitSignal(map_view.rested, timeout=5000).wait()
    second = map_view.box.box()
    map_view.previous_extent()
    assert map_view.box.box() == pytest.approx(first)
    assert not map_view.extents.has_previous or map_view.extents.has_next
    map_view.next_extent()
    assert map_view.box.box() == pytest.approx(second)
    map_view.zoom_full()
    west, south, east, north = map_view.box.box()
    assert west < 0.0 < 580.0 < east
    assert south < 0.0 < 580.0 < north
    assert east - west < 700.0


def test_clicks_choose(qtbot: QtBot, map_view: MapView) -> None:
    got: list[tuple[list[int], str]] = []
    map_view.chosen.connect(lambda rows, how: got.append((rows.tolist(), how)))
    opened: list[int] = []
    map_view.opened.connect(opened.append)
    left = Qt.MouseButton.LeftButton
    qtbot.mouseClick(map_view.viewport(), left, pos=at(map_view, *middle(7)))
    qtbot.mouseClick(map_view.viewport(), left, Qt.KeyboardModifier.ControlModifier, at(map_view, *middle(8)))
    qtbot.mouseClick(map_view.viewport(), left, pos=at(map_view, 110.0, 110.0))
    beside = at(map_view, 240.0, 170.0) - QPoint(2, 0)
    qtbot.mouseClick(map_view.viewport(), left, pos=beside)
    assert got == [([7], "replace"), ([8], "toggle"), ([], "replace"), ([7], "replace")]
    qtbot.mouseDClick(map_view.viewport(), left, pos=at(map_view, *middle(12)))
    qtbot.mouseRelease(map_view.viewport(), left, pos=at(map_view, *middle(12)))
    assert opened == [12]


def test_rectangles_choose(qtbot: QtBot, map_view: MapView) -> None:
    got: list[tuple[list[int], str]] = []
    map_view.chosen.connect(lambda rows, how: got.append((rows.tolist(), how)))
    map_view.set_tool("select")
    start, end = at(map_view, 105.0, 105.0), at(map_view, 260.0, 170.0)
    drag(qtbot, map_view, start, end)
    drag(qtbot, map_view, start, end, modifiers=Qt.KeyboardModifier.ControlModifier)
    drag(qtbot, map_view, start, end, modifiers=Qt.KeyboardModifier.AltModifier)
    assert got == [([6, 7], "replace"), ([6, 7], "add"), ([6, 7], "remove")]


def test_hover_follows_the_cursor(qtbot: QtBot, map_view: MapView) -> None:
    seen: list[int] = []
    map_view.hovered.connect(seen.append)
    places: list[tuple[float, float]] = []
    map_view.pointed.connect(lambda x, y: places.append((x, y)))
    for row in (3, 4):
        qtbot.mouseMove(map_view.viewport(), at(map_view, *middle(row)))
        qtbot.wait(15)
    qtbot.mouseMove(map_view.viewport(), at(map_view, *middle(4)) + QPoint(3, 3))
    qtbot.wait(15)
    qtbot.mouseMove(map_view.viewport(), at(map_view, 110.0, 110.0))
    qtbot.wait(15)
    assert seen == [3, 4, -1]
    assert places[0] == pytest.approx(middle(3), abs=2.1)


def test_keys_pan_and_zoom(qtbot: QtBot, map_view: MapView) -> None:
    west, *_ = map_view.box.box()
    qtbot.keyClick(map_view, Qt.Key.Key_Right)
    assert map_view.box.box()[0] == pytest.approx(west + 80.0, abs=1.0)
    before = map_view.screen().pixel_m
    qtbot.keyClick(map_view, Qt.Key.Key_Plus)
    assert map_view.screen().pixel_m == pytest.approx(before * 0.7)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_picture_after_any_journey_is_the_slow_one(qtbot: QtBot, seed: int) -> None:
    """Pans and zooms of every kind end in the picture of where they end, and picking agrees with it."""
    random = np.random.default_rng(seed)
    shapes = random_plots(seed, count=40)
    view = MapView()
    qtbot.addWidget(view)
    view.resize(320, 240)
    view.set_plots(plots_of(geometry_of(shapes)))
    view.show()
    colours = (np.arange(len(shapes), dtype=np.uint32) * 5 + 10) | np.uint32(0xFF400000)
    view.set_look(Look(colours, np.zeros(len(shapes), np.uint8), outline=0))
    view.zoom_full()
    for _ in range(12):
        west, south, east, north = view.box.box()
        if random.random() < 0.5:
            view.box.translateBy((random.uniform(-0.4, 0.4) * (east - west), random.uniform(-0.4, 0.4) * (north - south)))
        else:
            view.box.scaleBy((factor := random.uniform(0.7, 1.3), factor))
        QApplication.processEvents()
        if random.random() < 0.3:
            settled(qtbot, view)
    view.plots_item.close_up.rows = lambda box: None
    view.zoom_by(0.9)
    settled(qtbot, view)
    shot, (west, south, east, north) = pixels(view), view.box.box()
    columns, rows = np.meshgrid(np.arange(10, 310, 7), np.arange(10, 230, 7))
    x, y = west + (columns + 0.5) * (east - west) / 320, north - (rows + 0.5) * (north - south) / 240
    expected = owners(shapes, x, y)
    boundaries = shapely.union_all([shapely.boundary(shape) for shape in shapes[:-1]])
    far = shapely.distance(boundaries, shapely.points(x, y)) > 1.6 * view.screen().pixel_m
    assert far.mean() > 0.3
    painted = np.append(colours, np.uint32(0xFFFFFFFF))[expected]
    assert (shot[rows, columns][far] == painted[far]).all()
    hit = [view.plots_item.row_of(view.plots_item.number_at(px, py)) for px, py in zip(x[far], y[far], strict=True)]
    assert hit == expected[far].tolist()


def test_layers_lie_over_the_plots(qtbot: QtBot, map_view: MapView) -> None:
    zone = shapely.box(-40.0, -40.0, 220.0, 220.0)
    line = shapely.LineString([(-100.0, 350.0), (680.0, 350.0)])
    map_view.add_layer("zones", geometry_of([zone]), Style(line="#AA0055", width=3.0), ["北区"])
    map_view.add_layer("roads", geometry_of([line]), Style(line="#005500", width=3.0))
    blue = Style(fill="#0000AA", line="#0000AA", size=10)
    points = map_view.add_layer("labs", geometry_of([shapely.Point(600.0, 600.0)]), blue)
    settled(qtbot, map_view)
    assert colour_at(map_view, -40.0, 100.0) == 0xFFAA0055
    assert colour_at(map_view, 300.0, 350.0) == 0xFF005500
    assert colour_at(map_view, 600.0, 600.0) == 0xFF0000AA
    name = at(map_view, 90.0, 110.0)
    shot = pixels(map_view)
    assert len(np.unique(shot[name.y() - 8 : name.y() + 8, name.x() - 14 : name.x() + 14])) > 12  # letters
    points.setVisible(False)
    map_view.remove_layer("roads")
    settled(qtbot, map_view)
    assert colour_at(map_view, 600.0, 600.0) == 0xFFFFFFFF
    assert colour_at(map_view, 300.0, 350.0) == 0xFFFFFFFF


def test_names_of_plots_come_with_room(qtbot: QtBot, map_view: MapView) -> None:
    def colours_inside(row: int) -> int:
        x, y = middle(row)
        a, b = at(map_view, x - 40.0, y + 40.0), at(map_view, x + 40.0, y - 40.0)
        return len(np.unique(pixels(map_view)[a.y() : b.y(), a.x() : b.x()]))

    assert colours_inside(12) > 5
    map_view.zoom_to((-3000.0, -3000.0, 3600.0, 3600.0), spare=0.0)
    settled(qtbot, map_view)
    assert colours_inside(12) <= 4


def test_an_empty_map_is_quiet(qtbot: QtBot) -> None:
    view = MapView()
    qtbot.addWidget(view)
    view.resize(200, 200)
    view.show()
    view.zoom_full()
    qtbot.mouseMove(view.viewport(), QPoint(50, 50))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    settled(qtbot, view)
    assert view.full_extent is None
    assert (pixels(view) == 0xFFFFFFFF).all()
    view.set_plots(plots_of(geometry_of([square(0, 0)])))
    view.set_plots(None)
    settled(qtbot, view)
    assert (pixels(view) == 0xFFFFFFFF).all()
