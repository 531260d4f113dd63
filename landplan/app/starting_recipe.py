"""A starting recipe for a user's own layers: fields matched by name and alias, CRS from the file, unknown fields listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landplan.app.asked_join import AskedJoin, asked_join, joined_columns
from landplan.app.asked_join import file_and_layer as file_and_layer  # (also for those who ask here)
from landplan.app.opening import place_from
from landplan.app.proposed_fields import accepted, proposal_lines, proposals_for
from landplan.core.crs import check_measuring_crs, is_grid, is_plane, parsed, plane_name, same
from landplan.core.crs_names import crs_word
from landplan.core.errors import InputError, UsageError
from landplan.core.fields import match_fields
from landplan.core.messages import language, text
from landplan.core.recipe import LayerInput, Recipe

if TYPE_CHECKING:
    from landplan.core.field_proposals import Proposal
    from landplan.core.layers import Float

LOCAL_PLANE = "plane:local"
_DEFAULT = "builtin:jiading_default"
_PLANNED = ("output_wan", "tax_wan", "gfa_m2", "jobs")
"""Fields without which no path has known money, so nothing can be chosen."""
PLANNED_YEARS = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user has: files by role, a scheme, the CRS of parcels that declare none, the layers named in the files, and the
    encodings that were chosen for their texts."""

    layers: Mapping[str, Path]
    scheme: str
    crs: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    encodings: Mapping[str, str] = field(default_factory=dict)
    joins: tuple[AskedJoin, ...] = ()


@dataclass(frozen=True, slots=True)
class Start:
    """A recipe to begin with; `matched` canonical → source fields of the parcels, `other` columns it does not know."""

    recipe: Recipe
    matched: Mapping[str, str]
    other: tuple[str, ...]
    likely_crs: str = ""
    """What the coordinates of parcels without a declared CRS look like."""
    proposed: tuple[Proposal, ...] = ()
    """Fields proposed by content; the sure ones are in the recipe."""


def asked(
    parcels: Path | None,
    zones: Path | None,
    layer: Sequence[str] | None,
    scheme: str | None,
    crs: str | None,
    join: Sequence[str] | None = None,
) -> Asked:
    """The options of `new` and `score` as one; UsageError when there are no parcels or a layer is not NAME=PATH.

    Any file may be FILE::LAYER, one layer of several. join: tables for the parcels, as `asked_join` reads them.
    """
    if parcels is None:
        raise UsageError("start_needs_parcels")
    given = {"parcels": Path(parcels)} | ({} if zones is None else {"zones": Path(zones)})
    for pair in layer or ():
        name, equals, path = pair.partition("=")
        if not equals or not name.isidentifier() or not path:
            raise UsageError("layer_not_pair", "--layer", given=pair)
        given[name] = Path(path)
    places = {role: file_and_layer(path) for role, path in given.items()}
    names = {role: layer for role, (_file, layer) in places.items() if layer}
    joins = tuple(asked_join(one) for one in join or ())
    return Asked({role: file for role, (file, _layer) in places.items()}, scheme or _DEFAULT, crs, names, joins=joins)


def starting_recipe(wish: Asked, folder: Path, *, by_content: bool = False) -> Start:
    """The recipe, with paths relative to `folder`. InputError when a file cannot be read or its CRS stays unknown.

    by_content: also propose fields for columns that no name matched; only what is sure becomes a mapping.
    """
    from landplan.io.grid_file import named
    from landplan.io.placement import guessed_crs
    from landplan.io.shapes import geometry
    from landplan.io.vector import read_raw

    for role, path in wish.layers.items():
        if not path.exists():
            raise InputError("file_missing", path, path=path, layer=role)
    inputs = {role: _input(role, path, folder, wish.names.get(role)) for role, path in wish.layers.items()}
    for role, encoding in wish.encodings.items():
        inputs[role]["encoding"] = encoding
    source = wish.layers["parcels"]
    raw = read_raw(source, LayerInput.model_validate(inputs["parcels"]), "parcels")
    _check_given_crs(wish.crs, raw.crs, source)
    shape = geometry(raw.wkb, len(raw), "parcels")[0]
    xy, columns = shape.xy, list(raw.table.column_names)
    matched = match_fields(columns)
    proposed = proposals_for(raw, shape, raw.crs or wish.crs, matched) if by_content else ()
    fields, units = accepted(matched, proposed)
    inputs["parcels"] |= {"encoding": raw.encoding} if raw.encoding and source.suffix.lower() == ".shp" else {}
    inputs["parcels"] |= ({"fields": fields} if fields else {}) | ({"units": units} if units else {})
    tables, more = joined_columns(wish.joins, folder)
    inputs["parcels"] |= {"join": tables} if tables else {}
    given = named(wish.crs, keep=False)
    inputs["parcels"] |= {"crs": given} if given and raw.crs is None else {}
    values: dict[str, Any] = {
        "format": "landplan-recipe/1",
        "title": {"zh": source.stem, "en": source.stem},
        "scheme": _scheme_place(wish.scheme, folder),
        "crs": named(_measuring_crs(raw.crs or wish.crs, xy, source), keep=False),
        "lang": language(),
        "layers": inputs,
    }
    if shape.kind == "polygon" and not lacking({**fields, **more}) and "zones" in inputs:
        values["choose"] = _choose(wish.scheme, folder)
    other = tuple(column for column in columns if column not in fields.values())
    return Start(Recipe.model_validate(values), matched, other, guessed_crs(xy), proposed)


