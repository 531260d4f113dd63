"""Rasters: windows in float64 with NaN, never warped silently, no file that names another."""

import os
from pathlib import Path
from typing import Any

import made_files
import numpy as np
import pyarrow as pa
import pytest

from landplan.core.errors import InputError, LandplanError
from landplan.core.paths import sample
from landplan.core.recipe import LayerInput, Recipe
from landplan.io import apart
from landplan.io.gdal import heard, rasters
from landplan.io.layer_set import read_layers
from landplan.io.raster import open_raster
from landplan.io.raster_header import read_header

CRS = "EPSG:4549"


def write(path: Path, values: Any, *, crs: str | None = CRS, nodata: float | None = None, scale: float = 1.0,
          offset: float = 0.0) -> Path:  # fmt: skip
    rasterio = rasters()
    transform = rasterio.Affine(10, 0, 611_000, 0, -10, 3_463_000)
    options = {"driver": "GTiff", "height": values.shape[0], "width": values.shape[1], "count": 1, "dtype": values.dtype}
    with heard(), rasterio.open(path, "w", crs=crs, transform=transform, nodata=nodata, **options) as grid:
        grid.write(values, 1)
        if (scale, offset) != (1.0, 0.0):
            grid.scales, grid.offsets = [scale], [offset]
    return path


def test_windows_apply_nodata_scale_and_offset(tmp_path: Path) -> None:
    values = np.array([[1, 2, -9], [4, 5, 6]], np.int16)
    raster = open_raster(write(tmp_path / "a.tif", values, nodata=-9, scale=0.5, offset=1.0), "depth", CRS)
    assert np.array_equal(raster.read(0, 2, 0, 3), [[1.5, 2.0, np.nan], [3.0, 3.5, 4.0]], equal_nan=True)
    assert np.array_equal(raster.read(1, 2, 1, 3), [[3.5, 4.0]])
    assert (raster.width, raster.height, raster.transform) == (3, 2, (10.0, 0.0, 611_000.0, 0.0, -10.0, 3_463_000.0))
    assert [file.name for file in tmp_path.iterdir()] == ["a.tif"]


def test_infinite_values_are_no_data(tmp_path: Path) -> None:
    raster = open_raster(write(tmp_path / "a.tif", np.array([[np.inf, 1.0]], np.float32)), "depth", CRS)
    assert np.array_equal(raster.read(0, 1, 0, 2), [[np.nan, 1.0]], equal_nan=True)


