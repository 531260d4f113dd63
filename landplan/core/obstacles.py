"""堵点: what stands in the way of a plot, who is to clear it and by when; the register of a project, joined by plot id."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

from landplan.core.errors import Issue
from landplan.core.fields import Field, folded, match_fields
from landplan.core.layers import Layer, LayerSet
from landplan.core.places import row_issue
from landplan.core.table_join import key_texts
from landplan.core.tables import Int32

ROLE = "obstacles"
"""The role of the register among a recipe's layers: a table without shapes."""
OBSTACLE_FIELDS: tuple[Field, ...] = (
    Field("plot", "text", "", "地块编号", "Parcel id",
          ("地块编码", "所在地块", "宗地编号", "地块", "dkbh", "dkbm", "plot_id", "parcel_id", "parcel", "plots")),
    Field("kind", "text", "", "堵点类型", "Kind", ("类型", "类别", "堵点类别", "问题类型")),
    Field("what", "text", "", "堵点内容", "Obstacle",
          ("堵点", "堵点描述", "堵点问题", "问题", "问题描述", "内容", "事项", "what", "description")),
    Field("responsible", "text", "", "责任单位", "Responsible unit", ("牵头单位", "责任部门", "责任主体", "responsible")),
    Field("due", "date", "", "完成期限", "Due date",
          ("期限", "完成时限", "时限", "办结时限", "完成时间", "截止日期", "计划完成时间", "due")),
    Field("state", "text", "", "状态", "State", ("办理状态", "进展", "办理情况", "进展情况", "status")),
)  # fmt: skip
"""Fields of a register."""
CLOSED = frozenset(("已解决", "已完成", "已办结", "已销号", "已解除", "已关闭", "解决", "完成", "办结", "销号", "解除", "关闭",
                    "closed", "done", "resolved", "solved", "cleared"))  # fmt: skip
"""States that end an obstacle; any other, and none, leaves it open."""
_DAY = re.compile(
    r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?|(\d\d)(\d\d))?(?:[年月日]?(?:底|末)?(?:之?前)?)(?:[ T][\d:.]+)?"
)
_kept: WeakKeyDictionary[LayerSet, tuple[Obstacle, ...] | None] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One row of the register. plot: row of the parcels, −1 for an id they lack. due: the last day that is meant (2027年6月 is 30
    June), None where it is not known; written: what stands there. row: of the register, from 0."""

    plot: int
    id: str
    kind: str
    what: str
    responsible: str
    due: date | None
    written: str
    state: str
    row: int

    @property
    def open(self) -> bool:
        """Whether it still stands in the way: unless its state says that it does not."""
        return folded(self.state) not in CLOSED

    def late_for(self, year: int) -> bool:
        """Whether works that start in a year would start before it is cleared: it is open, and due only after that year."""
        return self.open and self.due is not None and self.due.year > year


def last_day(written: str) -> date | None:
    """The last day of what is written: 2027-06-30, 2027年6月, 2027; None where it is no date."""
    found = _DAY.fullmatch(written.strip())
    if found is None:
        return None
    year, month, day = (int(one) if one else 0 for one in (found[1], found[2] or found[4], found[3] or found[5]))
    try:
        return date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    except (ValueError, calendar.IllegalMonthError):
        return None


def register(layers: LayerSet) -> tuple[Obstacle, ...] | None:
    """The obstacles of a project: open ones first, then by due date, then as the table has them; None without a register, or
    with one that has no column of plot ids. Read once for the same layers."""
    if layers not in _kept:
        _kept[layers] = _read(layers)
    return _kept[layers]


def _read(layers: LayerSet) -> tuple[Obstacle, ...] | None:
    table = layers.layers.get(ROLE)
    if table is None:
        return None
    columns = match_fields(list(table.fields), OBSTACLE_FIELDS)
    if "plot" not in columns:
        return None
    row_of = {str(id): row for row, id in enumerate(layers.parcels.ids.tolist())}
    cells = [_cells(table, columns.get(one.name)) for one in OBSTACLE_FIELDS]
    found = [_obstacle(row_of, row, one) for row, one in enumerate(zip(*cells, strict=True)) if any(one)]
    return tuple(sorted(found, key=lambda one: (not one.open, one.due or date.max, one.row)))


def of_plot(found: Sequence[Obstacle] | None, plot: int) -> tuple[Obstacle, ...]:
    """Those of one parcel."""
    return tuple(one for one in found or () if one.plot == plot)


def plan_issues(layers: LayerSet, plots: Int32, start_year: Int32) -> Iterator[Issue]:
    """What stands in the way of the chosen parcels (rows) when their works start: open obstacles that are due later, and those
    of which nobody knows until when."""
    starts = dict(zip(plots.tolist(), start_year.tolist(), strict=True))
    for one in register(layers) or ():
        start = starts.get(one.plot)
        if start is None or not one.open or not (one.due is None or one.late_for(start)):
            continue
        facts = {"what": one.what or one.kind or "–", "responsible": one.responsible or "–", "start": start}
        id = "obstacle_undated" if one.due is None else "obstacle_late"
        due = one.written if one.due is None else one.due.isoformat()
        yield row_issue(layers.parcels, id, one.plot, {**facts, "due": due or "–"})


def _cells(table: Layer, name: str | None) -> list[str]:
    values = [None] * len(table) if name is None else key_texts(table.column(name))
    return [(one or "").strip() for one in values]


def _obstacle(row_of: dict[str, int], row: int, cells: Sequence[str]) -> Obstacle:
    id, kind, what, responsible, written, state = cells
    return Obstacle(row_of.get(id, -1), id, kind, what, responsible, last_day(written), written, state, row)
