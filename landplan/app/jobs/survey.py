"""Job: the performance survey, a class A to D for every plot by the rules of a policy pack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, silent
from landplan.core.registry import Param, jobs

_DEFAULT = "builtin:survey_illustrative"


@jobs.add("Class plots A to D by a policy pack", zh="按政策包做绩效调查（ABCD 分类）")
def survey(
    *,
    recipe: Annotated[Path, Param("the recipe, or a saved project", zh="配方或工程", positional=True)],
    out: Annotated[Path, Param(".csv to write", zh="写出的 .csv")],
    policy: Annotated[
        str | None,
        Param(
            "a policy pack, a file or builtin:NAME; else the recipe's, else builtin:survey_illustrative",
            zh="政策包：文件，或 builtin:名称；不给则用配方的，配方没有则用 builtin:survey_illustrative",
        ),
    ] = None,
    progress: Progress = silent,
) -> Report:
    """Assess every plot twice, combine both to a class A to D, apply vetoes, and write the list with what each class rests on.

    A row a plot: class, both values with their classes, by how much each value alone must improve for a better class of the plot,
    what is to become of it, the paths that serve, and the trace: limits reached and missed, the pair, vetoes. A plot of which
    something needed is not known has no class. Figures without a source are marked illustrative, those out of date on the
    recipe's date as expired.
    """
    from landplan.app.pack_job import measured_under
    from landplan.app.survey_report import survey_report
    from landplan.core.errors import SchemeError

    measured, pack = measured_under(Path(recipe), Path(out), policy, "survey", _DEFAULT, progress)
    if measured.survey is None:
        raise SchemeError("policy_without_survey", pack.id)
    day, lang = measured.recipe.export.stamp, measured.lang
    return survey_report(measured.survey, measured.layers.parcels.ids, Path(out), day=day, lang=lang)
