"""Tables joined to a layer by key: values that stand in no geometry, brought to the features, with an account of every row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from landplan.core.errors import InputError, Issue, nearest
from landplan.core.layers import Layer
from landplan.core.progress import Progress, silent
from landplan.core.recipe import LayerInput, TableJoin
from landplan.core.table_join import CLASSES, Class, Match, key_texts, matched, near_keys, row_numbers, taken
from landplan.io.columns import settled, units
from landplan.io.files import sha256
from landplan.io.raw_layer import RawLayer
from landplan.io.vector import read_raw

if TYPE_CHECKING:
    import pyarrow as pa

SHOWN = 20
"""So many keys stand in a message; all of them in the Issue's `all`, from which lists are written."""
_OF_POINTS = ("coordinates_", "points_", "wkt_", "ring_")
"""What is said of coordinates in a table does not matter where only its values are taken."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table with clean columns: canonical names where they are known, their units, and what was found while reading."""

    name: str
    values: pa.Table
    units: Mapping[str, str]
    issues: tuple[Issue, ...]


def joined(layer: Layer, spec: LayerInput, folder: Path, progress: Progress = silent) -> Layer:
    """The layer with the fields of every table that its recipe joins; the sums of the files are kept with its source.

    InputError when a table cannot be read, has no such column, or none of its keys is one of the layer's.
    """
    for one in spec.join:
        layer = with_table(layer, one, folder / one.path, progress)
    return layer


def read_table(path: Path, spec: LayerInput, role: str, progress: Progress = silent) -> Table:
    """A file that is used for its values only; whatever coordinates it has are left alone."""
    raw = _named(read_raw(path, spec, role, progress), path)
    values, odd = settled(raw.table, role, spec, f"{path.name} [layers.{role}]")
    found = (replace(issue, feature=path.name) for issue in (*raw.issues, *odd) if not issue.id.startswith(_OF_POINTS))
    return Table(path.name, values, units(values, spec), tuple(found))


def with_columns(
    layer: Layer, columns: Mapping[str, pa.Array], of: Mapping[str, str], table: str, *, replacing: bool
) -> tuple[Layer, tuple[Issue, ...]]:
    """The layer with more columns and their units, and what is to be said of names that it has already.

    A column that says what the layer says is left out; another one stands beside it as name_2, or in its place where
    `replacing` says so.
    """
    issues, values, names = [], layer.table, {}
    for name, column in columns.items():
        own = next((known for known in values.column_names if known.lower() == name.lower()), None)
        facts = {"table": table, "field": name}
        if own is not None and _same(values.column(own), column):
            continue
        if own is not None and replacing:
            values = values.set_column(values.column_names.index(own), own, column)
            issues.append(Issue("join_field_replaced", layer.id, "note", values=facts))
            names[own] = of.get(name, "")
            continue
        free = _free(name, values.column_names)
        if own is not None:
            issues.append(Issue("join_field_taken", layer.id, values={**facts, "name": free}))
        values, names[free] = values.append_column(free, column), of.get(name, "")
    unit_of = {**layer.units, **{name: unit for name, unit in names.items() if unit}}
    return replace(layer, table=values, units=unit_of), tuple(issues)


def with_source(layer: Layer, path: Path, issues: tuple[Issue, ...]) -> Layer:
    """The layer with one more file among those it was made of."""
    source = replace(layer.source, joined=(*layer.source.joined, sha256(path)))
    return replace(layer, source=source, issues=(*layer.issues, *issues))


def with_table(layer: Layer, spec: TableJoin, path: Path, progress: Progress = silent, *, plain: bool = False) -> Layer:
    """The layer with the fields of one table, and what is to be said of it among its Issues. plain: columns keep the names and
    types they have in the table, as for a file that is written again.

    InputError when the table cannot be read, has no such column, or none of its keys is one of the layer's.
    """
    where = f"{path.name} [layers.{layer.id}.join]"
    keys, table = _keyed(path, spec, layer.id, where, progress, plain)
    if spec.to not in layer.fields:
        raise InputError("no_such_field", where, layer=layer.id, field=spec.to, nearest=nearest(spec.to, layer.fields) or "-")
    match = matched(key_texts(layer.column(spec.to)), keys)
    if len(match.rows) and not (match.first >= 0).any():
        raise InputError("join_nothing_matches", where, key=spec.key, to=spec.to, **_examples(match))
    near = near_keys(match)
    columns, lost = _columns(table, match, spec, layer.id, where)
    unit_of = {spec.prefix + name: unit for name, unit in table.units.items()}
    layer, odd = with_columns(layer, columns, unit_of, table.name, replacing=spec.replace)
    account = _account(layer, match, spec, table.name, tuple(columns))
    said = (*table.issues, account, *_told(layer, match, spec, table.name, near), *lost, *odd)
    return with_source(layer, path, said)


def _keyed(path: Path, spec: TableJoin, role: str, where: str, progress: Progress, plain: bool) -> tuple[list[str | None], Table]:
    """The keys of a table, and the table without them."""
    as_layer = LayerInput(
        path=spec.path, layer=spec.layer, encoding=spec.encoding, fields={**spec.fields, "id": spec.key}, units=spec.units
    )
    if plain:
        raw = _named(read_raw(path, as_layer, role, progress), path)
        table, key = Table(path.name, raw.table, {}, raw.issues), spec.key
    else:
        table, key = read_table(path, as_layer, role, progress), "id"
    names = table.values.column_names
    if key not in names:
        raise InputError("no_such_field", where, layer=role, field=key, nearest=nearest(key, names) or ", ".join(names))
    return key_texts(table.values.column(key)), replace(table, values=table.values.drop_columns([key]))


