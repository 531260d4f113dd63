"""The changes between two versions of a layer, in lines and as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from landplan.app.report import Report
from landplan.core.layer_changes import LayerChanges, Regrouped
from landplan.core.messages import text
from landplan.core.shape_changes import KINDS, SAME
from landplan.core.units import M2_PER_MU

SHOWN = 20
LISTED = 10_000
"""Features of a kind that the data list one by one; the counts are those of all, and a file lists all."""


def change_report(found: LayerChanges) -> Report:
    """A few lines on fields, rows, areas and CRS, then the first features of each kind; as data the first 10,000."""
    return Report(tuple(_lines(found)), change_data(found))


def change_data(found: LayerChanges) -> dict[str, Any]:
    """All counts, and the features of each kind as they are called."""
    data = {
        "same": found.nothing, "old": _side(found, new=False), "new": _side(found, new=True),
        "key": None if found.key is None else {"old": found.key[0], "new": found.key[1]},
        "features": {
            "old": len(found.old), "new": len(found.new), "kept": len(found.pairs), "removed": len(found.removed),
            "added": len(found.added), "changed": len(found.changed), "matched_by_shape": int(found.by_shape.sum()),
        },
        "fields": {
            "added": found.fields.added, "removed": found.fields.removed,
            "retyped": [{"field": name, "old": old, "new": new} for name, old, new in found.fields.retyped],
            "likely_renamed": [{"old": old, "new": new} for old, new in found.fields.renamed],
            "changed": {field: int(flags.sum()) for field, flags in found.cells.items()},
        },
        "shapes": found.kinds(), "areas": "ellipsoidal" if found.ellipsoidal else "planar",
        "removed": [_plot(found, int(row), new=False) for row in found.removed[:LISTED]],
        "added": [_plot(found, int(row), new=True) for row in found.added[:LISTED]],
        "changed": [_changed(found, int(place)) for place in found.changed[:LISTED]],
        "listed_at_most": LISTED,
        "issues": [{"code": issue.id, "layer": issue.layer, "message": issue.text()} for issue in found.issues],
    }  # fmt: skip
    for kind, groups in (("renumbered", found.renumbered), ("splits", found.splits), ("merges", found.merges)):
        data[kind] = [{"old": names, "new": others} for names, others in _named(found, groups[:LISTED])]
    return data


def _side(found: LayerChanges, new: bool) -> dict[str, Any]:
    layer = found.new if new else found.old
    area = found.area_new_m2 if new else found.area_old_m2
    twice = found.repeated_new if new else found.repeated_old
    source = layer.source
    place = {"file": source.path, "layer": source.layer, "crs": source.crs or None, "encoding": source.encoding}
    return {**place, "features": len(layer), "area_m2": area, "repeated_keys": dict(twice)}


def _plot(found: LayerChanges, row: int, new: bool) -> dict[str, Any]:
    areas = found.areas_new_m2 if new else found.areas_old_m2
    return {"key": found.name(row, new), "row": row + 1, "area_m2": float(areas[row])}


def _changed(found: LayerChanges, place: int) -> dict[str, Any]:
    old, new = (int(row) for row in found.pairs[place])
    shapes = found.shapes
    return {
        "key": found.name(new, new=True), "old_row": old + 1, "new_row": new + 1, "by_shape": bool(found.by_shape[place]),
        "values": [{"field": one.field, "old": _cell(one.old), "new": _cell(one.new)} for one in found.cell_changes(place)],
        "shape": KINDS[shapes.kind[place]], "area_old_m2": float(shapes.area_old_m2[place]),
        "area_new_m2": float(shapes.area_new_m2[place]), "apart_m2": float(shapes.apart_m2[place]),
        "shift_m": float(shapes.shift_m[place]),
    }  # fmt: skip


def _cell(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _named(found: LayerChanges, groups: Iterable[Regrouped]) -> Iterator[tuple[list[str], list[str]]]:
    for one in groups:
        yield [found.name(row) for row in one.old], [found.name(row, new=True) for row in one.new]


def _lines(found: LayerChanges) -> Iterator[str]:
    yield from _head(found)
    if found.nothing:
        yield text("said_diff_nothing")
        return
    yield from _of_fields(found)
    for side in (False, True):
        twice = found.repeated_new if side else found.repeated_old
        if twice:
            shown = [f"{key} × {n}" for key, n in list(twice.items())[:SHOWN]]
            yield text("said_diff_repeated", {"side": text("diff_new" if side else "diff_old"), "n": len(twice), "keys": shown})
    removed = (_with_area(found, int(row), new=False) for row in found.removed)
    added = (_with_area(found, int(row), new=True) for row in found.added)
    changed = (changed_line(found, int(place)) for place in found.changed)
    yield from _listed("said_diff_removed", len(found.removed), removed)
    yield from _listed("said_diff_added", len(found.added), added)
    for kind, groups in (("renumbered", found.renumbered), ("splits", found.splits), ("merges", found.merges)):
        named = (f"{', '.join(old)} → {', '.join(new)}" for old, new in _named(found, groups))
        yield from _listed(f"said_diff_{kind}", len(groups), named)
    yield from _listed("said_diff_changed", len(found.changed), changed)


def _head(found: LayerChanges) -> Iterator[str]:
    old, new = found.old.source, found.new.source
    key = text("diff_by_shape") if found.key is None else text("diff_by_key", {"key": " / ".join(dict.fromkeys(found.key))})
    yield text("said_diff", {"old": old.path, "new": new.path, "how": key})
    counts = {"old": len(found.old), "new": len(found.new), "kept": len(found.pairs)}
    counts |= {"removed": len(found.removed), "added": len(found.added), "changed": len(found.changed)}
    yield text("said_diff_rows", counts)
    if found.key is not None and found.by_shape.any():
        yield text("said_diff_by_shape", {"n": int(found.by_shape.sum())})
    if found.area_old_m2 or found.area_new_m2:
        mu = [area / M2_PER_MU for area in (found.area_old_m2, found.area_new_m2)]
        kind = text("diff_ellipsoidal" if found.ellipsoidal else "diff_planar")
        shown = {"old": f"{mu[0]:,.2f}", "new": f"{mu[1]:,.2f}", "change": f"{mu[1] - mu[0]:+,.2f}", "kind": kind}
        yield text("said_diff_area", shown)
    if old.crs != new.crs:
        yield text("said_diff_crs", {"old": old.crs or "–", "new": new.crs or "–"})
    if old.encoding != new.encoding:
        yield text("said_diff_encoding", {"old": old.encoding or "–", "new": new.encoding or "–"})
    for issue in found.issues:
        if issue.id.startswith("diff_") or issue.weight == "blocks":
            yield f"{text(f'diff_{issue.layer}') if issue.layer else ''} {issue.text()}".strip()


def _of_fields(found: LayerChanges) -> Iterator[str]:
    fields = found.fields
    if fields.added:
        yield text("said_diff_fields_added", {"fields": fields.added})
    if fields.removed:
        yield text("said_diff_fields_removed", {"fields": fields.removed})
    for name, old, new in fields.retyped:
        yield text("said_diff_retyped", {"field": name, "old": text(f"column_{old}"), "new": text(f"column_{new}")})
    for old, new in fields.renamed:
        yield text("said_diff_renamed", {"old": old, "new": new})
    if found.cells:
        yield text("said_diff_values", {"counts": [f"{field} {int(flags.sum())}" for field, flags in found.cells.items()]})
    kinds = {kind: n for kind, n in found.kinds().items() if n and kind != KINDS[SAME]}
    if kinds:
        yield text("said_diff_shapes", {"counts": [f"{text(f'shape_{kind}')} {n}" for kind, n in kinds.items()]})


def _with_area(found: LayerChanges, row: int, new: bool) -> str:
    area = float((found.areas_new_m2 if new else found.areas_old_m2)[row])
    return found.name(row, new) + (f" {area:,.1f} m²" if area == area else "")


def changed_line(found: LayerChanges, place: int) -> str:
    """One changed feature: its values old → new, then its shape with both areas."""
    shapes, name = found.shapes, found.name(int(found.pairs[place][1]), new=True)
    said = [f"{one.field} {_shown(one.old)} → {_shown(one.new)}" for one in found.cell_changes(place)]
    kind = int(shapes.kind[place])
    if kind != SAME:
        facts = {"kind": text(f"shape_{KINDS[kind]}"), "shift_m": f"{float(shapes.shift_m[place]):,.3f}"}
        areas = {"old": shapes.area_old_m2, "new": shapes.area_new_m2, "apart": shapes.apart_m2}
        numbers = {key: f"{float(values[place]):,.1f}" for key, values in areas.items()}
        said.append(text("diff_shape_line", {**facts, **numbers}))
    return f"{name}: {'; '.join(said)}"


def _shown(value: Any) -> str:
    return "–" if value is None or value == "" else f"{value:.10g}" if isinstance(value, float) else str(value)


def _listed(id: str, n: int, lines: Iterator[str]) -> Iterator[str]:
    if not n:
        return
    yield text(id, {"n": n})
    for _, line in zip(range(SHOWN), lines, strict=False):
        yield f"  {line}"
    if n > SHOWN:
        yield "  " + text("said_diff_more", {"n": n - SHOWN})
