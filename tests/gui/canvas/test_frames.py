"""Frames: what workers make of the map's requests, without Qt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from factories import geometry_of
from random_plots import random_plots

from landplan.core.kernels.display import Look, mark_tiles, picture
from landplan.core.kernels.number_image import View, number_image
from landplan.gui.canvas import plots as frames
from landplan.gui.canvas.plots import Request, frame, outline_for, plots_of, rehovered


def some_request(oversample: int = 2, pixel_m: float = 2.0) -> Request:
    plots = plots_of(geometry_of(random_plots(4, count=40)))
    look = Look((np.arange(41, dtype=np.uint32) * 6) | np.uint32(0xFF500000), (np.arange(41) % 8).astype(np.uint8))
    return Request(plots, look, View.at(plots.index, 618_900.0, 3_469_100.0, pixel_m), 120, 90, oversample, mark_tiles())


@pytest.mark.parametrize("oversample", [1, 2])
def test_a_frame_made_from_the_one_before_is_the_same(oversample: int) -> None:
    request = some_request(oversample)
    before = frame(request)
    other_look = replace(request, look=Look.plain(41))
    panned = replace(request, view=request.view.moved(17, -9))
    for new in (other_look, panned, replace(request, width=100), replace(request, hover=3)):
        after, anew = frame(new, before), frame(new)
        assert (after.numbers == anew.numbers).all()
        assert (after.picture == anew.picture).all()
    assert frame(other_look, before).numbers is before.numbers
    assert not (frame(other_look, before).picture == before.picture).all()


def test_panning_draws_the_strip_and_recolouring_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    request = some_request()
    before = frame(request)
    monkeypatch.setattr(frames, "number_image", lambda *_, **__: pytest.fail("drawn in full"))
    frame(replace(request, view=request.view.moved(5, 5)), before)
    frame(replace(request, look=Look.plain(41)), before)


@pytest.mark.parametrize("oversample", [1, 2])
def test_hover_is_repainted_where_it_was_and_is(oversample: int) -> None:
    for pixel_m in (0.7, 2.0, 11.0):
        request = some_request(oversample, pixel_m)
        shown = frame(request)
        plots = np.unique(shown.numbers[shown.numbers >= 0])[:6].tolist()
        for before, now in zip([-1, *plots], [*plots, -1], strict=True):
            rehovered(shown, before, now)
            whole = picture(shown.numbers, shown.table, request.view, hover=now, oversample=oversample, tiles=request.tiles)
            assert (shown.picture == whole).all()


def test_places_on_a_frame() -> None:
    request = some_request()
    shown = frame(request)
    west, south, east, north = shown.box
    assert (east - west, north - south) == (240.0, 180.0)
    assert shown.sample(west + 0.1, north - 0.1) == (0, 0)
    assert shown.sample(east - 0.1, south + 0.1) == (179, 239)
    assert shown.holds((west + 10, south + 10, east - 10, north - 10))
    assert not shown.holds((west - 10, south, east, north))
    fine = number_image(request.plots.index, request.view, 120, 90, oversample=2)
    assert (shown.numbers == fine).all()


def test_outlines_fade_as_plots_shrink() -> None:
    strengths = [outline_for(pixel_m, 100.0, 0x80112233) >> 24 for pixel_m in (1.0, 7.0, 10.0, 20.0, 50.0)]
    assert strengths[0] == strengths[1] == 0x80
    assert strengths[1] > strengths[2] > strengths[3] == 0
    assert outline_for(1.0, 100.0, 0x80112233) & 0xFFFFFF == 0x112233
