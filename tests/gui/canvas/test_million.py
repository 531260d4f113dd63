"""A million plots, panned, zoomed and recoloured without pause: the event loop stays free."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt, QTimer
from pytestqt.qtbot import QtBot
from random_plots import grid_of_plots

from landplan.gui.canvas.map_view import MapView
from landplan.gui.canvas.plots import Plots, plots_of

STEPS = 60


class Pulse:
    """A timer that notes how long the main thread was away: its own work (s of processor time), and by the clock (s)."""

    def __init__(self, view: MapView) -> None:
        self.work: list[float] = []
        self.clock: list[float] = []
        self._timer = QTimer(view, interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._last = (time.thread_time(), time.perf_counter())
        self._timer.start()

    def _beat(self) -> None:
        now = (time.thread_time(), time.perf_counter())
        self.work.append(now[0] - self._last[0])
        self.clock.append(now[1] - self._last[1])
        self._last = now


@pytest.fixture(scope="module")
def million() -> Plots:
    return plots_of(grid_of_plots(1000, 1000, edges=1))


def journey(view: MapView, step: int, looks: list[np.ndarray]) -> None:
    """One step: in and out over all zooms, aside, other colours, the cursor elsewhere."""
    if step % 3 == 0:
        view.zoom_by(0.8 if step < STEPS / 2 else 1.25)
    else:
        west, south, east, north = view.box.box()
        view.box.translateBy((0.06 * (east - west), 0.04 * (north - south)))
    if step % 4 == 0:
        view.set_colours(looks[step // 4 % 2])
    west, south, east, north = view.box.box()
    view._point(view.box.mapViewToScene(QPointF(west + (east - west) * (step % 7) / 7, (south + north) / 2)))


@pytest.mark.slow
def test_the_event_loop_is_never_held_up(qtbot: QtBot, million: Plots) -> None:
    view = MapView()
    qtbot.addWidget(view)
    view.resize(1200, 800)
    view.set_plots(million)
    view.show()
    view.zoom_full()
    qtbot.waitUntil(lambda: view.still, timeout=60_000)  # compiled and warm
    shown: list[float] = []
    view.plots_item.shown.connect(lambda: shown.append(time.perf_counter()))
    looks = [np.random.default_rng(k).integers(0, 2**24, 1_000_000, dtype=np.uint32) | np.uint32(0xFF000000) for k in (0, 1)]
    pulse, steps = Pulse(view), iter(range(STEPS))
    driver = QTimer(view, interval=30)
    driver.timeout.connect(lambda: journey(view, step, looks) if (step := next(steps, None)) is not None else driver.stop())
    driver.start()
    qtbot.waitUntil(lambda: not driver.isActive() and view.still, timeout=60_000)
    held = sorted(pulse.work)
    assert held[-1] < 0.05, f"the main thread worked {held[-1]:.3f} s at a stretch"
    assert np.quantile(pulse.clock, 0.95) < 0.05  # by the clock, other programs have their share
    assert len(shown) > STEPS / 6
