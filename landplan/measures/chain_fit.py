"""How a tenant fits the industry chain of its zone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from landplan.core.codes import chain_segments
from landplan.core.layers import Layer, Text
from landplan.core.measuring import Measuring
from landplan.core.registry import Param, measures
from landplan.core.tables import Column, ZoneSet

_BETWEEN = re.compile(r"[,，;；、/|\s]+")


@measures.add("Chain fit", zh="产业链契合度", unit="share")
def chain_fit(
    context: Measuring,
    *,
    set: Annotated[str, Param("zone set whose focus counts", zh="以哪类区块的主导环节为准")],
    segment: Annotated[str, Param("field of the tenant's segment", zh="产业环节字段")] = "segment",
    strengthen: Annotated[float, Param("fit of 强链", zh="强链的契合度", unit="share", low=0, high=1)] = 1.0,
    fill: Annotated[float, Param("fit of 补链", zh="补链的契合度", unit="share", low=0, high=1)] = 0.8,
    extend: Annotated[float, Param("fit of 延链", zh="延链的契合度", unit="share", low=0, high=1)] = 0.5,
    other: Annotated[float, Param("fit of any other business", zh="其他行业的契合度", unit="share", low=0, high=1)] = 0.0,
    outside: Annotated[float, Param("fit outside the set", zh="区块以外的契合度", unit="share", low=0, high=1)] = 0.0,
) -> Column:
    """The tenant's chain segment against the focus of the parcel's main zone [landplan's reading of the action plan].

    强链 strengthen: a focus segment the zone has elsewhere, too. 补链 fill: a focus segment the zone would lack without this
    parcel, or one its field `lacks` names. 延链 extend: a segment of the shipped chain list outside the focus. Else other.
    0…1; an unknown segment, or a zone without focus, is unknown. The note counts the kinds; an Issue lists the segments each
    zone lacks. Skipped without the set, its focus, or the segment field.
    """
    zone_set = context.zone_set(set)
    tenants = context.values(f'"{segment}"').values
    zones = _chains(context, zone_set, tenants)
    worth = {"强链": strengthen, "补链": fill, "延链": extend, "其他": other}
    placed = ~np.isnan(context.subject.area_m2)
    kinds = [
        None if tenant is None or not here else "区外" if main == zone_set.outside else zones[main].kind(str(tenant).strip())
        for tenant, main, here in zip(tenants.tolist(), zone_set.main.tolist(), placed.tolist(), strict=True)
    ]
    table: dict[str | None, float] = {None: np.nan, "区外": outside}
    table.update(worth)
    counts = Counter(kind for kind in kinds if kind)
    note = ", ".join(f"{kind} {counts[kind]}" for kind in (*worth, "区外") if counts[kind])
    gaps = {zone_set.zone_names[k]: chain.gaps for k, chain in sorted(zones.items()) if chain.gaps}
    lacking = "; ".join(f"{name}: {', '.join(found)}" for name, found in gaps.items())
    issues = (context.issue("chain_segments_lacking", zones=lacking),) if gaps else ()
    return context.column(np.array([table[kind] for kind in kinds], np.float64), "share", issues=issues, note=note)


@dataclass(frozen=True, eq=False)
class _Chain:
    """The chain of one zone: its focus, what it is said to lack, and how many of its parcels work in each segment."""

    focus: tuple[str, ...]
    lacks: tuple[str, ...]
    tenants: Mapping[str, int]

    @property
    def gaps(self) -> tuple[str, ...]:
        """Segments the zone wants and no parcel of it has."""
        wanted = dict.fromkeys((*self.focus, *self.lacks))
        return tuple(segment for segment in wanted if not self.tenants.get(segment))

    def kind(self, segment: str) -> str | None:
        """强链, 补链, 延链 or 其他; None where the zone names no focus."""
        if not self.focus and not self.lacks:
            return None
        if segment in self.lacks or (segment in self.focus and self.tenants.get(segment, 0) <= 1):
            return "补链"
        if segment in self.focus:
            return "强链"
        return "延链" if segment in chain_segments() else "其他"


def _chains(context: Measuring, zone_set: ZoneSet, tenants: Text) -> dict[int, _Chain]:
    """The chain of every zone of the set by position."""
    layer = context.selected("zones")
    if "focus" not in layer.fields:
        raise context.skip("criterion_field_missing", layer="zones", fields="focus")
    focus, lacks = _segments(layer, "focus"), _segments(layer, "lacks")
    counts: dict[int, Counter[str]] = {k: Counter() for k in range(zone_set.outside)}
    for tenant, main in zip(tenants.tolist(), zone_set.main.tolist(), strict=True):
        if tenant is not None and main != zone_set.outside:
            counts[main][str(tenant).strip()] += 1
    return {k: _Chain(focus.get(id, ()), lacks.get(id, ()), counts[k]) for k, id in enumerate(zone_set.zone_ids[:-1])}


def _segments(layer: Layer, field: str) -> dict[str, tuple[str, ...]]:
    if field not in layer.fields:
        return {}
    texts = layer.texts(field).tolist()
    return {str(id): tuple(filter(None, _BETWEEN.split(text or ""))) for id, text in zip(layer.ids, texts, strict=True)}
