"""Firms brought to plots: their table, who holds which plot, the list that people have confirmed, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from landplan.core.errors import InputError, Issue
from landplan.core.fields import PARCEL_FIELDS, Field, match_fields
from landplan.core.firm_decisions import Decisions, decisions_of
from landplan.core.firm_matching import Settled, settled_firms
from landplan.core.firm_shares import plot_totals
from landplan.core.firms import AMOUNTS, FIRM_FIELDS, HOLDER_FIELDS, LIST_FIELDS, Firm, Holder, firms_of, holders_of, plot_ids
from landplan.core.layers import Geometry, Layer, Source
from landplan.core.progress import Progress, silent
from landplan.core.recipe import FirmOwners, FirmTable, LayerInput
from landplan.core.table_join import key_texts
from landplan.io.columns import settled
from landplan.io.files import sha256
from landplan.io.firm_issues import told
from landplan.io.joined_tables import Table, read_table, with_columns, with_source
from landplan.io.row_ids import row_ids
from landplan.io.vector import read_raw

_UNITS = {one.name: one.unit for one in PARCEL_FIELDS}
_WORDS = ("name", "code", "former", "address", "plots")


@dataclass(frozen=True, slots=True, eq=False)
class FirmRows:
    """The firms of a table, the fields it has amounts of, how many rows it has, those without a name and code, and its issues."""

    firms: tuple[Firm, ...]
    fields: tuple[str, ...]
    rows: int
    blank: int
    issues: tuple[Issue, ...] = ()


def with_firms(layer: Layer, spec: LayerInput, folder: Path, progress: Progress = silent) -> Layer:
    """The layer with the number of firms and their amounts on each plot, as its recipe says; else the layer itself.

    Plots come from the table's own ids, from equal valid credit codes, and from the confirmed list; whatever else might match
    is not used, but counted. A firm on three plots counts once. InputError when a file cannot be read or has no firm's name.
    """
    wish = spec.firms
    if wish is None:
        return layer
    found = read_firms(folder / wish.path, wish, layer.id, progress)
    owners = None if wish.owners is None else folder / wish.owners.path
    holders, unknown = holders_on(layer, wish.owners, owners, progress)
    row_of = {str(id): row for row, id in enumerate(layer.ids.tolist())}
    sure = settled_firms(found.firms, holders, row_of)
    list_file = None if wish.confirmed is None else folder / wish.confirmed
    decided = Decisions() if list_file is None else read_decisions(list_file, layer.id, progress)
    confirmed = _confirmed(found.firms, decided, sure, row_of)
    placed = {place: one.plots for place, one in sure.items()} | confirmed
    ids = [str(id) for id in layer.ids.tolist()]
    totals = plot_totals(found.firms, placed, layer.area_m2, ids, found.fields, wish.split, wish.counts)
    issues = told(layer.id, Path(wish.path).name, found, sure, confirmed, decided, row_of, totals.unknown, unknown)
    return _with_totals(layer, wish, folder, totals.columns, (*found.issues, *issues))


def read_firms(path: Path, wish: FirmTable, role: str, progress: Progress = silent) -> FirmRows:
    """The firms of a table; InputError when it has neither names nor codes."""
    table, names = _table(path, wish, wish.units, role, FIRM_FIELDS, progress)
    if not {"name", "code"} & names:
        raise InputError("firms_without_names", f"{path.name} [layers.{role}.firms]", columns=_columns(path, wish, role))
    texts: dict[str, list[str | None]] = {name: _column(table, name) for name in _WORDS if name in names}
    fields = tuple(name for name in AMOUNTS if name in names)
    amounts = {name: _known(table, name) for name in fields}
    firms = firms_of(texts, amounts)
    counted = sum(len(firm.rows) for firm in firms)
    rows = int(table.values.num_rows)
    return FirmRows(firms, fields, rows, rows - counted, table.issues)


def holders_on(
    layer: Layer, owners: FirmOwners | None, path: Path | None, progress: Progress = silent
) -> tuple[tuple[Holder, ...], tuple[str, ...]]:
    """Who holds the plots, by the layer's own fields and a table of holders; and plot ids of the table that the layer lacks."""
    rows = list(_own_rows(layer))
    unknown: dict[str, None] = {}
    if owners is not None and path is not None:
        table, names = _table(path, owners, {}, layer.id, HOLDER_FIELDS, progress)
        if "plots" not in names:
            columns = _columns(path, owners, layer.id)
            raise InputError("owners_without_plots", f"{path.name} [layers.{layer.id}.firms.owners]", columns=columns)
        row_of = {str(id): row for row, id in enumerate(layer.ids.tolist())}
        for cell, name, code, address in zip(
            *(_column(table, one) for one in ("plots", "owner", "owner_code", "address")), strict=True
        ):
            for id in plot_ids(cell, row_of):
                if id in row_of:
                    rows.append((row_of[id], name, code, address))
                else:
                    unknown[id] = None
    return holders_of(rows), tuple(unknown)


