"""Opening a project: from a recipe and its files, or a saved .landplan file."""

from __future__ import annotations

import os
from pathlib import Path

from landplan.app.changes import changed
from landplan.core.progress import Progress, part, silent
from landplan.core.project import Project, Scenario
from landplan.core.recipe import Recipe

PROJECT_SUFFIX = ".landplan"


def open_recipe(path: Path, progress: Progress = silent) -> Project:
    """The project a recipe describes: its scheme and every layer it names, read and checked."""
    from landplan.io.recipe_file import read_recipe

    recipe, folder = read_recipe(Path(path))
    return project_of(recipe, folder, progress)


def project_of(recipe: Recipe, folder: Path, progress: Progress = silent) -> Project:
    """The project of a recipe whose paths are relative to `folder`."""
    from landplan.io.layer_set import read_layers
    from landplan.io.scheme_file import read_scheme

    scheme = read_scheme(recipe.scheme, folder)
    layers = read_layers(recipe, folder, part(progress, 0.0, 1.0))
    return Project(layers, recipe, {"main": Scenario("main", scheme)}, "main")


def open_any(path: Path, progress: Progress = silent) -> Project:
    """A project from a recipe (.toml) or a saved project (.landplan)."""
    if Path(path).suffix.lower() != PROJECT_SUFFIX:
        return open_recipe(path, progress)
    from landplan.io.project_file import open_project

    return open_project(Path(path))


def keep_inputs(recipe: Recipe, folder: Path, out: Path) -> None:
    """ExportError when writing `out` would change an input; a shapefile is all its files."""
    from landplan.core.errors import ExportError

    target = out.resolve()
    for layer in recipe.layers.values():
        source = (folder / layer.path).resolve()
        if target == source or (out.suffix.lower() == ".shp" and target.with_suffix("") == source.with_suffix("")):
            raise ExportError("would_overwrite_input", out)


def save_project(project: Project, path: Path) -> None:
    """Save a project as one .landplan file, whole or not at all."""
    from landplan.io.project_file import save_project as save

    save(project, Path(path))


def moved(recipe: Recipe, source: Path, target: Path) -> Recipe:
    """The recipe of a file in folder `source` as it reads in folder `target`: its layers are found from there."""
    if source.resolve() == target.resolve():
        return recipe
    layers = {role: changed(one, role, path=place_from(source / one.path, target)) for role, one in recipe.layers.items()}
    return changed(recipe, "recipe", layers=layers)


def place_from(path: Path, folder: Path) -> str:
    """The path as seen from the folder; absolute where they have nothing in common (another drive)."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()
