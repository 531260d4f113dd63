"""Geometry that every room may need: shapes fit for overlay."""

from __future__ import annotations

import numpy as np

from landplan.core.layers import Layer, Text


def overlay_shapes(layer: Layer) -> Text:
    """The layer's shapes, fit for intersection and union: invalid polygons are mended for the calculation, null stays None.

    The layer itself is not changed; the checks list the invalid ones.
    """
    import shapely

    shapes = layer.shapes
    invalid = np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes))
    if not len(invalid):
        return shapes
    mended: Text = shapes.copy()
    mended[invalid] = shapely.make_valid(shapes[invalid], method="structure", keep_collapsed=False)
    return mended
