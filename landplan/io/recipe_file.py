"""Recipes as TOML files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from landplan.core.errors import InputError, SchemeError
from landplan.core.recipe import Recipe
from landplan.io.files import is_input
from landplan.io.grid_file import named_recipe
from landplan.io.toml_model import checked, parsed, toml_data, toml_text


def read_recipe(path: Path, places: Mapping[str, Path] = MappingProxyType({})) -> tuple[Recipe, Path]:
    """The recipe and the folder its paths are relative to; every layer's file must be there, its CRS one to measure in.

    places: path as the recipe has it → where that file is now.

    SchemeError on what the recipe says, InputError on a file that is missing, with the layer and the line of the recipe.
    """
    recipe = _named(checked(Recipe, toml_data(path), path.name), path.name)
    if places:

        recipe = recipe.model_copy(update=recipe.placed(lambda place: Path(places.get(place, place)).as_posix()))
    for role, spec in recipe.layers.items():
        for place in spec.files:
            file = path.parent / place
            if not is_input(file):
                id = "layer_is_folder" if file.is_dir() else "layer_file_missing"
                raise InputError(id, f"{path.name}{_line(path, role)}", layer=role, path=place)
    for place in recipe.policy_files:
        if not (path.parent / place).is_file():
            raise InputError("policy_file_missing", path.name, path=place)
    return recipe, path.parent


def recipe_places(path: Path) -> tuple[tuple[str, str], ...]:
    """(role, path as it stands there) of every file that a recipe names, there or not."""
    recipe = checked(Recipe, toml_data(path), path.name)
    layers = ((role, place) for role, spec in recipe.layers.items() for place in spec.files)
    return (*layers, *(("policies", place) for place in recipe.policy_files))


def recipe_of_text(text: str, where: str) -> Recipe:
    """A recipe from its TOML text; its files are not looked for."""
    return _named(checked(Recipe, parsed(text.encode(), where), where), where)


def recipe_text(recipe: Recipe) -> str:
    """The recipe as TOML that reads back equal."""
    return toml_text(recipe)


def _named(recipe: Recipe, where: str) -> Recipe:
    """The recipe with every CRS by code or name, its own one to measure in."""
    try:
        return named_recipe(recipe, where)
    except InputError as error:
        raise SchemeError(error.id, f"{where} crs", **{"crs": recipe.crs, **error.values}) from error


def _line(path: Path, role: str) -> str:
    """ ":17", the line of the recipe where the layer's table starts, or "" where it is written otherwise."""
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1):
        bare = line.split("#")[0].replace(" ", "")
        if bare.startswith((f"[layers.{role}]", f"layers.{role}.path", f"{role}={{")):
            return f":{number}"
    return ""
