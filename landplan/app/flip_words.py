"""What would flip a recommendation, in a sentence."""

from __future__ import annotations

import numpy as np

from landplan.app.flip import Flip, flips_known, smallest_flip
from landplan.core.messages import pick, text
from landplan.core.results import Results
from landplan.core.scheme import Scheme


def flip_words(results: Results, row: int) -> str:
    """What would flip the recommendation of a parcel, with the weights as the scheme has them; "" where there is none."""
    scores, scheme = results.scores, results.scheme
    if scores.recommended[row] < 0:
        return ""
    if not flips_known(scores, scheme):
        return text("card_flip_method")
    flip = smallest_flip(scores, scheme, row)
    return text("card_flip_none") if flip is None else _flip_words(scheme, flip)


def outwards(before: float, after: float, *, rises: bool) -> str:
    """The limit up or down to which a weight may move, rounded so that what is read lies beyond it."""
    ceil = np.ceil if rises else np.floor
    digits = 2 if abs(after - before) >= 0.02 else 4
    return f"{max(float(ceil(round(after * 10**digits, 6))), 0.0) / 10**digits:g}"


def _flip_words(scheme: Scheme, flip: Flip) -> str:
    titles = {model.id: pick(model.title) for model in scheme.models}
    criterion = next((pick(one.title) for one in scheme.weighted if one.id == flip.criterion), "") or flip.criterion
    name = text("card_rule_of", {"model": titles[flip.model], "rule": criterion}) if flip.model else criterion
    after = outwards(flip.before, flip.after, rises=flip.rises)
    of = {"criterion": name, "before": f"{flip.before:g}", "after": after, "winner": titles.get(flip.winner, "")}
    way = "up" if flip.rises else "down"
    return text(f"card_flip_{way}" if flip.winner else f"card_flip_lost_{way}", of)
