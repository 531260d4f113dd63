"""Rasters: windows in float64 with NaN, never warped silently, no file that names another."""

from pathlib import Path
from typing import Any

import made_files
import numpy as np
import pyarrow as pa
import pytest

from landplan.core.errors import InputError, LandplanError
from landplan.core.paths import sample
from landplan.core.recipe import LayerInput, Recipe
from landplan.io.gdal import heard, rasters
from landplan.io.layer_set import read_layers
from landplan.io.raster import open_raster

CRS = "EPSG:4549"


def write(path: Path, values: Any, *, crs: str | None = CRS, nodata: float | None = None, scale: float = 1.0,
          offset: float = 0.0) -> Path:  # fmt: skip
    rasterio = rasters()
    transform = rasterio.Affine(10, 0, 611_000, 0, -10, 3_463_000)
    options = {"driver": "GTiff", "height": values.shape[0], "width": values.shape[1], "count": 1, "dtype": values.dtype}
    with heard(), rasterio.open(path, "w", crs=crs, transform=transform, nodata=nodata, **options) as grid:
        grid.write(values, 1)
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
