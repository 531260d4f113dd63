"""Zones: overlapping sets of invented outlines.  Within one set zones are disjoint; between sets they overlap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon

from .ground import GRID, district, on_grid, town_cells
from .places import CLUSTERS, NOTE_BOTH, TOWNS, Array, centre_xy
from .streets import Cell, Town


@dataclass(frozen=True)
class Zone:
    id: str
    name: str
    name_en: str
    set: str
    kind: str
    focus: str
    shape: Polygon | MultiPolygon


_BLOCKS = {
    "汽车城制造区": ("BK-MANUFACTURING", "Automobile City manufacturing area", "智能底盘,线控底盘,智能座舱,自动驾驶"),
    "汽车城零配件园区": ("BK-PARTS", "Automobile City parts park", "线控底盘,热管理,智能座舱,激光雷达"),
    "新能源基地": ("BK-NEWENERGY", "New energy base", "固态电池,热管理,SiC,燃料电池"),
    "外冈产业园": ("BK-WAIGANG", "Waigang industrial park", "智能底盘,热管理,物流"),
    "嘉定工业区北区": ("BK-NORTH", "Jiading Industrial Zone, north", "线控底盘,激光雷达,车规级芯片,热管理"),
}
_CARRIERS = {
    "创新港": ("CR-INNOVATION", "Innovation Port", "研发,设计,自动驾驶,检测"),
    "新能港": ("CR-ENERGY", "New Energy Port", "固态电池,热管理"),
    "氢能港": ("CR-HYDROGEN", "Hydrogen Port", "燃料电池,甲醇燃料"),
    "上海智能汽车软件园": ("CR-SOFTWARE", "Shanghai Smart Car Software Park", "车载软件,自动驾驶,AI大模型,数据安全"),
    "上海汽车芯谷": ("CR-CHIP", "Shanghai Auto Chip Valley", "车规级芯片,SiC"),
}
_COMMUNITIES = ("江桥工业园", "南翔工业园", "马陆工业园", "徐行工业园", "华亭工业园", "工业区南区")
_COMMUNITY_EN = {
    "江桥工业园": ("JIANGQIAO", "Jiangqiao"),
    "南翔工业园": ("NANXIANG", "Nanxiang"),
    "马陆工业园": ("MALU", "Malu"),
    "徐行工业园": ("XUHANG", "Xuhang"),
    "华亭工业园": ("HUATING", "Huating"),
    "工业区南区": ("SOUTH", "Industrial Zone South"),
}
_CENTRES = (
    ("IC-ANTING", "安亭产业中心区", "Anting industry centre", "汽车城制造区", 0.62),
    ("IC-NORTH", "北区产业中心区", "North industry centre", "嘉定工业区北区", 0.55),
    ("IC-MALU", "马陆产业中心区", "Malu industry centre", "马陆工业园", 0.6),
)
_GROUPS = (
    (
        "CL-WEST",
        "西部集聚区",
        "Western cluster",
        ("汽车城制造区", "创新港", "氢能港", "汽车城零配件园区", "新能港", "新能源基地"),
        "智能底盘,固态电池,自动驾驶",
    ),
    ("CL-NORTH", "北部集聚区", "Northern cluster", ("嘉定工业区北区", "上海汽车芯谷"), "车规级芯片,激光雷达"),
)


def _largest(shape: shapely.Geometry) -> Polygon:
    return max(shapely.get_parts(shape), key=lambda g: float(g.area))


def _whole(shape: shapely.Geometry) -> Polygon:
    """Largest part without holes."""
    return Polygon(_largest(shape).exterior)


def _by_streets(cells: list[Cell], round_m: float = 0.0) -> Polygon:
    """Outline of cells to the street axes; rounding it makes it cut some plots at the corners."""
    body = (
        shapely.union_all([c.to_axes for c in cells], grid_size=GRID)
        .buffer(45, join_style="mitre")
        .buffer(-45, join_style="mitre")
    )
    if round_m:
        body = body.buffer(-round_m).buffer(2 * round_m).buffer(-round_m)
    return _whole(on_grid(body.simplify(1.0)))


def _blob(name: str, scale: float) -> Polygon:
    """An area's ellipse with a slightly ragged rim: it cuts plots where it likes."""
    c = next(k for k in CLUSTERS if k.id == name)
    t, turn = np.linspace(0, 2 * np.pi, 73)[:-1], np.deg2rad(c.angle)
    r = scale * (1 + 0.07 * np.sin(3 * t + 0.5) + 0.03 * np.sin(7 * t))
    p: Array = np.stack([r * np.cos(t) * c.axes_m[0], r * np.sin(t) * c.axes_m[1]], 1)
    p = p @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return on_grid(Polygon(p + centre_xy(c.lonlat)).simplify(3))


