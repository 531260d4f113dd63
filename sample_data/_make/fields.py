"""Fields of the parcels: believable together, all invented.  Money in wan (10^4 yuan) a year, areas in m2."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from .places import CRS, NOTE, VILLAGE, Array, rng
from .plots import Plot

BASE_YEAR = 2025
TOTAL_OUTPUT_WAN = 28_300_000.0  # 2,830 yi for all plots together
OWNER_KINDS = np.array(["国有", "集体", "民营", "外资"])
CODES = np.array(["100101", "100102", "100103", "1001", "1101", "0802"])
SEGMENT_OUTPUT = {
    "智能底盘": 1.5,
    "线控底盘": 1.3,
    "固态电池": 1.6,
    "车规级芯片": 1.6,
    "SiC": 1.5,
    "燃料电池": 1.1,
    "甲醇燃料": 0.8,
    "激光雷达": 1.2,
    "智能座舱": 1.2,
    "热管理": 1.0,
    "车载软件": 1.0,
    "自动驾驶": 0.8,
    "AI大模型": 0.7,
    "数据安全": 0.7,
    "研发": 0.6,
    "设计": 0.5,
    "检测": 0.5,
    "物流": 0.45,
}
SEGMENT_ENERGY = {
    "固态电池": 0.055,
    "车规级芯片": 0.06,
    "SiC": 0.065,
    "热管理": 0.04,
    "智能底盘": 0.028,
    "线控底盘": 0.03,
    "燃料电池": 0.03,
    "甲醇燃料": 0.07,
    "物流": 0.02,
    "车载软件": 0.006,
    "研发": 0.008,
    "设计": 0.005,
    "数据安全": 0.01,
    "AI大模型": 0.03,
    "自动驾驶": 0.009,
}  # tce per wan

# share of plots without a value; plots built before 2001 lack it twice as often
MISSING = {
    "planned_use": 0.03,
    "planned_far": 0.04,
    "height_limit_m": 0.05,
    "area_declared_m2": 0.02,
    "gfa_m2": 0.025,
    "far_area_m2": 0.03,
    "building_density": 0.04,
    "built_year": 0.02,
    "condition": 0.04,
    "owner": 0.02,
    "owner_kind": 0.02,
    "right_kind": 0.015,
    "tenure_end": 0.03,
    "encumbrance": 0.05,
    "output_wan": 0.03,
    "tax_wan": 0.035,
    "energy_tce": 0.05,
    "emissions_tco2": 0.055,
    "safety": 0.04,
    "jobs": 0.03,
    "investment_wan": 0.05,
    "segment": 0.025,
    "contamination": 0.015,
    "vacant_share": 0.03,
}


@dataclass
class Parcels:
    """Parcels as columns; `true` keeps the complete values that other layers are made from."""

    shapes: list[shapely.Polygon]
    plots: list[Plot]
    true: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, list[Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.shapes)


def _choose(random: np.random.Generator, options: Any, weights: Array) -> Any:
    """One option a row by that row's weights, shape (n, k)."""
    edges = weights.cumsum(1) / weights.sum(1, keepdims=True)
    return np.asarray(options)[(random.random((len(weights), 1)) > edges).sum(1).clip(0, weights.shape[1] - 1)]


def built_years(plots: list[Plot], random: np.random.Generator) -> NDArray[np.int64]:
    """By the era of the area; mostly 1985-2000 beside the old railway."""
    out = []
    for p in plots:
        eras = p.use.years
        if p.rail_m < 650 and p.use.years[0][1] < 2005 and not p.plant and random.random() < 0.78:
            eras = ((1.0, 1985, 2000),)
        _, low, high = eras[int(random.choice(len(eras), p=[e[0] for e in eras]))]
        out.append(int(random.integers(low, high + 1)))
    return np.array(out)


