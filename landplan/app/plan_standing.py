"""How a parcel stands in a plan, before anything is solved again: what it does, and which limits it pays for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from landplan.app.plan_questions import Asked
from landplan.core.layers import Float
from landplan.core.messages import text
from landplan.portfolio.reasons import dues

if TYPE_CHECKING:
    from numpy.typing import NDArray

Kind = Literal["in", "out", "must_not", "no_option", "no_column"]


@dataclass(frozen=True, slots=True)
class Standing:
    """One parcel. kind: in or out; or out because it is on the must-not list, has no option, or none whose numbers are known.

    doing: what it does, or would do best at these prices. value: benefit of that by itself. dues: limit → what the room it
    takes there is worth to the plan (below 0: it helps to reach the limit), largest first; empty where prices are unknown.
    """

    kind: Kind
    must: bool = False
    doing: str = ""
    value: float = float("nan")
    dues: tuple[tuple[str, float], ...] = ()
    priced: bool = True

    @property
    def due(self) -> float:
        """What all the room it takes is worth."""
        return float(sum(amount for _id, amount in self.dues))


def standings(asked: Asked, groups: Sequence[int]) -> list[Standing]:
    """How the parcels of these groups stand."""
    problem = asked.built.problem
    columns = np.flatnonzero(np.isin(problem.group, groups))
    owed, of = dues(problem, asked.found, columns), problem.group[columns]
    return [_standing(asked, group, columns[of == group], owed[of == group]) for group in groups]


def standing(asked: Asked, group: int) -> Standing:
    """How the parcel of a group stands."""
    return standings(asked, [group])[0]


def _standing(asked: Asked, group: int, columns: NDArray[np.int64], owed: Float) -> Standing:
    problem, found, id = asked.built.problem, asked.found, asked.ids[group]
    if id in asked.choose.must_not:
        return Standing("must_not")
    if not columns.size:
        known = bool((asked.formulation.options.parcel == group).any())
        return Standing("no_column" if known else "no_option")
    inside = np.isin(columns, found.chosen)
    k = int(inside.argmax()) if inside.any() else int((problem.value[columns] - owed.sum(axis=1)).argmax())
    worth_telling = 1e-9 * max(abs(found.objective), 1e-300)
    paid = [(id, float(due)) for id, due in zip(problem.limit_ids, owed[k], strict=True) if abs(due) > worth_telling]
    priced = problem.limits == 0 or bool(np.isfinite(found.prices).any())
    return Standing("in" if inside.any() else "out", id in asked.choose.required, asked.words(int(columns[k])),
                    float(problem.value[columns[k]]), tuple(sorted(paid, key=lambda one: -one[1])), priced)  # fmt: skip


def standing_words(id: str, found: Standing, name: Callable[[str], str]) -> str:
    """It in a sentence or two. name: limit id → how it is called."""
    if found.kind in ("must_not", "no_option", "no_column"):
        return text(f"standing_{found.kind}", {"id": id})
    facts = {"id": id, "doing": found.doing, "value": f"{found.value:,.4g}", "due": f"{max(found.due, 0.0):,.4g}"}
    if found.kind == "in":
        said = text("standing_in_must" if found.must else "standing_in", facts)
        tail = "standing_worth" if found.due <= found.value else "standing_worth_less"
    else:
        said, tail = text("standing_out", facts), "standing_beaten" if found.due >= found.value else "standing_close"
    if not found.priced:
        return f"{said}{text('standing_no_price')}"
    said += text(tail if any(due > 0 for _id, due in found.dues) else "standing_free", facts)
    if found.dues and found.dues[0][1] > 0:
        said += text("standing_mostly", {"limit": name(found.dues[0][0]), "due": f"{found.dues[0][1]:,.4g}"})
    helps = [one for one, due in found.dues if due < 0]
    return said + (text("standing_helps", {"limit": name(helps[-1])}) if helps else "")
