"""The area of eight towns is the same whatever CRS and format they come in; three areas stand side by side."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import made_files
import numpy as np
import pyarrow as pa
import pyproj
import pytest
import shapely

from landplan.app.health_card import card_lines
from landplan.app.jobs.inspect import inspect as inspect_job
from landplan.core.units import M2_PER_MU
from landplan.io.inspection import inspect

FEET = "+proj=tmerc +lat_0=31 +lon_0=121.2 +k=0.9999 +x_0=300000 +y_0=0 +ellps=GRS80 +units=us-ft +no_defs"
"""A plane in US survey feet that covers Jiading, as that of New York does New York."""
SYSTEMS = {
    "EPSG:4490": None, "EPSG:4326": None, "EPSG:4549": 0.04, "EPSG:4528": 0.04, "EPSG:4509": 0.5, "EPSG:32651": 0.1,
    "EPSG:3857": 38.0, FEET: 0.03,
}  # fmt: skip
"""CRS → per cent by which its plane may differ from the ellipsoid there; None in degrees, which have no area."""


def towns() -> Any:
    """Eight neighbouring polygons of Jiading's size and place, 380 km2 in all, in degrees: wriggling, one with a hole."""
    random = np.random.default_rng(20261123)
    xs, ys = np.linspace(121.10, 121.33, 5), np.linspace(31.245, 31.432, 3)
    corners = {(i, j): (xs[i] + random.normal(0, 0.008), ys[j] + random.normal(0, 0.008)) for i in range(5) for j in range(3)}
    edges: dict[Any, Any] = {}

    def side(a: Any, b: Any) -> Any:
        """The border between two corners, the same from both sides."""
        if (a, b) not in edges:
            t = np.linspace(0, 1, 60)[:, None]
            line = np.array(corners[a]) * (1 - t) + np.array(corners[b]) * t
            phase, waves = random.uniform(0, 6.3, 2), random.integers(3, 9, 2)
            line += 0.0008 * np.sin(np.pi * t) * np.sin(2 * np.pi * waves * t + phase)
            edges[a, b], edges[b, a] = line, line[::-1]
        return edges[a, b][:-1]

    found = []
    for i in range(4):
        for j in range(2):
            ring = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1), (i, j)]
            found.append(shapely.Polygon(np.vstack([side(a, b) for a, b in pairwise(ring)])).buffer(0))
    found[3] = found[3].difference(found[3].centroid.buffer(0.01))
    return np.array([shapely.MultiPolygon([one]) if one.geom_type == "Polygon" else one for one in found], object)


def true_m2(shapes: Any) -> float:
    """Area on the ellipsoid by geodesics, another way than landplan's."""
    geod = pyproj.Geod(ellps="GRS80")
    return float(sum(abs(geod.geometry_area_perimeter(shapely.orient_polygons(one))[0]) for one in shapes))


def written(folder: Path, crs: str, suffix: str, declared: np.ndarray[Any, Any] | None = None) -> Path:
    move = pyproj.Transformer.from_crs("EPSG:4490", crs, always_xy=True)
    shapes = shapely.transform(towns(), lambda xy: np.column_stack(move.transform(xy[:, 0], xy[:, 1])))
    columns: dict[str, Any] = {"name": pa.array([f"T{k}" for k in range(8)])}
    if declared is not None:
        columns["zzmj"] = pa.array(declared)
    return made_files.write(folder / f"towns{suffix}", shapes, columns, crs=pyproj.CRS.from_user_input(crs).to_wkt("WKT1_GDAL"),
                            geometry_type="MultiPolygon")  # fmt: skip


@pytest.mark.parametrize("suffix", [".shp", ".gpkg"])
@pytest.mark.parametrize("crs", SYSTEMS)
def test_towns_measure_the_same_everywhere(crs: str, suffix: str, tmp_path: Path) -> None:
    card = inspect(written(tmp_path, crs, suffix))
    layer, off = card["layers"][0], SYSTEMS[crs]
    true = true_m2(towns())
    assert 350e6 < true < 420e6
    assert layer["features"] == 8
    assert layer["crs"] == (crs if crs.startswith("EPSG") else "custom")
    assert layer["area_m2"] == pytest.approx(true, rel=1e-3)
    assert layer["area_m2"] == pytest.approx(true, rel=1e-6)
    assert not [one for one in card["warnings"] if one["weight"] != "note"]
    if off is None:
        assert layer["planar_m2"] is None
    else:
        assert abs(100 * (layer["planar_m2"] / true - 1)) <= off
    notes = {one["code"] for one in card["warnings"]}
    assert ("area_enlarged" in notes) == (crs == "EPSG:3857")
    assert ("crs_in_other_unit" in notes) == (crs == FEET)


def test_three_areas_stand_side_by_side_and_a_drift_is_told(tmp_path: Path) -> None:
    shapes = towns()
    areas = np.array([true_m2([one]) for one in shapes])
    (tmp_path / "right").mkdir()
    right = inspect(written(tmp_path / "right", "EPSG:4549", ".gpkg", np.where(np.arange(8) == 2, np.nan, areas)))
    layer = right["layers"][0]
    assert layer["declared_m2"] == pytest.approx(areas.sum() - areas[2])
    assert layer["declared_rows"] == 7
    assert "areas_differ" not in {one["code"] for one in right["warnings"]}
    said = "\n".join(card_lines(right))
    for key in ("area_m2", "planar_m2", "declared_m2"):
        assert f"{layer[key] / M2_PER_MU:,.0f}" in said
    wrong = inspect(written(tmp_path, "EPSG:4549", ".gpkg", areas * 1.02))
    told = [one for one in wrong["warnings"] if one["code"] == "areas_differ"]
    assert [one["weight"] for one in told] == ["data"]
    assert "1.9" in told[0]["message"] or "2.0" in told[0]["message"]


@pytest.mark.parametrize(("unit", "size_m2"), [("mu", M2_PER_MU), ("ha", 1e4), ("km2", 1e6)])
def test_areas_declared_in_another_unit_are_recognised(unit: str, size_m2: float, tmp_path: Path) -> None:
    areas = np.array([true_m2([one]) for one in towns()])
    card = inspect(written(tmp_path, "EPSG:4549", ".shp", areas / size_m2))
    (told,) = [one for one in card["warnings"] if one["code"] == "areas_in_other_unit"]
    assert unit in told["message"]


def test_the_job_shows_them_too(tmp_path: Path) -> None:
    report = inspect_job(path=[written(tmp_path, "EPSG:3857", ".gpkg")])
    assert report.data[0]["layers"][0]["planar_m2"] > 1.3 * report.data[0]["layers"][0]["area_m2"]
