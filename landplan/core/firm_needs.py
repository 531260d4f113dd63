"""What firms look for in a plot: the needs, how they are written in a table, and how well a plot does by each of them."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from landplan.core.layers import Float, Int
from landplan.core.units import M2_PER_MU

KN_PER_T = 9.80665
"""1 t/m2 of floor load = 9.80665 kN/m2."""
FIRM = ("企业名称", "企业", "单位名称", "公司名称", "项目名称", "名称", "单位", "项目", "firm", "company", "project", "name")
"""How the column of the firms' names is called."""
SLACK = 1e-9
"""Share of an amount that does not count: 30 mu are 20,000 m2 however they are summed."""
_UNIT_WORDS = {
    "mu": ("亩", "mu"), "m2": ("平方米", "平米", "m2", "sqm"), "ha": ("公顷", "ha"),
    "t_m2": ("t/m2", "吨/平方米", "吨/平米", "吨/m2"), "kn_m2": ("kn/m2", "千牛/平方米", "千牛/m2"), "kva": ("kva", "千伏安"),
    "kw": ("kw", "千瓦"), "m": ("m", "米"), "wan": ("万元", "万", "wan", "wan yuan"), "yi": ("亿元", "亿", "yi", "yi yuan"),
    "year": ("年", "year"),
}  # fmt: skip
_FILLING = re.compile("需求|所需|需要|要求|^需|^拟|最小|最低|最少|不小于|不低于|required|needed|minimum")
NO_NEED = frozenset(("", "-", "—", "–", "/", "无", "不限", "无要求", "任意", "any", "none", "0"))
_AMOUNT = re.compile(r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(.*)")
_YEAR = re.compile(r"((?:19|20|21)\d\d)(?:[-/.年](?!.*(?<!\d)(?:19|20|21)\d\d(?!\d)).*)?")


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """One kind of need. least: the plot has at least so much; most: it costs, or comes, no later than so much; kind: it suits
    a segment of the chain. units: of tables, in the need's own; several have to be named. supply: what a plot has of it."""

    id: str
    sense: Literal["least", "most", "kind"]
    unit: str
    units: Mapping[str, float]
    names: tuple[str, ...]
    supply: str


NEEDS: tuple[Need, ...] = (
    Need("area", "least", "m2", {"mu": M2_PER_MU, "m2": 1.0, "ha": 1e4},
         ("用地面积", "用地", "用地规模", "土地面积", "占地面积", "面积", "land area", "site area", "area"), "area_m2"),
    Need("floor", "least", "m2", {"m2": 1.0},
         ("建筑面积", "厂房面积", "厂房", "floor area", "gfa"), "gfa_m2"),
    Need("load", "least", "kn_m2", {"t_m2": KN_PER_T, "kn_m2": 1.0},
         ("楼面荷载", "荷载", "楼板荷载", "活荷载", "承重", "楼板承重", "楼面承重", "floor load", "load"), "floor_load_kn_m2"),
    Need("power", "least", "kva", {"kva": 1.0, "kw": 1.0},
         ("供电容量", "用电容量", "用电", "用电负荷", "电力", "电力容量", "电力负荷", "power supply", "power"), "power_kva"),
    Need("height", "least", "m", {"m": 1.0}, ("层高", "storey height", "height"), "storey_height_m"),
    Need("segment", "kind", "", {}, ("产业环节", "产业链环节", "环节", "产业", "chain segment", "segment"), "segment"),
    Need("budget", "most", "wan", {"wan": 1.0, "yi": 1e4}, ("预算", "购地预算", "用地预算", "土地预算", "budget"), "price_wan"),
    Need("year", "most", "year", {"year": 1.0},
         ("用地年份", "入驻年份", "最早年份", "最迟年份", "年份", "needed by", "earliest year", "year"), "available_year"),
)  # fmt: skip
"""In the order in which they are told. kW become kVA by a power factor."""


@dataclass(frozen=True, slots=True)
class FirmWish:
    """A firm's needs: amounts by need in the need's own unit; segments any of which it works in. row: of the table, from 1."""

    firm: str
    row: int
    amounts: Mapping[str, float] = field(default_factory=dict)
    segments: tuple[str, ...] = ()

    @property
    def needs(self) -> tuple[Need, ...]:
        """What it asks for."""
        return tuple(one for one in NEEDS if one.id in self.amounts or (one.sense == "kind" and self.segments))


@dataclass(frozen=True, eq=False)
class Judged:
    """A firm's m needs over n plots. worth (m, n): 0…1; short (m, n): by how much a plot falls short, in the need's unit, 0 = it
    fits; both NaN where the plot's figure is unknown. relative (m, n): the shortfall as a share of what is asked."""

    worth: Float
    short: Float
    relative: Float

    @property
    def misses(self) -> Int:
        """(n,) needs that a plot is known to fall short of."""
        return np.asarray((self.short > 0).sum(axis=0), np.int64)

    @property
    def unknown(self) -> Int:
        """(n,) needs of which nobody knows whether the plot meets them."""
        return np.asarray(np.isnan(self.short).sum(axis=0), np.int64)

    @property
    def score(self) -> Float:
        """(n,) mean worth over the needs that are known; NaN where none is."""
        known = (~np.isnan(self.worth)).sum(axis=0)
        total = np.where(np.isnan(self.worth), 0.0, self.worth).sum(axis=0)
        return np.asarray(np.divide(total, known, out=np.full(len(known), np.nan), where=known > 0))

    def best(self, by_id: Int) -> Int:
        """The plots that fall short of nothing: known ones first, then by how many needs are unknown; in each by score, then by
        id (by_id: each plot's place among the sorted ids)."""
        rows = np.flatnonzero(self.misses == 0)
        score = np.nan_to_num(self.score[rows]).round(12)
        return rows[np.lexsort((by_id[rows], -score, self.unknown[rows]))]

    def nearest(self, by_id: Int) -> int:
        """The plot that falls short of fewest needs, and of these by the least share of what is asked; −1 of none."""
        rows = np.flatnonzero(self.misses > 0)
        lacking = np.nan_to_num(self.relative[:, rows]).sum(axis=0).round(12)
        order = np.lexsort((by_id[rows], self.unknown[rows], lacking, self.misses[rows]))
        return int(rows[order[0]]) if len(rows) else -1


def folded(words: str) -> str:
    """Words as they are compared: letters and digits alone, narrow and small; t/m² is tm2."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", words).lower() if letter.isalnum())


def read_heading(heading: str) -> tuple[Need, str | None] | None:
    """The need a column is about and the unit its heading names, None for a unit it does not; None for a column about none.

    ValueError for a heading that names a need and, in brackets, what is no unit of it.
    """
    whole = _bare(heading)
    for need in NEEDS:
        for name in map(_bare, need.names):
            unit = _unit(whole.removeprefix(name), need) if whole.startswith(name) else None
            if unit or whole == name:
                return need, unit
    before = re.split(r"[(（\[【]", heading, maxsplit=1)
    if len(before) == 2 and any(_bare(before[0]) in map(_bare, need.names) for need in NEEDS):
        raise ValueError(heading)
    return None


def amount(cell: str, need: Need, unit: str | None) -> tuple[float, str | None] | None:
    """What a cell asks for in the need's unit, and the unit it was written in; None for no need. ValueError: unreadable, or a
    number without a unit where there are several. The unit of the cell (30亩) goes before that of the heading."""
    plain = unicodedata.normalize("NFKC", cell).strip().lower()
    if plain in NO_NEED:
        return None
    if need.unit == "year":
        found = _YEAR.fullmatch(plain)
        if not found:
            raise ValueError(cell)
        return float(found[1]), "year"
    found = _AMOUNT.fullmatch(plain)
    written = folded(found[2]) if found else ""
    own = _unit(written, need) if written else unit
    if found is None or own is None:
        raise ValueError(cell)
    value = float(found[1].replace(",", "")) * need.units[own]
    if not math.isfinite(value):
        raise ValueError(cell)
    return (value, own) if value > 0 else None


def judged(wish: FirmWish, supplies: Mapping[str, Float], worth_of_segment: Float | None, n: int) -> Judged:
    """The needs of a firm over n plots. supplies: what plots have, by need, NaN unknown; worth_of_segment (n,): 0 = unsuitable.

    Worth of what a plot has at least: asked ÷ has, so the plot that is just large enough comes first; of a price: the share of
    the budget that is left; of a year: 1; of a segment: as the scheme has it. 0 where it falls short.
    """
    columns = [_of_need(one, wish, supplies, worth_of_segment, n) for one in wish.needs]
    worth, short, relative = (np.array([column[k] for column in columns], np.float64).reshape(len(columns), n) for k in range(3))
    return Judged(worth, short, relative)


def one_each(candidates: Sequence[tuple[Int, Int, Float]]) -> list[int]:
    """A plot for each firm, no plot twice, −1 for a firm that gets none: most firms placed, then fewest unknown needs, then the
    highest sum of scores. candidates: a firm's plots, best first, with their numbers of unknown needs and scores.

    Of each firm as many candidates are looked at as there are firms: the others are never needed.
    """
    from scipy.optimize import linear_sum_assignment

    many = len(candidates)
    looked = [tuple(part[:many] for part in one) for one in candidates]
    plots = np.unique(np.concatenate([one[0] for one in looked])) if many else np.empty(0, np.int64)
    gain = np.zeros((many, len(plots)))
    most_unknown = many * len(NEEDS) + 1
    for firm, (rows, unknown, score) in enumerate(looked):
        gain[firm, np.searchsorted(plots, rows)] = (most_unknown - unknown) * (many + 1.0) + np.nan_to_num(score)
    found = [-1] * many
    for firm, column in zip(*linear_sum_assignment(gain, maximize=True), strict=True):
        if gain[firm, column] > 0:
            found[firm] = int(plots[column])
    return found


def _bare(words: str) -> str:
    """Words as they are compared, without those that say that something is needed."""
    return _FILLING.sub("", folded(words))


def _unit(words: str, need: Need) -> str | None:
    return next((unit for unit in need.units if words in map(folded, _UNIT_WORDS[unit])), None)


def _of_need(
    need: Need, wish: FirmWish, supplies: Mapping[str, Float], worth_of_segment: Float | None, n: int
) -> tuple[Float, Float, Float]:
    """(n,) worth, shortfall, and shortfall as a share of what is asked."""
    if need.sense == "kind":
        worth = np.full(n, np.nan) if worth_of_segment is None else worth_of_segment
        short = np.where(np.isnan(worth), np.nan, (worth <= 0).astype(np.float64))
        return worth, short, short
    asked, has = wish.amounts[need.id], supplies.get(need.id, np.full(n, np.nan))
    lacking = asked - has if need.sense == "least" else has - asked
    short = np.where(lacking > SLACK * asked, lacking, np.where(np.isnan(has), np.nan, 0.0))
    if need.sense == "least":
        worth = np.divide(asked, has, out=np.zeros(n), where=short == 0)
    else:
        worth = np.ones(n) if need.unit == "year" else 1.0 - has / asked
    worth = np.where(np.isnan(has), np.nan, np.where(short > 0, 0.0, np.clip(worth, 0.0, 1.0)))
    return worth, short, short if need.unit == "year" else short / asked
