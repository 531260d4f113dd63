"""convert: the named fault is gone, everything else is as it was, and every row is accounted for."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import made_files
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import pytest
import shapely

from landplan.core.errors import ExportError, InputError
from landplan.core.paths import sample
from landplan.core.recipe import LayerInput
from landplan.core.registry import jobs
from landplan.io.conversion import FIXES, Converted, Wanted, convert
from landplan.io.gdal import heard, ogr
from landplan.io.inspection import inspect
from landplan.io.vector import read_raw

DIRTY = {
    "swapped_axes.shp": "axes_swapped", "zone40_as_4549.shp": "zone_prefix", "degrees_as_4549.shp": "degrees_as_metres",
    "no_prj.shp": "crs_absent", "gbk_unsaid.shp": "encoding_guessed", "bow_ties.shp": "invalid_geometries",
}  # fmt: skip
IDS = pa.array(["00123", "12E10", "1-2", "=1+1", "地块", None, ""])
LONG = pa.array([9007199254740993, -(2**63), 2**63 - 1, 0, None, 1, 2], pa.int64())


def codes(path: Path) -> list[str]:
    return [one["code"] for one in inspect(path)["warnings"]]


def rows(path: Path, layer: str | None = None) -> dict[str, list[Any]]:
    return read_raw(path, LayerInput(path=str(path), layer=layer), "x").table.to_pydict()


def coordinates(path: Path) -> np.ndarray[Any, Any]:
    wkb = read_raw(path, LayerInput(path=str(path)), "x").wkb
    assert wkb is not None
    return shapely.get_coordinates(shapely.from_wkb(np.array(wkb.to_pylist(), object)), include_z=True)


def layer(folder: Path, name: str = "in.gpkg", *, crs: str | None = "EPSG:4549", move: Any = None) -> Path:
    shapes = made_files.squares(len(IDS))
    shapes = shapes if move is None else shapely.transform(shapes, move)
    return made_files.write(folder / name, shapes, {"编号": IDS, "long": LONG}, crs=crs)


SHOWN_BY_MENDING = {"bow_ties.shp": {"shapes_overlapping", "areas_differ"}}
"""What a bow-tie hid: its neighbour lies in it, and the area that is stated is not its own."""


def done(path: Path, out: Path, *fixes: str, **more: Any) -> Converted:
    return convert(path, out, Wanted(fixes, **more))


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".geojson"])
@pytest.mark.parametrize("file", DIRTY)
def test_the_fault_is_gone_and_the_rest_is_as_it_was(file: str, suffix: str, tmp_path: Path) -> None:
    source = sample("dirty", file)
    before = {one: hashlib.sha256(one.read_bytes()).hexdigest() for one in source.parent.iterdir()}
    assert DIRTY[file] in codes(source)
    found = done(source, tmp_path / f"out{suffix}", DIRTY[file], accept_area_change=True)
    assert set(codes(found.file)) <= SHOWN_BY_MENDING.get(file, set())
    assert rows(found.file) == rows(source)
    assert found.rows_in == found.rows_out + sum(found.dropped.values()) == 30
    assert found.area_after_m2 is not None
    assert {one: hashlib.sha256(one.read_bytes()).hexdigest() for one in source.parent.iterdir()} == before
    left = {one.name for one in tmp_path.iterdir()}
    assert left <= {f"out{end}" for end in (suffix, ".dbf", ".shx", ".prj", ".cpg")}


@pytest.mark.parametrize("file", DIRTY)
def test_the_command_that_inspect_names_is_the_one_that_mends(file: str) -> None:
    (fix,) = [one["fix"] for one in inspect(sample("dirty", file))["warnings"]]
    path = sample("dirty", file)
    assert f"landplan convert {path} {path.with_name(path.stem)}_fixed.gpkg --fix {DIRTY[file]}" in fix


def test_metres_as_degrees_are_labelled_anew(tmp_path: Path) -> None:
    source = layer(tmp_path, crs="EPSG:4326")
    assert codes(source) == ["metres_as_degrees"]
    found = done(source, tmp_path / "out.gpkg", "metres_as_degrees")
    assert found.crs_after == "EPSG:4549"
    assert np.array_equal(coordinates(found.file), coordinates(source), equal_nan=True)
    assert codes(found.file) == []


def test_a_missing_zone_prefix_is_put_in_front(tmp_path: Path) -> None:
    source = layer(tmp_path, crs="EPSG:4528")
    assert "zone_prefix_missing" in codes(source)
    found = done(source, tmp_path / "out.gpkg", "zone_prefix_missing")
    assert codes(found.file) == []
    assert coordinates(found.file)[:, 0] == pytest.approx(coordinates(source)[:, 0] + 40e6, abs=1e-6)


def test_ids_and_long_integers_survive_every_step(tmp_path: Path) -> None:
    source = layer(tmp_path)
    there = done(source, tmp_path / "b.gpkg", "wgs84_to_bd09", crs="EPSG:4490")
    back = done(there.file, tmp_path / "c.gpkg", "bd09_to_wgs84", crs="EPSG:4549")
    assert rows(back.file) == rows(source)
    assert np.nanmax(np.abs(coordinates(back.file)[:, :2] - coordinates(source)[:, :2])) < 1e-5
    assert np.abs(coordinates(there.file)[0, :2] - (121.2, 31.3)).max() < 0.1


def test_a_shift_is_undone_in_a_projected_layer_too(tmp_path: Path) -> None:
    source = layer(tmp_path)
    shifted = done(source, tmp_path / "b.gpkg", "wgs84_to_gcj02")
    moved = np.hypot(*(coordinates(shifted.file) - coordinates(source))[:, :2].T)
    assert moved == pytest.approx(477, abs=10)
    undone = done(shifted.file, tmp_path / "c.gpkg", "shifted_gcj02")
    assert np.abs(coordinates(undone.file) - coordinates(source))[:, :2].max() < 1e-5


def test_a_fix_is_refused_where_its_fault_is_not(tmp_path: Path) -> None:
    source = layer(tmp_path)
    for code in ("axes_swapped", "crs_absent", "zone_prefix", "zone_prefix_missing", "metres_as_degrees", "degrees_as_metres"):
        with pytest.raises(InputError, match=code):
            done(source, tmp_path / "out.gpkg", code)
    with pytest.raises(InputError, match="axes_swapped"):
        done(source, tmp_path / "out.gpkg", "axes_swaped")
    assert [one.name for one in tmp_path.iterdir()] == ["in.gpkg"]


def test_nothing_is_reprojected_from_a_place_in_doubt(tmp_path: Path) -> None:
    source = layer(tmp_path, move=lambda xy: xy[:, ::-1])
    with pytest.raises(InputError, match="axes_swapped"):
        done(source, tmp_path / "out.gpkg", crs="EPSG:4490")
    found = done(source, tmp_path / "out.gpkg", "axes_swapped", crs="EPSG:4490")
    assert (found.crs_after, codes(found.file)) == ("EPSG:4490", [])
    bare = layer(tmp_path, "bare.shp", crs=None)
    with pytest.raises(InputError, match="--crs"):
        done(bare, tmp_path / "out.gpkg", "gcj02_to_wgs84")


def test_an_area_changes_only_when_that_is_accepted(tmp_path: Path) -> None:
    source = sample("dirty", "bow_ties.shp")
    with pytest.raises(InputError, match="--accept-area-change"):
        done(source, tmp_path / "out.gpkg", "invalid_geometries")
    assert not (tmp_path / "out.gpkg").exists()
    found = done(source, tmp_path / "out.gpkg", "invalid_geometries", accept_area_change=True)
    assert [row.row for row in found.mended] == [3, 8, 15]
    assert all(row.after_m2 > 1000 > row.before_m2 for row in found.mended)
    assert found.area_after_m2 == pytest.approx(found.area_before_m2 + sum(row.after_m2 - row.before_m2 for row in found.mended))


def test_a_mend_without_a_change_of_area_needs_no_word(tmp_path: Path) -> None:
    x, y = made_files.X, made_files.Y
    spike = shapely.Polygon([(x, y), (x + 50, y), (x + 50, y + 50), (x + 90, y + 50), (x + 50, y + 50), (x, y + 50)])
    assert not spike.is_valid
    source = made_files.write(tmp_path / "in.gpkg", np.array([spike]), {"id": pa.array(["a"])})
    found = done(source, tmp_path / "out.gpkg", "invalid_geometries")
    assert found.mended[0].change < 1e-9
    assert inspect(found.file)["layers"][0]["invalid"] == 0


def test_heights_stay_and_a_bad_row_keeps_its_values(tmp_path: Path) -> None:
    x, y = made_files.X, made_files.Y
    with np.errstate(invalid="ignore"):
        broken = shapely.Polygon([(x, y), (np.nan, y), (x, y + 9), (x, y)])
    wkb = [
        shapely.to_wkb(shapely.Polygon([(x, y, 4.5), (x + 9, y, 5.5), (x, y + 9, 6.5), (x, y, 4.5)])),
        shapely.to_wkb(broken),
        None,
    ]
    table = pa.table({"id": ["a", "b", "c"], "geometry": pa.array(wkb, pa.binary())})
    as_is = {"driver": "GPKG", "geometry_name": "geometry", "geometry_type": "Unknown", "crs": "EPSG:4549"}
    with heard():
        ogr().raw.write_arrow(table, tmp_path / "in.gpkg", **as_is)
    found = done(tmp_path / "in.gpkg", tmp_path / "out.gpkg", crs="EPSG:4528")
    assert rows(found.file)["id"] == ["a", "b", "c"]
    assert "converted_lost" in {step.id for step in found.steps}
    assert sorted(set(coordinates(found.file)[:, 2])) == [4.5, 5.5, 6.5]


def test_a_layer_of_several_must_be_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="stations"):
        done(sample("data", "plan.gpkg"), tmp_path / "out.gpkg")
    found = done(sample("data", "plan.gpkg"), tmp_path / "out.gpkg", layer="stations", crs="EPSG:4490")
    assert rows(found.file) == rows(sample("data", "plan.gpkg"), "stations")
    assert found.area_after_m2 is None


def test_what_a_format_cannot_hold_is_refused_and_the_old_file_stays(tmp_path: Path) -> None:
    shapes = made_files.squares(1)
    for name, values in {"a_long_field_name": ["x"], "t": ["长" * 200], "d": ["2031-05-06T10:20:30"]}.items():
        column = pa.array(values).cast(pa.timestamp("ms")) if name == "d" else pa.array(values)
        source = made_files.write(tmp_path / "in.gpkg", shapes, {name: column})
        (tmp_path / "out.shp").write_bytes(b"old")
        with pytest.raises(ExportError, match=name):
            done(source, tmp_path / "out.shp")
        assert sorted(one.name for one in tmp_path.iterdir()) == ["in.gpkg", "out.shp"]
        assert (tmp_path / "out.shp").read_bytes() == b"old"
        source.unlink()
    with pytest.raises(ExportError, match="kml"):
        done(layer(tmp_path), tmp_path / "out.kml")


def test_the_same_layer_gives_the_same_bytes(tmp_path: Path) -> None:
    source = made_files.write(tmp_path / "in.gpkg", made_files.squares(len(IDS)), {"id": IDS})
    for suffix in (".gpkg", ".geojson"):
        a, b = (done(source, tmp_path / folder / f"o{suffix}", crs="EPSG:4490").file.read_bytes() for folder in "ab")
        assert a == b


def test_a_table_without_geometry_is_written_as_one(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes("编号,名称\n001,华亭镇一号\n002,外冈镇二号\n".encode("gbk"))
    found = done(source, tmp_path / "out.gpkg", "encoding_guessed")
    assert rows(found.file)["名称"] == ["华亭镇一号", "外冈镇二号"]
    with pytest.raises(ExportError, match="geojson"):
        done(source, tmp_path / "out.geojson")


def test_a_row_that_is_no_geometry_costs_itself_only(tmp_path: Path) -> None:
    good = shapely.to_wkb(made_files.squares(2)).tolist()
    geo = {"encoding": "WKB", "geometry_types": [], "crs": pyproj.CRS("EPSG:4549").to_json_dict()}
    about = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": geo}}
    table = pa.table({"id": ["a", "b", "c"], "geometry": pa.array([good[0], b"\x01\x03\x00", good[1]], pa.binary())})
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(about)}), tmp_path / "in.parquet")
    found = done(tmp_path / "in.parquet", tmp_path / "out.gpkg", crs="EPSG:4490")
    assert rows(found.file)["id"] == ["a", "b", "c"]
    assert len(coordinates(found.file)) == 10
    assert [step.values.get("n") for step in found.steps if step.id == "converted_lost"] == [1]


def test_every_fix_is_in_the_help() -> None:
    help_ = jobs["convert"].run.__doc__ or ""
    assert [code for code in FIXES if code not in help_] == []
