"""inspect: what is in a file and what is wrong with it, as plain data."""

import json
from pathlib import Path

import made_files
import numpy as np
import pyarrow as pa
import pytest

from landplan.core.errors import InputError
from landplan.core.paths import sample
from landplan.io.inspection import inspect

DIRTY = {
    "gbk_unsaid.shp": {"encoding_guessed"}, "no_prj.shp": {"crs_absent"}, "degrees_as_4549.shp": {"degrees_as_metres"},
    "swapped_axes.shp": {"axes_swapped"}, "zone40_as_4549.shp": {"zone_prefix"}, "bow_ties.shp": {"invalid_geometries"},
    "fewer_rows.shp": {"rows_differ"}, "asterisks.shp": {"values_starred"},
}  # fmt: skip


def test_a_sound_shapefile() -> None:
    card = inspect(sample("data", "parcels.shp"))
    layer = card["layers"][0]
    assert card["warnings"] == []
    assert (layer["geometry"], layer["crs"], layer["encoding"], layer["invalid"]) == ("polygon", "EPSG:4549", "GBK", 0)
    assert len(layer["sample"]) == 20
    assert list(layer["sample"][0]) == layer["fields"]
    json.dumps(card, ensure_ascii=False, allow_nan=False)


def test_area_is_that_of_the_ellipsoid(tmp_path: Path) -> None:
    import pyproj
    import shapely

    square = [shapely.box(121.2, 31.3, 121.25, 31.35)]
    path = made_files.write(tmp_path / "a.gpkg", np.array(square), {"id": pa.array(["x"])}, crs="EPSG:4490")
    expected = abs(pyproj.Geod(ellps="GRS80").geometry_area_perimeter(shapely.segmentize(square[0], 0.0005))[0])
    assert inspect(path)["layers"][0]["area_m2"] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("file", DIRTY)
def test_every_fault_is_told_with_weight_place_and_fix(file: str) -> None:
    card = inspect(sample("dirty", file))
    assert {one["code"] for one in card["warnings"]} == DIRTY[file]
    for one in card["warnings"]:
        assert set(one) == {"code", "weight", "where", "message", "fix", "remedy"}
        assert one["weight"] in ("note", "data", "blocks")
        assert "{" not in one["message"] + one["fix"]


def test_blocked_coordinates_have_no_area() -> None:
    assert inspect(sample("dirty", "degrees_as_4549.shp"))["layers"][0]["area_m2"] is None
    assert inspect(sample("dirty", "no_prj.shp"))["layers"][0]["crs"] is None


def test_every_layer_of_a_geopackage() -> None:
    card = inspect(sample("data", "plan.gpkg"))
    names = {layer["name"]: layer for layer in card["layers"]}
    assert {"zones", "roads", "stations", "labs"} <= set(names)
    assert (names["labs"]["crs"], names["roads"]["area_m2"]) == ("EPSG:4490", None)


def test_a_raster() -> None:
    card = inspect(sample("data", "flood_depth.tif"))
    assert set(card) == {"path", "raster", "warnings"}
    assert (card["raster"]["crs"], card["raster"]["bands"], card["raster"]["resolution_m"]) == ("EPSG:4549", 1, [30.0, 30.0])


@pytest.mark.parametrize("file", ["text_called.shp", "empty.gpkg"])
def test_the_unreadable_is_one_line(file: str) -> None:
    with pytest.raises(InputError) as caught:
        inspect(sample("dirty", file))
    assert str(caught.value).startswith(file)
    assert "\n" not in str(caught.value)
