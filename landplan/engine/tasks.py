"""What a worker does with one part: read its files, compute, write the result whole. A finished part is not computed again."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from landplan.core.errors import Issue, LandplanError
from landplan.core.kernels.rings import bounds, within
from landplan.core.layers import Int, Layer, LayerSet
from landplan.core.measuring import Part
from landplan.core.project import Project, Scenario
from landplan.core.results import Results
from landplan.core.tables import ALLOWED, UNKNOWN, Column, CriteriaTable, ZoneSet, ZoneShares
from landplan.core.units import known_unit
from landplan.engine.cut import FILES_APART, file_layers, read_index, write_part
from landplan.engine.job import Job, code_mark, parcel_files
from landplan.engine.partition import Everywhere, Measured, known_here, measured, part_basis, scored
from landplan.export.score_table import write_scores
from landplan.io.array_folder import array, facts_of, made_whole, write_arrays
from landplan.io.files import kind, replacing
from landplan.io.partition_file import read_partition
from landplan.io.raster import open_raster
from landplan.io.shapes import joined
from landplan.steps.score_parts import Whole, part_gaps, part_stats

_PAIRS = ("parcel", "zone", "share", "main")
_shared: dict[tuple[str, str], tuple[LayerSet, Part]] = {}
"""Layers that all parts of the latest run look at, read once by each worker."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a part could not be done: the id of a text, where, and its values."""

    id: str
    where: str
    values: dict[str, Any]


