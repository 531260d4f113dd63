"""Scoring in parts: cut, measure, merge what scores compare, score, rank, hand over; what is finished is not done again."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from landplan.core.errors import InputError, Issue, SchemeError
from landplan.core.messages import sentence
from landplan.core.policy import PolicyPack
from landplan.core.progress import Progress, part, silent
from landplan.core.ranking import ranks
from landplan.core.recipe import Recipe
from landplan.core.scheme import Scheme
from landplan.engine import tasks
from landplan.engine.cut import file_layers, read_index, read_inputs, twice, write_others
from landplan.engine.executors import Executor
from landplan.engine.job import Job, job_of, parcel_files
from landplan.engine.partition import Everywhere, Measured, everywhere
from landplan.engine.tasks import Failure
from landplan.io.array_folder import array
from landplan.io.files import replacing
from landplan.steps.score_parts import Whole, blocks_of, needs_whole, with_gaps, with_stats

ROWS = 200_000
"""Parcels in a part: enough for the kernels, few enough for a worker's memory."""
_WORK = "_work"
_RESULT = re.compile(r"part-\d{5,}\.parquet")


@dataclass(frozen=True, eq=False)
class Scored:
    """What a run gave: `facts` as `app.summary.scored` has them, the parts, how many of them were finished before, issues."""

    facts: dict[str, Any]
    parts: int
    before: int
    issues: tuple[Issue, ...]


def score_parts(
    recipe: Recipe,
    scheme: Scheme,
    folder: Path,
    out: Path,
    executor: Executor,
    *,
    packs: tuple[PolicyPack, ...] = (),
    rows: int = ROWS,
    progress: Progress = silent,
) -> Scored:
    """Score the parcels of a recipe in parts and write `out`, a folder of GeoParquet files with the columns of `landplan score`.

    Scores have the bits of the run in one piece, whatever the cut, the executor and the order. A run that was ended goes on
    where it stopped; another input, scheme or landplan computes anew what rests on it. InputError that names the first part
    that failed, and its file, after all others are done. SchemeError for methods that must see all parcels at once.
    """
    job = job_of(recipe, scheme, packs, folder, out / _WORK, rows)
    index, read = _inputs(job, rows, executor, part(progress, 0.0, 0.2))
    run = _Run(job, index, executor)
    before = sum(tasks.finished(job.scored_folder(number)) for number in range(len(index)))
    whole = _whole(run, part(progress, 0.2, 0.7))
    found = run.all(tasks.score_part, part(progress, 0.7, 0.9), "engine_score", whole)
    _rank(job, len(index))
    run.all(tasks.rank_part, part(progress, 0.9, 1.0), "engine_rank", out.resolve())
    _hand_over(job, len(index), out)
    issues = merged_issues([*read, *(issue for one in found for issue in tasks.issues_of(one["issues"]))])
    return Scored(_facts(job, found, whole, issues), len(index), before, issues)


@dataclass(frozen=True, eq=False)
class _Run:
    """A job, what is known of its parts, and who works on them."""

    job: Job
    index: list[dict[str, Any]]
    executor: Executor

    def all(self, task: Callable[..., Any], progress: Progress, said: str, *more: Any) -> list[Any]:
        """What the task gives for each part, by number; InputError that names the first of those that failed."""
        n = len(self.index)
        found: dict[int, Any] = {}
        progress(0.0, said, done=0, n=n)
        ended = self.executor.run(task, self.job, range(n), *more)
        try:
            for number, answer in ended:
                found[number] = answer
                progress(len(found) / n, said, done=len(found), n=n)
        finally:
            ended.close()  # type: ignore[attr-defined]
        failed = {number: answer for number, answer in sorted(found.items()) if isinstance(answer, Failure)}
        for number, why in failed.items():
            reason = sentence(why.id, why.where, why.values)
            facts = {"failed": len(failed), "n": n, "part": number, "reason": reason}
            raise InputError("part_failed", self.index[number]["file"], **facts)
        return [found[number] for number in range(n)]


def _inputs(job: Job, rows: int, executor: Executor, progress: Progress) -> tuple[list[dict[str, Any]], list[Issue]]:
    """What is known of each part, and what was found while reading; written anew where they are not there."""
    known = read_index(job)
    if known is not None:
        return known["parts"], list(tasks.issues_of(known["issues"]))
    files = parcel_files(job.recipe, job.folder)
    if files:
        parts, issues = _read_files(job, files, executor, progress)
    else:
        parts, issues = read_inputs(job, rows, progress)
    issues = list(merged_issues(issues))
    with replacing(job.inputs_folder / "index.json") as draft:
        draft.write_text(json.dumps({"parts": parts, "issues": tasks.plain(issues)}), "utf-8")
    return parts, issues


def _read_files(
    job: Job, files: Sequence[Path], executor: Executor, progress: Progress
) -> tuple[list[dict[str, Any]], list[Issue]]:
    layers = file_layers(job, None)
    write_others(job, layers)
    run = _Run(job, [{"file": file.name} for file in files], executor)
    found = run.all(tasks.read_part, progress, "engine_read")
    if twice(ids for _facts, ids, _issues in found):
        raise InputError("ids_in_several_files", job.recipe.layers["parcels"].path)
    others = [issue for layer in (*layers, *layers.rasters.values()) if layer.id != "parcels" for issue in layer.issues]
    return [facts for facts, _ids, _issues in found], [*others, *(issue for _f, _i, said in found for issue in said)]


