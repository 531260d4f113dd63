"""Tables asked for on the command line, FILE:key=COLUMN, as the recipe has them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landplan.core.errors import InputError, UsageError, nearest, suggestion
from landplan.core.fields import match_fields
from landplan.core.recipe import LayerInput, TableJoin

_PART = re.compile(r":(?=[a-z]+=)")
_PARTS = ("key", "to", "many", "prefix", "encoding")


@dataclass(frozen=True, slots=True)
class AskedJoin:
    """A table, the sheet of it, and how it is joined; without `key` the column called like a parcel id is taken."""

    path: Path
    sheet: str | None
    parts: dict[str, str]


def file_and_layer(place: Path) -> tuple[Path, str | None]:
    """The file and the layer of FILE::LAYER; a file whose own name has :: is that file."""
    file, colons, layer = str(place).rpartition("::")
    return (place, None) if not colons or not file or place.exists() else (Path(file), layer or None)


def asked_join(words: str) -> AskedJoin:
    """`tax.xlsx::Sheet1:key=地块编号:many=sum`; UsageError on a part that does not exist."""
    place, *parts = _PART.split(words)
    given = dict(part.partition("=")[::2] for part in parts)
    for name, value in given.items():
        if name not in _PARTS or not value:
            raise UsageError("join_part_unknown", "--join", part=f"{name}={value}", nearest=suggestion(name, _PARTS))
    return AskedJoin(*file_and_layer(Path(place)), given)


def joined_columns(joins: Iterable[AskedJoin], folder: Path) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The recipe's entries of the tables, paths relative to `folder`, and the canonical fields that they bring.

    InputError when a table cannot be read, or has no column that is called like a parcel id and no key is given.
    """
    from landplan.app.changes import made
    from landplan.app.opening import place_from
    from landplan.io.vector import read_raw

    entries: list[dict[str, Any]] = []
    brought: dict[str, str] = {}
    for one in joins:
        if not one.path.exists():
            raise InputError("file_missing", one.path, path=one.path, layer="join")
        spec = LayerInput(path=str(one.path), layer=one.sheet, encoding=one.parts.get("encoding"))
        columns = list(read_raw(one.path, spec, "parcels").table.column_names)
        fields = match_fields(columns)
        key = one.parts.get("key") or fields.get("id")
        if key is not None and key not in columns:
            likely = nearest(key, columns) or ", ".join(columns)
            raise InputError("no_such_field", one.path, layer="parcels", field=key, nearest=likely)
        if key is None:
            raise InputError("join_key_needed", one.path, columns=columns)
        named = {canonical: source for canonical, source in fields.items() if source != key and canonical != "id"}
        sheet = {"layer": one.sheet} if one.sheet else {}
        entry = {"path": place_from(one.path, folder), **sheet, **one.parts, "key": key, **({"fields": named} if named else {})}
        made(TableJoin, "--join", **entry)
        entries.append(entry)
        brought |= named
    return entries, brought
