"""Reading files and the whole job from files to a review package; what a parcel costs in memory."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import data
import numpy as np
from cases_scoring import scheme as twelve_criteria
from small_plan import RECIPE, SCHEME
from trial import OURS, Case, Trial

from landplan.core.layers import Layer

CURVE = 'value = { kind = "linear", worst = 0, best = 1 }'
MEASURES = (
    '{ kind = "distance", layer = "roads", reach_m = 2000 }',
    '{ kind = "density", layer = "stations", radius_m = 1000 }',
    '{ kind = "cover_share", layer = "roads", buffer_m = 20 }',
    '{ kind = "zonal", raster = "noise" }',
    '{ kind = "zonal", raster = "noise", statistic = "max" }',
    '{ kind = "contiguous_area", where = "land_use = \'1001\'" }',
    '{ kind = "depth" }',
    '{ kind = "zone_share", set = "block" }',
    *(f'{{ kind = "field", expression = "{text}" }}' for text in (
        "tax_wan / area_mu", "jobs / area_mu", "gfa_m2 / area_m2", "energy_tce / output_wan", "2025 - built_year",
        "vacant_share", "CASE WHEN land_use = '1001' THEN 1 ELSE 0 END", "output_wan / jobs", "tax_wan / output_wan",
    )),
)  # fmt: skip


def read_gpkg(n: int, folder: Path) -> Trial:
    return _read(n, folder / "parcels.gpkg")


def read_shp(n: int, folder: Path) -> Trial:
    return _read(n, folder / "parcels.shp")


def read_apart(n: int, folder: Path) -> Trial:
    """A healthy GeoPackage to arrays: in a process of its own, rows counted twice, against GDAL's reader alone in this one."""
    from landplan.core.recipe import LayerInput
    from landplan.io.vector import read_raw

    path, spec = folder / "parcels.gpkg", LayerInput(path="parcels.gpkg")
    write_layer(path, data.parcels(n))

    def alone() -> Any:
        from landplan.io.gdal import ogr

        return ogr().raw.read_arrow(path)[1]

    def difference(found: dict[str, Any]) -> float:
        ours, table = found[OURS], found["pyogrio.raw.read_arrow"]
        name = next(name for name in table.column_names if name not in ours.table.column_names)
        return float(not (ours.table.equals(table.drop_columns([name])) and table.column(name).combine_chunks().equals(ours.wkb)))

    sides = {OURS: lambda: read_raw(path, spec, "parcels"), "pyogrio.raw.read_arrow": alone}
    size = {"file_mb": round(path.stat().st_size / 1e6, 1)}
    warm = [run for _ in range(3) for run in sides.values()]  # a machine's first touch of its memory is not reading
    return Trial(sides, difference, lambda layer: size, lambda: [run() for run in warm], frozenset({OURS}))


def _read(n: int, path: Path) -> Trial:
    """Geometry, every attribute, ids and checks on the one side, a GeoDataFrame on the other."""
    import geopandas

    from landplan.core.recipe import LayerInput
    from landplan.io.vector import read_layer

    write_layer(path, data.parcels(n))
    little = path.with_name(f"little{path.suffix}")
    write_layer(little, data.parcels(60))
    spec = LayerInput(path=path.name)

    def difference(found: dict[str, Any]) -> float:
        ours, frame = found[OURS], found["geopandas"]
        gap = np.abs(ours.area_m2 - frame.area.to_numpy()).max() / ours.area_m2.max()
        same = np.array_equal(ours.numbers("output_wan"), frame["output_wan"].to_numpy(), equal_nan=True)
        return float(gap) if same and (ours.ids == frame["id"].to_numpy()).all() else 1.0

    return Trial(
        {OURS: lambda: read_layer(path, spec, "parcels", data.CRS), "geopandas": lambda: geopandas.read_file(path)},
        difference,
        lambda layer: {"file_mb": round(sum(f.stat().st_size for f in path.parent.glob("parcels.*")) / 1e6, 1)},
        lambda: warm_reading(little),
        frozenset({OURS}),
    )


def warm_reading(path: Path) -> None:
    from landplan.core.recipe import LayerInput
    from landplan.io import shapes
    from landplan.io.vector import read_layer

    many, shapes.MANY = shapes.MANY, 0
    read_layer(path, LayerInput(path=path.name), "parcels", data.CRS)
    shapes.MANY = many


def whole_run(n: int, folder: Path) -> Trial:
    """Twenty criteria, two models, two paths, ten budgets: files in, review package out."""
    import shutil

    from landplan.app.jobs.run import run

    recipe, small = write_plan(folder / "plan", n), write_plan(folder / "small", 80)

    def job(path: Path) -> Any:
        out = path.parent / "package"
        shutil.rmtree(out, ignore_errors=True)
        out.with_suffix(".zip").unlink(missing_ok=True)
        return run(recipe=path, out=out)

    return Trial({OURS: lambda: job(recipe)}, facts=lambda report: {"said": report.lines[-1]}, warm=lambda: job(small))


