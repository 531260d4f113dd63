"""The invented Jiading: same bytes each time, sound geometry, gaps where they belong, and it says that it is invented."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path
from typing import Any

import fiona
import numpy as np
import pytest
import rasterio
import shapely

ROOT = Path(__file__).parents[2] / "sample_data"
PARCELS, PLAN = ROOT / "data" / "parcels.shp", ROOT / "data" / "plan.gpkg"
RASTERS = (ROOT / "data" / "coverage_5ga.tif", ROOT / "data" / "flood_depth.tif")
LAYERS = {"zones", "constraints", "roads", "av_roads", "metro_lines", "railways", "stations", "labs", "firms"}
SETS = {"district": 1, "town": 12, "core": 1, "block": 5, "carrier": 5, "industry_centre": 3, "cluster": 2, "base_class": 11}
Table = tuple[np.ndarray[Any, Any], dict[str, list[Any]], str]


def table(path: Path, layer: str | None = None) -> Table:
    """Shapes, columns and CRS of a layer."""
    with fiona.open(path, layer=layer) as file:
        rows, crs = list(file), file.crs.to_string()
    columns = {k: [r["properties"][k] for r in rows] for k in rows[0]["properties"]}
    return np.array([shapely.geometry.shape(r["geometry"]) for r in rows]), columns, crs


@pytest.fixture(scope="module")
def parcels() -> Table:
    return table(PARCELS)


@pytest.fixture(scope="module")
def zones() -> Table:
    return table(PLAN, "zones")


def numbers(parcels: Table, name: str) -> np.ndarray[Any, Any]:
    """A column as floats, NULL as NaN."""
    return np.array([np.nan if v is None else v for v in parcels[1][name]], float)


def overlap_m2(shapes: np.ndarray[Any, Any]) -> float:
    """Largest area two of the shapes share."""
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    return float(shapely.area(shapely.intersection(shapes[a[a < b]], shapes[b[a < b]])).max(initial=0.0))


@pytest.mark.slow
def test_again_gives_the_committed_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(ROOT / "make.py"), "--out", str(tmp_path)], check=True, timeout=300)
    made = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    kept = {p.relative_to(ROOT): p.read_bytes() for d in ("data", "dirty") for p in (ROOT / d).rglob("*") if p.is_file()}
    assert sorted(made) == sorted(kept)
    assert [name for name in kept if kept[name] != made[name]] == []


def test_it_is_small() -> None:
    assert sum(p.stat().st_size for d in ("data", "dirty") for p in (ROOT / d).rglob("*")) < 8_000_000


def test_parcels_are_many_valid_and_do_not_overlap(parcels: Table) -> None:
    shapes, columns, crs = parcels
    assert crs == "EPSG:4549" and 2800 <= len(shapes) <= 3300
    assert shapely.is_valid(shapes).all() and (shapely.area(shapes) > 500).all()
    assert overlap_m2(shapes) == 0
    assert len(set(columns["地块编号"])) == len(shapes) and None not in columns["地块编号"]


def test_neighbours_share_their_borders_exactly(parcels: Table) -> None:
    a, b = shapely.STRtree(parcels[0]).query(parcels[0], predicate="dwithin", distance=2)
    apart = shapely.distance(parcels[0][a], parcels[0][b])
    assert (a < b).sum() > 2000 and apart.max() == 0


def test_field_names_fit_a_dbf_in_gbk(parcels: Table) -> None:
    assert all(len(name.encode("gbk")) <= 10 for name in parcels[1])
    assert PARCELS.with_suffix(".cpg").read_text() == "GBK" and PARCELS.with_suffix(".dbf").read_bytes()[29] == 0x4D


@pytest.mark.parametrize("name", ["建筑面积", "年产值", "建成年份", "权利人", "产业环节", "到期日", "空置率", "规划容积率"])
def test_some_values_are_missing(parcels: Table, name: str) -> None:
    share = np.mean([v is None for v in parcels[1][name]])
    assert 0.01 < share < (0.25 if name == "到期日" else 0.09)


def test_old_parcels_lack_more(parcels: Table) -> None:
    gone = np.array([[v is None for v in parcels[1][k]] for k in ("年产值", "能耗", "投资额", "建筑质量")]).mean(0)
    old = numbers(parcels, "建成年份") < 2001
    assert gone[old].mean() > 1.5 * gone[~old].mean()


def test_totals_make_the_targets_a_question(parcels: Table) -> None:
    output_yi = sum(v or 0 for v in parcels[1]["年产值"]) / 1e4
    assert 2600 < output_yi < 3000
    assert 700 <= sum(parcels[1]["企业数"]) <= 900


def test_values_go_together(parcels: Table) -> None:
    """Old plots stand emptier, taxes are 3-9 % of output, nothing is due before 2026."""
    built, vacant = numbers(parcels, "建成年份"), numbers(parcels, "空置率")
    assert np.mean(vacant[built < 2001] > 0.6) > 2 * np.mean(vacant[built >= 2001] > 0.6)
    rates = (numbers(parcels, "年税收") / numbers(parcels, "年产值"))[numbers(parcels, "年产值") > 500]
    assert np.nanmin(rates) > 0.029 and np.nanmax(rates) < 0.091
    due = sorted(str(d)[:4] for d in parcels[1]["到期日"] if d)
    assert due[0] >= "2026" and due[-1] <= "2066"


def test_declared_areas_are_rarely_off(parcels: Table) -> None:
    off = np.abs(numbers(parcels, "证载面积") / shapely.area(parcels[0]) - 1) > 1e-3
    assert 5 < off.sum() < 0.03 * len(off)


def test_zone_sets(zones: Table, parcels: Table) -> None:
    shapes, columns, crs = zones
    sets = np.array(columns["set"])
    assert crs == "EPSG:4549" and shapely.is_valid(shapes).all() and len(set(columns["id"])) == len(shapes)
    assert {s: int((sets == s).sum()) for s in SETS} == SETS
    assert all(overlap_m2(shapes[sets == s]) == 0 for s in SETS)
    district = shapes[sets == "district"][0]
    assert 4.4e8 < district.area < 4.8e8
    assert shapely.area(shapes[sets == "town"]).sum() == pytest.approx(district.area, rel=1e-9)
    assert shapely.covers(district, parcels[0]).all()


def test_parcels_and_blocks_cross_borders(zones: Table, parcels: Table) -> None:
    shapes, sets = zones[0], np.array(zones[1]["set"])
    for name, least in (("town", 50), ("block", 10)):
        edges = shapely.union_all(shapely.boundary(shapes[sets == name]))
        assert (shapely.length(shapely.intersection(parcels[0], edges)) > 5).sum() > least
    towns = [shapely.area(shapely.intersection(b, shapes[sets == "town"])) / b.area for b in shapes[sets == "block"]]
    assert any((share > 0.1).sum() > 1 for share in towns)


def test_a_few_parcels_meet_constraints(parcels: Table) -> None:
    shapes, columns, _ = table(PLAN, "constraints")
    kinds = np.array(columns["kind"])

    def touching(kind: str) -> int:
        shared = shapely.intersection(parcels[0], shapely.union_all(shapes[kinds == kind]))
        return int((shapely.area(shared) > 0.1).sum())

    assert shapely.is_valid(shapes).all()
    assert 12 <= touching("basic_farmland") <= 120 and 12 <= touching("water") <= 150
    assert 5 <= len(parcels[0]) - touching("urban_boundary") <= 150
    assert {"eco_redline", "heritage", "pipeline", "height"} <= set(kinds)
    assert all((limit is not None) == (kind == "height") for kind, limit in zip(kinds, columns["limit_m"], strict=True))


def test_every_layer_says_it_is_invented(parcels: Table) -> None:
    assert set(fiona.listlayers(PLAN)) == LAYERS
    assert set(parcels[1]["备注"]) == {"虚构样例"}
    for layer in sorted(LAYERS):
        assert set(table(PLAN, layer)[1]["note"]) == {"虚构样例 invented sample"}
    for path in RASTERS:
        with rasterio.open(path) as file:
            assert "虚构样例 invented sample" in file.tags()["TIFFTAG_IMAGEDESCRIPTION"]


def test_reference_systems() -> None:
    assert {layer for layer in LAYERS if table(PLAN, layer)[2] == "EPSG:4549"} == LAYERS - {"labs"}
    assert table(PLAN, "labs")[2] == "EPSG:4490"


@pytest.mark.parametrize(("path", "low", "high"), [(RASTERS[0], 0, 100), (RASTERS[1], 0, 5)])
def test_rasters_cover_the_district(zones: Table, path: Path, low: float, high: float) -> None:
    with rasterio.open(path) as file:
        values, box = file.read(1, masked=True), shapely.box(*file.bounds)
        assert file.crs.to_epsg() == 4549 and 20 <= file.res[0] <= 30
    assert box.covers(zones[0][0]) and low == values.min() and high / 4 < values.max() <= high
    assert 0.3 < 1 - values.mask.mean() < 0.9


def check_digit(code: str) -> str:
    """GB 32100-2015: weights 3^i mod 31 over 31 letters and digits."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    return letters[-sum(letters.index(c) * 3**i for i, c in enumerate(code[:17])) % 31]


