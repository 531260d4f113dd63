"""Where building is kept out, kept in or kept low.  Some parcels touch farmland or water a little; a few lie outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from .features import Layer
from .fields import Parcels
from .ground import GRID, creeks, district, expressways, on_grid
from .places import RURAL, TOWNS, VILLAGE, centre_xy, metres, rng
from .streets import Town

_GAS = [(121.09, 31.35), (121.17, 31.357), (121.21, 31.372), (121.25, 31.44), (121.31, 31.452), (121.37, 31.44)]
_HERITAGE = (
    ((121.251, 31.386), 260),
    ((121.313, 31.298), 210),
    ((121.162, 31.299), 140),
    ((121.246, 31.391), 110),
    ((121.336, 31.304), 70),
)
_BROAD_CREEKS = ("菱角浜", "杏花浜")  # their water reaches 0.7 m into the plots beside them


def _tiles() -> NDArray[np.object_]:
    """Squares of 2 km over the district: long strips are cut up for quick look-up."""
    x0, y0, x1, y1 = district().bounds
    x, y = np.meshgrid(np.arange(x0, x1, 2000), np.arange(y0, y1, 2000))
    return np.asarray(shapely.box(x.ravel(), y.ravel(), x.ravel() + 2000, y.ravel() + 2000))


def _clip(shape: Any) -> list[Any]:
    inside = shapely.intersection(shape, district(), grid_size=GRID)
    return [p for p in shapely.get_parts(inside) if p.geom_type == "Polygon" and p.area > 300]


def _urban_boundary(town: Town, p: Parcels, random: np.random.Generator) -> list[Any]:
    """Around areas, town centres and most country works; about one in seven hamlet strips is left outside."""
    left_out = {b for b in sorted({q.block for q in p.plots if q.use is VILLAGE}) if random.random() < 0.14}
    kept = [s for s, q in zip(p.shapes, p.plots, strict=True) if q.block not in left_out]
    centres = [shapely.Point(centre_xy(t.lonlat)).buffer(t.centre_m * 1.15) for t in TOWNS]
    body = shapely.union_all([*shapely.buffer(np.array(kept), 90), *centres]).buffer(260).buffer(-300)
    gone = shapely.union_all([s.buffer(15) for s, q in zip(p.shapes, p.plots, strict=True) if q.block in left_out])
    return _clip(shapely.difference(on_grid(body.simplify(6)), gone, grid_size=GRID))


def _farmland(town: Town, shapes: NDArray[Any], random: np.random.Generator) -> Iterator[Any]:
    """Two thirds of the country between the roads; some of it reaches 5 m into a parcel."""
    plots = shapely.buffer(shapes, np.where(random.random(len(shapes)) < 0.12, -5.0, 12.0), join_style="mitre")
    strips = [shapely.intersection(c.strip.buffer(8), _tiles()) for c in (*creeks(), *expressways())]
    wide = np.concatenate([shapely.get_parts(strip) for strip in strips])
    tree, wide_tree = shapely.STRtree(plots), shapely.STRtree(wide)
    for cell in (c for c in town.cells if c.use is RURAL):
        if random.random() < 0.66:
            land = cell.block.buffer(-12, join_style="mitre")
            beside = [*plots[np.sort(tree.query(land, predicate="intersects"))], *wide[np.sort(wide_tree.query(land))]]
            rest = shapely.difference(land, shapely.union_all(beside), grid_size=GRID)
            yield from (f for f in _clip(shapely.simplify(rest, 1.5)) if f.area > 8000)


def _water() -> Iterator[tuple[str, list[Any]]]:
    """(name, reaches) of every creek: narrower than the strip kept clear of plots, but for two."""
    for c in creeks():
        bank_m = 6 if c.width_m > 30 else -0.7 if c.name in _BROAD_CREEKS else 1.5
        yield c.name, _clip(on_grid(c.line.buffer(c.width_m / 2 - bank_m, quad_segs=2).simplify(0.5)))


def _redline(shapes: NDArray[Any]) -> list[Any]:
    """Banks of the two large rivers."""
    eco = shapely.union_all([c.line.buffer(c.width_m / 2 + 130) for c in creeks() if c.name in ("北泾", "样例江")])
    eco = shapely.difference(eco, shapely.union_all(shapely.buffer(shapes, 20)), grid_size=GRID).simplify(4)
    return [e for e in _clip(eco) if e.area > 60_000]


def _old_quarters(random: np.random.Generator) -> Iterator[list[Any]]:
    t = np.linspace(0, 2 * np.pi, 9)[:-1] + 0.3
    for lonlat, radius_m in _HERITAGE:
        ring = centre_xy(lonlat) + np.stack([np.cos(t), np.sin(t)], 1) * (radius_m * random.uniform(0.8, 1.2, 8))[:, None]
        yield _clip(on_grid(shapely.Polygon(ring)))


def _height_rings() -> Iterator[tuple[float, list[Any]]]:
    """(limit in m, parts) of rings around an invented airfield in the south-east."""
    end, inner = shapely.Point(centre_xy((121.39, 31.215))), None
    for radius_m, limit_m in ((4200, 45.0), (6400, 60.0), (9000, 90.0)):
        disc = on_grid(end.buffer(radius_m, quad_segs=12))
        yield limit_m, _clip(disc if inner is None else shapely.difference(disc, inner, grid_size=GRID))
        inner = disc


def constraints(town: Town, p: Parcels) -> Layer:
    """Keep-out, stay-inside and limit areas."""
    random, shapes = rng(11), np.array(p.shapes)
    layer = Layer("constraints", "Polygon", "管控要素（虚构样例） constraints (invented sample)")

    def put(kind: str, name: str, parts: list[Any], sense: str = "keep_out", limit_m: float | None = None) -> None:
        for part in parts:
            layer.add(part, id=f"CN-{len(layer.shapes) + 1:03d}", name=name, kind=kind, sense=sense, limit_m=limit_m)

    put("urban_boundary", "城镇开发边界", _urban_boundary(town, p, random), sense="stay_inside")
    put("basic_farmland", "永久基本农田", list(_farmland(town, shapes, random)))
    for name, reaches in _water():
        put("water", name, reaches)
    put("eco_redline", "生态保护红线", _redline(shapes))
    for k, parts in enumerate(_old_quarters(random), 1):
        put("heritage", f"样例历史风貌{k}", parts)
    gas = on_grid(LineString(metres(_GAS)))
    put("pipeline", "样例高压燃气管线", _clip(on_grid(gas.buffer(8, cap_style="flat", join_style="mitre"))))
    for limit_m, parts in _height_rings():
        put("height", f"样例净空限高{limit_m:.0f}米", parts, "limit", limit_m)
    return layer
