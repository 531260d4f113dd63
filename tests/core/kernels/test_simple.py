"""Plainly sound is never more than GEOS calls valid, and covers nearly all real plots."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from factories import make_layer
from flat_geometries import EAST_M, NORTH_M, flat, layer, seeds
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.kernels.simple import plainly_sound
from landplan.core.shapes import overlay_shapes


@settings(deadline=None, max_examples=200)
@given(seeds, st.integers(4, 9), st.sampled_from([1.0, 10.0, 0.001]), st.booleans())
def test_what_is_sound_here_is_valid_there(seed, vertices, step, shifted):
    """Rings on a coarse lattice: touching, crossing, doubled and folded in every way."""
    random = np.random.default_rng(seed)
    xy = random.integers(0, 5, (30, vertices, 2)) * step + (np.array([EAST_M, NORTH_M]) if shifted else 0.0)
    shapes = [shapely.Polygon(np.vstack([ring, ring[:1]])) for ring in xy]
    found = plainly_sound(flat(shapes, "polygon"))
    assert (~found | shapely.is_valid(shapes)).all()


@settings(deadline=None, max_examples=40)
@given(seeds)
def test_sound_plots_are_recognised(seed):
    random = np.random.default_rng(seed)
    turn = np.sort(random.uniform(0, 2 * np.pi, (20, 12)), axis=1)
    reach = random.uniform(30, 90, (20, 12, 1))
    rings = reach * np.stack([np.cos(turn), np.sin(turn)], axis=2) + random.uniform(0, 1e5, (20, 1, 2))
    shapes = [shapely.Polygon(ring) for ring in rings]
    clear = [shapely.minimum_clearance(shape) > 1e-3 and shape.is_valid for shape in shapes]
    assert (plainly_sound(flat(shapes, "polygon")) | ~np.array(clear)).all()


@settings(deadline=None, max_examples=30)
@given(seeds)
def test_what_is_fit_for_overlay_is_what_geos_mends(seed):
    _, shapes = layer(seed, "polygon", n=10)
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    many = make_layer([*shapes, bow, None])
    wanted = [one if one is None or one.is_valid else shapely.make_valid(one, method="structure") for one in many.shapes]
    found = overlay_shapes(many)
    assert [one is None for one in found] == [one is None for one in wanted]
    known = [k for k, one in enumerate(wanted) if one is not None]
    assert shapely.equals_exact(found[known], np.array([wanted[k] for k in known], object)).all()


@pytest.mark.parametrize(
    "ring",
    [
        [(0, 0), (10, 0), (10, 10), (10, 5), (0, 5)],  # a spike back along its own edge
        [(0, 0), (10, 0), (10, 10), (5, 0), (0, 10)],  # a vertex on another edge
        [(0, 0), (10, 0), (10, 0), (10, 10)],  # a vertex twice: valid, but not plainly
        [(0, 0), (5, 0), (10, 0)],  # no area
    ],
)
def test_what_touches_itself_is_left_to_geos(ring):
    assert not plainly_sound(flat([shapely.Polygon(ring)], "polygon")).any()


def test_holes_parts_points_and_long_rings_are_left_to_geos():
    whole = shapely.box(0, 0, 100, 100)
    several = [whole.difference(shapely.box(10, 10, 20, 20)), shapely.MultiPolygon([whole, shapely.box(200, 0, 300, 100)]), None]
    assert not plainly_sound(flat([*several, shapely.Point(0, 0).buffer(50, quad_segs=80)], "polygon")).any()
    assert plainly_sound(flat([whole], "polygon")).all()
    assert not plainly_sound(flat([shapely.Point(0, 0)], "point")).any()
