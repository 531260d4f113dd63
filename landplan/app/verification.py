"""Verify: a package recomputed from its own recipe and inputs, and every number compared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from landplan.core.errors import InputError, SchemeError, SolveError
from landplan.core.messages import text
from landplan.core.progress import Progress, part, silent
from landplan.core.recipe import Recipe
from landplan.export.differences import Difference, differences, fact_differences
from landplan.export.numbers import write_numbers
from landplan.export.review_package import (
    FORMAT,
    MANIFEST,
    NAME,
    manifest_facts,
    package_files,
    sha256_of_bytes,
    write_contents,
)
from landplan.io.archive import unpacked
from landplan.io.files import is_input, kind, sha256


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying found. recomputed: False where inputs are absent, so that only checksums and sums were checked."""

    package: str
    differences: tuple[Difference, ...]
    notes: tuple[str, ...]
    recomputed: bool
    files: int

    @property
    def equal(self) -> bool:
        return not self.differences


@dataclass(slots=True)
class _Findings:
    differences: list[Difference] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    other_bytes: list[str] = field(default_factory=list)
    """Files that hold the same values in other bytes."""

    @property
    def told(self) -> set[str]:
        """Files of which it is said that they are missing, or too many."""
        return {one.file for one in self.differences if one.where == text("verify_file")}


def verify(package: Path, progress: Progress = silent) -> Verified:
    """Recompute a package (zip, folder, or a folder holding one) and name every difference.

    The recorded portfolio is not chosen again: it is re-checked (feasible, totals, bound) and the rest is recomputed from
    it. InputError when it is not a package or cannot be read.
    """
    with opened(package) as folder:
        manifest = _manifest(folder, package)
        found = _Findings()
        _check_files(folder, manifest, found)
        absent = _absent_inputs(folder, found)
        if absent:
            found.notes.append(text("verify_inputs_absent", {"files": absent}))
        else:
            _recompute(folder, manifest, found, progress)
            if found.other_bytes:
                found.notes.append(text("verify_other_bytes", {"files": found.other_bytes}))
        return Verified(str(package), tuple(found.differences), tuple(found.notes), not absent, len(manifest["files"]))


@contextmanager
def opened(package: Path) -> Iterator[Path]:
    """The folder of a package, wherever it is."""
    package = Path(package)
    if not package.exists():
        raise InputError("file_missing", package.name, path=package)
    if package.is_dir():
        yield _inside(package, package)
    elif kind(package) != "zip":
        raise InputError("not_a_package", package.name, file=MANIFEST)
    else:
        with unpacked(package) as folder:
            yield _inside(folder, package)


def _inside(folder: Path, package: Path) -> Path:
    for candidate in (folder, folder / NAME, *sorted(path for path in folder.iterdir() if path.is_dir())):
        if (candidate / MANIFEST).is_file():
            return candidate
    zipped = folder / f"{NAME}.zip"
    raise InputError("package_zip_beside" if zipped.is_file() else "not_a_package", package.name, file=MANIFEST)


def _manifest(folder: Path, package: Path) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files, inputs = data["files"], data["inputs"]
        if not isinstance(files, dict) or not all(isinstance(one["role"], str) for one in inputs) or data["format"] != FORMAT:
            raise InputError("package_format", package.name, format=str(data["format"])[:40], known=FORMAT)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("not_a_package", package.name, file=MANIFEST) from error
    return data


def _check_files(folder: Path, manifest: dict[str, Any], found: _Findings) -> None:
    """Every file against its recorded checksum: missing, added and changed ones."""
    recorded: dict[str, str] = manifest["files"]
    present = set(package_files(folder))
    for name in sorted(set(recorded) - present):
        found.differences.append(Difference(name, text("verify_file"), text("verify_present"), text("verify_missing")))
    for name in sorted(present - set(recorded)):
        found.differences.append(Difference(name, text("verify_file"), text("verify_not_listed"), text("verify_present")))
    for name in sorted(present & set(recorded)):
        now = sha256_of_bytes(folder / name)
        if now != recorded[name]:
            found.differences.append(Difference(name, text("verify_checksum"), str(recorded[name])[:12], now[:12]))
    places = _places(_recipe(folder))
    for entry in manifest["inputs"]:
        left = places.get(entry["role"])
        path = folder / left.pop(0) if left else None
        if path is not None and is_input(path) and (now := sha256(path)) != entry.get("sha256"):
            where = text("verify_input_checksum", {"role": entry["role"]})
            found.differences.append(Difference(path.name, where, str(entry.get("sha256"))[:12], now[:12]))


