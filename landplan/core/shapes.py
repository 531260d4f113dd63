"""Geometry that every room may need: shapes fit for overlay, distances to features."""

from __future__ import annotations

import numpy as np

from landplan.core.layers import Float, Geometry, Int, Layer, Text


def overlay_shapes(layer: Layer) -> Text:
    """The layer's shapes, fit for intersection and union: invalid polygons are mended for the calculation, null stays None.

    The layer itself is not changed; the checks list the invalid ones.
    """
    import shapely

    from landplan.core.kernels.simple import plainly_sound

    shapes = layer.shapes
    unsure = np.flatnonzero(~plainly_sound(layer.geometry) & ~shapely.is_missing(shapes))
    invalid = unsure[~shapely.is_valid(shapes[unsure])]
    if not len(invalid):
        return shapes
    mended: Text = shapes.copy()
    mended[invalid] = shapely.make_valid(shapes[invalid], method="structure", keep_collapsed=False)
    return mended


def nearest_feature_m(subject: Geometry, features: Layer, reach_m: float) -> Float:
    """(n,) metres from each row's edge to the nearest edge of a feature, 0 inside one; inf beyond reach_m, NaN for a null row."""
    from landplan.core.kernels.nearest import nearest_m

    out = nearest_m(subject, features.geometry, reach_m)
    if features.geometry.kind == "polygon":
        out[_inside(subject, features)] = 0.0
    return out


def _inside(subject: Geometry, features: Layer) -> Int:
    """Rows with a part whose first vertex lies in a feature: what no edge of the feature tells."""
    import shapely

    places = shapely.points(subject.xy[subject.ring[subject.part[:-1]]])
    row = np.repeat(np.arange(len(subject)), np.diff(subject.row))
    return np.unique(row[features.tree.query(places, predicate="intersects")[0]])