def write_plan(folder: Path, n: int) -> Path:
    """The town's layers as files, a scheme of twenty criteria and a recipe; the path of the recipe."""
    folder.mkdir(parents=True)
    town = data.layers(n, features=max(n // 20, 10))
    for layer in town:
        write_layer(folder / "plan.gpkg", layer)
    write_raster(folder / "noise.tif", town.rasters["noise"])
    criteria = "".join(
        f'[[criteria]]\nid = "c{k}"\ntitle = {{ zh = "指标{k}", en = "Criterion {k}" }}\nweight = 1\nmeasure = {text}\n{CURVE}\n'
        for k, text in enumerate(MEASURES)
    )
    (folder / "scheme.toml").write_text(SCHEME.replace("[[rules]]", criteria + "[[rules]]", 1), encoding="utf-8")
    more = '[layers.roads]\npath = "plan.gpkg"\nlayer = "roads"\n[layers.noise]\npath = "noise.tif"\n\n[choose]'
    budget = RECIPE.replace("5000", str(50 * n)).replace("[choose]", more, 1)
    (folder / "recipe.toml").write_text(budget, encoding="utf-8")
    return folder / "recipe.toml"


def write_layer(path: Path, layer: Layer) -> None:
    """The layer as a GeoPackage layer or a shapefile, fields under their canonical names."""
    import pyogrio
    import shapely

    columns = {name: layer.table.column(name).to_numpy(zero_copy_only=False) for name in layer.fields}
    columns = {"id": layer.ids, **columns}
    if path.suffix == ".shp":
        columns = {name[:10]: values for name, values in columns.items()}
    kind = {"polygon": "Polygon", "line": "LineString", "point": "Point"}[layer.geometry.kind]
    options = {"layer": layer.id, "append": path.exists()} if path.suffix == ".gpkg" else {"encoding": "UTF-8"}
    pyogrio.raw.write(
        path, shapely.to_wkb(layer.shapes), list(columns.values()), list(columns), geometry_type=kind, crs=layer.crs, **options
    )


def write_raster(path: Path, grid: Any) -> None:
    import rasterio

    shape = {"width": grid.width, "height": grid.height, "count": 1, "dtype": "float32", "nodata": -9999.0}
    values = np.nan_to_num(grid.read(0, grid.height, 0, grid.width), nan=-9999.0).astype(np.float32)
    with rasterio.open(path, "w", driver="GTiff", crs=grid.crs, transform=rasterio.Affine(*grid.transform), **shape) as out:
        out.write(values, 1)


def memory(n: int, folder: Path) -> Trial:
    """What layer, criteria and scores of n parcels keep in memory once they are made."""
    from trial import resident_mb

    from landplan.core.layers import LayerSet
    from landplan.core.tables import Column, CriteriaTable, ZoneShares
    from landplan.steps.score import score

    def kept(n: int) -> Any:
        layer, matrix = data.parcels(n), data.matrix(n)
        table = CriteriaTable(layer.ids, np.zeros(n), {f"c{j}": Column(matrix[:, j], "ratio") for j in range(matrix.shape[1])})
        return layer, table, score(LayerSet(data.CRS, {"parcels": layer}), ZoneShares({}), table, twelve_criteria())

    kept(60)
    gc.collect()
    before = resident_mb()

    def facts(found: Any) -> dict[str, Any]:
        gc.collect()
        now, layer = resident_mb(), found[0]
        shape = layer.geometry
        flat = sum(part.nbytes for part in (shape.xy, shape.ring, shape.part, shape.row)) + layer.table.nbytes
        grown = None if before is None or now is None else round((now - before) * 1e6 / n)
        return {"resident_bytes_a_parcel": grown, "layer_bytes_a_parcel": round(flat / n)}

    return Trial({OURS: lambda: kept(n)}, facts=facts)


MILLION = {"full": 1_000_000, "quick": 100_000, "tiny": 500}
HUNDRED = {"full": 100_000, "quick": 20_000, "tiny": 200}
CASES = (
    Case("memory", "Memory of layer, 12 criteria, 6 models", memory, MILLION, "≤ 2,000 B"),
    Case("read_apart", "A GeoPackage to arrays, in a process of its own", read_apart, MILLION, "0.5"),
    Case("read_gpkg", "Reading a GeoPackage", read_gpkg, HUNDRED),
    Case("read_shp", "Reading a shapefile", read_shp, HUNDRED),
    Case("run", "Whole run, 20 criteria, to a package", whole_run, {"full": 20_000, "quick": 1_000, "tiny": 80}),
)
