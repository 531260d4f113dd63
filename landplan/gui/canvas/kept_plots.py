"""Index and overview of a layer that was read before, kept with it: the second opening of a large file draws at once."""

from __future__ import annotations

from dataclasses import asdict

from landplan.core.kernels.number_image import Overview, View
from landplan.core.kernels.plot_index import Detail, PlotIndex
from landplan.core.layers import Geometry
from landplan.io.array_folder import array
from landplan.io.kept_layers import arrays_beside, keep_beside

_NAME = "plots"
_ARRAYS = ("row", "plot", "box", "block")


def kept_plots(geometry: Geometry) -> tuple[PlotIndex, Overview | None] | None:
    """What was made of this geometry when its layer was first drawn; None for a layer that is not kept."""
    found = arrays_beside(geometry, _NAME)
    if found is None:
        return None
    facts, folder = found
    try:
        steps = facts["steps_m"]
        details = tuple(Detail(step, array(folder, f"xy{k}"), array(folder, f"ring{k}")) for k, step in enumerate(steps))
        x, y = facts["origin"]
        arrays = {name: array(folder, name) for name in _ARRAYS}
        index = PlotIndex(facts["count"], (x, y), **arrays, details=details)
        return index, Overview(View(**facts["view"]), array(folder, "far")) if facts["view"] else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def keep_plots(geometry: Geometry, index: PlotIndex, far: Overview | None) -> None:
    """Hand the index over to be written beside its layer; nothing happens for a layer that is not kept."""
    arrays = {name: getattr(index, name) for name in _ARRAYS}
    for k, detail in enumerate(index.details):
        arrays |= {f"xy{k}": detail.xy, f"ring{k}": detail.ring}
    if far is not None:
        arrays["far"] = far.numbers
    steps, view = [detail.step_m for detail in index.details], None if far is None else asdict(far.view)
    facts = {"count": index.count, "origin": index.origin, "steps_m": steps, "view": view}
    keep_beside(geometry, _NAME, facts, arrays)