def lacking(fields: Iterable[str]) -> tuple[str, ...]:
    """The parcel fields (canonical) that a portfolio needs and that are not among `fields`."""
    known = set(fields)
    return tuple(name for name in _PLANNED if name not in known)


def _check_given_crs(given: str | None, declared: str | None, source: Path) -> None:
    """UsageError when the given CRS is none, or is not the one the file declares: neither is silently passed over."""
    from landplan.io.grid_file import check_measuring_grid, declares

    if given is None:
        return
    if is_grid(given):
        check_measuring_grid(given, source.name)
    elif not is_plane(given):
        parsed(given)
    if declared is not None and not same(declared, given) and not declares(declared, given):
        raise UsageError("crs_conflicts", source, given=crs_word(given), declared=parsed(declared).name)


def starting_text(start: Start) -> str:
    """The recipe as TOML, with what is to be looked at as comments at the end."""
    from landplan.io.recipe_file import recipe_text

    notes = [text("start_head"), text("start_other", {"columns": start.other or "–"}), *plane_notes(start)]
    notes += proposal_lines(start.proposed)
    if start.recipe.choose is None:
        notes.append(text("start_no_choose"))
    return recipe_text(start.recipe) + "\n" + "".join(f"# {note}\n" for note in notes)


def plane_notes(start: Start) -> tuple[str, ...]:
    """What is to be said when all layers are taken to lie in one unnamed plane, or are measured in a grid without a code."""
    crs = start.recipe.crs
    if crs == LOCAL_PLANE:
        return (text("start_plane", {"suggestion": start.likely_crs or "EPSG:…"}),)
    return (text("start_grid", {"name": plane_name(crs)}),) if is_grid(crs) else ()


def _input(role: str, path: Path, folder: Path, name: str | None) -> dict[str, Any]:
    """The entry of one layer; of a file with several, the one that is named, else the one named like the role."""
    from landplan.io.files import kind
    from landplan.io.vector import list_layers

    entry: dict[str, Any] = {"path": place_from(path, folder)}
    if name is not None:
        entry["layer"] = name
    elif kind(path) != "raster" and len(names := list_layers(path)) > 1 and role in names:
        entry["layer"] = role
    return entry


def _scheme_place(scheme: str, folder: Path) -> str:
    return scheme if scheme.startswith("builtin:") else place_from(Path(scheme), folder)


def _measuring_crs(declared: str | None, xy: Float, path: Path) -> str:
    """The CRS when it can be measured in, else a metric one around the parcels; plane:local when there is none."""
    from landplan.io.placement import guessed_crs

    if declared is None:
        if len(xy) and abs(xy).max() <= 361:
            raise InputError("start_crs_missing", path, suggestion=guessed_crs(xy) or "EPSG:4490")
        return LOCAL_PLANE
    try:
        return check_measuring_crs(declared, path.name)
    except InputError as error:
        if error.id != "crs_not_metric" or not len(xy):
            raise
    import numpy as np
    import pyproj

    from landplan.core.china_offset import in_china

    system = parsed(declared)
    lon, lat = np.median(xy, axis=0)
    if not system.is_geographic:
        lon, lat = pyproj.Transformer.from_crs(system, system.geodetic_crs, always_xy=True).transform(lon, lat)
    chinese = system.geodetic_crs.to_epsg() == 4490 or bool(in_china(np.array([[lon, lat]]))[0])
    return metric_crs(float(lon), float(lat), chinese)


def metric_crs(lon: float, lat: float, chinese: bool) -> str:
    """A projected CRS in metres around a place in degrees: CGCS2000 3-degree Gauss-Kruger for Chinese data (areas within
    0.07 %), else UTM (within 0.2 %)."""
    meridian = 3 * round(lon / 3)
    if chinese and 75 <= meridian <= 135:
        return f"EPSG:{4534 + (meridian - 75) // 3}"
    zone = min(60, int((lon + 180) // 6) + 1)
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"


def _choose(scheme: str, folder: Path) -> dict[str, Any]:
    from landplan.io.scheme_file import read_scheme

    first = read_scheme(scheme if scheme.startswith("builtin:") else str(Path(scheme).resolve()), folder).base_year + 1
    return {"years": {"from": first, "to": first + PLANNED_YEARS - 1}}
