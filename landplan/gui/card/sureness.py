"""How sure a parcel is: how often its recommendation holds under drawn weights, and in how many plans as good it is."""

from __future__ import annotations

from landplan.core.messages import pick, text
from landplan.gui import figures
from landplan.gui.questions import OTHERS, Questions
from landplan.gui.robustness import Robustness


def holds_words(robust: Robustness, row: int) -> str:
    """In a line: in what share, who takes its place most often, whether it is fragile, whether that is of older scores; "" where
    nothing was found of it."""
    found = robust.found
    if found is None or found.acceptability.recommended is None:
        return ""
    decisions, models = found.acceptability.decisions, found.results.scheme.models
    holds, rival = float(decisions.holds[row]), int(decisions.rival[row])
    if holds != holds:
        return ""
    facts = {"share": figures.percent(holds, 0), "draws": f"{found.acceptability.asked.draws:,}"}
    if rival >= 0:
        facts |= {"rival": pick(models[rival].title), "other": figures.percent(float(decisions.rival_share[row]), 0)}
    parts = [text("card_holds_rival" if rival >= 0 else "card_holds", facts)]
    if decisions.fragile[row]:
        parts.append(text("card_holds_fragile"))
    if not robust.current:
        parts.append(text("card_holds_stale"))
    return " · ".join(parts)


def often_words(questions: Questions, row: int) -> str:
    """In how many of the plans found the parcel is; "" where none were looked for."""
    found = questions.answer(OTHERS)
    if found is None or row >= len(found.found.often):
        return ""
    count, of = round(float(found.found.often[row]) * len(found.found.plans)), len(found.found.plans)
    id = "card_often_all" if count == of else "card_often_none" if not count else "card_often"
    said = text(id, {"n": count, "of": of})
    return said if questions.current(OTHERS) else f"{said} · {text('card_often_stale')}"
