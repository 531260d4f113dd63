"""The names of the zones of a set as deliverables print them."""

from __future__ import annotations

from landplan.core.messages import text
from landplan.core.results import Results
from landplan.core.tables import ZoneSet


def zone_names(results: Results, zone_set: ZoneSet) -> tuple[str, ...]:
    """The members' names in the deliverable's language (name_en where the layer has one), the outside row last."""
    layer, names = results.layers.zones, zone_set.zone_names[:-1]
    outside = text("outside", lang=results.lang)
    if results.lang != "en" or layer is None or "name_en" not in layer.fields:
        return (*names, outside)
    english = dict(zip(layer.ids, layer.texts("name_en"), strict=True))
    return (*(english.get(id) or name for id, name in zip(zone_set.zone_ids, names, strict=False)), outside)
