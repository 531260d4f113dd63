"""What the columns that no name matched may be, for a starting recipe: sure ones as mappings, the others as suggestions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from landplan.core.messages import language, pick, text

if TYPE_CHECKING:
    from landplan.core.field_proposals import Proposal
    from landplan.core.layers import Float, Geometry, Int
    from landplan.io.raw_layer import RawLayer


def proposals_for(raw: RawLayer, shape: Geometry, crs: str | None, matched: Mapping[str, str]) -> tuple[Proposal, ...]:
    """Proposals by content for the columns of a layer; areas are those on the ellipsoid where the CRS is beyond doubt."""
    from landplan.core.field_proposals import proposed_fields

    return proposed_fields(raw.table, matched, _areas(shape, crs))


def _areas(shape: Geometry, crs: str | None) -> Callable[[Int], Float] | None:
    """Areas of some rows, m2; None where the layer has none that can be trusted."""
    import numpy as np
    import pyarrow as pa

    from landplan.core.areas import ellipsoidal_m2
    from landplan.core.crs import is_plane
    from landplan.core.layers import Layer, Source, take
    from landplan.io.placement import implausible

    if shape.kind != "polygon" or crs is None or implausible(shape.xy, crs, "parcels"):
        return None

    def areas_m2(rows: Int) -> Float:
        ids = np.arange(len(rows)).astype(str).astype(object)
        layer = Layer("parcels", pa.table({"row": rows}), take(shape, rows), crs, ids, Source("parcels"))
        return layer.area_m2 if is_plane(crs) else ellipsoidal_m2(layer)

    return areas_m2


def accepted(matched: Mapping[str, str], proposed: Iterable[Proposal]) -> tuple[dict[str, str], dict[str, str]]:
    """The mappings by name with those that are sure by content, and the units that these have."""
    sure = [one for one in proposed if one.sure]
    return {**matched, **{one.field: one.column for one in sure}}, {one.field: one.unit for one in sure if one.unit}


def proposal_lines(proposed: Iterable[Proposal]) -> tuple[str, ...]:
    """A line each: what is written into the recipe, then what is only suggested, with score and reason."""
    ordered = sorted(proposed, key=lambda one: (not one.sure, -one.score))
    lines = (text("said_proposed" if one.sure else "said_suggested", _facts(one)) for one in ordered)
    return tuple(" ".join(line.split()) for line in lines)  # a column's name may hold line breaks


def proposal_data(proposed: Iterable[Proposal]) -> list[dict[str, Any]]:
    return [
        {"field": one.field, "column": one.column, "score": one.score, "used": one.sure, "unit": one.unit, "reason": _reason(one)}
        for one in proposed
    ]


def _facts(one: Proposal) -> dict[str, object]:
    unit = f" [{one.unit}]" if one.unit else ""
    return {"field": one.field, "title": _title(one), "column": one.column, "score": f"{one.score:.2f}", "unit": unit,
            "reason": _reason(one)}  # fmt: skip


def _title(one: Proposal) -> str:
    from landplan.core.fields import PARCEL_FIELDS

    field = next((field for field in PARCEL_FIELDS if field.name == one.field), None)
    return pick({"zh": field.zh, "en": field.en}, language()) if field else one.field


def _reason(one: Proposal) -> str:
    shown = {key: f"{value:.0%}" if key == "share" and isinstance(value, float) else value for key, value in one.facts.items()}
    return text(one.reason, shown)
