"""Where things are in the invented Jiading: rounded centres, made-up sizes, made-up names."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pyproj
from numpy.typing import NDArray

Array = NDArray[np.float64]

SEED = 20251122
CRS = "EPSG:4549"
NOTE = "虚构样例"
NOTE_BOTH = "虚构样例 invented sample"
_TO_METRES = pyproj.Transformer.from_crs(4490, 4549, always_xy=True)
_TO_DEGREES = pyproj.Transformer.from_crs(4549, 4490, always_xy=True)


def rng(part: int) -> np.random.Generator:
    """Own random stream of one part of the generator, so that refining one part leaves the others as they were."""
    return np.random.default_rng((SEED, part))


def metres(lonlat: list[tuple[float, float]]) -> Array:
    """Longitude, latitude (degrees, CGCS2000) as EPSG:4549 metres, rounded to 1 m, shape (n, 2)."""
    lon, lat = np.array(lonlat, float).T
    return np.stack(_TO_METRES.transform(lon, lat), 1).round(0)


def degrees(xy: Array) -> Array:
    """EPSG:4549 metres as longitude, latitude rounded to 1e-8 degree (1 mm), shape (n, 2)."""
    return np.stack(_TO_DEGREES.transform(xy[:, 0], xy[:, 1]), 1).round(8)


@dataclass(frozen=True)
class Town:
    """One of the 12 街镇-level units; `pull_m` is its weight in the power diagram, `disc_m` its part of the outline."""

    id: str
    name: str
    name_en: str
    kind: str
    lonlat: tuple[float, float]
    pull_m: float
    disc_m: float
    centre_m: float  # radius of the built-up centre


TOWNS = (
    Town("ZN-ANTING", "安亭镇", "Anting", "镇", (121.16, 31.29), 4200, 5600, 1500),
    Town("ZN-WAIGANG", "外冈镇", "Waigang", "镇", (121.16, 31.37), 3600, 5000, 800),
    Town("ZN-JIANGQIAO", "江桥镇", "Jiangqiao", "镇", (121.33, 31.25), 3000, 3900, 1500),
    Town("ZN-NANXIANG", "南翔镇", "Nanxiang", "镇", (121.31, 31.30), 2900, 4300, 1500),
    Town("ZN-MALU", "马陆镇", "Malu", "镇", (121.29, 31.33), 3000, 5000, 1300),
    Town("ZN-XUHANG", "徐行镇", "Xuhang", "镇", (121.28, 31.42), 3300, 4700, 800),
    Town("ZN-HUATING", "华亭镇", "Huating", "镇", (121.25, 31.46), 3000, 4200, 700),
    Town("ZN-XINCHENGLU", "新成路街道", "Xincheng Road", "街道", (121.27, 31.38), 1700, 2600, 1300),
    Town("ZN-ZHENXIN", "真新街道", "Zhenxin", "街道", (121.36, 31.25), 1800, 2300, 1500),
    Town("ZN-JIADINGZHEN", "嘉定镇街道", "Jiading Town", "街道", (121.25, 31.385), 1500, 2600, 1500),
    Town("ZN-JUYUAN", "菊园新区", "Juyuan", "新区", (121.24, 31.40), 2100, 2600, 1000),
    Town("ZN-GONGYEQU", "嘉定工业区", "Jiading Industrial Zone", "工业区", (121.22, 31.43), 3100, 5200, 900),
)


@dataclass(frozen=True)
class Cluster:
    """An industrial area: an ellipse (half axes in m, angle in degrees) and what its plots are like."""

    id: str
    lonlat: tuple[float, float]
    axes_m: tuple[float, float]
    angle: float
    plot_ha: float  # usual plot
    street_m: float  # usual length of a street block
    years: tuple[tuple[float, int, int], ...]  # (weight, from, to)
    far: float  # usual FAR today
    wan_per_mu: float  # usual output
    owners: tuple[float, float, float, float]  # state, collective, private, foreign
    segments: dict[str, float] = field(default_factory=dict)
    plants: int = 0  # whole cells left as one large works
    codes: tuple[float, float, float, float, float] = (0.45, 0.25, 0.06, 0.12, 0.04)  # 100101 100102 100103 1001 1101, rest 0802


PARTS = {"智能底盘": 3, "线控底盘": 3, "热管理": 3, "智能座舱": 2, "激光雷达": 1, "检测": 1, "物流": 1, "设计": 0.5}
MIXED = {
    "热管理": 2,
    "物流": 2.5,
    "检测": 1.5,
    "智能座舱": 1,
    "线控底盘": 1,
    "设计": 0.4,
    "研发": 0.8,
    "智能底盘": 1.2,
    "数据安全": 0.3,
}

CLUSTERS = (
    # the key carriers come first: where areas overlap the first one wins
    Cluster(
        "创新港",
        (121.165, 31.272),
        (1250, 850),
        10,
        1.5,
        220,
        ((1, 2012, 2024),),
        1.7,
        330,
        (0.3, 0.1, 0.45, 0.15),
        {"研发": 5, "设计": 3, "自动驾驶": 3, "检测": 1.5, "智能座舱": 1, "AI大模型": 0.7},
        0,
        (0.15, 0, 0, 0.2, 0),
    ),
    Cluster(
        "新能港",
        (121.197, 31.338),
        (1350, 950),
        -20,
        2.5,
        310,
        ((1, 2010, 2023),),
        1.25,
        480,
        (0.25, 0.1, 0.45, 0.2),
        {"固态电池": 5, "热管理": 2, "检测": 0.6, "研发": 0.6},
        1,
        (0.35, 0.3, 0.05, 0.2, 0.03),
    ),
    Cluster(
        "氢能港",
        (121.132, 31.312),
        (1250, 950),
        5,
        1.9,
        290,
        ((1, 2014, 2024),),
        1.2,
        360,
        (0.3, 0.1, 0.45, 0.15),
        {"燃料电池": 6, "甲醇燃料": 1, "检测": 1, "研发": 1},
        0,
        (0.4, 0.3, 0.05, 0.15, 0.03),
    ),
    Cluster(
        "上海智能汽车软件园",
        (121.252, 31.352),
        (1150, 850),
        -15,
        1.0,
        200,
        ((1, 2013, 2024),),
        2.1,
        380,
        (0.3, 0.05, 0.5, 0.15),
        {"车载软件": 6, "数据安全": 2, "AI大模型": 2, "自动驾驶": 2, "智能座舱": 1},
        0,
        (0.1, 0, 0, 0.2, 0),
    ),
    Cluster(
        "上海汽车芯谷",
        (121.237, 31.418),
        (1300, 950),
        20,
        1.8,
        270,
        ((1, 2015, 2024),),
        1.6,
        620,
        (0.25, 0.05, 0.45, 0.25),
        {"车规级芯片": 6, "SiC": 3, "激光雷达": 1, "检测": 0.6, "研发": 0.6},
        0,
        (0.5, 0.15, 0.03, 0.2, 0.02),
    ),
    Cluster(
        "汽车城制造区",
        (121.142, 31.284),
        (2700, 1900),
        -10,
        3.2,
        400,
        ((0.25, 1988, 2000), (0.75, 2001, 2016)),
        0.95,
        520,
        (0.35, 0.1, 0.3, 0.25),
        {"智能底盘": 5, "线控底盘": 2, "智能座舱": 2, "物流": 1, "热管理": 1},
        9,
        (0.3, 0.35, 0.1, 0.15, 0.06),
    ),
    Cluster(
        "汽车城零配件园区",
        (121.178, 31.328),
        (2500, 1700),
        15,
        2.0,
        320,
        ((0.2, 1992, 2000), (0.8, 2001, 2015)),
        0.95,
        300,
        (0.15, 0.15, 0.45, 0.25),
        PARTS,
        2,
    ),
    Cluster(
        "新能源基地",
        (121.218, 31.306),
        (1900, 1500),
        -25,
        2.4,
        330,
        ((0.15, 1995, 2003), (0.85, 2004, 2021)),
        1.1,
        340,
        (0.2, 0.15, 0.45, 0.2),
        {"固态电池": 3, "燃料电池": 1.5, "热管理": 3, "SiC": 0.7, "线控底盘": 1, "物流": 1},
        2,
    ),
    Cluster(
        "外冈产业园",
        (121.145, 31.375),
        (2100, 1600),
        0,
        1.9,
        300,
        ((0.25, 1992, 2001), (0.75, 2002, 2016)),
        0.85,
        190,
        (0.1, 0.35, 0.45, 0.1),
        {**PARTS, "物流": 2},
        1,
    ),
    Cluster(
        "嘉定工业区北区",
        (121.205, 31.448),
        (2600, 1900),
        25,
        2.2,
        330,
        ((0.1, 1994, 2001), (0.9, 2002, 2020)),
        1.05,
        290,
        (0.2, 0.15, 0.45, 0.2),
        {**PARTS, "车规级芯片": 1, "激光雷达": 1.5},
        3,
    ),
    Cluster(
        "工业区南区",
        (121.222, 31.385),
        (1500, 1100),
        -15,
        1.5,
        260,
        ((0.4, 1990, 2000), (0.6, 2001, 2013)),
        0.9,
        190,
        (0.2, 0.25, 0.45, 0.1),
        MIXED,
        0,
    ),
    Cluster(
        "江桥工业园",
        (121.302, 31.262),
        (1900, 1300),
        -20,
        1.2,
        230,
        ((0.5, 1986, 2000), (0.5, 2001, 2010)),
        0.8,
        130,
        (0.12, 0.45, 0.38, 0.05),
        MIXED,
        0,
    ),
    Cluster(
        "南翔工业园",
        (121.333, 31.302),
        (1500, 1200),
        10,
        1.2,
        230,
        ((0.45, 1986, 2000), (0.55, 2001, 2014)),
        0.9,
        160,
        (0.15, 0.35, 0.42, 0.08),
        MIXED,
        0,
    ),
    Cluster(
        "马陆工业园",
        (121.312, 31.345),
        (1800, 1500),
        -5,
        1.5,
        260,
        ((0.3, 1990, 2000), (0.7, 2001, 2014)),
        0.9,
        180,
        (0.12, 0.35, 0.43, 0.1),
        MIXED,
        1,
    ),
    Cluster(
        "徐行工业园",
        (121.297, 31.417),
        (1500, 1100),
        30,
        1.3,
        240,
        ((0.35, 1990, 2001), (0.65, 2002, 2012)),
        0.75,
        110,
        (0.08, 0.5, 0.38, 0.04),
        MIXED,
        0,
    ),
    Cluster(
        "华亭工业园",
        (121.262, 31.470),
        (1000, 800),
        0,
        1.1,
        220,
        ((0.4, 1990, 2001), (0.6, 2002, 2011)),
        0.7,
        90,
        (0.06, 0.55, 0.36, 0.03),
        MIXED,
        0,
    ),
)


@cache
def centre_xy(lonlat: tuple[float, float]) -> Array:
    """One rounded place in EPSG:4549 metres, shape (2,)."""
    return np.asarray(metres([lonlat])[0])


@cache
def town_centres() -> Array:
    """Centres of TOWNS, shape (12, 2)."""
    return metres([t.lonlat for t in TOWNS])


VILLAGE = Cluster(
    "零星",
    (0, 0),
    (0, 0),
    0,
    0.5,
    0,
    ((0.7, 1985, 2000), (0.3, 2001, 2009)),
    0.6,
    70,
    (0.03, 0.72, 0.24, 0.01),
    MIXED,
    0,
    (0.45, 0.35, 0.08, 0.07, 0.05),
)
URBAN = Cluster("城镇", (0, 0), (0, 0), 0, 0, 240, (), 0, 0, (0, 0, 0, 0))
RURAL = Cluster("乡村", (0, 0), (0, 0), 0, 0, 0, (), 0, 0, (0, 0, 0, 0))