def _segments(plots: list[Plot], random: np.random.Generator) -> list[str]:
    """Half of the plots of a street block work in the same segment."""
    shared: dict[int, str] = {}
    out = []
    for p in plots:
        names, weights = list(p.use.segments), np.array(list(p.use.segments.values()))
        own = (
            "智能底盘"
            if p.plant and "智能底盘" in names
            else str(names[int(random.choice(len(names), p=weights / weights.sum()))])
        )
        out.append(shared.setdefault(p.block, own) if random.random() < 0.5 and not p.plant else own)
    return out


def _land_use(p: Plot, segment: str, random: np.random.Generator) -> str:
    w = np.array([*p.use.codes, max(0.0, 1 - sum(p.use.codes))])
    if p.plant:
        return "100102"
    if segment == "物流":
        w = w * [1, 0.3, 0.1, 1, 12, 0.2]
    if segment in ("研发", "设计", "检测"):
        w = w * [1, 0.3, 0.1, 1, 0.1, 6]
    code = str(CODES[int(random.choice(6, p=w / w.sum()))])
    if code == "1001" and random.random() < 0.30:
        a = int(random.choice([60, 70, 80]))
        return f"1001 {a}% + {random.choice(['0902', '0802', '1101'])} {100 - a}%"
    return code


def _building(t: dict[str, Any], plots: list[Plot], random: np.random.Generator) -> None:
    n, year, area = len(plots), t["built_year"], t["area_m2"]
    usual = np.array([p.use.far for p in plots])
    age_factor = np.interp(year, [1985, 2000, 2012, 2024], [0.62, 0.8, 1.05, 1.3])
    t["idle"] = random.random(n) < np.where(
        [p.plant for p in plots], 0, np.where(year < 2001, 0.115, np.where(year < 2010, 0.045, 0.015))
    )
    far = (usual * age_factor * random.lognormal(0, 0.24, n)).clip(0.12, 3.9)
    storeys = np.where(far > 1.3, np.ceil(far / 0.38), np.ceil(far / 0.5)).clip(1, 14)
    t["building_density"] = (far / storeys * random.uniform(0.98, 1.02, n)).clip(0.08, 0.72).round(3)
    t["gfa_m2"] = (far * area).round(0)
    low = storeys <= 2
    t["far_area_m2"] = (t["gfa_m2"] * np.where(low & (random.random(n) < 0.35), random.uniform(1.1, 1.5, n), 1)).round(0)
    t["planned_far"] = np.maximum(
        np.round(far * random.uniform(1, 1.35, n), 1), random.choice([1.2, 1.5, 2.0, 2.0, 2.5], n)
    ).clip(0.8, 4)
    t["height_limit_m"] = _choose(
        random,
        [24.0, 30.0, 40.0, 50.0, 60.0, 80.0],
        np.stack([np.maximum(0.05, 3 - f) * w for f, w in ((t["planned_far"] * k, 1) for k in (1.6, 1.3, 1, 0.8, 1.2, 1.3))], 1),
    )
    t["condition"] = np.clip(
        np.round(np.interp(year, [1985, 2000, 2015, 2024], [1.8, 2.8, 4.1, 4.9]) + random.normal(0, 0.6, n) - 0.7 * t["idle"]),
        1,
        5,
    )
    drift = random.normal(0, 1.5e-4, n) + np.where(
        random.random(n) < 0.012, random.choice([-1, 1], n) * random.uniform(0.002, 0.03, n), 0
    )
    t["area_declared_m2"] = (t["ellipsoidal_m2"] * (1 + drift)).round(1)
    t["vacant_share"] = (
        np.where(t["idle"], random.uniform(0.62, 1, n), random.beta(1.1, 9, n) * np.where(year < 2001, 1.5, 0.9))
        .clip(0, 1)
        .round(2)
    )


