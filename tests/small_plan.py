"""A small plan as files: 36 square parcels, two zone sets, a scheme of five criteria, two models and two paths."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely

CRS = "EPSG:4549"
WEST_M, SOUTH_M = 600_000.0, 3_470_000.0
SIDE_M = 130.0

SCHEME = """\
format = "landplan-scheme/1"
id = "small"
title = { zh = "小方案", en = "Small" }
base_year = 2025
known_weight_min = 0.3
scoring = { method = "weighted_sum" }

[figures]
price_wan_per_mu = { value = 100, unit = "wan_per_mu" }

[[parties]]
id = "district"
title = { zh = "区", en = "District" }
public = true
[[parties]]
id = "owner"
title = { zh = "权利人", en = "Owner" }

[[criteria]]
id = "output_per_mu"
title = { zh = "亩均产值低", en = "Low output per mu" }
weight = 3
measure = { kind = "field", expression = "output_wan / area_mu", unit = "wan_per_mu_year" }
value = { kind = "linear", worst = 500, best = 0 }
[[criteria]]
id = "metro_m"
title = { zh = "距轨道站", en = "Distance to metro" }
weight = 2
measure = { kind = "distance", layer = "stations", reach_m = 3000 }
value = { kind = "linear", worst = 1000, best = 0 }
[[criteria]]
id = "compact"
title = { zh = "形状规整", en = "Compact shape" }
weight = 1
measure = { kind = "compactness" }
value = { kind = "linear", worst = 0, best = 1 }

[[rules]]
id = "busy"
title = { zh = "产值过高", en = "Too productive" }
exclude_if = "output_wan > 9000"
by = { expression = "output_wan - 9000", unit = "wan" }

[[models]]
id = "factory"
title = { zh = "标准工业", en = "Standard industrial" }
use = { "1001" = 1.0 }
far = { low = 1, target = 1.5, high = 2 }
tenures = ["grant"]
after = { output_wan_per_mu_year = 600, tax_wan_per_mu_year = 30, jobs_per_mu = 6, firms_per_mu = 0.02, build_years = 1 }
[[models]]
id = "lab"
title = { zh = "研发", en = "Laboratories" }
use = { "0802" = 1.0 }
far = { low = 1, target = 2, high = 3 }
tenures = ["grant"]
after = { output_wan_per_mu_year = 900, tax_wan_per_mu_year = 60, jobs_per_mu = 20, firms_per_mu = 0.1, build_years = 2 }
weights = { metro_m = 6 }

[[tenures]]
id = "grant"
title = { zh = "出让", en = "Grant" }
years = 50

[[paths]]
id = "acquire"
title = { zh = "收储", en = "Acquire" }
displaced_jobs = "jobs"
lines = [
  { id = "price", from = "district", to = "owner", fund = "special", at = 0, amount = "area_mu * price_wan_per_mu" },
  { id = "tax", party = "district", at = 2, years = 10, amount = "area_mu * after_tax_wan_per_mu_year - tax_wan" },
]
[[paths]]
id = "own_way"
title = { zh = "自主", en = "Own way" }
lines = [{ id = "tax", party = "district", at = 2, years = 10, amount = "area_mu * after_tax_wan_per_mu_year - tax_wan" }]

[[targets]]
id = "output"
title = { zh = "产业规模", en = "Industry scale" }
year = 2030
above = 100
unit = "yi"
total = "output_wan / 10000"
scope = { zh = "图内地块", en = "parcels on the map" }
"""

RECIPE = """\
format = "landplan-recipe/1"
title = { zh = "小样", en = "Small" }
scheme = "scheme.toml"
crs = "EPSG:4549"
lang = "en"

[layers.parcels]
path = "plan.gpkg"
layer = "parcels"
[layers.zones]
path = "plan.gpkg"
layer = "zones"
[layers.stations]
path = "plan.gpkg"
layer = "stations"

[choose]
years = { from = 2026, to = 2028 }
maximise = { score_area_mu = 1.0 }
[[choose.budgets]]
fund = "special"
wan = { 2026 = 5000, 2027 = 5000, 2028 = 5000 }

[export]
what = ["geopackage", "workbook"]
date = 2025-11-22
"""


def write_plan(folder: Path) -> Path:
    """The files of the plan in `folder`; the path of its recipe."""
    write_layers(folder / "plan.gpkg")
    (folder / "scheme.toml").write_text(SCHEME, encoding="utf-8")
    (folder / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    return folder / "recipe.toml"


def parcels() -> tuple[list[Any], dict[str, Any]]:
    """36 squares in a grid with gaps, and their fields; some values unknown, one id like a formula."""
    rng = np.random.default_rng(7)
    shapes = [shapely.box(x, y, x + SIDE_M, y + SIDE_M) for x, y in _corners()]
    n = len(shapes)
    output = rng.uniform(500, 9500, n).round(1)
    output[5] = np.nan
    fields = {
        "地块编号": np.array([f"P{row:02d}" if row != 9 else "=1+1" for row in range(n)], object),
        "年产值": output,
        "年税收": (output * 0.05).round(2),
        "从业人数": rng.integers(5, 300, n).astype(np.float64),
        "建筑面积": rng.uniform(5e3, 2e4, n).round(0),
        "企业数": np.ones(n),
        "备注": np.array([None] * n, object),
    }
    return shapes, fields


def write_layers(path: Path) -> None:
    """Parcels, zones and stations as one GeoPackage."""
    shapes, fields = parcels()
    _write(path, "parcels", shapes, fields)
    half = shapely.box(WEST_M, SOUTH_M, WEST_M + 480, SOUTH_M + 960)
    zones = {"id": ["Z1"], "name": ["西片"], "set": ["town"]}
    _write(path, "zones", [half], {key: np.array(value, object) for key, value in zones.items()})
    stations = [shapely.Point(WEST_M + 100, SOUTH_M + 100)]
    _write(path, "stations", stations, {"name": np.array(["站"], object)})


def write_parcels(path: Path, driver: str, crs: str | None = CRS) -> None:
    """The parcels alone, in another format or CRS."""
    import pyproj

    shapes, fields = parcels()
    if crs not in (CRS, None):
        move = pyproj.Transformer.from_crs(CRS, crs, always_xy=True).transform
        shapes = [shapely.transform(shape, lambda xy: np.column_stack(move(xy[:, 0], xy[:, 1]))) for shape in shapes]
    _write(path, None, shapes, fields, driver, crs)


def lines_of(text: str) -> list[Any]:
    """JSON lines as objects."""
    return [json.loads(line) for line in text.splitlines()]


def _corners() -> list[tuple[float, float]]:
    steps = np.arange(6) * (SIDE_M + 30.0)
    return [(WEST_M + x, SOUTH_M + y) for y in steps for x in steps]


def _write(
    path: Path, layer: str | None, shapes: list[Any], fields: dict[str, Any], driver: str = "GPKG", crs: str | None = CRS
) -> None:
    import warnings

    import pyogrio

    kind = "Point" if shapes[0].geom_type == "Point" else "Polygon"
    options = {"layer": layer, "append": path.exists()} if driver == "GPKG" else {"encoding": "UTF-8"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.raw.write(
            str(path), shapely.to_wkb(np.array(shapes, object)), list(fields.values()), list(fields),
            geometry_type=kind, crs=crs, driver=driver, **options,
        )  # fmt: skip