def _disjoint(zones: list[Zone]) -> list[Zone]:
    """Earlier zones of a set keep what later ones would share; all stay inside the district."""
    out: list[Zone] = []
    for z in zones:
        shape = shapely.intersection(z.shape, district(), grid_size=GRID)
        for earlier in out:
            shape = shapely.difference(shape, earlier.shape, grid_size=GRID)
        out.append(Zone(z.id, z.name, z.name_en, z.set, z.kind, z.focus, _whole(shape)))
    return out


def _areas(town: Town) -> dict[str, Polygon]:
    """Outline of every industrial area."""
    rounded = {"外冈产业园": 160.0, "嘉定工业区北区": 200.0, "新能源基地": 90.0}
    return {c.id: _by_streets([k for k in town.cells if k.use is c], rounded.get(c.id, 0.0)) for c in CLUSTERS}


def _base_classes(area: dict[str, Polygon]) -> list[Zone]:
    """Industrial bases and communities; the rest of the district is scattered land."""
    bases = [
        Zone("BC-" + i.removeprefix("BK-"), n + "产业基地", en + " industrial base", "base_class", "产业基地", f, area[n])
        for n, (i, en, f) in _BLOCKS.items()
    ]
    communities = [
        Zone(
            "BC-" + _COMMUNITY_EN[n][0],
            n + "产业社区",
            _COMMUNITY_EN[n][1] + " industrial community",
            "base_class",
            "产业社区",
            "",
            area[n],
        )
        for n in _COMMUNITIES
    ]
    return bases + communities


def zones(town: Town) -> list[Zone]:
    """All zone sets."""
    area = _areas(town)
    out = [Zone("ZN-JIADING", "嘉定区", "Jiading District", "district", "区", "", district())]
    out += [Zone(t.id, t.name, t.name_en, "town", t.kind, "", cell) for t, cell in zip(TOWNS, town_cells(), strict=True)]
    core = shapely.union_all([area[k] for k in ("汽车城制造区", "汽车城零配件园区", "创新港", "氢能港")]).buffer(500).buffer(-420)
    core = _whole(on_grid(shapely.intersection(core, town_cells()[0]).simplify(2)))
    out += [
        Zone(
            "CORE-ANTING",
            "安亭汽车制造基地",
            "Anting automobile manufacturing base",
            "core",
            "核心区",
            "智能底盘,线控底盘,自动驾驶",
            core,
        )
    ]
    out += _disjoint([Zone(i, n, en, "block", "功能板块", f, area[n]) for n, (i, en, f) in _BLOCKS.items()])
    out += _disjoint([Zone(i, n, en, "carrier", "重点承载区", f, area[n]) for n, (i, en, f) in _CARRIERS.items()])
    out += _disjoint([Zone(i, n, en, "industry_centre", "产业中心区", "", _blob(c, k)) for i, n, en, c, k in _CENTRES])
    out += _disjoint(
        [
            Zone(
                i,
                n,
                en,
                "cluster",
                "集聚区",
                f,
                _whole(on_grid(shapely.union_all([_blob(a, 0.93) for a in names]).buffer(350).buffer(-330).simplify(3))),
            )
            for i, n, en, names, f in _GROUPS
        ]
    )
    return out + _disjoint(_base_classes(area))


def zone_columns(found: list[Zone]) -> dict[str, list[Any]]:
    return {
        "id": [z.id for z in found],
        "name": [z.name for z in found],
        "name_en": [z.name_en for z in found],
        "set": [z.set for z in found],
        "kind": [z.kind for z in found],
        "focus": [z.focus or None for z in found],
        "note": [NOTE_BOTH] * len(found),
    }
