"""How fragile decisions were found, in words: what every deliverable that shows them says of the draws."""

from __future__ import annotations

from landplan.core.messages import text
from landplan.core.results import Results


def decision_facts(results: Results) -> dict[str, object]:
    """draws, seed, weights, least (percent); n fragile of so many recommendations. Nothing where the recipe has no [robust]."""
    asked, found = results.recipe.robust, results.decisions()
    if asked is None or found is None:
        return {}
    percent = {"percent": f"{100 * asked.spread:g}"}
    weights = text(f"robust_{asked.weights}", percent, results.lang)
    return {
        "draws": asked.draws,
        "seed": results.recipe.seed if asked.seed is None else asked.seed,
        "weights": weights + text("robust_with_data", lang=results.lang) if results.scheme.uncertain else weights,
        "least": f"{100 * asked.least:g}",
        "n": int(found.fragile.sum()),
        "of": int((results.scores.recommended >= 0).sum()),
    }
