"""Everything around the parcels: roads, test roads, metro, stations, labs and constraints."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
import shapely.ops
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from shapely import LineString

from .ground import GRID, district, expressways, metro, on_grid, railway
from .places import CLUSTERS, NOTE_BOTH, Array, centre_xy, degrees, metres, rng
from .streets import Town

_ROAD_FIRST, _ROAD_SECOND = "安和泰兴宁康平裕嘉瑞春秋云星海棠槐柳荷枫", "德礼信义智仁达通远景明丰盛源华溪塘桥园林"


@dataclass
class Layer:
    """A layer of the plan file: geometry kind, what it is, shapes and columns."""

    name: str
    kind: str
    title: str
    crs: str = "EPSG:4549"
    shapes: list[Any] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, shape: Any, **values: Any) -> None:
        self.shapes.append(shape)
        for key, value in {**values, "note": NOTE_BOTH}.items():
            self.columns.setdefault(key, []).append(value)


def _inside(line: LineString) -> list[LineString]:
    parts = shapely.get_parts(shapely.intersection(line, district(), grid_size=GRID))
    return [p for p in parts if p.geom_type == "LineString" and p.length > 40]


def roads(town: Town) -> Layer:
    """Street axes by class; local streets are numbered, the others named."""
    random = rng(7)
    layer = Layer("roads", "LineString", "道路（虚构样例） roads (invented sample)")
    names = [a + b for a in _ROAD_FIRST for b in _ROAD_SECOND]
    names = [names[i] for i in random.permutation(len(names))]
    for way in expressways():
        for part in _inside(way.line):
            layer.add(part, id="", name=way.name, **{"class": "高速"}, opened_year=int(random.integers(1998, 2015)))
    suffix, years = (
        {"主干路": "公路", "次干路": "路", "支路": "支路"},
        {"主干路": (1975, 2012), "次干路": (1985, 2020), "支路": (1990, 2024)},
    )
    order = {"主干路": 0, "次干路": 1, "支路": 2}
    for k, (kind, line) in enumerate(sorted(town.roads, key=lambda r: order[r[0]])):
        opened = int(random.integers(*years[kind])) if random.random() < 0.93 else None
        layer.add(line, id="", name=names[k % len(names)] + suffix[kind], **{"class": kind}, opened_year=opened)
    layer.columns["id"] = [f"RD-{k:04d}" for k in range(1, len(layer.shapes) + 1)]
    return layer


def test_roads(town: Town) -> Layer:
    """Automated-driving test roads: trunk roads and streets in the west, and a way towards the south-east with links missing."""
    random = rng(8)
    layer = Layer("av_roads", "LineString", "自动驾驶测试道路（虚构样例） automated-driving test roads (invented sample)")
    home = metres([(121.152, 31.288)])[0]
    for kind, line in town.roads:
        mid = np.array(line.interpolate(0.5, normalized=True).coords[0])
        if kind != "支路" and np.hypot(*(mid - home)) < 3300 and line.length < 4000 and random.random() < 0.6:
            layer.add(
                line,
                id="",
                name=f"安亭测试道路{len(layer.shapes) + 1}号",
                **{"class": "开放测试道路"},
                opened_year=int(random.integers(2018, 2026)),
            )
    way = _route([g for kind, g in town.roads if kind != "支路"], metres([(121.150, 31.288)])[0], metres([(121.362, 31.237)])[0])
    for k, (a, b) in enumerate(pairwise(np.linspace(0, way.length, 12))):
        if k == 6:
            continue  # a missing link of the layer itself
        piece = on_grid(shapely.ops.substring(way, float(a), float(b)))
        opened = None if k in (4, 9) else 2021 + min(k // 3, 4)  # two links are planned, not opened
        layer.add(piece, id="", name=f"嘉定—虹桥方向第{k + 1}段", **{"class": "示范应用道路"}, opened_year=opened)
    layer.columns["id"] = [f"AV-{k:03d}" for k in range(1, len(layer.shapes) + 1)]
    return layer


def _route(lines: list[LineString], start: Array, end: Array) -> LineString:
    """Shortest way along the streets between the crossings nearest to two places."""
    edges = [e for e in shapely.get_parts(shapely.union_all(lines, grid_size=GRID)) if e.length > 1]
    ends = np.array([(e.coords[0], e.coords[-1]) for e in edges]).round(3)
    nodes, at = np.unique(ends.reshape(-1, 2), axis=0, return_inverse=True)
    a, b = at.reshape(-1, 2).T
    graph = coo_array((shapely.length(edges), (a, b)), shape=(len(nodes), len(nodes))).tocsr()
    first, last = (int(np.hypot(*(nodes - p).T).argmin()) for p in (start, end))
    before = dijkstra(graph, directed=False, indices=first, return_predecessors=True)[1]
    by_ends = {frozenset((int(i), int(j))): e for i, j, e in zip(a, b, edges, strict=True)}
    legs, node = [], last
    while node != first:
        legs.append(by_ends[frozenset((node, int(before[node])))])
        node = int(before[node])
    way = shapely.line_merge(shapely.union_all(legs))
    return way if np.hypot(*(np.array(way.coords[0]) - start)) < np.hypot(*(np.array(way.coords[-1]) - start)) else way.reverse()


def metro_layers(town: Town) -> tuple[Layer, Layer, Layer]:
    """Metro lines, the old railway, and the point layer of stations and gates."""
    random = rng(9)
    lines = Layer("metro_lines", "LineString", "轨道交通线（虚构样例） metro lines (invented sample)")
    rail = Layer("railways", "LineString", "铁路（虚构样例） railways (invented sample)")
    stations = Layer("stations", "Point", "站点：轨道站、充电站、加氢站、货运门（虚构样例） stations and gates (invented sample)")
    names = [
        "云杉路",
        "柳浦",
        "白鹭塘",
        "梧桐里",
        "样例南翔",
        "莲塘",
        "样例马陆",
        "软件园",
        "样例古镇",
        "青萍河",
        "芯谷",
        "北区",
        "桑园",
        "新能源基地",
        "横塘",
        "样例安亭",
        "创新港",
        "竹桥",
        "银杏路",
        "稻香路",
        "荷叶浜",
        "枫林路",
        "海棠路",
        "松鹤路",
    ]
    seen: list[Array] = []
    for track in metro():
        part = max(_inside(track.line), key=lambda g: g.length)
        lines.add(part, id=track.id, name=track.name, kind="metro", opened_year=2009 if track.id == "M-01" else 2016)
        for d in np.arange(500, part.length - 200, 1750):
            xy = np.array(part.interpolate(float(d)).coords[0]).round(2)
            if all(np.hypot(*(xy - s)) > 700 for s in seen):
                seen.append(xy)
                stations.add(shapely.Point(xy), id="", name=names[(len(seen) - 1) % len(names)] + "站", kind="metro")
    for part in _inside(railway().line):
        rail.add(part, id=railway().id, name=railway().name, kind="railway", opened_year=1958)
    corners = [
        line.interpolate(float(random.random()), normalized=True)
        for kind, line in town.roads
        if kind != "支路" and random.random() < 0.16
    ]
    for k, spot in enumerate(corners[:64]):
        stations.add(_beside(spot, random), id="", name=f"样例充电站{k + 1}", kind="charging")
    for k, c in enumerate(["氢能港", "汽车城制造区", "外冈产业园", "嘉定工业区北区", "江桥工业园", "马陆工业园", "氢能港"]):
        stations.add(_near(c, random), id="", name=f"样例加氢站{k + 1}", kind="hydrogen")
    for k, c in enumerate(["汽车城制造区", "汽车城零配件园区", "江桥工业园", "嘉定工业区北区", "外冈产业园", "南翔工业园"]):
        stations.add(_near(c, random), id="", name=f"样例货运门{k + 1}", kind="logistics_gate")
    stations.columns["id"] = [f"ST-{k:03d}" for k in range(1, len(stations.shapes) + 1)]
    return lines, rail, stations


def _beside(spot: shapely.Point, random: np.random.Generator) -> shapely.Point:
    return shapely.Point((np.array([spot.x, spot.y]) + random.uniform(-40, 40, 2)).round(2))


def _near(name: str, random: np.random.Generator) -> shapely.Point:
    c = next(k for k in CLUSTERS if k.id == name)
    return shapely.Point((centre_xy(c.lonlat) + random.uniform(-0.6, 0.6, 2) * np.array(c.axes_m)).round(2))


def labs() -> Layer:
    """Labs and public platforms, in longitude and latitude: the one geographic layer."""
    random = rng(10)
    layer = Layer("labs", "Point", "实验室与公共平台（虚构样例） labs and public platforms (invented sample)", crs="EPSG:4490")
    wanted = (
        (
            "实验室",
            ["创新港", "创新港", "创新港", "新能港", "氢能港", "上海汽车芯谷", "上海汽车芯谷", "汽车城制造区", "新能源基地"],
        ),
        ("实训场", ["汽车城制造区", "外冈产业园", "嘉定工业区北区"]),
        ("仿真平台", ["创新港", "上海智能汽车软件园", "上海智能汽车软件园"]),
        ("数据中心", ["上海智能汽车软件园", "嘉定工业区北区", "马陆工业园"]),
    )
    for kind, places in wanted:
        for k, place in enumerate(places, 1):
            p = _near(place, random)
            lonlat = degrees(np.array([[p.x, p.y]]))[0]
            layer.add(
                shapely.Point(lonlat),
                id=f"LB-{len(layer.shapes) + 1:02d}",
                name=f"样例{place.removeprefix('上海')}{kind}{k}",
                kind=kind,
            )
    return layer