def _rights(t: dict[str, Any], plots: list[Plot], random: np.random.Generator) -> None:
    n, year = len(plots), t["built_year"]
    weights = np.array([p.use.owners for p in plots])
    weights = weights * np.where(year[:, None] < 2001, [1.2, 1.9, 0.6, 0.4], [1, 0.8, 1.1, 1.1])
    kind = np.where([p.plant for p in plots], random.choice(["国有", "外资"], n), _choose(random, OWNER_KINDS, weights))
    t["owner_kind"] = kind
    t["right_kind"] = np.where(
        kind == "集体",
        np.where(random.random(n) < 0.72, "集体", "出让"),
        np.where((year < 1996) & (random.random(n) < 0.45), "划拨", "出让"),
    )
    granted = np.maximum(year - random.integers(1, 4, n), 1991)
    flexible = (granted >= 2016) | ((granted >= 2007) & (random.random(n) < 0.25))
    end = np.maximum(granted + np.where(flexible, 20, np.where((year < 2000) & (random.random(n) < 0.3), 35, 50)), 2026)
    month, day = random.integers(1, 13, n), random.integers(1, 29, n)
    t["tenure_end"] = [
        None if r == "划拨" or (r == "集体" and u < 0.5) else dt.date(int(min(y, 2066)), int(m), int(d))
        for r, u, y, m, d in zip(t["right_kind"], random.random(n), end, month, day, strict=True)
    ]
    t["encumbrance"] = _choose(
        random,
        ["无", "抵押", "查封"],
        np.stack([np.full(n, 3.0), np.where(kind == "民营", 1.2, 0.6), np.where(t["idle"], 0.5, 0.04)], 1),
    )
    hard = t["output_wan"] / t["mu"] > 400
    known = random.random(n) < 0.58
    t["willingness"] = np.where(
        known,
        _choose(
            random,
            ["愿意", "观望", "不愿"],
            np.stack([np.where(t["idle"], 3, np.where(hard, 0.5, 1.1)), np.full(n, 1.2), np.where(hard, 1.8, 0.6)], 1),
        ),
        "未摸排",
    )
    t["rights"] = np.array([p.merged for p in plots]) + np.where(
        (kind == "集体") & (random.random(n) < 0.25), random.integers(1, 4, n), 0
    )


def _economy(t: dict[str, Any], plots: list[Plot], random: np.random.Generator) -> None:
    n, year, mu = len(plots), t["built_year"], t["mu"]
    seg = t["segment"]
    per_mu = np.array([p.use.wan_per_mu for p in plots]) * np.array([SEGMENT_OUTPUT[s] for s in seg])
    far = t["gfa_m2"] / t["area_m2"]
    age = np.interp(year, [1985, 1998, 2010, 2024], [0.45, 0.7, 1.1, 1.25])
    plant = np.array([p.plant for p in plots])
    luck = np.exp(random.normal(0, 1, n) * np.where(plant, 0.3, 0.55)) * np.where(plant, 2.0, 1.0)
    raw = per_mu * mu * far**0.55 * age * (1 - 0.93 * t["vacant_share"]) * luck
    t["output_wan"] = (raw * TOTAL_OUTPUT_WAN / raw.sum()).round(0)
    soft = np.isin(seg, ["车载软件", "研发", "设计", "AI大模型", "数据安全", "自动驾驶"])
    rate = (0.03 + 0.06 * random.beta(2, 3.2, n) + 0.012 * soft).clip(0.03, 0.09)
    t["tax_wan"] = (t["output_wan"] * rate).round(1)
    rate_e = np.array([SEGMENT_ENERGY.get(s, 0.02) for s in seg])
    t["energy_tce"] = (t["output_wan"] * rate_e * np.interp(year, [1985, 2024], [1.7, 0.8]) * random.lognormal(0, 0.3, n)).round(
        1
    )
    t["emissions_tco2"] = (t["energy_tce"] * random.uniform(1.9, 2.7, n)).round(1)
    per_job = np.where(soft, 38.0, np.where(seg == "物流", 210.0, 95.0)) * random.lognormal(0, 0.3, n)
    t["jobs"] = (t["gfa_m2"] * (1 - 0.95 * t["vacant_share"]) / per_job).round(0)
    t["investment_wan"] = (t["gfa_m2"] * np.interp(year, [1985, 2024], [0.12, 0.62]) * random.lognormal(0, 0.35, n)).round(0)
    t["safety"] = _choose(
        random,
        list("ABCD"),
        np.stack(
            [
                np.interp(year, [1985, 2024], [0.6, 3]),
                np.full(n, 3.0),
                np.interp(year, [1985, 2024], [2, 0.7]),
                np.interp(year, [1985, 2024], [0.5, 0.08]),
            ],
            1,
        ),
    )
    dirty = np.isin(t["land_use"], ["100102", "100103"]) & (year < 2003)
    t["contamination"] = _choose(
        random,
        ["未调查", "清洁", "待修复", "已修复"],
        np.stack(
            [
                np.interp(year, [1985, 2024], [3, 1.2]),
                np.interp(year, [1985, 2024], [0.8, 3]),
                np.where(dirty, 0.9, 0.06),
                np.where(dirty, 0.35, 0.04),
            ],
            1,
        ),
    )