def test_firms_cannot_be_real_but_check(parcels: Table) -> None:
    _, columns, _ = table(PLAN, "firms")
    codes = columns["credit_code"]
    assert check_digit("91350100M000100Y43") == "3"  # the standard's own example
    assert all(len(c) == 18 and c.startswith("99") and check_digit(c) == c[-1] for c in codes)
    assert 700 <= len(set(codes)) <= 900 < len(codes), "some firms are on several parcels"
    assert {i for i in columns["parcel_id"] if i} <= set(parcels[1]["地块编号"]) and None in columns["parcel_id"]


def test_faults_are_there() -> None:
    dirty = ROOT / "dirty"
    lines = (dirty / "README.md").read_text(encoding="utf-8").splitlines()
    listed = {line.split("`")[1] for line in lines if line.startswith("| `")}
    assert listed == {p.name for p in dirty.iterdir() if p.suffix in (".shp", ".gpkg", ".csv")} and len(listed) >= 12
    assert not (dirty / "gbk_unsaid.cpg").exists() and (dirty / "gbk_unsaid.dbf").read_bytes()[29] == 0
    assert not (dirty / "no_prj.prj").exists() and (dirty / "empty.gpkg").stat().st_size == 0
    assert table(dirty / "degrees_as_4549.shp")[0][0].bounds[0] < 180
    assert table(dirty / "zone40_as_4549.shp")[0][0].bounds[0] > 4e7
    assert (~shapely.is_valid(table(dirty / "bow_ties.shp")[0])).sum() == 3
    assert overlap_m2(table(dirty / "overlaps_slivers.shp")[0]) > 10
    ids = table(dirty / "duplicate_ids.shp")[1]["地块编号"]
    assert len(ids) - len(set(ids)) == 4 and table(dirty / "missing_ids.shp")[1]["地块编号"].count(None) == 3
    rows = int.from_bytes((dirty / "fewer_rows.dbf").read_bytes()[4:8], "little")
    assert (dirty / "fewer_rows.shx").stat().st_size == 100 + 8 * (rows + 7)
    assert b"*****" in (dirty / "asterisks.dbf").read_bytes() and b"*****" not in PARCELS.with_suffix(".dbf").read_bytes()
    with (dirty / "ids_formulas.csv").open(encoding="utf-8", newline="") as file:
        cells = list(csv.DictReader(file))
    assert cells[0]["地块编号"] == "000001" and any(c["地块名称"].startswith("=") for c in cells)
