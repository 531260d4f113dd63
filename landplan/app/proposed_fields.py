"""What the columns that no name matched may be, for a starting recipe: sure ones as mappings, the others as suggestions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from landplan.core.messages import language, pick, text

if TYPE_CHECKING:
    from landplan.core.field_proposals import Proposal
    from landplan.core.layers import Float, Geometry
    from landplan.io.raw_layer import RawLayer


def proposals_for(raw: RawLayer, shape: Geometry, crs: str | None, matched: Mapping[str, str]) -> tuple[Proposal, ...]:
    """Proposals by content for the columns of a layer; areas are those on the ellipsoid where the CRS is beyond doubt."""
    from landplan.core.field_proposals import proposed_fields

    columns = {name: raw.table.column(name).to_pylist() for name in raw.table.column_names}
    return proposed_fields(columns, matched, _area_m2(raw, shape, crs))


def _area_m2(raw: RawLayer, shape: Geometry, crs: str | None) -> Float | None:
    import numpy as np

    from landplan.core.areas import ellipsoidal_m2
    from landplan.core.crs import is_grid, is_plane
    from landplan.core.layers import Layer, Source
    from landplan.io.placement import implausible

    if shape.kind != "polygon" or crs is None:
        return None
    layer = Layer("parcels", raw.table, shape, crs, np.arange(len(raw)).astype(str).astype(object), Source(raw.name))
    if is_plane(crs) or is_grid(crs):
        return layer.area_m2
    return None if implausible(shape.xy, crs, "parcels") else ellipsoidal_m2(layer)


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
