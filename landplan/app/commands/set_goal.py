"""Command: what the portfolio maximises."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import choose_with
from landplan.core.errors import SchemeError, suggestion
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands
from landplan.core.tables import QUANTITIES


def goals(project: Project) -> tuple[str, ...]:
    """The quantities a plan of this project can maximise."""
    return ("score_area_mu", *QUANTITIES, *(f"npv_{party.id}_wan" for party in project.scheme.parties))


@commands.add("Set goal", zh="设置目标")
def set_goal(
    project: Project,
    *,
    quantity: Annotated[
        str,
        Param(
            "score_area_mu, output_wan, tax_wan, jobs, gfa_m2, firms or npv_PARTY_wan",
            zh="量：score_area_mu、output_wan、tax_wan、jobs、gfa_m2、firms 或 npv_主体编号_wan",
        ),
    ],
    weight: Annotated[float, Param("what one unit of it counts; 0 = not a goal", zh="每一单位的权重；0 即不再是目标")],
    progress: Progress = silent,
) -> Project:
    """What the plan maximises is the weighted sum of its goals; at least one goal stays."""
    known = goals(project)
    if quantity not in known:
        raise SchemeError("unknown_goal", "choose.maximise", name=quantity, nearest=suggestion(quantity, known))
    old = project.recipe.choose.maximise if project.recipe.choose else {}
    new = {**old, quantity: weight} if weight else {name: value for name, value in old.items() if name != quantity}
    if old and not any(new.values()):
        raise SchemeError("goal_needs_one", "choose.maximise", name=quantity)
    return choose_with(project, maximise=new)
