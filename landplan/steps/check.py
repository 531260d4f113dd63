"""check: every registered data check (质检) on the layers; findings never stop the work."""

from __future__ import annotations

from landplan.core.errors import Issue
from landplan.core.layers import LayerSet
from landplan.core.messages import pick
from landplan.core.progress import Progress, silent
from landplan.core.registry import checks


def check(layers: LayerSet, progress: Progress = silent) -> tuple[Issue, ...]:
    """What every check finds, in the order of the checks' ids and then of the features."""
    found: list[Issue] = []
    registered = tuple(checks)
    for done, one in enumerate(registered):
        progress(done / len(registered), "progress_check", name=pick(one.titles))
        found += one.run(layers)
    return tuple(found)
