"""Fields that columns of an unknown name may be, judged by what stands in them; proposals with a score and a reason."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from landplan.core.codes import chain_segments
from landplan.core.credit_code import credit_code
from landplan.core.crosswalk import suspected_version
from landplan.core.errors import SchemeError
from landplan.core.fields import PARCEL_FIELDS, Field, folded
from landplan.core.layers import Float, Int
from landplan.core.mixed_use import parsed_mix
from landplan.core.units import M2_PER_MU, UNITS, factor
from landplan.core.value_changes import kind, plain

if TYPE_CHECKING:
    import pyarrow as pa

SURE = 0.8
"""From this score on a proposal is written as a mapping; below it is a suggestion only."""
_LEAST = 0.35
_ROWS = 1_000
_UNIT_M2 = {"m2": 1.0, "mu": M2_PER_MU, "ha": 1e4, "km2": 1e6}
_NEAR, _EXACT = 0.05, 1e-6
_BRACKETS = re.compile(r"[(\[【](?P<unit>[^)\]】]*)[)\]】]\s*$|[_/](?P<tail>亩|公顷|万元|亿元|平方米|㎡|m2)$")
_UNIT_WORDS = {zh: unit for unit, (zh, _en) in UNITS.items() if zh} | {
    "㎡": "m2", "m²": "m2", "m2": "m2", "平米": "m2", "hm2": "ha", "ha": "ha", "%": "percent", "万": "wan", "亿": "yi",
}  # fmt: skip
_WORDS: Mapping[str, frozenset[str]] = {
    "contamination": frozenset(("未调查", "清洁", "待修复", "已修复", "未污染", "污染", "修复中")),
    "owner_kind": frozenset(
        ("国有", "集体", "民营", "外资", "私营", "国企", "民企", "外企", "央企", "合资", "港澳台", "股份制", "个体")
    ),
    "right_kind": frozenset(("出让", "划拨", "集体", "租赁", "作价出资", "授权经营", "转让")),
    "encumbrance": frozenset(("无", "抵押", "查封", "有抵押", "无抵押", "已抵押", "未抵押", "冻结")),
    "willingness": frozenset(
        ("愿意", "不愿意", "有意愿", "无意愿", "观望", "不明", "强烈", "一般", "未表态", "同意", "不同意", "高", "中", "低")
    ),
}
"""Words of a field; a column mostly of them, with two or more different ones, is likely that field."""
_FIRM = re.compile(r"(公司|集团|厂|合作社|村委会|村民委员会|经济联合社|研究院|研究所|中心|学校|医院|银行)$|有限公司")
_HINTS: Mapping[str, tuple[str, ...]] = {
    "id": ("编号", "编码", "代码", "号", "id", "bh", "bm"), "land_use": ("用地", "地类", "用途", "性质", "dl", "yd"),
    "planned_use": ("规划",), "area_declared_m2": ("面积", "mj", "area"), "built_year": ("年", "建", "year"),
    "tenure_end": ("到期", "终止", "期限", "截止", "dq", "end"), "owner": ("权利", "单位", "企业", "业主", "qlr", "owner"),
    "condition": ("质量", "等级"), "vacant_share": ("空置", "闲置", "低效"), "planned_far": ("容积率", "far"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposal:
    """A column as a field of the dictionary. score 0 … 1; reason: id of a text with `facts`; unit "" is the dictionary's."""

    field: str
    column: str
    score: float
    reason: str
    facts: Mapping[str, object]
    unit: str = ""

    @property
    def sure(self) -> bool:
        return self.score >= SURE


