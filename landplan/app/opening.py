"""Opening a project: from a recipe and its files, or a saved .landplan file."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from landplan.app.changes import changed
from landplan.core.errors import InputError
from landplan.core.progress import Progress, part, silent
from landplan.core.project import Project, Scenario
from landplan.core.recipe import Recipe
from landplan.core.scheme import Scheme

PROJECT_SUFFIX = ".landplan"


def open_recipe(path: Path, progress: Progress = silent) -> Project:
    """The project a recipe describes: its scheme and every layer it names, read and checked."""
    from landplan.io.recipe_file import read_recipe

    recipe, folder = read_recipe(Path(path))
    return project_of(recipe, folder, progress)


def open_scheme(path: Path, progress: Progress = silent) -> tuple[Scheme, Recipe]:
    """The scheme and recipe of a recipe, whose layers are not read, or of a saved project."""
    if path.suffix.lower() == PROJECT_SUFFIX:
        project = open_any(path, progress)
        return project.scheme, project.recipe
    from landplan.io.recipe_file import read_recipe
    from landplan.io.scheme_file import read_scheme

    recipe, folder = read_recipe(path)
    return read_scheme(recipe.scheme, folder), recipe


def project_of(recipe: Recipe, folder: Path, progress: Progress = silent) -> Project:
    """The project of a recipe whose paths are relative to `folder`."""
    from landplan.io.layer_set import read_layers
    from landplan.io.policy_file import read_policies
    from landplan.io.scheme_file import read_scheme

    scheme, packs = read_scheme(recipe.scheme, folder), read_policies(recipe.policies, folder)
    layers = read_layers(recipe, folder, part(progress, 0.0, 1.0))
    return Project(layers, recipe, {"main": Scenario("main", scheme)}, "main", folder=folder.resolve(), policies=packs)


def open_any(path: Path, progress: Progress = silent) -> Project:
    """A project from a recipe (.toml) or a saved project (.landplan)."""
    if Path(path).suffix.lower() != PROJECT_SUFFIX:
        return open_recipe(path, progress)
    from landplan.io.project_file import open_project

    return open_project(Path(path))


@dataclass(frozen=True, eq=False)
class Opened:
    """An opened project: `path` the recipe or project file that a command line would name, None where the project was
    started from layers; `folder` what the paths of its recipe are relative to. `notes`: what to look at first."""

    project: Project
    path: Path | None
    folder: Path
    notes: tuple[str, ...] = ()
    unpacked: ExitStack = field(default_factory=ExitStack)
    """Holds the files of a zip until it is closed."""
    zipped: bool = False
    """Whether `folder` is that of an unpacked zip, which goes when the project is left."""


def open_file(path: Path, progress: Progress = silent) -> Opened:
    """A project from anything a planner may have: recipe, saved project, review package (folder or zip), or a layer.

    A layer becomes the parcels of a new project with the default scheme. InputError names what the file is not.
    """
    path = Path(path)
    if not path.exists():
        raise InputError("file_not_found", path.name, path=path)
    if path.is_dir() or path.suffix.lower() == ".zip":
        stack = ExitStack()
        recipe = _recipe_of_package(path, stack)
        if recipe is not None:
            return Opened(open_recipe(recipe, progress), recipe, recipe.parent, unpacked=stack, zipped=path.is_file())
        stack.close()
        if path.is_dir() and path.suffix.lower() != ".gdb":
            raise InputError("folder_without_recipe", path.name)
    if path.suffix.lower() in (".toml", PROJECT_SUFFIX):
        return Opened(open_any(path, progress), path, path.resolve().parent)
    return open_layers(path, progress=progress)


def open_layers(
    parcels: Path,
    zones: Path | None = None,
    layers: Sequence[str] = (),
    crs: str | None = None,
    progress: Progress = silent,
    encodings: Mapping[str, str] = MappingProxyType({}),
) -> Opened:
    """A new project from layers, as `landplan new` would write it: fields matched by name, the default scheme.

    encodings: role → the encoding that was chosen for its texts, where it is not to be judged.
    """
    from landplan.app.starting_recipe import asked, file_and_layer, plane_notes, starting_recipe
    from landplan.core.messages import text
    from landplan.io.grid_file import keep_met

    folder = file_and_layer(Path(parcels))[0].resolve().parent
    wanted = replace(asked(parcels, zones, list(layers), None, crs), encodings=encodings)
    start = starting_recipe(wanted, folder)
    keep_met([start.recipe.crs, start.recipe.layers["parcels"].crs])
    notes = list(plane_notes(start))
    if start.other:
        notes.append(text("start_other", {"columns": start.other}))
    if start.recipe.choose is None:
        notes.append(text("start_no_choose"))
    project = project_of(start.recipe, folder, progress)
    notes += [issue.text() for issue in project.layers.parcels.issues if issue.id == "layer_not_named"]
    return Opened(project, None, folder, tuple(notes))


def holds_plan(path: Path) -> bool:
    """Whether a path is a recipe, a saved project or a review package, not a layer."""
    if path.suffix.lower() in (".toml", PROJECT_SUFFIX):
        return True
    if path.is_dir():
        return path.suffix.lower() != ".gdb"
    return path.suffix.lower() == ".zip" and _names_recipe(path)


def _names_recipe(path: Path) -> bool:
    """Whether a zip has a recipe among its files."""
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith("recipe.toml") for name in archive.namelist())
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile):
        return False


def _recipe_of_package(path: Path, stack: ExitStack) -> Path | None:
    """The recipe in a folder or zip that holds a package; None where there is none."""
    folder = path
    if path.is_file():
        from landplan.io.archive import unpacked

        if not _names_recipe(path):
            return None
        folder = stack.enter_context(unpacked(path))
    places = (folder / "recipe.toml", folder / "review_package" / "recipe.toml")
    return next((place for place in places if place.is_file()), None)


def keep_inputs(recipe: Recipe, folder: Path, out: Path) -> None:
    """ExportError when writing `out` would change an input; a shapefile is all its files."""
    from landplan.core.errors import ExportError

    target = out.resolve()
    for source in ((folder / path).resolve() for layer in recipe.layers.values() for path in layer.files):
        if target == source or (out.suffix.lower() == ".shp" and target.with_suffix("") == source.with_suffix("")):
            raise ExportError("would_overwrite_input", out)


def save_project(project: Project, path: Path) -> None:
    """Save a project as one .landplan file, whole or not at all."""
    from landplan.io.project_file import save_project as save

    save(project, Path(path))


def kept(project: Project, source: Opened, target: Path) -> Project:
    """The project as it is saved as `target`, its layers found from there. Layers of a zip, which are gone after the project
    is left, are copied into a folder beside it; ExportError when that cannot be. The same files are not copied again."""
    from landplan.core.errors import ExportError

    if not source.zipped:
        return project.with_recipe(moved(project.recipe, source.folder, target.parent))
    inputs, root = target.parent / f"{target.stem}_inputs", source.folder.resolve()
    files = {(root / path).resolve() for layer in project.recipe.layers.values() for path in layer.files}
    own = {file for file in files if file.is_relative_to(root)}
    try:
        for file in sorted(own):
            _copy_layer(file, inputs)
    except OSError as error:
        raise ExportError("cannot_write", inputs.name, reason=error.strerror or error) from error

    def place(path: str) -> str:
        file = (root / path).resolve()
        return f"{inputs.name}/{file.name}" if file in own else place_from(file, target.parent)

    layers = {role: layer.placed(place) for role, layer in project.recipe.layers.items()}
    rasters = {
        role: replace(raster, path=str(target.parent / layers[role].path)) if (root / spec.path).resolve() in own else raster
        for role, spec in project.recipe.layers.items()
        if (raster := project.layers.rasters.get(role)) is not None
    }
    recipe = changed(project.recipe, "recipe", layers=layers)
    return replace(project.with_recipe(recipe), layers=replace(project.layers, rasters=rasters))


def _copy_layer(path: Path, folder: Path) -> None:
    """Copy a layer with the files of the same stem (a shapefile is several). FileExistsError when another is there."""
    import filecmp
    import shutil

    folder.mkdir(parents=True, exist_ok=True)
    for one in sorted(one for one in path.parent.iterdir() if one.stem == path.stem):
        to = folder / one.name
        if to.exists():
            if not filecmp.cmp(one, to, shallow=False):
                raise FileExistsError(17, "File exists", str(to))
            continue
        draft = to.with_name(f".{to.name}.part")
        shutil.copyfile(one, draft)
        draft.rename(to)


def moved(recipe: Recipe, source: Path, target: Path) -> Recipe:
    """The recipe of a file in folder `source` as it reads in folder `target`: its layers are found from there."""
    if source.resolve() == target.resolve():
        return recipe

    def place(path: str) -> str:
        return place_from(source / path, target)

    return changed(recipe, "recipe", **recipe.placed(place))


def place_from(path: Path, folder: Path) -> str:
    """The path as seen from the folder; absolute where they have nothing in common (another drive)."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()