def _columns(table: Table, match: Match, spec: TableJoin, role: str, where: str) -> tuple[dict[str, pa.Array], tuple[Issue, ...]]:
    """The columns to take at the features under their new names, and what of them has no value."""
    names = table.values.column_names
    wanted = [_column(name, names, spec, where) for name in spec.take] or names
    columns, issues = {}, []
    for name in wanted:
        found = taken(match, name, table.values.column(name).combine_chunks(), spec.many, spec.each)
        columns[spec.prefix + name] = found.values
        facts = {"table": table.name, "field": name}
        counts = {"join_sums_unknown": found.unknown, "join_rows_differ": found.differ}
        issues += [Issue(id, role, values={**facts, "n": n}) for id, n in counts.items() if n]
    if spec.many == "count":
        columns[f"{spec.prefix}rows"] = row_numbers(match, spec.many, spec.each)
    return columns, tuple(issues)


def _column(name: str, names: list[str], spec: TableJoin, where: str) -> str:
    """The column called so by its canonical name or, where the recipe renames it, by its name in the table."""
    renamed = next((canonical for canonical, source in spec.fields.items() if source == name), name)
    found = next((one for one in (name, renamed) if one in names), None)
    if found is None:
        raise InputError("no_such_field", where, layer=spec.path, field=name, nearest=nearest(name, names) or ", ".join(names))
    return found


def _account(layer: Layer, match: Match, spec: TableJoin, table: str, columns: tuple[str, ...]) -> Issue:
    rows = {f"rows_{kind}": match.row_count(kind) for kind in CLASSES}
    features = {f"features_{kind}": match.feature_count(kind) for kind in CLASSES}
    facts = {"table": table, "key": spec.key, "to": spec.to, "rows": len(match.rows), "features": len(match.features)}
    return Issue("join_account", layer.id, "note", values={**facts, **rows, **features, "fields": list(columns) or "–"})


def _told(layer: Layer, match: Match, spec: TableJoin, table: str, near: Mapping[str, str]) -> Iterator[Issue]:
    """What has no counterpart, or several: counts, the first keys in words, and all of them in `all`."""
    several = "join_rows_several" if spec.many is None else "join_rows_combined"
    shared = "join_features_each" if spec.each else "join_features_shared"
    ids: tuple[tuple[str, bool, Class], ...] = (
        ("join_rows_alone", True, "alone"), ("join_rows_blank", True, "blank"), (several, True, "several"),
        ("join_features_alone", False, "alone"), ("join_features_blank", False, "blank"),
    )  # fmt: skip
    facts = {"table": table, "key": spec.key, "to": spec.to, "many": spec.many or ""}
    for id, of_table, kind in ids:
        classes, keys = (match.rows, match.row_keys) if of_table else (match.features, match.feature_keys)
        yield from _listed(id, layer.id, facts, keys, np.flatnonzero(classes == CLASSES.index(kind)).tolist())
    yield from _listed(shared, layer.id, facts, match.feature_keys, np.flatnonzero(match.shared & (match.first >= 0)).tolist())
    if near:
        pairs = [f"{key} ≠ {other}" for key, other in near.items()]
        listed = {"n": len(near), "keys": _shown(pairs), "all": [[*pair] for pair in near.items()]}
        yield Issue("join_keys_near", layer.id, values={**facts, **listed})


def _listed(id: str, role: str, facts: Mapping[str, object], keys: tuple[str | None, ...], places: list[int]) -> Iterator[Issue]:
    if places:
        distinct = list(dict.fromkeys(keys[place] or "–" for place in places))
        every = [[keys[place] or "", place + 1] for place in places]
        yield Issue(id, role, values={**facts, "n": len(places), "k": len(distinct), "keys": _shown(distinct), "all": every})


def _shown(keys: list[str]) -> str:
    return ", ".join(keys[:SHOWN]) + (" …" if len(keys) > SHOWN else "")


def _examples(match: Match) -> dict[str, str]:
    sides = {"rows": match.row_keys, "features": match.feature_keys}
    return {side: ", ".join([key for key in dict.fromkeys(keys) if key][:3]) or "–" for side, keys in sides.items()}


def _same(own: pa.ChunkedArray, new: pa.Array) -> bool:
    """Whether a column says nothing that the layer does not say already."""
    if str(own.type) != str(new.type):
        return False
    return all(other is None or value == other for value, other in zip(own.to_pylist(), new.to_pylist(), strict=True))


def _free(name: str, taken_names: list[str]) -> str:
    used, free, number = {other.lower() for other in taken_names}, name, 1
    while free.lower() in used:
        number += 1
        free = f"{name}_{number}"
    return free


def _named(raw: RawLayer, path: Path) -> RawLayer:
    """The rows of a file; InputError when there is no column at all."""
    if not raw.table.column_names:
        raise InputError("join_table_empty", path.name)
    return raw
