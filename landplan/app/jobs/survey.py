"""Job: the performance survey, a class A to D for every plot by the rules of a policy pack."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, part, silent
from landplan.core.registry import Param, jobs


@jobs.add("Class plots A to D by a policy pack", zh="按政策包做绩效调查（ABCD 分类）")
def survey(
    *,
    recipe: Annotated[Path, Param("the recipe, or a saved project", zh="配方或工程", positional=True)],
    out: Annotated[Path, Param(".csv to write", zh="写出的 .csv")],
    policy: Annotated[
        str, Param("a policy pack: a file, or builtin:NAME", zh="政策包：文件，或 builtin:名称")
    ] = "builtin:survey_illustrative",
    progress: Progress = silent,
) -> Report:
    """Assess every plot twice, combine both to a class A to D, apply vetoes, and write the list with what each class rests on.

    A row a plot: class, both values with their classes, by how much each value alone must improve for a better class of the plot,
    what is to become of it, the paths that serve, and the trace: limits reached and missed, the pair, vetoes. A plot of which
    something needed is not known has no class. Figures without a source are marked illustrative, those out of date on the
    recipe's date as expired.
    """
    from landplan.app.main_job import results
    from landplan.app.opening import keep_inputs, open_any
    from landplan.app.survey_report import survey_report
    from landplan.export.csv_table import csv_only
    from landplan.io.policy_file import read_policy
    from landplan.steps import survey as step

    csv_only(Path(out))
    pack = read_policy(policy, Path.cwd())
    project = open_any(recipe, part(progress, 0.0, 0.3))
    keep_inputs(project.recipe, Path(recipe).resolve().parent, Path(out))
    measured = results(project, progress=part(progress, 0.3, 0.8), upto="score", checked=False)
    found = step.survey(pack, measured.environment)
    found = replace(found, issues=(*found.issues, *step.unknown_paths(pack, project.scheme)))
    day, lang = project.recipe.export.stamp, measured.lang
    return survey_report(pack, found, measured.layers.parcels.ids, Path(out), day=day, lang=lang)