def proposed_fields(
    table: pa.Table, matched: Mapping[str, str], areas_m2: Callable[[Int], Float] | None = None
) -> tuple[Proposal, ...]:
    """What the columns that no name or alias matched may be, the best first; and the unit of areas that are not m2.

    matched: canonical → column by name; areas_m2: rows → (k,) areas of their geometries, None where they have none. A field
    is proposed once, a column for one field only: the highest score has it. Nothing below 0.35 is proposed. Two columns that
    may be a field with scores that differ by less than 0.1 are both suggestions only, whatever their scores. A thousand rows
    are looked at, spread over the table; whether ids are unique is looked at in all.
    """
    n = int(table.num_rows)
    rows = np.unique(np.linspace(0, n - 1, min(n, _ROWS)).astype(np.int64)) if n else np.zeros(0, np.int64)
    area_m2 = areas_m2(rows) if areas_m2 is not None else None
    seen = {name: _Seen(name, table.column(name), rows, area_m2) for name in table.column_names}
    free = [seen[name] for name in seen if name not in matched.values()]
    found = [_hinted(one) for column in free for test in _TESTS for one in test(column)]
    kept = [one for one in found if one.field not in matched and one.score >= _LEAST]
    return (*_units_of_matched(seen, matched), *_assigned(_doubtful(kept)))


class _Seen:
    """A column as the tests see it: texts and numbers of the rows looked at that have a value, and their areas."""

    def __init__(self, name: str, column: pa.ChunkedArray, rows: Int, area_m2: Float | None) -> None:
        import pyarrow as pa

        self.name, self.column = name, column
        self.written = [plain(value) for value in column.take(pa.array(rows)).to_pylist()]
        self.texts = [text for text in self.written if text is not None]
        self.numbers = np.array([_number(text) for text in self.texts], np.float64)
        there = np.array([text is not None for text in self.written], bool)
        self.area_m2 = None if area_m2 is None else area_m2[there]

    @property
    def is_unique(self) -> bool:
        """Whether every row of the whole column has a value of its own."""
        import pyarrow.compute as pc

        if len(self.texts) < max(len(self.written), 2) or len(set(self.texts)) < len(self.texts):
            return False
        return bool(self.column.null_count == 0 and pc.count_distinct(self.column).as_py() == len(self.column))

    @property
    def share_numbers(self) -> float:
        return float(np.isfinite(self.numbers).mean()) if len(self.texts) else 0.0

    def proposal(self, field: str, score: float, reason: str, unit: str = "", **facts: object) -> Proposal:
        return Proposal(field, self.name, round(float(score), 2), reason, facts, unit)


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "").replace("，", "").rstrip("%％"))
    except ValueError:
        return float("nan")


def _by_title(seen: _Seen) -> Iterator[Proposal]:
    """ "年产值（亿元）" is 年产值 in 亿元: a known name with its unit behind it."""
    plain_name = unicodedata.normalize("NFKC", seen.name).strip()
    tail = _BRACKETS.search(plain_name)
    if tail is None:
        return
    stem, written = folded(plain_name[: tail.start()]), (tail["unit"] or tail["tail"] or "").strip()
    field = next(
        (one for one in PARCEL_FIELDS if stem in {folded(name) for name in (one.name, one.zh, one.en, *one.aliases)}), None
    )
    if field is None or (field.kind == "number" and len(seen.texts) and seen.share_numbers < 0.9):
        return
    unit = _UNIT_WORDS.get(written, "")
    if _fits(unit, field):
        yield seen.proposal(field.name, 0.95, "proposal_title", unit if unit != field.unit else "", said=written or "–")


def _fits(unit: str, field: Field) -> bool:
    """Whether a unit measures what the field does."""
    try:
        return unit in ("", field.unit) or factor(unit, field.unit, field.name) > 0
    except SchemeError:
        return False


def _by_id(seen: _Seen) -> Iterator[Proposal]:
    """Every value there, and no two alike; running numbers are likely the file's own."""
    if kind(seen.column.type) == "number" or not seen.is_unique:
        return
    whole = [int(text) for text in seen.texts if text.isdecimal() and len(text) < 16]
    running = len(whole) == len(seen.texts) and max(whole) - min(whole) == len(seen.column) - 1
    digits = np.mean([any(ch.isdecimal() for ch in text) for text in seen.texts])
    if running or max(map(len, seen.texts)) > 40:
        yield seen.proposal("id", 0.4, "proposal_running")
    elif digits > 0.9:
        yield seen.proposal("id", 0.75, "proposal_unique", n=len(seen.column))


