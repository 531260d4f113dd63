"""How a tenant fits the industry chain of its zone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import chain
from typing import Annotated

import numpy as np

from landplan.core.chain import EXTEND, FILL, MARKS, OTHER, STRENGTHEN, ChainMatrix, chain_matrix, segments_of
from landplan.core.errors import SchemeError, suggestion
from landplan.core.layers import Text
from landplan.core.measuring import Measuring
from landplan.core.registry import Param, measures
from landplan.core.tables import Column, ZoneSet

_OUTSIDE = "区外"
Marks = dict[str, dict[str, list[str]]]


@measures.add("Chain fit", zh="产业链契合度", unit="share")
def chain_fit(
    context: Measuring,
    *,
    set: Annotated[str, Param("zone set whose focus counts", zh="以哪类区块的主导环节为准")],
    segment: Annotated[str, Param("field of the segment that is judged", zh="受评的产业环节字段")] = "segment",
    tenants: Annotated[str, Param("field of the segments there today; empty: the same", zh="现有产业环节字段；空为同上")] = "",
    marks: Annotated[
        Marks | None,
        Param("zone id = { strengthen, fill, extend = segments }", zh="区块编号 = { strengthen 强, fill 补, extend 延 = 环节 }"),
    ] = None,
    strengthen: Annotated[float, Param("fit of 强链", zh="强链的契合度", unit="share", low=0, high=1)] = 1.0,
    fill: Annotated[float, Param("fit of 补链", zh="补链的契合度", unit="share", low=0, high=1)] = 0.8,
    extend: Annotated[float, Param("fit of 延链", zh="延链的契合度", unit="share", low=0, high=1)] = 0.5,
    other: Annotated[float, Param("fit of any other business", zh="其他行业的契合度", unit="share", low=0, high=1)] = 0.0,
    outside: Annotated[float, Param("fit outside the set", zh="区块以外的契合度", unit="share", low=0, high=1)] = 0.0,
) -> Column:
    """A tenant's or candidate's chain segment against the chain of the parcel's main zone [our reading of the action plan].

    By `marks`, the planner's own chain matrix, where they name the zone; else by the zone's fields: 强链 a focus segment some
    other plot of the zone works in; 补链 a focus segment none does, or one its field `lacks` names; 延链 any other segment of
    the shipped chain list. Everything else is other. Of several segments (SiC、热管理) the best counts. Share 0…1; an unknown
    segment, or a zone with neither marks nor focus, is unknown. The note counts the kinds, an Issue lists what each zone lacks,
    `detail` is the ChainMatrix. Skipped without the set, its focus or marks, or the segment field. SchemeError for a mark of
    another name, or a segment marked twice. Not a forecast: it says what the plan wants, not who will come.
    """
    zone_set = context.zone_set(set)
    stated = _checked(context, marks or {}, zone_set)
    judged, today = context.values(f'"{segment}"').values, context.values(f'"{tenants or segment}"').values
    matrix = _matrix(context, zone_set, stated, today)
    worth = {STRENGTHEN: strengthen, FILL: fill, EXTEND: extend, OTHER: other, _OUTSIDE: outside}
    kinds = _kinds(matrix, zone_set, judged, today, worth)
    kinds[np.isnan(context.subject.area_m2)] = None
    counts = Counter(kind for kind in kinds.tolist() if kind)
    gaps = {name: found for k, name in enumerate(matrix.zone_names) if (found := matrix.lacking(k))}
    lacking = "; ".join(f"{name}: {', '.join(found)}" for name, found in gaps.items())
    issues = [context.issue("chain_segments_lacking", zones=lacking)] if gaps else []
    if strange := sorted(stated.keys() - {*matrix.zone_ids}):
        issues.append(context.issue("zone_ids_unknown", set=set, ids=", ".join(strange)))
    values = np.array([worth.get(kind, np.nan) for kind in kinds.tolist()], np.float64)
    note = ", ".join(f"{kind} {counts[kind]}" for kind in worth if counts[kind])
    return context.column(values, "share", issues=tuple(issues), note=note, detail=matrix)


def _checked(context: Measuring, marks: Marks, zone_set: ZoneSet) -> Marks:
    """The marks as they are; SchemeError where one has another name or a segment two of them."""
    for zone, lists in marks.items():
        if odd := next((mark for mark in lists if mark not in MARKS), None):
            raise SchemeError("unknown_key", f"{context.criterion}: marks.{zone}", key=odd, nearest=suggestion(odd, MARKS))
        named = Counter(chain(*lists.values()))
        if twice := [segment for segment, count in named.items() if count > 1]:
            raise SchemeError("chain_marked_twice", context.criterion, zone=zone, segments=twice)
    return marks


def _matrix(context: Measuring, zone_set: ZoneSet, stated: Marks, today: Text) -> ChainMatrix:
    zones = dict(zip(zone_set.zone_ids[:-1], zone_set.zone_names[:-1], strict=True))
    focus, lacks = (_by_zone(context, field) for field in ("focus", "lacks"))
    if not focus and not stated:
        raise context.skip("criterion_field_missing", layer="zones", fields="focus")
    places = zip(zone_set.main.tolist(), today.tolist(), strict=True)
    tenants = [(zone, one) for zone, text in places if zone != zone_set.outside for one in segments_of(text)]
    return chain_matrix(zones, focus, lacks, stated, tenants)


def _by_zone(context: Measuring, field: str) -> Mapping[str, tuple[str, ...]]:
    """The segments that a field of the zones layer names, by zone id."""
    layer = context.selected("zones")
    if field not in layer.fields:
        return {}
    return {str(id): segments_of(text) for id, text in zip(layer.ids, layer.texts(field).tolist(), strict=True)}


def _kinds(matrix: ChainMatrix, zone_set: ZoneSet, judged: Text, today: Text, worth: Mapping[str, float]) -> Text:
    """(n,) 强链, 补链, 延链, 其他, 区外; None where nobody knows."""
    known = matrix.known
    out = np.full(len(judged), None, object)
    for row, (text, now, zone) in enumerate(zip(judged.tolist(), today.tolist(), zone_set.main.tolist(), strict=True)):
        wanted = segments_of(text)
        if not wanted:
            continue
        if zone == zone_set.outside:
            out[row] = _OUTSIDE
        elif known[zone]:
            own = segments_of(now)
            out[row] = max((matrix.kind(one, zone, own) for one in wanted), key=worth.__getitem__)
    return out