def test_another_crs_is_refused_naming_both(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", np.ones((2, 2)), crs="EPSG:32651")
    with pytest.raises(InputError) as caught:
        open_raster(path, "depth", CRS)
    assert "EPSG:32651" in str(caught.value) and CRS in str(caught.value)
    bare = write(tmp_path / "b.tif", np.ones((2, 2)), crs=None)
    with pytest.raises(InputError, match="坐标系"):
        open_raster(bare, "depth", CRS)
    assert open_raster(bare, "depth", "plane:field").crs == "plane:field"
    assert open_raster(bare, "depth", CRS, crs=CRS).crs == CRS


@pytest.mark.parametrize(("content", "word"), [
    (b"<VRTDataset rasterXSize='1'><VRTRasterBand/></VRTDataset>", "VRT"), (b"II*\0" + bytes(40), "损坏"), (b"text", "栅格"),
])  # fmt: skip
def test_what_is_no_raster_is_refused(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(content)
    with pytest.raises(InputError, match=word):
        open_raster(path, "depth", CRS)


def test_the_sample_rasters_open() -> None:
    raster = open_raster(sample("data", "flood_depth.tif"), "flood_depth", CRS)
    values = raster.read(0, raster.height, 0, raster.width)
    assert np.nanmax(values) < 10
    assert np.isnan(values).any()


@pytest.mark.parametrize(("units", "word"), [({"value": "metres"}, "metres"), ({"depth": "m"}, "value")])
def test_the_unit_of_a_raster_is_a_known_one_of_its_value(tmp_path: Path, units: dict[str, str], word: str) -> None:
    write(tmp_path / "a.tif", np.ones((2, 2)))
    made_files.write(tmp_path / "p.gpkg", made_files.squares(1), {"id": pa.array(["A"])})
    layers = {"parcels": LayerInput(path="p.gpkg"), "depth": LayerInput(path="a.tif", units=units)}
    recipe = Recipe(format="landplan-recipe/1", title={"zh": "题"}, crs=CRS, layers=layers)
    with pytest.raises(LandplanError, match=word) as caught:
        read_layers(recipe, tmp_path)
    assert "a.tif [layers.depth]" in str(caught.value)


@pytest.mark.parametrize(
    "transform",
    [(10, 0, 611_000, 0, -10, 3_463_000), (10, 0, 611_000, 0, 10, 3_462_700), (8, 6, 611_000, 6, -8, 3_463_000),
     (-10, 0, 611_400, 0, -10, 3_463_000)],
    ids=["north up", "south up", "turned", "east to west"],
)  # fmt: skip
def test_parcels_have_the_pixels_that_lie_in_them_however_the_raster_is_turned(
    tmp_path: Path, transform: tuple[float, ...]
) -> None:
    import shapely
    from factories import make_layer, make_layers

    from landplan.core.environment import parcel_environment
    from landplan.core.measuring import Measuring
    from landplan.core.registry import measures
    from landplan.steps.join import join

    path, values = write(tmp_path / "a.tif", np.random.default_rng(3).uniform(0, 9, (30, 40))), None
    rasterio = rasters()
    with heard(), rasterio.open(path, "r+") as grid:
        grid.transform, values = rasterio.Affine(*transform), grid.read(1)
    a, b, c, d, e, f = transform
    rows, cols = np.mgrid[0:30, 0:40] + 0.5
    centres = shapely.points(a * cols + b * rows + c, d * cols + e * rows + f)
    middle = a * 20 + b * 15 + c, d * 20 + e * 15 + f
    parcels = [
        shapely.Point(middle).buffer(60.0),
        shapely.box(middle[0] - 70.3, middle[1] + 11.1, middle[0] - 21.7, middle[1] + 47.9),
    ]
    raster = open_raster(path, "depth", CRS)
    layers = make_layers(make_layer(parcels), rasters=[raster])
    zones = join(layers)
    at = Measuring(layers, zones, parcel_environment(layers.parcels, zones, {}), layers.parcels, "it")
    found = measures["zonal"].run(at, raster="depth", nodata_max=1.0)
    assert found.values == pytest.approx([values[shapely.contains(one, centres)].mean() for one in parcels], rel=1e-12)


def test_pixels_come_from_the_process_apart_as_they_are_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(1).uniform(-5, 5, (300, 200))
    values[:40] = -9
    path = write(tmp_path / "a.tif", values, nodata=-9, scale=0.1, offset=1.0)
    near = write(tmp_path / "b.tif", np.round(values).astype(np.int16), nodata=-9)
    monkeypatch.setattr("landplan.io.raster._STRIP_PIXELS", 7_000)
    for file in (path, near):
        with apart.reading_inside():
            here = open_raster(file, "depth", CRS).read(10, 290, 5, 195)
        there = open_raster(file, "depth", CRS).read(10, 290, 5, 195)
        assert there.dtype == here.dtype == np.float64
        assert np.array_equal(here, there, equal_nan=True)
        assert np.isnan(here[:30]).all() and not np.isnan(here[30:]).any()
    assert open_raster(path, "depth", CRS).read(5, 5, 0, 9).shape == (0, 9)


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
def test_a_window_beyond_the_memory_allowed_is_one_line_and_the_next_one_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", np.ones((6000, 6000), np.uint8))
    raster = open_raster(path, "depth", CRS)
    with pytest.raises(InputError) as caught:
        asked = {"role": "", "band": 1, "nodata": None, "rows": (0, 6000), "cols": (0, 6000)}
        apart.apart("pixels", path, asked, megabytes=60)
    assert (caught.value.id, caught.value.where) == ("reading_too_big", "a.tif")
    assert raster.read(0, 2, 0, 2).tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_rows_that_cannot_be_decoded_stop_the_measuring_in_one_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", np.random.default_rng(1).uniform(0, 9, (500, 500)))
    whole = path.read_bytes()
    raster = open_raster(path, "depth", CRS)
    path.write_bytes(whole[: len(whole) // 2])
    assert np.isfinite(raster.read(0, 10, 0, 10)).all()
    with pytest.raises(InputError, match="401–410"):
        raster.read(400, 410, 0, 10)


@pytest.mark.parametrize(("beside", "word"), [
    ("10\n0\n0\n-10\n611105\n3462995", "a.tfw"), ("10\n0\n0\n-10\n611000\n3463000", ""), ("not numbers", ""),
])  # fmt: skip
def test_a_disputed_place_stops_scoring_and_half_a_pixel_does_not(tmp_path: Path, beside: str, word: str) -> None:
    path = write(tmp_path / "a.tif", np.ones((2, 2)))
    (tmp_path / "a.tfw").write_text(beside)
    if word:
        with pytest.raises(InputError, match=word):
            open_raster(path, "depth", CRS)
    else:
        said = [(issue.id, issue.weight) for issue in open_raster(path, "depth", CRS).issues]
        assert said == ([("georeferences_differ", "data")] if beside.startswith("10") else [])


def test_no_data_of_the_aux_file_counts_in_windows_and_nothing_is_written(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", np.array([[1.0, -9999.0]], np.float32))
    aux = '<PAMDataset><PAMRasterBand band="1"><NoDataValue>-9.999E+03</NoDataValue></PAMRasterBand></PAMDataset>'
    (tmp_path / "a.tif.aux.xml").write_text(aux)
    assert np.array_equal(open_raster(path, "depth", CRS).read(0, 1, 0, 2), [[1.0, np.nan]], equal_nan=True)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.tif", "a.tif.aux.xml"]
    assert (tmp_path / "a.tif.aux.xml").read_text() == aux


def test_what_a_raster_says_of_itself_is_among_the_issues_of_a_run(tmp_path: Path) -> None:
    write(tmp_path / "a.tif", np.ones((2, 2), np.int16), scale=0.5)
    made_files.write(tmp_path / "p.gpkg", made_files.squares(1), {"id": pa.array(["A"])})
    layers = {"parcels": LayerInput(path="p.gpkg"), "depth": LayerInput(path="a.tif")}
    found = read_layers(Recipe(format="landplan-recipe/1", title={"zh": "题"}, crs=CRS, layers=layers), tmp_path)
    assert [issue.id for issue in found.rasters["depth"].issues] == ["raster_scaled"]


@pytest.mark.parametrize("code", [4509, 4548, 4549, 4528, 32651])
def test_a_raster_has_the_code_that_it_states(tmp_path: Path, code: int) -> None:
    crs = f"EPSG:{code}"  # 4509 and 4548 have the same figures
    assert open_raster(write(tmp_path / "a.tif", np.ones((2, 2)), crs=crs), "depth", CRS, crs=CRS).crs == CRS
    assert read_header(tmp_path / "a.tif", "depth").crs == crs
