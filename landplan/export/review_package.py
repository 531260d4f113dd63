"""One package for a submission: deliverables, recipe, scheme, inputs and checksums, so that anyone can recompute it."""

from __future__ import annotations

import json
import os
import shutil
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any

import landplan
from landplan.core.crs import is_plane
from landplan.core.crs_names import crs_title
from landplan.core.errors import InputError, SchemeError, suggestion
from landplan.core.layers import LayerSet
from landplan.core.messages import pick, text
from landplan.core.progress import Progress, part, silent
from landplan.core.recipe import LayerInput, Recipe
from landplan.core.registry import Method, exporters
from landplan.core.results import Results
from landplan.export.joined_keys import write_joined_keys
from landplan.export.moved_codes import write_moved_codes
from landplan.export.numbers import write_issues, write_numbers
from landplan.io.files import geodatabase_files, is_input, replacing, replacing_folder, sha256, sidecars
from landplan.io.policy_file import policy_text
from landplan.io.recipe_file import recipe_text
from landplan.io.scheme_file import scheme_text

FORMAT = "landplan-package/1"
NAME = "review_package"
MANIFEST = "package.json"
LIBRARIES = (
    "numpy",
    "shapely",
    "pyproj",
    "pyogrio",
    "fiona",
    "rasterio",
    "duckdb",
    "highspy",
    "reportlab",
    "pikepdf",
    "xlsxwriter",
)


def write_package(results: Results, recipe_folder: Path, out: Path, progress: Progress = silent) -> Path:
    """OUT/review_package/ and OUT/review_package.zip, each whole or not at all; the path of the folder.

    deliverables as the recipe's export.what names them; recipe.toml and scheme.toml as used; inputs/ (copied, or
    referenced by checksum); numbers/ in full precision; checks.csv; package.json with the checksum of every file and
    the versions that made them. The same inputs give the same bytes: dates come from the recipe. Only an untouched
    package of before is replaced; what else stands under those names is kept under another (`kept_aside`).
    """
    kept_aside(out)
    with replacing_folder(out / NAME) as folder:
        write_contents(results, recipe_folder, folder, out / NAME, part(progress, 0.0, 0.9))
        _write_manifest(results, folder)
    progress(0.95, "writing_zip")
    zip_folder(out / NAME, out / f"{NAME}.zip")
    progress(1.0, "writing_zip")
    return out / NAME


def kept_aside(out: Path) -> tuple[Path, ...]:
    """Move away what a new package would replace and is not an untouched package itself; where it went.

    A folder with files its manifest does not list, or that were changed since, and a zip that is not one of ours, hold
    somebody's work: they become NAME.kept-1, NAME.kept-2 …
    """
    moved = []
    for path, untouched in ((out / NAME, _untouched_folder), (out / f"{NAME}.zip", _untouched_zip)):
        if os.path.lexists(path) and not untouched(path):
            target = next(new for k in count(1) if not os.path.lexists(new := path.with_name(f"{path.name}.kept-{k}")))
            path.rename(target)
            moved.append(target)
    return tuple(moved)


def _untouched_folder(folder: Path) -> bool:
    if folder.is_symlink() or not folder.is_dir():
        return False
    try:
        files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        here = {name: sha256_of_bytes(folder / name) for name in package_files(folder)}
    except (OSError, ValueError, KeyError, TypeError):
        return not any(folder.iterdir())
    return bool(here == files)


