"""The firm register and who holds the parcels: plainly invented names, credit codes that cannot exist."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from scipy.spatial import cKDTree

from .fields import Parcels
from .ground import town_cells
from .places import NOTE_BOTH, TOWNS, Array, rng

FIRMS = 820
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I, O, S, V, Z
_WEIGHTS = [pow(3, i, 31) for i in range(17)]
_FIRST, _SECOND = (
    "云松柏枫榆梧桐青白赤银星辰晨朝远博启恒瑞承澄泓嘉联华新光宏睿智",
    "杉泽澜霖岚川岳峰舟航帆羽翎骐骏驰越达衡准合同成和凌坤乾域图",
)
_FORMS = ["科技有限公司", "有限公司", "(上海)有限公司", "股份有限公司"]
_TRADES = {
    "智能底盘": "底盘",
    "线控底盘": "线控",
    "固态电池": "电池",
    "车规级芯片": "微电子",
    "SiC": "半导体",
    "燃料电池": "氢能",
    "甲醇燃料": "醇能",
    "激光雷达": "光电",
    "智能座舱": "座舱电子",
    "热管理": "热控",
    "车载软件": "软件",
    "自动驾驶": "智驾",
    "AI大模型": "智算",
    "数据安全": "信安",
    "研发": "工程技术",
    "设计": "设计",
    "检测": "检测",
    "物流": "物流",
}


def credit_code(serial: int) -> str:
    """An 18-character code with right check digits (GB 11714, GB 32100) whose leading 99 is not assigned to anybody."""
    body = f"SL{serial:06d}".replace("S", "Y")
    values = [int(ch, 36) for ch in body]
    ninth = (11 - sum(v * w for v, w in zip(values, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11) % 11
    code = "99" + "310114" + body + "0123456789X"[ninth]
    rest = sum(_LETTERS.index(ch) * w for ch, w in zip(code, _WEIGHTS, strict=True)) % 31
    return code + _LETTERS[(31 - rest) % 31]


def _brands(count: int, random: np.random.Generator) -> list[str]:
    pairs = [a + b for a in _FIRST for b in _SECOND if a != b]
    return [pairs[i] for i in random.permutation(len(pairs))[:count]]


def _holdings(p: Parcels, random: np.random.Generator) -> list[list[int]]:
    """Parcels of each firm, main parcel first: most have one, some have neighbours of the same trade."""
    t, xy = p.true, shapely.get_coordinates(shapely.centroid(np.array(p.shapes)))
    tree, free = cKDTree(xy), ~t["idle"] & np.isin(t["owner_kind"], ["国有", "民营", "外资"])
    plant = np.array([q.plant for q in p.plots])
    free |= plant
    pull: Array = np.where(free, (t["output_wan"] + 50) ** 0.7, 0) + 1e9 * plant
    order = random.choice(len(p), int(free.sum()), replace=False, p=pull / pull.sum())
    out: list[list[int]] = []
    for i in order:
        if len(out) == FIRMS - 30:
            break
        if not free[i]:
            continue
        wanted = int(random.choice([1, 2, 3, 4, 6], p=[0.74, 0.15, 0.07, 0.03, 0.01]))
        near = [int(j) for j in tree.query(xy[i], 30)[1] if free[j] and j != i and np.hypot(*(xy[j] - xy[i])) < 900]
        mine = [int(i), *near[: wanted - 1]]
        free[mine] = False
        out.append(mine)
    return out


def _small_holder(p: Parcels, i: int, brand: str, town: str, random: np.random.Generator) -> str:
    kind = p.true["owner_kind"][i]
    if kind == "集体":
        return f"样例{town}{random.choice(['集体资产经营公司', '工业公司', '村办' + brand + '厂', '经济合作社'])}"
    if kind == "国有":
        return str(random.choice([f"样例{town}园区开发公司", f"样例国资{brand}公司"]))
    return f"样例{brand}{random.choice(['机械厂', '五金制品厂', '塑料制品厂', '仓储公司', '物业公司', '电器厂'])}"


def firms(p: Parcels) -> tuple[dict[str, list[Any]], Array, list[str], list[int]]:
    """Register rows (a row per firm and site: output, tax and jobs are that site's), points, owner and firm count of each parcel.

    A firm counts once, on its main parcel.  30 firms have no parcel of their own.
    """
    random, t = rng(6), p.true
    brands = _brands(FIRMS, random)
    towns = [TOWNS[k].name for k in town_of(p.shapes)]
    extra = _brands(len(_FIRST) * 12, random)
    owners = [_small_holder(p, i, extra[int(random.integers(len(extra)))], towns[i], random) for i in range(len(p))]
    counts = [0] * len(p)
    keys = (
        "credit_code",
        "name",
        "segment",
        "above_scale",
        "in_statistics",
        "output_wan",
        "tax_wan",
        "jobs",
        "parcel_id",
        "note",
    )
    rows: dict[str, list[Any]] = {k: [] for k in keys}
    points: list[Array] = []
    holdings = [*_holdings(p, random), *([[]] * 30)]
    for serial, mine in enumerate(holdings, 1):
        lodger = not mine
        sites = mine or [int(random.integers(len(p)))]
        segment = str(t["segment"][sites[0]])
        name = f"样例{brands[serial - 1]}{_TRADES[segment]}{random.choice(_FORMS)}"
        total = sum(float(t["output_wan"][i]) for i in sites)
        above, counted = bool(total > 2000 and not lodger), bool(total > 2000 and random.random() < 0.9)
        if not lodger:
            counts[sites[0]] += 1
        for i in sites:
            share = 0.02 if lodger else 1.0
            if not lodger:
                owners[i] = name if random.random() < 0.85 or p.plots[i].plant else owners[i]
            values = (
                credit_code(serial),
                name,
                segment,
                above,
                counted,
                round(float(t["output_wan"][i]) * share),
                round(float(t["tax_wan"][i]) * share, 1),
                round(float(t["jobs"][i]) * share),
                None if lodger else t["id"][i],
                NOTE_BOTH,
            )
            for k, v in zip(keys, values, strict=True):
                rows[k].append(v)
            points.append(shapely.get_coordinates(p.shapes[i].representative_point())[0] + random.uniform(-8, 8, 2))
    _thin(rows, random)
    return rows, np.array(points).round(2), owners, counts


def _thin(rows: dict[str, list[Any]], random: np.random.Generator) -> None:
    for key, share in (
        ("segment", 0.03),
        ("above_scale", 0.02),
        ("in_statistics", 0.03),
        ("output_wan", 0.03),
        ("tax_wan", 0.03),
        ("jobs", 0.04),
    ):
        gone = random.random(len(rows[key])) < share
        rows[key] = [None if g else v for g, v in zip(gone, rows[key], strict=True)]


def town_of(shapes: list[shapely.Polygon]) -> list[int]:
    """Number of the town each parcel's inner point lies in."""
    cells = np.array(town_cells())
    tree = shapely.STRtree(cells)
    points = shapely.point_on_surface(np.array(shapes))
    out = [0] * len(shapes)
    for i, k in tree.query(points, predicate="intersects").T:
        out[int(i)] = int(k)
    return out


def parcel_names(p: Parcels) -> list[str]:
    """Town, place and number, as a survey would call them."""
    out, seen = [], dict[str, int]()
    for plot, k in zip(p.plots, town_of(p.shapes), strict=True):
        stem = plot.use.id if plot.use.id != "零星" else f"{TOWNS[k].name}零星"
        stem = stem.removeprefix("上海")
        seen[stem] = seen.get(stem, 0) + 1
        out.append(f"{stem}{seen[stem]}号地块")
    return out


def as_points(xy: Array) -> list[shapely.Point]:
    return list(shapely.points(xy))
