"""What the first steps need, loaded and compiled while the planner looks at the first page."""

from __future__ import annotations

import importlib
from contextlib import suppress

_MODULES = ("pyarrow", "pyogrio", "shapely", "duckdb", "landplan.core.expression", "landplan.app.main_job")


def warm_up() -> None:
    """Start the process that reads files, import what is slow to import, and compile the kernels of map and scores; nothing
    here may fail aloud."""
    with suppress(Exception):
        importlib.import_module("landplan.io.apart").start()
    for name in _MODULES:
        with suppress(Exception):
            importlib.import_module(name)
    for step in (_map, _scores):
        with suppress(Exception):
            step()


def _map() -> None:
    """One square, drawn near and far, hovered."""
    import numpy as np

    from landplan.core.kernels.display import Look, mark_tiles
    from landplan.core.kernels.number_image import View
    from landplan.core.layers import Geometry
    from landplan.gui.canvas.plots import Request, frame, plots_of, rehovered

    xy = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0], [0.0, 0.0]])
    one = np.array([0, 1], np.int64)
    plots = plots_of(Geometry("polygon", xy, np.array([0, 5], np.int64), one, one))
    for oversample in (1, 2):
        view = View.at(plots.index, -50.0, 150.0, 2.0)
        shown = frame(Request(plots, Look.plain(1), view, 100, 100, oversample, mark_tiles()))
        rehovered(shown, -1, 0)


def _scores() -> None:
    """Two parcels under two weights."""
    import numpy as np

    from landplan.core.kernels.ramp import ramped
    from landplan.core.kernels.row_scores import known_sums
    from landplan.gui.display import ramp

    values, _known = known_sums(np.asfortranarray([[0.2, 0.4], [0.6, 0.8]]), np.array([0.5, 0.5]))
    ramped(values, np.zeros(2, np.uint8), ramp(), 0xFFFFFFFF)