def _untouched_zip(path: Path) -> bool:
    """Whether it is a zip of a package: written by us, for people change the unpacked files, not the zip."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            files = json.loads(archive.read(f"{NAME}/{MANIFEST}"))["files"]
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        return False
    return set(names) == {f"{NAME}/{MANIFEST}", *(f"{NAME}/{name}" for name in files)}


def write_contents(results: Results, recipe_folder: Path, folder: Path, final: Path, progress: Progress = silent) -> None:
    """Everything of a package but its manifest, written to `folder`, which will be renamed to `final`."""
    wanted = wanted_exports(results.recipe)
    for k, export in enumerate(wanted):
        progress(k / len(wanted), "exporting", name=pick(export.titles))
        export.run(results, folder)
    (folder / "numbers").mkdir()
    write_numbers(results, folder / "numbers")
    write_issues(results, folder / "checks.csv")
    write_joined_keys(results.issues, folder / "joined_keys.csv", results.lang)
    write_moved_codes(results.issues, folder / "moved_codes.csv", results.lang)
    recipe = _with_inputs(results.recipe, recipe_folder, folder, final)
    if packs := {f"policies/{pack.id}.toml": pack for pack in results.project.policies}:
        (folder / "policies").mkdir()
        recipe = recipe.model_copy(update={"policies": tuple(packs)})
    for name, pack in packs.items():
        _write_text(folder / name, policy_text(pack))
    _write_text(folder / "recipe.toml", recipe_text(recipe))
    _write_text(folder / "scheme.toml", scheme_text(results.scheme))
    _write_text(folder / "README.txt", _read_me(results, folder))


def wanted_exports(recipe: Recipe) -> tuple[Method[Any], ...]:
    """The deliverables of export.what, in order; SchemeError that names the nearest when one does not exist."""
    for name in recipe.export.what:
        if name not in exporters:
            raise SchemeError("unknown_name", "recipe: export.what", name=name, nearest=suggestion(name, exporters.all()))
    return tuple(exporters[name] for name in recipe.export.what)


def check_inputs(layers: LayerSet, recipe: Recipe, folder: Path) -> None:
    """InputError when a file that the package needs is not there, or is another one than was read: nobody could recompute it.

    folder: what the paths of the recipe are relative to. Files that are only referred to may be elsewhere.
    """
    for role, spec in recipe.layers.items():
        source = (layers.layers.get(role) or layers.rasters[role]).source
        for path, sum_ in zip(spec.files, (source.sha256, *source.joined), strict=True):
            file = folder / path
            if is_input(file) and sha256(file) == sum_:
                continue
            if file.exists() or recipe.export.inputs == "copy":
                id = "package_input_changed" if file.exists() else "package_input_missing"
                raise InputError(id, f"[layers.{role}]", layer=role, path=path)


def zip_folder(folder: Path, target: Path) -> None:
    """The folder as a zip whose bytes depend on nothing but its files: sorted names, one fixed time."""
    with replacing(target) as draft, zipfile.ZipFile(draft, "w") as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"{folder.name}/{file.relative_to(folder).as_posix()}", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.read_bytes(), compresslevel=6)


def package_files(folder: Path) -> Iterator[str]:
    """The files of a package but its manifest, relative and sorted."""
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.is_file() and name != MANIFEST:
            yield name


def _write_manifest(results: Results, folder: Path) -> None:
    files = {name: sha256_of_bytes(folder / name) for name in package_files(folder)}
    data = {**manifest_facts(results), "versions": versions(), "files": files}
    _write_text(folder / MANIFEST, json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def manifest_facts(results: Results) -> dict[str, Any]:
    """What the manifest says of the plan and its inputs: the part that anyone can make again."""
    return {
        "format": FORMAT,
        "title": results.recipe.title,
        "date": results.recipe.export.stamp.isoformat(),
        "seed": results.recipe.seed,
        "crs": results.recipe.crs,
        "inputs_kept": results.recipe.export.inputs,
        "inputs": [entry for role, spec in results.recipe.layers.items() for entry in _inputs(results, role, spec)],
    }


def versions() -> dict[str, str]:
    """What made the package: landplan, Python and the libraries numbers depend on."""
    python = ".".join(map(str, sys.version_info[:3]))
    return {"landplan": landplan.__version__, "python": python, **{name: version(name) for name in LIBRARIES}}


def sha256_of_bytes(path: Path) -> str:
    """The checksum of one file's bytes, whatever it is part of."""
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def _inputs(results: Results, role: str, spec: LayerInput) -> Iterator[dict[str, str]]:
    """The file of a layer, then the tables joined to it."""
    source = (results.layers.layers.get(role) or results.layers.rasters[role]).source
    files = [Path(path).name for path in spec.files]
    yield {"role": role, "file": files[0], "sha256": source.sha256, "encoding": source.encoding, "crs": source.crs}
    for file, sum_ in zip(files[1:], source.joined, strict=True):
        yield {"role": f"{role}.join", "file": file, "sha256": sum_}


def _with_inputs(recipe: Recipe, recipe_folder: Path, folder: Path, final: Path) -> Recipe:
    """The recipe as it works inside the package: its own scheme file, and its inputs copied or found from `final`."""
    copied: dict[Path, str] = {}
    layers = {}
    for role, spec in recipe.layers.items():
        for number, path in enumerate(spec.files):
            source = (recipe_folder / path).resolve()
            if recipe.export.inputs == "copy" and source not in copied:
                place = f"{role}_{number}" if number else role
                copied[source] = _copy(source, folder / "inputs", taken=set(copied.values()), role=place)

        def place_of(path: str) -> str:
            source = (recipe_folder / path).resolve()
            return f"inputs/{copied[source]}" if source in copied else _relative(source, final)

        layers[role] = spec.placed(place_of)
    return recipe.model_copy(update={"layers": layers, "scheme": "scheme.toml"})


def _copy(source: Path, folder: Path, taken: set[str], role: str) -> str:
    """Copy an input (with all files of a Shapefile or geodatabase) and return its name; a second of one name goes by role."""
    target = folder / role if source.name in taken else folder
    name = (target / source.name).relative_to(folder).as_posix()
    if source.is_dir():
        files, target = geodatabase_files(source), target / source.name
    else:
        files = sidecars(source) if source.suffix.lower() == ".shp" else {source.suffix: source}
    target.mkdir(parents=True, exist_ok=True)
    for file in files.values():
        shutil.copyfile(file, target / file.name)
    return name


def _relative(source: Path, final: Path) -> str:
    """The way from the package to an input that stays where it is."""
    return Path(os.path.relpath(source, final.resolve())).as_posix()


def _read_me(results: Results, folder: Path) -> str:
    """What is in the package and how to check it, in both languages."""
    crs, date = results.recipe.crs, results.recipe.export.stamp.isoformat()
    facts = {lang: {"date": date, "crs": crs_title(crs, lang) if is_plane(crs) else crs} for lang in ("zh", "en")}
    both = [text("package_read_me", {"title": pick(results.recipe.title, lang), **facts[lang]}, lang) for lang in facts]
    optional = ("landplan.gpkg", "shapefile/", "plan_sheets.pdf", "workbook.xlsx", "policies/")
    absent = tuple(name for name in optional if not (folder / name).exists())
    kept = ([line for line in body.split(" | ") if not line.startswith(absent)] for body in both)
    return "\n\n".join("\n".join(lines) for lines in kept) + "\n"


def _write_text(path: Path, body: str) -> None:
    path.write_text(body, encoding="utf-8", newline="\n")
