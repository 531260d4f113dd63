"""The data dictionary (属性结构描述表): what every exported field means, in which unit, under which short name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from landplan.core.messages import text
from landplan.core.units import unit_text
from landplan.export.layer_records import LayerRecords


@dataclass(frozen=True, slots=True)
class FieldEntry:
    """One line of the dictionary."""

    layer: str
    field: str
    shapefile_field: str
    title_zh: str
    title_en: str
    unit: str
    decimals: str
    note: str


FIELDS = ("layer", "field", "shapefile_field", "title_zh", "title_en", "unit", "decimals", "note")


def field_dictionary(layers: Iterable[LayerRecords], lang: str) -> tuple[FieldEntry, ...]:
    """A line for every field of every layer, in order; illustrative figures are marked."""
    return tuple(
        FieldEntry(
            layer.name,
            record.name,
            record.short,
            record.title["zh"],
            record.title["en"],
            unit_text(record.unit, lang),
            str(record.decimals) if record.kind != "text" else "",
            record.note or (text("illustrative", lang=lang) if record.illustrative else ""),
        )
        for layer in layers
        for record in layer.records
    )