def read_decisions(path: Path, role: str, progress: Progress = silent) -> Decisions:
    """What people wrote into a list of `landplan firms`; InputError when it is no such list."""
    place = FirmOwners(path=str(path))
    table, names = _table(path, place, {}, role, LIST_FIELDS, progress)
    if not {"firm", "plots", "decision"} <= names:
        raise InputError("firm_list_unknown", path.name, columns=_columns(path, place, role))
    columns = (_column(table, one) for one in ("firm", "code", "plots", "decision"))
    return decisions_of(zip(*columns, strict=True))


def _own_rows(layer: Layer) -> Iterator[tuple[int, str | None, str | None, str | None]]:
    """(plot row, holder, code, address) by the layer's own fields."""
    known = match_fields(list(layer.fields), HOLDER_FIELDS)
    columns = [
        key_texts(layer.column(known[name])) if name in known else [None] * len(layer)
        for name in ("owner", "owner_code", "address")
    ]
    yield from zip(range(len(layer)), *columns, strict=True)


def _confirmed(
    firms: Sequence[Firm], decided: Decisions, sure: Mapping[int, Settled], row_of: Mapping[str, int]
) -> dict[int, tuple[int, ...]]:
    """Firm by place → the plots that people have said yes to, where no id or code says it already."""
    found = {}
    for place, firm in enumerate(firms):
        ids = [id for cell in decided.yes.get(firm.key, ()) for id in plot_ids(cell, row_of)]
        rows = tuple(dict.fromkeys(row_of[id] for id in ids if id in row_of))
        if rows and place not in sure:
            found[place] = rows
    return found


def _with_totals(
    layer: Layer, wish: FirmTable, folder: Path, totals: Mapping[str, np.ndarray], issues: tuple[Issue, ...]
) -> Layer:
    import pyarrow as pa

    columns = {wish.prefix + name: pa.array(values, from_pandas=True) for name, values in totals.items()}
    units = {wish.prefix + name: _UNITS[name] for name in totals}
    layer, odd = with_columns(layer, columns, units, Path(wish.path).name, replacing=wish.replace)
    files = (wish.path, wish.owners.path if wish.owners else None, wish.confirmed)
    for number, path in enumerate(one for one in files if one):
        layer = with_source(layer, folder / path, (*issues, *odd) if number == 0 else ())
    return layer


def _table(
    path: Path,
    place: FirmTable | FirmOwners,
    units: Mapping[str, str],
    role: str,
    dictionary: tuple[Field, ...],
    progress: Progress,
) -> tuple[Table, set[str]]:
    """A table with the fields of a dictionary under their names, by the recipe or by name and alias, and which it has."""
    spec = LayerInput(path=place.path, layer=place.layer, encoding=place.encoding, fields=dict(place.fields))
    columns = list(read_raw(path, spec, role, progress).table.column_names)
    free = [one for one in columns if one not in place.fields.values()]
    fields = match_fields(free, tuple(one for one in dictionary if one.name not in place.fields)) | dict(place.fields)
    own = {one.name for one in dictionary}
    table = read_table(path, spec.model_copy(update={"fields": fields, "units": dict(units)}), f"{role}.firms", progress)
    issues = tuple(replace(one, layer=role) for one in table.issues)
    return replace(table, issues=issues), {name for name in fields if name in own}


def _columns(path: Path, place: FirmTable | FirmOwners, role: str) -> str:
    """The first columns of a table under the names they have there."""
    spec = LayerInput(path=place.path, layer=place.layer, encoding=place.encoding)
    names = read_raw(path, spec, role).table.column_names
    return ", ".join(names[:12]) + (" …" if len(names) > 12 else "") or "–"


def _column(table: Table, name: str) -> list[str | None]:
    has = name in table.values.column_names
    return key_texts(table.values.column(name)) if has else [None] * int(table.values.num_rows)


def _known(table: Table, name: str) -> list[float | None]:
    """Numbers, None where there is none."""
    return [None if value is None or value != value else float(value) for value in table.values.column(name).to_pylist()]


def plain_layer(path: Path, name: str | None, progress: Progress = silent) -> Layer:
    """The parcels' ids and fields without their geometry: enough to match firms."""
    spec = LayerInput(path=str(path), layer=name)
    raw = read_raw(path, spec, "parcels", progress)
    table, issues = settled(raw.table, "parcels", spec, path.name)
    ids, mended = row_ids(table, "parcels", wanted=True)
    source = Source(path.name, raw.name, sha256(path), raw.rows_in, raw.dropped)
    return Layer("parcels", table, Geometry.empty(len(ids)), "", ids, source, {}, (*raw.issues, *issues, *mended))