def _thin(t: dict[str, Any], columns: dict[str, list[Any]], random: np.random.Generator) -> None:
    """Take values away: NULL is unknown, never 0."""
    old = np.where(t["built_year"] < 2001, 1.9, 0.75)
    for name, share in MISSING.items():
        gone = random.random(len(old)) < share * old
        columns[name] = [None if g else v for g, v in zip(gone, columns[name], strict=True)]


def parcels(plots: list[Plot]) -> Parcels:
    """All parcels with complete (`true`) values; columns follow after owners and firms are known (`finish`)."""
    random, n = rng(4), len(plots)
    shapes = [p.shape for p in plots]
    geod, degrees = pyproj.Geod(ellps="GRS80"), pyproj.Transformer.from_crs(CRS, 4490, always_xy=True)
    lonlat = shapely.transform(np.array(shapes), lambda xy: np.stack(degrees.transform(xy[:, 0], xy[:, 1]), 1))
    area = shapely.area(np.array(shapes))
    t: dict[str, Any] = {
        "id": [f"JD-{i:04d}" for i in range(1, n + 1)],
        "area_m2": area,
        "mu": area * 3 / 2000,
        "ellipsoidal_m2": np.array([abs(geod.geometry_area_perimeter(g)[0]) for g in lonlat]),
    }
    t["built_year"] = built_years(plots, random)
    t["segment"] = np.array(_segments(plots, random))
    t["land_use"] = np.array([_land_use(p, s, random) for p, s in zip(plots, t["segment"], strict=True)])
    _building(t, plots, random)
    _economy(t, plots, random)
    _rights(t, plots, random)
    change = random.random(n)
    t["planned_use"] = np.where(
        change < 0.80,
        t["land_use"],
        np.where(
            change < 0.88,
            "1001 70% + 0902 30%",
            np.where(
                change < 0.94, "0802", np.where((change < 0.97) | ~np.array([p.use is VILLAGE for p in plots]), "16", "1401")
            ),
        ),
    )
    return Parcels(shapes, plots, t)


def finish(p: Parcels, owners: list[str], firms: list[int], names: list[str]) -> None:
    """Add owners and firm counts, set the columns of the file, and leave gaps in them."""
    t, random = p.true, rng(5)
    plain = [
        "id",
        "land_use",
        "planned_use",
        "planned_far",
        "height_limit_m",
        "area_declared_m2",
        "gfa_m2",
        "far_area_m2",
        "building_density",
        "built_year",
        "condition",
        "owner_kind",
        "right_kind",
        "tenure_end",
        "encumbrance",
        "willingness",
        "output_wan",
        "tax_wan",
        "energy_tce",
        "emissions_tco2",
        "safety",
        "jobs",
        "investment_wan",
        "segment",
        "contamination",
        "vacant_share",
        "rights",
    ]
    whole = {"built_year", "condition", "jobs", "rights"}
    c: dict[str, list[Any]] = {
        k: [int(v) if k in whole else (v.item() if isinstance(v, np.generic) else v) for v in t[k]] for k in plain
    }
    c |= {"name": names, "land_use_version": ["2023"] * len(p), "owner": owners, "firms": firms, "note": [NOTE] * len(p)}
    _thin(t, c, random)
    p.columns = c
