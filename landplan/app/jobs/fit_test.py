"""Job: the gates of a policy pack, such as those of the vertical factory, for every plot."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, part, silent
from landplan.core.registry import Param, jobs

_DEFAULT = "builtin:land_use_illustrative"


@jobs.add("Test plots against the gates of a policy pack", zh="按政策包的门槛检验地块（如工业上楼）")
def fit_test(
    *,
    recipe: Annotated[Path, Param("the recipe, or a saved project", zh="配方或工程", positional=True)],
    out: Annotated[Path, Param(".csv to write", zh="写出的 .csv")],
    policy: Annotated[
        str | None,
        Param(
            "a policy pack, a file or builtin:NAME; else the recipe's, else builtin:land_use_illustrative",
            zh="政策包：文件，或 builtin:名称；不给则用配方的，配方没有则用 builtin:land_use_illustrative",
        ),
    ] = None,
    progress: Progress = silent,
) -> Report:
    """Say of every plot which gates it passes (floor load, storey height, column span, goods lift …), and write the list.

    A row a plot: passed, failed or not known; a score, the share of the known gates that is passed; its low and high, with the
    gates that are not known failed and passed; each gate's answer, and by how much it is failed. A gate without a source is
    marked illustrative, one out of date on the recipe's date expired.
    """
    from dataclasses import replace

    from landplan.app.fit_report import fit_report
    from landplan.app.main_job import results
    from landplan.app.opening import keep_inputs, open_any
    from landplan.core.errors import SchemeError
    from landplan.core.policy import ruling
    from landplan.export.csv_table import csv_only
    from landplan.io.policy_file import read_policy

    csv_only(Path(out))
    given = None if policy is None else read_policy(policy, Path.cwd())
    project = open_any(recipe, part(progress, 0.0, 0.3))
    keep_inputs(project.recipe, Path(recipe).resolve().parent, Path(out))
    pack = given or ruling(project.policies, "fit") or read_policy(_DEFAULT, Path.cwd())
    unruled = pack.model_copy(update={"mix": None, "fit": pack.fit and pack.fit.model_copy(update={"model": None})})
    measured = results(replace(project, policies=(unruled,)), progress=part(progress, 0.3, 0.8), upto="score", checked=False)
    if measured.fit is None:
        raise SchemeError("policy_without_fit", pack.id)
    day, lang = project.recipe.export.stamp, measured.lang
    return fit_report(measured.fit, measured.layers.parcels.ids, Path(out), day=day, lang=lang)
