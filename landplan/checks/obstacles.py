"""Rows of the register of obstacles (堵点) that cannot be followed up."""

from __future__ import annotations

from collections.abc import Iterator

from landplan.core.errors import Issue
from landplan.core.layers import Layer, LayerSet
from landplan.core.obstacles import OBSTACLE_FIELDS, ROLE, Obstacle, register
from landplan.core.places import row_issue
from landplan.core.registry import checks


@checks.add("Register of obstacles", zh="堵点清单")
def obstacles(layers: LayerSet) -> tuple[Issue, ...]:
    """Rows whose plot is not among the parcels; open obstacles without a responsible unit, or without a date that can be read; a
    register without a column of plot ids. Layer `obstacles` of the recipe; nothing without it."""
    if ROLE not in layers.layers:
        return ()
    table, found = layers.layers[ROLE], register(layers)
    if found is None:
        return (Issue("obstacles_no_plots", ROLE, values={"columns": list(table.fields[:12]), "wanted": OBSTACLE_FIELDS[0].zh}),)
    by_row = sorted(found, key=lambda one: one.row)
    return tuple(issue for one in by_row for issue in _of_row(one, table, layers.parcels))


def _of_row(one: Obstacle, table: Layer, parcels: Layer) -> Iterator[Issue]:
    at = parcels.shapes[one.plot] if one.plot >= 0 else None
    facts = {"plot": one.id or "–", "what": one.what or one.kind or "–"}
    if one.plot < 0:
        yield row_issue(table, "obstacle_plot_unknown", one.row, facts)
    if one.open and not one.responsible:
        yield row_issue(table, "obstacle_no_unit", one.row, facts, weight="note", at=at)
    if one.open and one.due is None and one.written:
        yield row_issue(table, "obstacle_date_odd", one.row, {**facts, "due": one.written}, at=at)
    if one.open and one.due is None and not one.written:
        yield row_issue(table, "obstacle_no_date", one.row, facts, weight="note", at=at)
