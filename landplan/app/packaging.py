"""From a project to its review package: what the command line and the window both do, so that the bytes are the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from landplan.core.progress import Progress, part, silent
from landplan.core.project import Memo, Project
from landplan.core.results import Results


@dataclass(frozen=True, eq=False)
class Packed:
    """A written package: the results in it, its folder (the zip stands beside it), and what is to be said of it."""

    results: Results
    package: Path
    lines: tuple[str, ...]


def package(project: Project, folder: Path, out: Path, memo: Memo | None = None, progress: Progress = silent) -> Packed:
    """Compute what is not kept in the memo and write OUT/review_package and its zip.

    folder: what the paths of the recipe are relative to. Before anything is computed: SchemeError when a deliverable does not
    exist, InputError when an input is not there or has changed since it was read. What stands in the way and is not an
    untouched package is kept under another name, and a line says so.
    """
    from landplan.app.main_job import refuse_points, results
    from landplan.app.summary import plan_lines, score_lines
    from landplan.core.messages import text
    from landplan.export.review_package import check_inputs, kept_aside, wanted_exports, write_package

    wanted_exports(project.recipe)
    check_inputs(project.layers, project.recipe, folder)
    refuse_points(project.layers)
    found = results(project, memo, part(progress, 0.0, 0.6))
    found.decisions(part(progress, 0.6, 0.7))  # the last long work: who cancels it has nothing half written
    kept = [text("said_kept", {"path": path}) for path in kept_aside(out)]
    written = write_package(found, folder, out, part(progress, 0.7, 1.0))
    lines = (text("said_package", {"path": written}), *kept, *score_lines(found), *plan_lines(found))
    return Packed(found, written, lines)