def attempted(task: Callable[..., Any], job: Job, number: int, *more: Any) -> Any:
    """What the task gives, or the Failure; one part that fails does not end the others."""
    if code_mark() != job.code:
        return Failure("engine_other_code", "", {})
    try:
        return task(job, number, *more)
    except LandplanError as error:
        return Failure(error.id, error.where, {name: str(value) for name, value in error.values.items()})
    except Exception as error:  # noqa: BLE001  (said with the part and its file)
        return Failure("engine_broke", "", {"reason": f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"})


def read_part(job: Job, number: int) -> tuple[dict[str, Any], Int, list[Issue]]:
    """Read one file of a folder of parcels and write it as a part: its facts, checksums of its ids, and what was found."""
    import pandas as pd

    parcels = file_layers(job, parcel_files(job.recipe, job.folder)[number]).parcels
    rows = np.arange(len(parcels), dtype=np.int64)
    facts = write_part(job, number, parcels, rows, rows + number * FILES_APART)
    ids = pd.util.hash_array(parcels.ids, categorize=False).view(np.int64)
    return facts, ids, list(parcels.issues)


def measure_part(job: Job, number: int) -> Measured:
    """Measure a part's criteria, or find them measured: the kinds of its criteria; the rows stay in the file."""
    place = job.measured_folder(number)
    if _facts(place) is None:
        part, own = _with_halo(job, number)
        others, shared = _others(job)
        _write_measured(place, measured(part, own, others, job.scheme, shared))
    return _read_measured(place, rows=False)


def known_part(job: Job, number: int, whole: Everywhere) -> frozenset[str]:
    """The criteria of which some parcel of the part knows the utility."""
    return known_here(_read_measured(job.measured_folder(number)).criteria, job.scheme)


def gaps_part(job: Job, number: int, whole: Everywhere) -> list[Any]:
    """What `part_gaps` says of the part."""
    return part_gaps(_basis(job, number, whole)[0], job.scheme)


def stats_part(job: Job, number: int, whole: Everywhere, wholes: Sequence[Whole], filled: bool) -> list[Any]:
    """What `part_stats` says of the part."""
    return part_stats(_basis(job, number, whole)[0], job.scheme, wholes, filled)


def score_part(job: Job, number: int, whole: Everywhere) -> dict[str, Any]:
    """Score a part, or find it scored, and write its rows but for their ranks: counts and what was found."""
    place = job.scored_folder(number)
    facts = _facts(place)
    if facts is None:
        base, results = _basis(job, number, whole)
        results = replace(results, scores=scored(base, job.scheme, whole))
        facts = _write_scored(place, results)
    return facts


def rank_part(job: Job, number: int, out: Path) -> None:
    """Write a part's rows with their ranks, which the run has left beside its scores."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if result_stamp(out / job.result_file(number).name) == job.scored or result_stamp(job.result_file(number)) == job.scored:
        return
    place = job.scored_folder(number)
    table, best = pq.read_table(place / "rows.parquet"), array(place, "best")
    ranks = np.load(place.parent / f"ranks-{number:05d}.npy")
    of_best = np.where(best >= 0, ranks[np.arange(len(best)), np.maximum(best, 0)], 0) if ranks.size else np.zeros(len(best))
    columns = {"rank": of_best, **{f"rank_{model.id}": ranks[:, k] for k, model in enumerate(job.scheme.models)}}
    for name, values in columns.items():
        cells = pa.array(values.astype(np.int32), pa.int32(), mask=values == 0)
        table = table.set_column(table.column_names.index(name), name, cells)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), "landplan_stamp": job.scored})
    with replacing(job.result_file(number)) as draft:
        pq.write_table(table, draft)


def result_stamp(file: Path) -> str | None:
    """The stamp of a written part; None where there is no such file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        found: bytes = pq.read_schema(file).metadata[b"landplan_stamp"]
    except (OSError, KeyError, TypeError, pa.ArrowException):
        return None
    return found.decode()


def finished(place: Path) -> bool:
    """Whether a part's folder is whole."""
    return _facts(place) is not None


def _facts(place: Path) -> dict[str, Any] | None:
    try:
        return facts_of(place)
    except (OSError, ValueError, LookupError):
        return None


def _with_halo(job: Job, number: int) -> tuple[Layer, np.ndarray[Any, np.dtype[np.bool_]]]:
    """A part with its halo in the order of the whole layer, and which rows are its own."""
    part, places = read_partition(job.part_file(number))
    index = (read_index(job) or {"parts": []})["parts"]
    own = np.ones(len(part), np.bool_)
    if not job.halo_m:
        return part, own
    box = np.array(index[number]["box"])
    near = [k for k in np.flatnonzero(within(np.array([one["box"] for one in index]), box, job.halo_m)) if k != number]
    for k in near:
        other, at = read_partition(job.part_file(int(k)))
        mask = within(bounds(other.geometry), box, job.halo_m)
        part, places = _appended(part, other.rows(mask)), np.append(places, at[mask])
        own = np.append(own, np.zeros(int(mask.sum()), np.bool_))
    order = np.argsort(places, kind="stable")
    return _taken(part, order), own[order]


def _appended(part: Layer, more: Layer) -> Layer:
    import pyarrow as pa

    table = pa.concat_tables([part.table, more.table], promote_options="permissive")
    return replace(part, table=table, geometry=joined(part.geometry, more.geometry), ids=np.append(part.ids, more.ids))


def _taken(part: Layer, order: Int) -> Layer:
    import pyarrow as pa

    from landplan.core.layers import take

    return replace(part, table=part.table.take(pa.array(order)), geometry=take(part.geometry, order), ids=part.ids[order])


def _others(job: Job) -> tuple[LayerSet, Part]:
    """Every layer and raster but the parcels, whole, and what parts share."""
    key = (str(job.inputs_folder), job.measured)
    if key not in _shared:
        layers = {file.stem: read_partition(file)[0] for file in sorted((job.inputs_folder / "layers").glob("*.parquet"))}
        rasters = {}
        for role, spec in job.recipe.layers.items():
            path = job.folder / spec.path
            if role != "parcels" and kind(path) == "raster":
                unit = known_unit(spec.units.get("value", ""), role)
                rasters[role] = open_raster(path, role, job.recipe.crs, crs=spec.crs, unit=unit)
        _shared.clear()
        _shared[key] = LayerSet(job.recipe.crs, layers, rasters), Part()
    return _shared[key]


def _basis(job: Job, number: int, whole: Everywhere) -> tuple[Any, Results]:
    """The basis of a part's scores, and its results but for the scores."""
    own, _places = read_partition(job.part_file(number))
    found = _read_measured(job.measured_folder(number))
    base, criteria = part_basis(own, found, job.scheme, whole, job.packs)
    scenarios = {"main": Scenario("main", job.scheme)}
    project = Project(LayerSet(own.crs, {"parcels": own}), job.recipe, scenarios, "main", policies=job.packs)
    return base, Results(project, (), found.zones, criteria, None)  # type: ignore[arg-type]


def _write_measured(place: Path, found: Measured) -> None:
    import pyarrow as pa

    columns, zones = found.criteria.columns, found.zones.sets
    facts = {
        "columns": [[id, one.unit, one.is_text, one.note, plain(one.issues)] for id, one in columns.items()],
        "skipped": {id: plain([issue])[0] for id, issue in found.criteria.skipped.items()},
        "empty": sorted(found.empty),
        "sets": [[one.id, one.zone_ids, one.zone_names] for one in zones.values()],
        "zone_issues": plain(found.zones.issues),
    }
    arrays = {f"z{k}_{name}": getattr(one, name) for k, one in enumerate(zones.values()) for name in _PAIRS}
    arrays |= {f"c{k}_state": one.states for k, one in enumerate(columns.values())}
    arrays |= {f"c{k}": one.values for k, one in enumerate(columns.values()) if not one.is_text}
    arrays["area_m2"] = found.criteria.area_m2
    texts = {"id": pa.array(found.criteria.ids, pa.string())}
    texts |= {f"c{k}": pa.array(one.values, pa.string()) for k, one in enumerate(columns.values()) if one.is_text}
    with _made_anew(place) as draft:
        table = pa.table(texts)
        with pa.OSFile(str(draft / "texts.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as file:
            file.write_table(table)
        write_arrays(draft, facts, arrays)


def _read_measured(place: Path, *, rows: bool = True) -> Measured:
    """A measured part; without its rows, only what is said of its criteria."""
    import pyarrow as pa

    facts = facts_of(place)
    with pa.memory_map(str(place / "texts.arrow")) as source:
        texts = pa.ipc.open_file(source).read_all() if rows else None
    columns: dict[str, Column] = {}
    for k, (id, unit, is_text, note, issues) in enumerate(facts["columns"]):
        values: Any = np.empty(0, object) if is_text else np.empty(0)
        if texts is not None:
            values = texts.column(f"c{k}").to_numpy(zero_copy_only=False) if is_text else array(place, f"c{k}")
        columns[id] = Column(values, unit, array(place, f"c{k}_state") if rows else None, issues_of(issues), note)
    ids = np.empty(0, object) if texts is None else texts.column("id").to_numpy(zero_copy_only=False)
    sets = {
        id: ZoneSet(id, tuple(ids_), tuple(names), *(array(place, f"z{k}_{name}") for name in _PAIRS))
        for k, (id, ids_, names) in enumerate(facts["sets"])
    }
    skipped = {id: issues_of([one])[0] for id, one in facts["skipped"].items()}
    criteria = CriteriaTable(ids, array(place, "area_m2") if rows else np.empty(0), columns, skipped)
    return Measured(ZoneShares(sets, issues_of(facts["zone_issues"])), criteria, frozenset(facts["empty"]))


def _write_scored(place: Path, results: Results) -> dict[str, Any]:
    scores = results.scores
    ranked = np.where(scores.status == ALLOWED, scores.score, np.nan)
    facts = {
        "n": len(scores),
        "area_m2": float(np.nansum(results.layers.parcels.area_m2)),
        "recommended": Counter({model: int((scores.recommended == k).sum()) for k, model in enumerate(scores.models)}),
        "without": int((scores.recommended < 0).sum()),
        "restricted": int(scores.restricted.sum()),
        "undecided": int((scores.status == UNKNOWN).any(axis=1).sum()) if scores.status.size else 0,
        "criteria": list(scores.criteria),
        "issues": plain((*results.zones.issues, *results.criteria.issues, *scores.issues)),
    }
    with _made_anew(place) as draft:
        write_scores(results, draft / "rows.parquet")
        write_arrays(draft, facts, {"ranked": np.asfortranarray(ranked), "best": scores.recommended})
    return facts


@contextmanager
def _made_anew(place: Path) -> Iterator[Path]:
    """A folder that is written whole; one that is there is damaged, or it would have been taken as it is."""
    shutil.rmtree(place, ignore_errors=True)
    with made_whole(place) as draft:
        yield draft


def plain(issues: Sequence[Issue]) -> list[dict[str, Any]]:
    """Issues as plain data."""
    found: list[dict[str, Any]] = json.loads(json.dumps([asdict(issue) for issue in issues], default=str))
    return found


def issues_of(facts: list[dict[str, Any]]) -> tuple[Issue, ...]:
    return tuple(Issue(**one) for one in facts)