def _places(recipe: Recipe) -> dict[str, list[str]]:
    """Where the inputs of a recipe lie, by the role the manifest gives them: a layer, and the tables joined to it in order."""
    layers = {role: [spec.path] for role, spec in recipe.layers.items()}
    return layers | {f"{role}.join": list(spec.files[1:]) for role, spec in recipe.layers.items()}


def _recipe(folder: Path) -> Recipe:
    """The package's recipe; InputError where one that says its inputs are inside names a file outside the package."""
    from landplan.io.toml_model import checked, toml_data

    recipe = checked(Recipe, toml_data(folder / "recipe.toml"), "recipe.toml")
    inside = [path for spec in recipe.layers.values() for path in spec.files] if recipe.export.inputs == "copy" else []
    for path in (*inside, recipe.scheme, *recipe.policies):
        if not (folder / path).resolve().is_relative_to(folder.resolve()):
            raise InputError("package_path_leaves", "recipe.toml", path=path)
    return recipe


def _absent_inputs(folder: Path, found: _Findings) -> list[str]:
    return sorted({path for spec in _recipe(folder).layers.values() for path in spec.files if not is_input(folder / path)})


def _recompute(folder: Path, manifest: dict[str, Any], found: _Findings, progress: Progress) -> None:
    from landplan.app.main_job import results
    from landplan.app.opening import open_recipe

    plan = _recorded_plan(folder)
    project = open_recipe(folder / "recipe.toml", part(progress, 0.0, 0.15))
    with TemporaryDirectory(prefix="landplan-") as name:
        fresh = Path(name) / NAME
        fresh.mkdir()
        try:
            again = results(project, progress=part(progress, 0.15, 0.6), recorded=plan)
            again.decisions(part(progress, 0.6, 0.7))
            write_contents(again, folder, fresh, folder, part(progress, 0.7, 0.95))
        except (SolveError, SchemeError) as error:
            # the recorded plan no longer stands: say so, and compare what does not depend on it
            found.differences.append(
                Difference("numbers/portfolio.json", text("verify_plan"), text("verify_recorded"), str(error))
            )
            unplanned = project.with_recipe(project.recipe.model_copy(update={"choose": None}))
            write_numbers(results(unplanned), fresh)
            _compare(folder / "numbers", fresh, found, prefix="numbers/")
            return
        if again.portfolio is not None and again.portfolio.proof == "search":
            found.notes.append(text("verify_bound_by_search"))
        _compare(folder, fresh, found)
        for name in sorted(set(package_files(folder)) - set(package_files(fresh)) - found.told):
            found.differences.append(Difference(name, text("verify_file"), text("verify_present"), text("verify_missing")))
        recorded = {key: value for key, value in manifest.items() if key not in ("files", "versions")}
        found.differences += fact_differences(recorded, manifest_facts(again), MANIFEST)
    progress(1.0, "verifying")


def _recorded_plan(folder: Path) -> dict[str, Any] | None:
    path = folder / "numbers" / "portfolio.json"
    if not path.is_file():
        return None
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return data
    except (ValueError, RecursionError) as error:
        raise InputError("package_file_unreadable", "numbers/portfolio.json", reason=str(error)) from error


def _compare(folder: Path, fresh: Path, found: _Findings, prefix: str = "") -> None:
    """Every file of the package against the one just made."""
    present, made = set(package_files(folder)), set(package_files(fresh))
    for name in sorted(present & made):
        if name.startswith("inputs/"):
            continue
        try:
            there = differences(folder / name, fresh / name, prefix + name)
            found.differences += there
            if not there and (folder / name).read_bytes() != (fresh / name).read_bytes():
                found.other_bytes.append(prefix + name)
        except InputError as error:
            found.differences.append(Difference(prefix + name, text("verify_file"), str(error), ""))
    for name in sorted({prefix + name for name in made - present} - found.told):
        found.differences.append(Difference(name, text("verify_file"), text("verify_missing"), text("verify_present")))
