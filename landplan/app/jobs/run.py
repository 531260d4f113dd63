"""Job: the main job from a recipe to a review package."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, part, silent
from landplan.core.registry import Param, jobs


@jobs.add("From a recipe to a review package", zh="由配方生成成果包")
def run(
    *,
    recipe: Annotated[
        Path, Param("the recipe (.toml), or a saved project (.landplan)", zh="配方（.toml）或工程（.landplan）", positional=True)
    ],
    out: Annotated[Path, Param("folder of the package; its zip is written beside it", zh="成果包文件夹，旁边另存 zip")],
    progress: Progress = silent,
) -> Report:
    """Read, check, measure, score, propose, choose, and write the review package: folder and zip."""
    from landplan.app.opening import open_any
    from landplan.app.packaging import package
    from landplan.app.places import named_files
    from landplan.app.summary import planned, scored

    project = open_any(recipe, part(progress, 0.0, 0.15))
    with named_files(project.recipe.scheme, Path(recipe).name):
        made = package(project, Path(recipe).resolve().parent, Path(out), progress=part(progress, 0.15, 1.0))
    return Report(made.lines, {"package": made.package, **scored(made.results), **planned(made.results)})