def _by_land_use(seen: _Seen) -> Iterator[Proposal]:
    uses = Counter(seen.texts)
    years = np.isfinite(seen.numbers) & (seen.numbers >= 1900) & (seen.numbers <= 2100)
    if len(uses) < 2 or (len(seen.numbers) and years.mean() > 0.5):
        return
    found = suspected_version(uses)
    if not found.best:
        return
    share = found.known[found.best[0]] / len(seen.texts)
    long = np.mean([len(code) > 1 for text in uses for code in _codes(text)] or [False])
    if share >= 0.8 and long > 0.8 and not _small_numbers(seen):
        yield seen.proposal("land_use", 0.75 * share, "proposal_codes", share=share, version=" / ".join(found.best))


def _codes(text: str) -> tuple[str, ...]:
    try:
        return parsed_mix(text).codes
    except ValueError:
        return ()


def _small_numbers(seen: _Seen) -> bool:
    """Whether all are numbers below 100: counts, which look like codes of the first level."""
    return bool(np.isfinite(seen.numbers).all() and (seen.numbers < 100).all())


def _by_area(seen: _Seen) -> Iterator[Proposal]:
    """Areas near those of the geometries in some unit. What equals them was computed, not certified."""
    unit, share, exact = _area_unit(seen)
    if not unit:
        return
    if exact > 0.95:
        yield seen.proposal("area_declared_m2", 0.5, "proposal_area_computed", unit if unit != "m2" else "", said=unit)
    elif share > 0.8:
        written = unit if unit != "m2" else ""
        yield seen.proposal("area_declared_m2", 0.85 * share, "proposal_area", written, share=share, said=unit)


def _area_unit(seen: _Seen) -> tuple[str, float, float]:
    """The unit in which most values are within 5 % of the geometry's area, the share of those, and of those that equal it."""
    if seen.area_m2 is None or len(seen.texts) < 3:
        return "", 0.0, 0.0
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        off = {unit: np.abs(seen.numbers * m2 / seen.area_m2 - 1) for unit, m2 in _UNIT_M2.items()}
    share = {unit: float((values <= _NEAR).mean()) for unit, values in off.items()}
    best = max(share, key=lambda unit: share[unit])
    return (best, share[best], float((off[best] <= _EXACT).mean())) if share[best] > 0.5 else ("", 0.0, 0.0)


def _by_year(seen: _Seen) -> Iterator[Proposal]:
    whole = np.isfinite(seen.numbers) & (seen.numbers == np.round(seen.numbers))
    years = whole & (seen.numbers >= 1900) & (seen.numbers <= 2100)
    if len(seen.texts) > 2 and years.mean() > 0.95 and len(set(seen.texts)) > 2:
        low, high = int(seen.numbers[years].min()), int(seen.numbers[years].max())
        yield seen.proposal("built_year", 0.7 if high <= 2030 else 0.4, "proposal_years", low=low, high=high)


def _by_day(seen: _Seen) -> Iterator[Proposal]:
    years = [
        int(match[1]) for text in seen.texts if (match := re.match(r"((?:19|20)\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})", text))
    ]
    if len(seen.texts) > 2 and len(years) > 0.9 * len(seen.texts):
        late = float(np.mean(np.array(years) >= 2030))
        yield seen.proposal("tenure_end", 0.4 + 0.4 * late, "proposal_days", low=min(years), high=max(years))


