"""The score job: in one piece, or in parts by the engine; from a recipe, a saved project, or layers alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from landplan.app.report import Report
from landplan.app.starting_recipe import Asked, asked, plane_notes, starting_recipe
from landplan.core.errors import ExportError, InputError, UsageError
from landplan.core.messages import pick, text
from landplan.core.progress import Progress, part
from landplan.core.project import Project
from landplan.core.recipe import Recipe
from landplan.core.scheme import Scheme
from landplan.io.partition_file import parquet_files


def wished(
    recipe: Path | None,
    parcels: Path | None,
    zones: Path | None,
    layer: list[str] | None,
    join: list[str] | None,
    scheme: str | None,
    crs: str | None,
) -> Asked | None:
    """The layers that are given instead of a recipe, None with one; UsageError that names what is given beside it."""
    if recipe is None:
        return asked(parcels, zones, layer, scheme, crs, join)
    beside = {"--parcels": parcels, "--zones": zones, "--layer": layer, "--join": join, "--scheme": scheme, "--crs": crs}
    if extra := [name for name, value in beside.items() if value]:
        raise UsageError("beside_a_recipe", recipe, options=extra)
    return None


def scored_whole(recipe: Path | None, wish: Asked | None, out: Path, progress: Progress) -> Report:
    """All parcels in one piece, in one file."""
    from landplan.app.main_job import results
    from landplan.app.opening import keep_inputs, open_any, project_of
    from landplan.app.summary import issue_lines, issue_list, score_lines, scored
    from landplan.export.score_table import write_scores

    notes: tuple[str, ...] = ()
    folder = Path.cwd() if recipe is None else recipe.resolve().parent
    if wish is None:
        assert recipe is not None  # noqa: S101  (one of the two is given)
        project: Project = open_any(recipe, part(progress, 0.0, 0.3))
    else:
        start = starting_recipe(wish, folder)
        notes = plane_notes(start)
        project = project_of(start.recipe, folder, part(progress, 0.0, 0.3))
    keep_inputs(project.recipe, folder, out)
    found = results(project.with_recipe(project.recipe.model_copy(update={"choose": None})), progress=part(progress, 0.3, 0.95))
    written = write_scores(found, out)
    head = text("said_written", {"path": written, "n": len(found.scores)})
    lines = (head, *notes, *score_lines(found), *issue_lines(found))
    return Report(lines, {"file": written, **scored(found), "issue_list": issue_list(found)})


@dataclass(frozen=True, slots=True)
class Cluster:
    """Who works on the parts: the workers of a scheduler, or processes of this machine; and how many parcels a part has."""

    scheduler: str
    workers: int
    rows: int


def scored_in_parts(recipe: Path | None, wish: Asked | None, out: Path, cluster: Cluster, progress: Progress) -> Report:
    """The parcels in parts on a Dask cluster, in a folder of GeoParquet files."""
    from landplan.engine.executors import dask_cluster
    from landplan.engine.scores import score_parts
    from landplan.io.policy_file import read_policies

    if out.suffix or out.is_file():
        raise ExportError("parts_need_folder", out)
    folder = Path.cwd() if recipe is None else recipe.resolve().parent
    wanted, scheme, notes = _asked(recipe, wish, folder)
    parcels = (folder / wanted.layers["parcels"].path).resolve()
    if out.resolve() in (parcels, *parcels.parents):
        raise ExportError("would_overwrite_input", out)
    with dask_cluster(cluster.scheduler, cluster.workers) as executor:
        packs = read_policies(wanted.policies, folder)
        found = score_parts(wanted, scheme, folder, out, executor, packs=packs, rows=cluster.rows, progress=progress)
    facts = found.facts
    said = [text("said_parts", {"path": out, "n": facts["parcels"], "parts": found.parts, "before": found.before}), *notes]
    titles = {model.id: pick(model.title) for model in scheme.models}
    models = ", ".join(f"{titles[id]} {n}" for id, n in facts["recommended"].items() if n)
    said.append(text("said_models", {"models": models or "–", "without": facts["without"]}))
    names = {criterion.id: pick(criterion.title) for criterion in scheme.criteria}
    said += [text("said_skipped", {"criterion": names[id], "reason": reason}) for id, reason in facts["skipped"].items()]
    left = {issue.text() for issue in found.issues if issue.weight != "note"} - set(facts["skipped"].values())
    said += sorted(left)
    issues = [{"weight": one.weight, "layer": one.layer, "code": one.id, "text": one.text()} for one in found.issues]
    return Report(tuple(said), {"folder": out, "parts": found.parts, **facts, "issue_list": issues})


def _asked(recipe: Path | None, wish: Asked | None, folder: Path) -> tuple[Recipe, Scheme, tuple[str, ...]]:
    """Recipe, scheme and what is to be said, no layer read yet; of a folder of parcels the first file says what fields it has."""
    from landplan.io.recipe_file import read_recipe
    from landplan.io.scheme_file import read_scheme
    from landplan.io.toml_model import toml_data

    if wish is None:
        assert recipe is not None  # noqa: S101  (one of the two is given)
        if recipe.suffix.lower() == ".landplan":
            raise InputError("parts_need_recipe", recipe)
        path = str(toml_data(recipe).get("layers", {}).get("parcels", {}).get("path", ""))
        found, folder = read_recipe(recipe, _first(path, recipe.parent))
        notes: tuple[str, ...] = ()
    else:
        path = str(wish.layers["parcels"].resolve())
        places = {role: Path(_first(path, folder).get(path, file)) for role, file in wish.layers.items() if role == "parcels"}
        start = starting_recipe(replace(wish, layers={**wish.layers, **places}), folder)
        found, notes = start.recipe, plane_notes(start)
    parcels = found.layers["parcels"]
    if _first(path, folder):
        found = found.model_copy(update={"layers": {**found.layers, "parcels": parcels.model_copy(update={"path": path})}})
    return found, read_scheme(found.scheme, folder), notes


def _first(path: str, folder: Path) -> dict[str, Path]:
    """Of a folder of parcels its first GeoParquet file, by the path of the folder; nothing for a layer."""
    files = parquet_files(folder / path) if path else ()
    return {path: files[0].resolve()} if files else {}
