"""Every layer a recipe names, read into one LayerSet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from landplan.core.crs import is_grid, is_plane, plane_name
from landplan.core.errors import InputError, Issue, suggestion
from landplan.core.layers import Layer, LayerSet, Raster
from landplan.core.progress import Progress, silent, still
from landplan.core.recipe import LayerInput, Recipe
from landplan.core.roles import role_title
from landplan.core.units import known_unit
from landplan.io.files import kind
from landplan.io.firm_tables import with_firms
from landplan.io.joined_tables import joined
from landplan.io.land_codes import with_settled_codes
from landplan.io.raster import open_raster
from landplan.io.shifted import told_of_shift
from landplan.io.vector import read_layer

_FAR_M = 50_000.0
SCORED = ("polygon", "point")
"""What a layer in the role of the parcels may hold: plots, or car parks, stops, doors. A portfolio and a package need areas."""


def read_layers(recipe: Recipe, folder: Path, progress: Progress = silent) -> LayerSet:
    """The layers and rasters of a recipe in its CRS; InputError on the first that cannot be used.

    A layer that lies wholly more than 50 km from the parcels carries an Issue: something is wrong with one of the two. So
    does a layer in degrees that fits another one only once a shift of Chinese web maps is undone.
    """
    layers: dict[str, Layer] = {}
    rasters: dict[str, Raster] = {}
    for number, (role, spec) in enumerate(recipe.layers.items()):
        told = still(progress, number / len(recipe.layers), "reading_layer", layer=role_title(role, spec.title))
        told(None, "")
        path = folder / spec.path
        if kind(path) == "raster" and role != "parcels":
            rasters[role] = _raster(path, spec, role, recipe.crs)
        else:
            layer = joined(read_layer(path, spec, role, recipe.crs, told), spec, folder, told)
            layers[role] = with_firms(with_settled_codes(layer, spec, folder), spec, folder, told)
    parcels = layers["parcels"]
    if parcels.geometry.kind not in SCORED:
        raise InputError("parcels_not_scored", recipe.layers["parcels"].path, kind=parcels.geometry.kind)
    layers["parcels"] = _planar(parcels)
    layers = {role: _near(layer, parcels) for role, layer in layers.items()}
    layers = {role: told_of_shift(layer, layers, recipe.layers[role]) for role, layer in layers.items()}
    progress(1.0, "layers_read", n=len(layers) + len(rasters))
    return LayerSet(recipe.crs, layers, rasters)


def with_layer(layers: LayerSet, role: str, spec: LayerInput, path: Path) -> LayerSet:
    """The set with one more layer or raster, read from a file; tables that `spec` joins are found from the file's folder.

    InputError when the file cannot be used, or when its coordinates cannot be what it says they are.
    """
    if kind(path) == "raster":
        return replace(layers, rasters={**layers.rasters, role: _raster(path, spec, role, layers.crs)})
    layer = _read(path, spec, role, layers, path.parent)
    return replace(layers, layers={**layers.layers, role: told_of_shift(layer, layers.layers, spec)})


def _read(path: Path, spec: LayerInput, role: str, layers: LayerSet, folder: Path) -> Layer:
    """A layer by itself, its Issues those it has beside the parcels of the set; its tables are found from the folder."""
    layer = with_settled_codes(joined(read_layer(path, spec, role, layers.crs), spec, folder), spec, folder)
    layer = _near(with_firms(layer, spec, folder), layers.parcels)
    for issue in layer.issues:
        if issue.weight == "blocks":
            raise InputError(issue.id, f"{path.name} [layers.{role}]", **dict(issue.values))
    return layer


def replaced_layer(layers: LayerSet, role: str, spec: LayerInput, path: Path, folder: Path | None = None) -> LayerSet:
    """The set with a layer or raster read anew from another file, in its old place; InputError as of `with_layer`, and when
    parcels are not polygons or a layer would become a raster.

    folder: what the paths of the tables are relative to, as those of the recipe are; None for the folder of the file.
    """
    raster = kind(path) == "raster"
    if raster != (role in layers.rasters):
        raise InputError("relink_other_kind", path.name, layer=role)
    if raster:
        return replace(layers, rasters={**layers.rasters, role: _raster(path, spec, role, layers.crs)})
    layer = _read(path, spec, role, layers, folder or path.parent)
    if role == "parcels" and layer.geometry.kind not in ("polygon", layers.parcels.geometry.kind):
        raise InputError("parcels_not_polygons", path.name, kind=layer.geometry.kind)
    layer = _planar(layer) if role == "parcels" else layer
    return replace(layers, layers={**layers.layers, role: told_of_shift(layer, layers.layers, spec)})


def without_layer(layers: LayerSet, role: str) -> LayerSet:
    """The set without one layer or raster; InputError that names the nearest when there is none of that name."""
    if role not in layers.names:
        raise InputError("layer_missing", "layers", layer=role, nearest=suggestion(role, layers.names))
    kept = {id: layer for id, layer in layers.layers.items() if id != role}
    return replace(layers, layers=kept, rasters={id: raster for id, raster in layers.rasters.items() if id != role})


def blocking(layers: LayerSet) -> tuple[Issue, ...]:
    """What must be settled before anything is scored: Issues of weight "blocks" found while reading."""
    return tuple(issue for layer in layers for issue in layer.issues if issue.weight == "blocks")


def _raster(path: Path, spec: LayerInput, role: str, crs: str) -> Raster:
    where = f"{path.name} [layers.{role}]"
    if odd := [name for name in spec.units if name != "value"]:
        raise InputError("no_such_field", where, layer=role, field=odd[0], nearest="value")
    return open_raster(path, role, crs, crs=spec.crs, unit=known_unit(spec.units.get("value", ""), where))


def _planar(parcels: Layer) -> Layer:
    """The parcels, with an Issue where they are measured in a plane or in a grid whose parameters the user keeps."""
    if not is_plane(parcels.crs):
        return parcels
    id = "planar_grid" if is_grid(parcels.crs) else "planar_plane"
    return replace(parcels, issues=(*parcels.issues, Issue(id, parcels.id, "note", values={"name": plane_name(parcels.crs)})))


def _near(layer: Layer, parcels: Layer) -> Layer:
    a, b = layer.geometry.xy, parcels.geometry.xy
    if layer.id == parcels.id or not len(a) or not len(b):
        return layer
    gap = np.maximum(a.min(axis=0) - b.max(axis=0), b.min(axis=0) - a.max(axis=0))
    away = float(np.hypot(*np.maximum(gap, 0.0)))
    if away <= _FAR_M:
        return layer
    issue = Issue("layer_far_away", layer.id, values={"km": round(away / 1000)})
    return replace(layer, issues=(*layer.issues, issue))
