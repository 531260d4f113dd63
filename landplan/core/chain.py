"""产业链图谱: what each segment of the industry chain is to each zone, and who works in it there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landplan.core.codes import chain_segments
from landplan.core.layers import Int

STRENGTHEN, FILL, EXTEND, OTHER = "强链", "补链", "延链", "其他"
MARKS = {"strengthen": STRENGTHEN, "fill": FILL, "extend": EXTEND}
"""How a scheme writes the three marks, and their names."""
_BETWEEN = re.compile(r"[,，;；、/|]+|(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])")
"""Between segments; a blank between Latin words belongs to one of them."""


def segments_of(text: object) -> tuple[str, ...]:
    """The segments of a text such as "SiC、热管理", each once; none of an unknown one."""
    return tuple(dict.fromkeys(filter(None, map(str.strip, _BETWEEN.split(str(text or ""))))))


@dataclass(frozen=True, eq=False)
class ChainMatrix:
    """Segments (s,) by zones (z,): mark (s, z) 强链, 补链, 延链 or "", and how many plots (s, z) of the zone work in it.

    stated (z,): a zone whose marks are the planner's own; the others' follow from its focus and what it is said to lack: a
    focus segment is 强链 where some plot of the zone works in it, else 补链, as is what the zone lacks.
    """

    segments: tuple[str, ...]
    zone_ids: tuple[str, ...]
    zone_names: tuple[str, ...]
    mark: npt.NDArray[np.object_]
    plots: Int
    stated: npt.NDArray[np.bool_]

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """(z,) zones for which any segment is marked; nobody knows what fits the others."""
        return np.asarray((self.mark != "").any(axis=0))

    def kind(self, segment: str, zone: int, own: Collection[str]) -> str:
        """强链, 补链, 延链 or 其他: what a segment is to a zone, for a plot there that works in its `own` segments today.

        A focus segment is 强链 where another plot of the zone works in it. Any other segment of the shipped list is 延链, where
        the marks are not the planner's own.
        """
        row = self.segments.index(segment) if segment in self.segments else -1
        mark = str(self.mark[row, zone]) if row >= 0 else ""
        if mark == STRENGTHEN and not self.stated[zone]:
            return STRENGTHEN if self.plots[row, zone] > (segment in own) else FILL
        return mark or (EXTEND if segment in chain_segments() and not self.stated[zone] else OTHER)

    def lacking(self, zone: int) -> tuple[str, ...]:
        """Segments that are 强链 or 补链 for the zone and in which no plot of it works."""
        wanted = np.isin(self.mark[:, zone], (STRENGTHEN, FILL)) & (self.plots[:, zone] == 0)
        return tuple(self.segments[row] for row in np.flatnonzero(wanted))

    def rows(self) -> Iterator[dict[str, str | int]]:
        """A row for every marked or present segment of a zone, for a table: segment, zone, zone_name, mark, plots."""
        for zone, (id, name) in enumerate(zip(self.zone_ids, self.zone_names, strict=True)):
            for row, segment in enumerate(self.segments):
                mark, plots = str(self.mark[row, zone]), int(self.plots[row, zone])
                if mark or plots:
                    yield {"segment": segment, "zone": id, "zone_name": name, "mark": mark, "plots": plots}


def chain_matrix(
    zones: Mapping[str, str],
    focus: Mapping[str, Sequence[str]],
    lacks: Mapping[str, Sequence[str]],
    stated: Mapping[str, Mapping[str, Sequence[str]]],
    tenants: Sequence[tuple[int, str]],
) -> ChainMatrix:
    """The matrix of the zones (id → name), in their order.

    focus, lacks: segments by zone id. stated: zone id → strengthen, fill, extend → segments, instead of these. tenants: zone by
    position and segment, one for each plot and segment. Segments come in the order of the shipped list, others after it by name.
    """
    ids = tuple(zones)
    marked = {(segment, k): mark for k, id in enumerate(ids) for segment, mark in _marks(id, focus, lacks, stated)}
    found = {segment for segment, _ in marked} | {segment for _, segment in tenants}
    listed = list(chain_segments())
    segments = tuple(sorted(found, key=lambda one: (listed.index(one) if one in listed else len(listed), one)))
    row = {segment: k for k, segment in enumerate(segments)}
    plots = np.zeros((len(segments), len(ids)), np.int64)
    for zone, segment in tenants:
        plots[row[segment], zone] += 1
    mark = np.full(plots.shape, "", object)
    for (segment, zone), one in marked.items():
        own = ids[zone] in stated
        mark[row[segment], zone] = FILL if one == STRENGTHEN and not own and not plots[row[segment], zone] else one
    return ChainMatrix(segments, ids, tuple(zones.values()), mark, plots, np.array([id in stated for id in ids], bool))


def _marks(
    id: str,
    focus: Mapping[str, Sequence[str]],
    lacks: Mapping[str, Sequence[str]],
    stated: Mapping[str, Mapping[str, Sequence[str]]],
) -> Iterator[tuple[str, str]]:
    """Segments of a zone and their marks; what the zone lacks goes before its focus."""
    if id in stated:
        yield from ((segment, MARKS[mark]) for mark, segments in stated[id].items() for segment in segments)
        return
    yield from ((segment, STRENGTHEN) for segment in focus.get(id, ()))
    yield from ((segment, FILL) for segment in lacks.get(id, ()))
