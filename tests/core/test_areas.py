"""Ellipsoidal areas against pyproj's geodesics."""

import numpy as np
import pyarrow as pa
import pyproj
import pytest
import shapely

from landplan.core.areas import ellipsoidal_m2
from landplan.core.layers import Geometry, Layer, Source


def square(x: float, y: float, side: float, crs: str) -> Layer:
    xy = shapely.get_coordinates(shapely.box(x, y, x + side, y + side))
    one = np.array([0, 1])
    return Layer("p", pa.table({"a": [1]}), Geometry("polygon", xy, np.array([0, 5]), one, one), crs, np.array(["a"]), Source(""))


@pytest.mark.parametrize("x", [500_000.0, 560_000.0, 619_000.0])
def test_area_on_the_ellipsoid_agrees_with_geodesics(x: float) -> None:
    layer = square(x, 3_470_000.0, 700.0, "EPSG:4549")
    lon, lat = pyproj.Transformer.from_crs(4549, 4490, always_xy=True).transform(*layer.geometry.xy.T)
    geodesic, _ = pyproj.Geod(ellps="GRS80").polygon_area_perimeter(lon, lat)
    assert ellipsoidal_m2(layer)[0] == pytest.approx(abs(geodesic), rel=2e-8)


def test_the_projection_enlarges_jiading_by_about_three_parts_in_ten_thousand() -> None:
    layer = square(619_000.0, 3_470_000.0, 700.0, "EPSG:4549")
    assert layer.area_m2[0] / ellipsoidal_m2(layer)[0] - 1 == pytest.approx(3.5e-4, abs=1e-4)


def test_an_unnamed_plane_has_no_ellipsoid() -> None:
    assert np.isnan(ellipsoidal_m2(square(0.0, 0.0, 10.0, "plane:local"))).all()