def _by_words(seen: _Seen) -> Iterator[Proposal]:
    if not seen.texts or len(set(seen.texts)) < 2:
        return
    for field, words in {**_WORDS, "segment": frozenset(chain_segments())}.items():
        share = float(np.mean([text in words for text in seen.texts]))
        known = sorted(set(seen.texts) & words)
        if share > 0.8 and len(known) > 1:
            yield seen.proposal(field, 0.9 * share, "proposal_words", words=known[:6])
    if set(seen.texts) <= {"0", "1"} or set(seen.texts) <= {"是", "否"} or set(seen.texts) <= {"空置", "闲置", "在用", "使用中"}:
        yield seen.proposal("vacant_share", 0.3, "proposal_yes_no", words=sorted(set(seen.texts)))


def _by_owner(seen: _Seen) -> Iterator[Proposal]:
    share = float(np.mean([bool(_FIRM.search(text)) for text in seen.texts])) if seen.texts else 0.0
    codes = float(np.mean([credit_code(text).valid for text in seen.texts[:500]])) if seen.texts else 0.0
    if codes > 0.8:
        yield seen.proposal("owner_code", 0.9 * codes, "proposal_credit_codes", share=codes)
    elif share > 0.6:
        yield seen.proposal("owner", 0.5 + 0.35 * share, "proposal_firms", share=share)


def _by_class(seen: _Seen) -> Iterator[Proposal]:
    kinds = set(seen.texts)
    if len(seen.texts) > 4 and kinds <= set("12345") and len(kinds) > 2:
        yield seen.proposal("condition", 0.45, "proposal_classes", words=sorted(kinds))


_TESTS: tuple[Callable[[_Seen], Iterator[Proposal]], ...] = (
    _by_title, _by_id, _by_land_use, _by_area, _by_year, _by_day, _by_words, _by_owner, _by_class,
)  # fmt: skip


def _hinted(one: Proposal) -> Proposal:
    """A proposal that the column's name speaks for as well counts 0.15 more; `planned_use` takes land use of planned columns."""
    name = folded(one.column)
    if one.field == "land_use" and any(hint in name for hint in ("规划", "plan", "gh")):
        one = replace(one, field="planned_use")
    if one.score < SURE and any(hint in name for hint in _HINTS.get(one.field, ())):
        return replace(one, score=round(min(one.score + 0.15, 0.95), 2))
    return one


def _doubtful(found: list[Proposal]) -> list[Proposal]:
    """Two columns that may be one field with nearly one score: neither is sure. Nor is a unit that title and values dispute."""
    return [_disputed(one, found) for one in found]


def _disputed(one: Proposal, found: list[Proposal]) -> Proposal:
    rivals = [other for other in found if other.field == one.field]
    unit = next((other for other in rivals if other.column == one.column and other.unit != one.unit), None)
    if unit is not None:
        facts = {"said": one.facts.get("said", ""), "found": unit.facts.get("said", "")}
        return replace(one, score=min(one.score, SURE - 0.05), reason="proposal_units_differ", facts=facts)
    close = any(abs(other.score - one.score) < 0.1 for other in rivals if other.column != one.column)
    return replace(one, score=min(one.score, SURE - 0.05)) if close else one


def _assigned(found: list[Proposal]) -> Iterator[Proposal]:
    """One column a field and one field a column, the highest score first; of equal ones the first in the dictionary."""
    order = {field.name: place for place, field in enumerate(PARCEL_FIELDS)}
    fields: set[str] = set()
    columns: set[str] = set()
    for one in sorted(found, key=lambda one: (-one.score, order.get(one.field, 99), one.column)):
        if one.field not in fields and one.column not in columns:
            fields.add(one.field)
            columns.add(one.column)
            yield one


def _units_of_matched(columns: Mapping[str, _Seen], matched: Mapping[str, str]) -> Iterator[Proposal]:
    """The unit of a declared area that its name found, where the geometries say that it is not m2."""
    seen = columns.get(matched.get("area_declared_m2", ""))
    unit, share, _exact = _area_unit(seen) if seen is not None else ("", 0.0, 0.0)
    if seen is not None and unit not in ("", "m2") and share > 0.8:
        yield seen.proposal("area_declared_m2", 0.95 * share, "proposal_unit", unit, share=share, said=unit)
