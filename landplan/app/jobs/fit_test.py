"""Job: the gates of a policy pack, such as those of the vertical factory, for every plot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, silent
from landplan.core.registry import Param, jobs

if TYPE_CHECKING:
    from landplan.core.policy import PolicyPack

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
    from landplan.app.fit_report import fit_report
    from landplan.app.pack_job import measured_under
    from landplan.core.errors import SchemeError

    def gates_alone(pack: PolicyPack) -> PolicyPack:
        return pack.model_copy(update={"mix": None, "fit": pack.fit and pack.fit.model_copy(update={"model": None})})

    measured, pack = measured_under(Path(recipe), Path(out), policy, "fit", _DEFAULT, progress, gates_alone)
    if measured.fit is None:
        raise SchemeError("policy_without_fit", pack.id)
    day, lang = measured.recipe.export.stamp, measured.lang
    return fit_report(measured.fit, measured.layers.parcels.ids, Path(out), day=day, lang=lang)
