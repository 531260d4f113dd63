"""How often the recommendation of a parcel holds when the weights are drawn at random."""

from __future__ import annotations

from landplan.core.messages import pick, text
from landplan.gui import figures
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
