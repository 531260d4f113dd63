"""The project file .landplan: one GeoPackage with layers that any GIS opens, and tables `landplan_*` with everything else.

landplan_project (key, value): format, crs, active scenario, recipe (TOML), policies (JSON list of
TOML). landplan_scenarios: schemes (TOML).
landplan_layers: what a GeoPackage layer cannot say of itself (source, units, issues). landplan_rasters: references with
checksums. landplan_history: what was done. The application id stays that of GeoPackage, so that GIS programs open the file;
`format` in landplan_project names ours. Nothing in the file is code; it is opened with an untrusted schema.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from landplan.core.errors import InputError
from landplan.core.layers import LayerSet, Raster
from landplan.core.project import Project, Scenario
from landplan.core.recipe import Recipe
from landplan.io import geopackage
from landplan.io.files import kind, replacing, sha256
from landplan.io.grid_file import named
from landplan.io.policy_file import policy_of_text, policy_text
from landplan.io.project_layers import NO_DATE, layer_facts, read_layer, write_layer
from landplan.io.raster import open_raster
from landplan.io.recipe_file import recipe_of_text, recipe_text
from landplan.io.scheme_file import scheme_of_text, scheme_text

VERSION = 1
_FORMAT = "landplan-project/"
_TABLES = {
    "landplan_project": "key TEXT PRIMARY KEY, value TEXT NOT NULL",
    "landplan_scenarios": "position INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, scheme TEXT NOT NULL",
    "landplan_layers": "position INTEGER PRIMARY KEY, role TEXT UNIQUE NOT NULL, kind TEXT NOT NULL, facts TEXT NOT NULL",
    "landplan_rasters": "position INTEGER PRIMARY KEY, role TEXT UNIQUE NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL, "
    "unit TEXT NOT NULL",
    "landplan_history": "position INTEGER PRIMARY KEY, text TEXT NOT NULL",
}


def save_project(project: Project, path: Path) -> None:
    """Save whole or not at all: a crash, a full disk or an error leaves the old file byte-identical. ExportError then."""
    with replacing(path) as draft:
        package = draft.with_name("project.gpkg")
        for layer in project.layers:
            write_layer(layer, package)
        with closing(sqlite3.connect(package)) as database, database:
            _write_tables(database, _rows(project, path.parent))
        package.replace(draft)


def open_project(path: Path, places: Mapping[str, Path] = MappingProxyType({})) -> Project:
    """The project in a file. InputError when it is not one, is damaged, or was saved by a newer version; never changed.

    places: path of a file as the project has it → where that file is now.
    """
    if kind(path) != "geopackage":
        raise InputError("not_a_project", path.name)
    with geopackage.settled(path) as file:
        facts = _facts(file, path)
        about = dict(facts["landplan_project"])
        _check_version(about.get("format", ""), path)
        try:
            recipe, crs, active = recipe_of_text(about["recipe"], path.name), str(named(about["crs"])), about["active"]
            layers = {role: read_layer(file, role, kind_, text, crs) for _, role, kind_, text in facts["landplan_layers"]}
            scenarios = {id: Scenario(id, scheme_of_text(text, path.name)) for _, id, text in facts["landplan_scenarios"]}
            packs = tuple(policy_of_text(text, path.name) for text in json.loads(about.get("policies", "[]")))
        except (KeyError, TypeError, json.JSONDecodeError) as error:
            raise InputError("project_damaged", path.name, part=error) from error
    rasters = {
        role: _raster(path, role, place, sum_, unit, crs, places.get(place))
        for _, role, place, sum_, unit in facts["landplan_rasters"]
    }
    recipe = _with_places(recipe, {role: place for _, role, place, _, _ in facts["landplan_rasters"]}, places)
    history = tuple(text for _, text in facts["landplan_history"])
    return Project(LayerSet(crs, layers, rasters), recipe, scenarios, active, history, path.resolve().parent, packs)


def _write_tables(database: sqlite3.Connection, tables: dict[str, list[tuple[object, ...]]]) -> None:
    entry = "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) VALUES (?, 'attributes', ?, ?)"
    for name, columns in _TABLES.items():
        database.execute(f"CREATE TABLE {name} ({columns})")
        database.execute(entry, (name, name, NO_DATE))
        for row in tables[name]:
            marks = ", ".join("?" * len(row))
            database.execute(f"INSERT INTO {name} VALUES ({marks})", row)  # noqa: S608  (our own names)


def _rows(project: Project, folder: Path) -> dict[str, list[tuple[object, ...]]]:
    about = {
        "format": f"{_FORMAT}{VERSION}",
        "crs": project.layers.crs,
        "active": project.active,
        "recipe": recipe_text(project.recipe),
    }
    if project.policies:
        about["policies"] = json.dumps([policy_text(pack) for pack in project.policies], ensure_ascii=False)
    return {
        "landplan_project": list(about.items()),
        "landplan_scenarios": [(k, one.id, scheme_text(one.scheme)) for k, one in enumerate(project.scenarios.values())],
        "landplan_layers": [(k, one.id, one.geometry.kind, layer_facts(one)) for k, one in enumerate(project.layers)],
        "landplan_rasters": [
            (k, one.id, _reference(one, folder), one.sha256, one.unit) for k, one in enumerate(project.layers.rasters.values())
        ],
        "landplan_history": list(enumerate(project.history)),
    }


def _reference(raster: Raster, folder: Path) -> str:
    """The raster's path relative to the project's folder, so that both can be moved together."""
    try:
        return Path(os.path.relpath(raster.path, folder)).as_posix()
    except ValueError:
        return str(Path(raster.path).resolve())


def project_places(path: Path) -> tuple[tuple[str, str, bool], ...]:
    """(role, path as it stands there, whether the project cannot be opened without it) of every file that a project names, there
    or not: rasters stay outside, its other layers are in the project, but a package needs the files they came from."""
    if kind(path) != "geopackage":
        raise InputError("not_a_project", path.name)
    with geopackage.settled(path) as file:
        facts = _facts(file, path)
    rasters = {role: place for _, role, place, _sum, _unit in facts["landplan_rasters"]}
    layers = recipe_of_text(dict(facts["landplan_project"]).get("recipe", ""), path.name).layers
    inside = [(role, place, False) for role, one in layers.items() if role not in rasters for place in one.files]
    return (*((role, place, True) for role, place in rasters.items()), *inside)


def _with_places(recipe: Recipe, rasters: Mapping[str, str], places: Mapping[str, Path]) -> Recipe:
    """The recipe with files at other places; rasters: role → where the project has its raster."""
    if not places:
        return recipe

    def placed(role: str, place: str) -> str:
        return places.get(rasters.get(role, place), Path(place)).as_posix()

    layers = {role: one.placed(partial(placed, role)) for role, one in recipe.layers.items()}
    return recipe.model_copy(update={"layers": layers})


def _raster(path: Path, role: str, place: str, sum_: str, unit: str, crs: str, now: Path | None = None) -> Raster:
    """now: where the file is that the planner has named in its stead; it may be another one."""
    file = now or path.parent / place
    if not file.is_file():
        raise InputError("project_raster_missing", path.name, layer=role, path=place)
    if now is None and sha256(file) != sum_:
        raise InputError("project_raster_changed", path.name, layer=role, path=place)
    return open_raster(file, role, crs, crs=crs, unit=unit)


def _facts(file: Path, path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with geopackage.connected(file) as database:
        present = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "landplan_project" not in present:
            raise InputError("not_a_project", path.name)
        about = dict(database.execute("SELECT key, value FROM landplan_project"))
        _check_version(about.get("format", ""), path)
        missing = sorted(set(_TABLES) - present)
        if missing:
            raise InputError("project_damaged", path.name, part=missing[0])
        return {name: database.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in _TABLES}  # noqa: S608


def _check_version(format: str, path: Path) -> None:
    match = re.fullmatch(rf"{_FORMAT}(\d+)", format)
    if match is None:
        raise InputError("not_a_project", path.name)
    if int(match[1]) > VERSION:
        raise InputError("project_newer", path.name, found=match[1], known=VERSION)
