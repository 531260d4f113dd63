"""The map: numbers and picture of 1600 × 1000 pixels, antialiased; recolouring and hover. QGIS draws the same where it is
installed; GDAL burns the same pixels where plots in view are few enough to wait for.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import data
import numpy as np
import qgis_peer
import shapely
from cases_files import warm_reading, write_layer
from cases_scoring import CRITERIA, town, weight
from trial import OURS, Case, Trial

from landplan.core.kernels.display import Look, mark_tiles
from landplan.core.kernels.number_image import View
from landplan.core.kernels.plot_index import rows_in_box
from landplan.core.layers import take
from landplan.core.recipe import LayerInput
from landplan.core.tables import ZoneShares
from landplan.gui.canvas.plots import Frame, Plots, Request, frame, plots_of, rehovered
from landplan.gui.charts.bins import bars_of
from landplan.gui.display import BARE, scored
from landplan.io import kept_layers
from landplan.io.vector import read_layer
from landplan.steps.score import basis, weighed_column

WIDTH, HEIGHT = 1600, 1000


@functools.lru_cache(maxsize=1)
def plots(n: int) -> Plots:
    """The town's parcels, indexed; made once for all rows."""
    return plots_of(data.parcels(n).geometry)


def coloured(n: int, seed: int = 1) -> Look:
    colours = np.random.default_rng(seed).integers(0, 2**24, n, dtype=np.uint32) | np.uint32(0xFF000000)
    return Look(colours, np.zeros(n, np.uint8))


def request(n: int, in_view: int | None, *, oversample: int = 2) -> Request:
    """The whole layer, or its middle with about so many plots."""
    found, side = plots(n), data.side_m(n)
    pixel_m = side * 1.02 / HEIGHT if in_view is None else float(np.sqrt(in_view * 6000.0 / (WIDTH * HEIGHT)))
    west, south, east, north = found.index.extent or (0.0, 0.0, 0.0, 0.0)
    view = View.at(found.index, (west + east - WIDTH * pixel_m) / 2, (south + north + HEIGHT * pixel_m) / 2, pixel_m)
    look = coloured(n) if in_view else replace(coloured(n), outline=0)
    return Request(found, look, view, WIDTH, HEIGHT, oversample, mark_tiles())


def index(n: int, folder: Path) -> Trial:
    """What a layer costs before the first picture."""
    geometry, small = data.parcels(n).geometry, data.parcels(64).geometry
    return Trial({OURS: lambda: plots_of(geometry)}, warm=lambda: plots_of(small))