def _whole(run: _Run, progress: Progress) -> Everywhere:
    """All parts measured, and what is known of all of them."""
    measured: list[Measured] = run.all(tasks.measure_part, part(progress, 0.0, 0.8), "engine_measure")
    for criterion in run.job.scheme.criteria:
        if all(criterion.id in one.empty for one in measured):
            raise SchemeError("nothing_fits_in_parts", criterion.id)
    whole = everywhere(measured)
    known = run.all(tasks.known_part, part(progress, 0.8, 0.85), "engine_merge", whole)
    whole = replace(whole, known=frozenset().union(*known))
    if not needs_whole(run.job.scheme):
        return whole
    return replace(whole, wholes=_wholes(run, whole, part(progress, 0.85, 1.0)))


def _wholes(run: _Run, whole: Everywhere, progress: Progress) -> Sequence[Whole]:
    """What each model's scores compare: round by round from all parts, first as it is, then with unknowns at their best."""
    scheme = run.job.scheme
    rounds = len(blocks_of(scheme).rounds)
    wholes = with_gaps([Whole() for _ in scheme.models], run.all(tasks.gaps_part, progress, "engine_merge", whole))
    for filled in (False, True):
        if not filled or any(one.best is not None for one in wholes):
            for _round in range(rounds):
                wholes = with_stats(wholes, run.all(tasks.stats_part, progress, "engine_merge", whole, wholes, filled), filled)
    return wholes


def _rank(job: Job, parts: int) -> None:
    """Ranks of all parcels, model by model, left beside the scores of each part."""
    places = [job.scored_folder(number) for number in range(parts)]
    ranked = [array(place, "ranked") for place in places]
    ends = np.cumsum([len(one) for one in ranked])[:-1]
    columns = [np.split(ranks(np.concatenate([one[:, k] for one in ranked])), ends) for k in range(len(job.scheme.models))]
    for number, place in enumerate(places):
        own = [column[number] for column in columns]
        with replacing(place.parent / f"ranks-{number:05d}.npy") as draft:
            np.save(draft, np.column_stack(own) if own else np.zeros((len(ranked[number]), 0), np.int32))


def _hand_over(job: Job, parts: int, out: Path) -> None:
    """Put the parts of the result in place of older ones, and remove what other runs have left."""
    wanted = {job.result_file(number).name for number in range(parts)}
    for file in sorted(out.iterdir()):
        if _RESULT.fullmatch(file.name) and file.name not in wanted:
            file.unlink()
    for number in range(parts):
        made = job.result_file(number)
        if made.exists():
            made.replace(out / made.name)
    kept = {job.inputs_folder, job.measured_folder(0).parent, job.scored_folder(0).parent}
    for draft in (one for folder in kept for one in folder.glob(".part-*")):  # of a run that was killed
        shutil.rmtree(draft, ignore_errors=True)
    for folder in sorted(job.work.iterdir()):
        if folder not in kept and re.fullmatch(r"(inputs|measured|scored|result)-[0-9a-f]{20}", folder.name):
            shutil.rmtree(folder, ignore_errors=True)


def merged_issues(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """What parts say, once: counts of parcels are added, those of whole layers, which all parts have, are not."""
    found: dict[str, Issue] = {}
    for one in issues:
        facts = {name: value for name, value in one.values.items() if name not in _COUNTS}
        key = json.dumps([one.id, one.layer, one.weight, one.feature, facts], sort_keys=True, default=str)
        before = found.get(key)
        if before is None:
            found[key] = one
        elif one.layer == "parcels" and one.id not in _OF_LAYERS:
            sums = {name: _sum(before.values[name], one.values[name]) for name in _COUNTS & one.values.keys()}
            found[key] = replace(before, values={**before.values, **sums})
    return tuple(found.values())


def _sum(one: Any, other: Any) -> Any:
    return one + other if isinstance(one, int) and isinstance(other, int) else one


_COUNTS = {"n", "left", "gaps", "none"}
_OF_LAYERS = {"criteria_dropped", "group_empty", "zone_ids_unknown"}
"""Issues of the parcels that say the same in all parts."""


def _facts(job: Job, found: Sequence[dict[str, Any]], whole: Everywhere, issues: Sequence[Issue]) -> dict[str, Any]:
    from landplan.core.units import M2_PER_MU

    recommended: Counter[str] = Counter()
    for one in found:
        recommended.update(one["recommended"])
    return {
        "parcels": sum(one["n"] for one in found),
        "area_mu": sum(one["area_m2"] for one in found) / M2_PER_MU,
        "recommended": {model.id: recommended[model.id] for model in job.scheme.models},
        **{name: sum(one[name] for one in found) for name in ("without", "restricted", "undecided")},
        "method": job.scheme.scoring.method,
        "criteria": found[0]["criteria"],
        "skipped": {id: issue.text() for id, issue in whole.skipped.items()},
        "issues": dict(Counter(issue.weight for issue in issues)),
    }
