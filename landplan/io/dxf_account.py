"""What is to be said of a drawing: what was lost, what was left out, which lines are open, and its unit."""

from __future__ import annotations

from collections import Counter

import numpy as np

from landplan.core.errors import Issue, Weight
from landplan.core.layers import Float
from landplan.io.dxf_model import Model, Shown
from landplan.io.dxf_tags import Drawing, counted_again
from landplan.io.placement import guessed_crs

_NEARLY, _LISTED = 0.01, 6
"""A line whose ends are less than this share of its length apart was probably meant to be closed."""
_UNITS: dict[int, tuple[str, float]] = {
    1: ("inch", 0.0254), 2: ("foot", 0.3048), 3: ("mile", 1609.344), 4: ("mm", 0.001), 5: ("cm", 0.01), 7: ("km", 1000.0),
    8: ("microinch", 2.54e-8), 9: ("mil", 2.54e-5), 10: ("yard", 0.9144), 13: ("micron", 1e-6), 14: ("dm", 0.1),
    15: ("dam", 10.0), 16: ("hm", 100.0), 21: ("US foot", 1200 / 3937), 22: ("US inch", 100 / 3937), 23: ("US yard", 3600 / 3937),
}  # fmt: skip
"""$INSUNITS: its name, and metres."""


def account(drawing: Drawing, model: Model, role: str, *, first: bool) -> tuple[Issue, ...]:
    """What every layer of a drawing must say; the first one also says what is in none of them."""
    issues = [*_damage(drawing, model, role), *_unit(drawing, model, role)]
    if first:
        issues += _left_out(model, role)
    return tuple(issues)


def _damage(drawing: Drawing, model: Model, role: str) -> list[Issue]:
    issues = []
    if drawing.cut:
        issues.append(Issue("dxf_cut", role, values={"n": len(drawing.entities)}))
    if drawing.strays:
        issues.append(Issue("dxf_strays", role, values={"n": drawing.strays, "line": drawing.stray_line}))
    if model.broken:
        issues.append(Issue("dxf_broken", role, values={"n": len(model.broken), "line": model.broken[0]}))
    found = counted_again(drawing)
    if found != drawing.counted:
        issues.append(Issue("rows_lost", role, values={"stated": drawing.counted, "found": found}))
    return issues


def _left_out(model: Model, role: str) -> list[Issue]:
    issues = []
    if model.not_read:
        issues.append(Issue("dxf_not_read", role, values={"n": model.not_read.total(), "kinds": _listed(model.not_read)}))
    if model.blocks:
        shown = {name: model.blocks[name] for name in ("missing", "xref", "recursive", "large")}
        issues.append(Issue("dxf_blocks", role, values={"n": model.blocks.total(), **shown}))
    if model.hidden:
        issues.append(Issue("dxf_hidden", role, values={"n": model.hidden.total()}))
    if model.paper:
        issues.append(Issue("dxf_paper", role, "note" if model.shown else "data", values={"n": model.paper}))
    if model.drafting:
        issues.append(Issue("dxf_drafting", role, "note", values={"n": model.drafting.total(), "kinds": _listed(model.drafting)}))
    if not any(one.figure.kind in ("plots", "fills") for one in model.shown):
        issues.append(Issue("dxf_no_plots", role, "note" if model.shown else "data"))
    lines = [one for one in model.shown if one.figure.kind == "lines"]
    return [*issues, *_open(lines, role)]


def _listed(kinds: Counter[str]) -> str:
    most = [f"{kind} {n}" for kind, n in sorted(kinds.items(), key=lambda item: (-item[1], item[0]))]
    return ", ".join(most[:_LISTED]) + (" …" if len(most) > _LISTED else "")


def _open(lines: list[Shown], role: str) -> list[Issue]:
    """How many lines are open, and those that miss their own start by little."""
    issues = [Issue("dxf_lines_open", role, "note", values={"n": len(lines)})] if lines else []
    gaps = {one.line: _gap(one.figure.rings[0]) for one in lines}
    near = {line: gap for line, (gap, length) in gaps.items() if 0 < gap < _NEARLY * length}
    if near:
        first, widest = next(iter(near)), max(near.values())
        issues.append(Issue("dxf_nearly_closed", role, values={"n": len(near), "gap": float(f"{widest:.3g}"), "line": first}))
    return issues


def _gap(points: Float) -> tuple[float, float]:
    """The distance between the ends of a line of at least three segments, and its length."""
    if len(points) < 4:
        return 0.0, 0.0
    steps = np.hypot(*np.diff(points, axis=0).T)
    return float(np.hypot(*points[-1] - points[0])), float(steps.sum())


def of_rows(rows: list[Shown], role: str) -> tuple[Issue, ...]:
    """Curves that became chords, and polylines with another number of vertices than they say."""
    issues = []
    if n := sum(row.figure.curved for row in rows):
        issues.append(Issue("curves_stroked", role, "note", values={"n": n}))
    differ = [row for row in rows if row.figure.stated >= 0]
    if differ:
        shown = {"n": len(differ), "line": differ[0].line, "stated": differ[0].figure.stated}
        issues.append(Issue("dxf_vertices_differ", role, values=shown))
    return tuple(issues)


def _unit(drawing: Drawing, model: Model, role: str) -> list[Issue]:
    """The unit of the drawing where it is not the metre.

    The header of many drawings says millimetre because a template did; where the coordinates are those of a Chinese grid in
    metres it is only a note, where they are once converted it must be settled first.
    """
    try:
        stated = int(float(drawing.header.get(b"$INSUNITS", 0)))
    except (ValueError, OverflowError):
        return []
    if stated not in _UNITS or not model.shown:
        return []
    unit, metres = _UNITS[stated]
    xy = np.array([one.figure.rings[0][0] for one in model.shown])
    if guessed_crs(xy):
        return [Issue("dxf_unit_doubtful", role, "note", values={"unit": unit})]
    weight: Weight = "blocks" if guessed_crs(xy * metres) else "data"
    return [Issue("dxf_unit", role, weight, values={"unit": unit, "factor": f"{metres:g}"})]