def drawing(in_view: int | None, *, burnt: bool = False) -> Callable[[int, Path], Trial]:
    """Numbers and picture afresh, with colours looked up before: what a pan or a zoom costs. QGIS beside it where it is."""

    def make(n: int, folder: Path) -> Trial:
        wanted = request(n, in_view and min(in_view, n // 2))
        before = frame(replace(wanted, width=1, height=1, view=wanted.view.moved(-9, -9)))
        before = replace(before, request=replace(before.request, oversample=4))  # its table serves, no pixel does
        plain = replace(wanted, oversample=1)
        sides: dict[str, Callable[[], Any]] = {OURS: lambda: frame(wanted, before)}
        if qgis_peer.interpreter() is not None and n > 10_000:
            sides["QGIS"] = qgis_drawing(n, folder, wanted, outlined=in_view is not None)
        if burnt:
            sides["rasterio, fill only"] = burning(wanted)
        return Trial(
            sides,
            lambda found: max((disagreement(side, answer, found[OURS]) for side, answer in found.items()), default=0.0),
            lambda found: {"plots shown": len(np.unique(found.numbers)) - 1, "plain ms": _plain_ms(plain, before)},
            lambda: frame(wanted, before),
            frozenset({"QGIS"}),
        )

    return make


def qgis_drawing(n: int, folder: Path, wanted: Request, *, outlined: bool) -> qgis_peer.Drawing:
    """QGIS draws the same plots from a GeoPackage, with outlines where ours has them."""
    import geopandas

    layer, path = data.parcels(n), folder / "plots.gpkg"
    shapes = geopandas.GeoDataFrame({"class": np.arange(n) % 5}, geometry=layer.shapes, crs=layer.crs)
    shapes.to_file(path, engine="pyogrio")
    west, north = wanted.view.upper_left(wanted.plots.index)
    wide, high = wanted.width * wanted.view.pixel_m, wanted.height * wanted.view.pixel_m
    box = (west, north - high, west + wide, north)
    return qgis_peer.Drawing(path, box, (wanted.width, wanted.height), folder / "qgis.bmp", outlined=outlined)


def opening(suffix: str, *, again: bool = False) -> Callable[[int, Path], Trial]:
    """From a file to the first picture of all of it: read, checked, indexed, drawn; `again`: a file that was opened before.

    QGIS does the same where it is installed, with outlines as its own symbols have them; geopandas reads only.
    """

    def make(n: int, folder: Path) -> Trial:
        import geopandas

        path, small, wanted = folder / f"plots{suffix}", folder / f"few{suffix}", request(n, None)
        write_layer(path, data.parcels(n))
        write_layer(small, data.parcels(60))

        kept = folder / "kept"
        kept.mkdir(exist_ok=True)

        def picture(path: Path) -> Frame:
            own = mock.patch.dict(os.environ, LANDPLAN_KEPT_GB="9" if again else "0")
            with own, mock.patch.object(kept_layers, "cache_folder", lambda *_names: kept):
                layer = read_layer(path, LayerInput(path=path.name), "parcels", data.CRS)
                return frame(replace(wanted, plots=plots_of(layer.geometry), oversample=1))

        def warm() -> None:
            warm_reading(small)
            if again:
                picture(path)
                kept_layers.written()

        sides: dict[str, Callable[[], Any]] = {OURS: lambda: picture(path)}
        if qgis_peer.interpreter() is not None and n > 10_000:
            west, south, east, north = wanted.plots.index.extent or (0.0, 0.0, 0.0, 0.0)
            size, box = (wanted.width, wanted.height), (west, south, east, north)
            sides["QGIS"] = qgis_peer.Drawing(path, box, size, folder / "qgis.bmp", outlined=True, opening=True)
        sides["geopandas, no picture"] = lambda: geopandas.read_file(path)
        size = {"file_mb": round(sum(file.stat().st_size for file in folder.glob("plots.*")) / 1e6, 1)}
        return Trial(sides, _all_there(n), lambda _found: size, warm, frozenset({OURS, "QGIS"}))

    return make


def _all_there(n: int) -> Callable[[dict[str, Any]], float]:
    """0 where every side has all plots: ours in its picture's index, geopandas in its rows, QGIS on its picture."""

    def difference(found: dict[str, Any]) -> float:
        counts = len(found[OURS].request.plots.geometry), len(found["geopandas, no picture"])
        unlike = disagreement("QGIS", found["QGIS"], found[OURS], least=0.05) if "QGIS" in found else 0.0
        return max(float(counts != (n, n)), unlike)

    return difference


def disagreement(side: str, answer: Any, ours: Frame, least: float = 0.02) -> float:
    """The share of pixels that a peer paints otherwise, 0 where it is no more than rounding: of samples, the plot; of
    pixels of QGIS, whether there is a plot, but for the pixel about it that half of an outline reaches; `least` is what may
    differ of these."""
    if side == OURS:
        return 0.0
    if side == "QGIS":
        from scipy.ndimage import maximum_filter

        times, (high, wide) = ours.request.oversample, (ours.request.height, ours.request.width)
        covered = (rows(ours) >= 0).reshape(high, times, wide, times).any(axis=(1, 3))
        about = maximum_filter(covered, 3)
        theirs = inked(answer)
        share = float((theirs & ~about | covered & ~theirs).mean())
    else:
        share, least = float((rows(ours) != answer).mean()), 2e-4
    return share if share > least else 0.0


def inked(picture: Path) -> np.ndarray:
    """(h, w) where a picture is not white."""
    from PySide6.QtGui import QImage

    image = QImage(str(picture)).convertToFormat(QImage.Format.Format_Grayscale8)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return flat[:, : image.width()] < 254


def rows(shown: Frame) -> np.ndarray:
    """The layer's row at every sample, −1 for none."""
    return np.append(shown.request.plots.index.row, np.int32(-1))[shown.numbers]


def burning(wanted: Request) -> Callable[[], np.ndarray]:
    """GDAL burns the numbers of the plots in view, whose shapes are ready."""
    from affine import Affine
    from rasterio.features import rasterize

    west, north = wanted.view.upper_left(wanted.plots.index)
    fine = wanted.view.finer(wanted.oversample)
    shape = (wanted.height * wanted.oversample, wanted.width * wanted.oversample)
    box = (west, north - shape[0] * fine.pixel_m, west + shape[1] * fine.pixel_m, north)
    near = rows_in_box(wanted.plots.index, *box)
    geometry = take(wanted.plots.geometry, near)
    polygons = shapely.from_ragged_array(shapely.GeometryType.POLYGON, geometry.xy, (geometry.ring, geometry.part))
    shapes = list(zip(polygons, near, strict=True))
    transform = Affine(fine.pixel_m, 0.0, west, 0.0, -fine.pixel_m, north)
    return lambda: rasterize(shapes, shape, fill=-1, transform=transform, dtype="int32")


def _plain_ms(wanted: Request, before: Frame) -> float:
    """One plain picture, as while the map moves, ms."""
    import time

    best = np.inf
    for _ in range(3):
        start = time.perf_counter()
        frame(wanted, before)
        best = min(best, time.perf_counter() - start)
    return round(best * 1e3, 1)


def recolouring(n: int, folder: Path) -> Trial:
    """Other colours for every plot, the picture in place."""
    wanted = request(n, None)
    shown, looks = frame(wanted), [replace(coloured(n, seed), outline=0) for seed in (2, 3)]
    turns = iter(range(10**9))
    return Trial({OURS: lambda: frame(replace(wanted, look=replace(looks[next(turns) % 2])), shown)})


def slider(n: int, folder: Path) -> Trial:
    """A step of a weight slider: score, map and histogram of the model shown. The peer gives the score alone, from one
    product of matrix and weights (no unknown values).
    """
    layers, table, scheme = town(n)
    base = basis(layers, ZoneShares({}), table, scheme)
    states = base.status[:, 2].astype(np.uint8)
    weights = np.array([weight(2, j) for j in range(CRITERIA)])
    weights /= weights.sum()
    wanted = request(n, None)
    shown = frame(wanted)

    def step() -> Any:
        score = weighed_column(base, scheme, "m2")
        painting = scored("", score, states, BARE)
        look = replace(wanted.look, colours=painting.colours, flags=painting.marks)
        return score, frame(replace(wanted, look=look), shown), bars_of(painting)

    def difference(found: dict[str, Any]) -> float:
        return float(np.nanmax(np.abs(found[OURS][0] - found["numpy, score only"])))

    product = np.column_stack([column.values for column in table.columns.values()])
    return Trial({OURS: step, "numpy, score only": lambda: product @ weights}, difference, warm=step)


def hover(n: int, folder: Path) -> Trial:
    """From the cursor's place to the line about the plot there, a hundred times."""
    wanted = request(n, min(20_000, n // 2))
    shown = frame(wanted)
    west, south, east, north = shown.box
    places = np.random.default_rng(4).uniform((west, south), (east, north), (100, 2))

    def run() -> int:
        before = -1
        for x, y in places:
            now = int(shown.numbers[shown.sample(x, y)])
            rehovered(shown, before, now)
            before = now
        return before

    return Trial({OURS: run}, warm=run)


FULL = {"full": 1_000_000, "quick": 100_000, "tiny": 3000}
CASES = (
    Case("map_index", "map: index and overview", index, FULL, "once"),
    Case("map_full", "map: full extent", drawing(None), FULL, "QGIS 60"),
    Case("open_gpkg", "map: a GeoPackage, opened and drawn", opening(".gpkg"), FULL, "QGIS 3"),
    Case("open_shp", "map: a shapefile, opened and drawn", opening(".shp"), FULL, "QGIS 3"),
    Case("again_gpkg", "map: a GeoPackage, opened again", opening(".gpkg", again=True), FULL, "QGIS 20"),
    Case("again_shp", "map: a shapefile, opened again", opening(".shp", again=True), FULL, "QGIS 20"),
    Case("map_mid", "map: 20 k in view", drawing(20_000, burnt=True), FULL, "QGIS 10"),
    Case("map_close", "map: 570 in view", drawing(570), FULL, "QGIS 2"),
    Case("map_recolour", "map: other colours", recolouring, FULL, "0.02 s"),
    Case("weight_slider", "Weight slider: score, map, histogram of the model shown", slider, FULL, "0.1 s"),
    Case("map_hover", "map: hover, 100 times", hover, FULL, "0.1 s"),
)
