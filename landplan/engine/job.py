"""What every worker is told, the files of a run, and the stamps by which finished parts are known again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from math import inf
from pathlib import Path
from typing import Any

from landplan.core.errors import SchemeError
from landplan.core.policy import PolicyPack
from landplan.core.recipe import Recipe
from landplan.core.registry import measures
from landplan.core.scheme import Criterion, Scheme
from landplan.io.files import is_input, sha256
from landplan.io.partition_file import parquet_files
from landplan.steps.methods import check_methods
from landplan.steps.score_parts import blocks_of

_ROOMS = ("core", "io", "measures", "value_functions", "scoring", "steps", "engine")


@dataclass(frozen=True, eq=False)
class Job:
    """One run. work: the folder of its files, which every worker sees under this path; folder: what the recipe's paths are
    relative to. inputs, measured, scored: stamps of what a part's files were made from. halo_m: how far from a part its
    criteria look at other parcels. code: the mark of the code that made them."""

    work: Path
    folder: Path
    recipe: Recipe
    scheme: Scheme
    packs: tuple[PolicyPack, ...]
    inputs: str
    measured: str
    scored: str
    halo_m: float
    code: str

    @property
    def inputs_folder(self) -> Path:
        """Layers and parts of the parcels as they are read: GeoParquet."""
        return self.work / f"inputs-{self.inputs}"

    def part_file(self, number: int) -> Path:
        return self.inputs_folder / "parts" / f"{number:05d}.parquet"

    def measured_folder(self, number: int) -> Path:
        return self.work / f"measured-{self.measured}" / f"{number:05d}"

    def scored_folder(self, number: int) -> Path:
        return self.work / f"scored-{self.scored}" / f"{number:05d}"

    def result_file(self, number: int) -> Path:
        return self.work / f"result-{self.scored}" / f"part-{number:05d}.parquet"


def job_of(recipe: Recipe, scheme: Scheme, packs: tuple[PolicyPack, ...], folder: Path, work: Path, rows: int) -> Job:
    """The job of scoring a recipe's parcels in parts of so many rows; SchemeError for what cannot be done in parts."""
    check_methods(scheme)
    blocks_of(scheme)
    halo = halo_m(scheme)
    files = [sha256(folder / path) for one in recipe.layers.values() for path in one.files if is_input(folder / path)]
    files += [sha256(file) for file in parcel_files(recipe, folder)]
    code = code_mark()
    inputs = stamp(code, recipe.crs, recipe.model_dump(mode="json")["layers"], files, rows)
    parts = [(one.id, one.measure.model_dump(), one.missing, one.value is None) for one in scheme.criteria]
    figures = {name: figure.value for name, figure in scheme.figures.items()}
    made = stamp(inputs, parts, figures, scheme.missing, scheme.zone_set)
    scored = stamp(made, scheme.model_dump(mode="json"), [pack.model_dump(mode="json") for pack in packs], recipe.lang)
    return Job(work.resolve(), folder.resolve(), recipe, scheme, packs, inputs, made, scored, halo, code)


def parcel_files(recipe: Recipe, folder: Path) -> tuple[Path, ...]:
    """The GeoParquet files of a folder of parcels, each a part by itself; empty where the parcels are one layer."""
    return parquet_files(folder / recipe.layers["parcels"].path)


def stamp(*things: Any) -> str:
    """A short checksum of plain data."""
    return hashlib.sha256(json.dumps(things, sort_keys=True, default=str).encode()).hexdigest()[:20]


@cache
def code_mark() -> str:
    """A mark of the code that computes: a part that other code has made is not taken over."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for file in sorted(file for room in _ROOMS for file in (root / room).rglob("*.py")):
        digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:20]


def halo_m(scheme: Scheme) -> float:
    """How far around a part its criteria look at other parcels, metres: the sum over those that do, as one may rest on another.

    SchemeError for a criterion that must see all parcels at once: by its measure, or as its unknown values take medians of zones.
    """
    total = 0.0
    for one in scheme.criteria:
        reach = measures[one.measure.kind].reach_m(one.measure.params)
        among = _looks_at_parcels(one)
        if reach is None or (among and reach == inf):
            raise SchemeError("measure_needs_whole", one.id, measure=one.measure.kind)
        if (one.missing or (scheme.missing if one.value is not None else "")) == "zone_median":
            raise SchemeError("median_needs_whole", one.id)
        total += reach if among else 0.0
    return total


def _looks_at_parcels(criterion: Criterion) -> bool:
    """Whether a criterion looks at other parcels: it names their layer, or has a reach and names no layer."""
    method, params = measures[criterion.measure.kind], criterion.measure.params
    named = {argument.name: argument.default for argument in method.arguments if argument.name in ("layer", "roads")} | params
    layers = [named[name] for name in ("layer", "roads") if name in named]
    return "parcels" in layers or (not layers and bool(method.reach_m(params)))
