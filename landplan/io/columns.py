"""Names, units and types of a layer's columns: canonical where they are known, every value that is lost counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from landplan.core.errors import InputError, Issue, SchemeError, nearest
from landplan.core.fields import PARCEL_FIELDS, Field, folded, match_fields
from landplan.core.recipe import LayerInput
from landplan.core.units import factor, known_unit

OTHER_FIELDS = (
    Field("id", "text", "", "编号", "Id", ("编码", "代码", "zone_id", "fid_1")),
    Field("name", "text", "", "名称", "Name", ("mc",)),
    Field("kind", "text", "", "类型", "Kind", ("类别", "种类")),
    Field("set", "text", "", "集合", "Set", ("zone_set",)),
    Field("sense", "text", "", "约束方式", "Sense"),
    Field("focus", "text", "", "主导环节", "Focus", ("主导产业",)),
    Field("segment", "text", "", "产业环节", "Chain segment", ("产业链环节",)),
)
"""Fields of the other layers that landplan looks for by name."""
_DICTIONARY = {field.name: field for field in (*OTHER_FIELDS, *PARCEL_FIELDS)}
_EXACT = 2.0**53
"""Whole numbers beyond this are not exact in float64."""


def settled(table: Any, role: str, spec: LayerInput, where: str) -> tuple[Any, tuple[Issue, ...]]:
    """The table with canonical names, canonical units and clean values, and Issues for what could not be kept.

    Text is trimmed, "" is null. Dictionary fields get their type: text from whole numbers as they are written, numbers and
    dates from text where it reads as one. NaN and infinite are null. Other columns keep their name and type.
    """
    import pyarrow as pa

    issues = _odd_names(role, spec) if role == "parcels" else []
    names = _names(list(table.column_names), role, spec, where)
    out: dict[str, Any] = {}
    for source, column in zip(table.column_names, table.columns, strict=True):
        name = _free(names[source], out, set(names.values()) - {names[source]} if names[source] == source else set())
        values, found = _clean(column.combine_chunks(), name, role)
        if values is None:
            issues.extend(found)
            continue
        field = _DICTIONARY.get(name)
        values, more = _typed(values, field, role) if field is not None else (values, [])
        values = _converted(values, name, spec, where)
        out[name] = values
        issues += [*found, *more]
    return pa.table(out), tuple(issues)


def units(table: Any, spec: LayerInput) -> dict[str, str]:
    """The unit of each column that has one: the dictionary's, else what the recipe says."""
    found = {name: _DICTIONARY[name].unit for name in table.column_names if name in _DICTIONARY and _DICTIONARY[name].unit}
    return {**{name: unit for name, unit in spec.units.items() if name in table.column_names}, **found}


def _names(columns: list[str], role: str, spec: LayerInput, where: str) -> dict[str, str]:
    """source column → name: the recipe's mapping first, then the dictionary's names and aliases for the rest."""
    by_source = {}
    for canonical, source in spec.fields.items():
        if source not in columns and source:
            likely = nearest(source, columns) or ", ".join(columns)
            raise InputError("no_such_field", where, layer=role, field=source, nearest=likely)
        if source:
            by_source[source] = canonical
    free = [column for column in columns if column not in by_source]
    fields = tuple(field for field in (PARCEL_FIELDS if role == "parcels" else OTHER_FIELDS) if field.name not in spec.fields)
    if role == "parcels":
        by_source.update({source: canonical for canonical, source in match_fields(free, fields).items()})
    else:
        by_source.update({source: canonical for canonical, source in _matched(free, fields).items()})
    return {column: by_source.get(column, column) for column in columns}


def _odd_names(role: str, spec: LayerInput) -> list[Issue]:
    """Names given in the recipe that look like a slip of the pen for a field landplan knows."""
    known = [field.name for field in PARCEL_FIELDS]
    near = {name: get_close_matches(name, known, n=1, cutoff=0.8) for name in spec.fields if name not in known}
    return [Issue("field_name_odd", role, "note", values={"field": name, "nearest": one[0]}) for name, one in near.items() if one]


def _matched(columns: list[str], fields: tuple[Field, ...]) -> dict[str, str]:
    by_folded = {folded(column): column for column in reversed(columns)}
    found: dict[str, str] = {}
    for field in fields:
        names = (field.name, field.zh, *field.aliases)
        column = next((by_folded[folded(name)] for name in names if folded(name) in by_folded), None)
        if column is not None and column not in found.values():
            found[field.name] = column
    return found


def _free(name: str, taken: Any, reserved: set[str]) -> str:
    """The name, or name_2 …: a column that stays under its own name gives way to a canonical one. Case does not count."""
    used = {other.lower() for other in (*taken, *reserved)}
    free, number = name, 1
    while free.lower() in used:
        number += 1
        free = f"{name}_{number}"
    return free


def _clean(values: Any, name: str, role: str) -> tuple[Any, list[Issue]]:
    """Plain text, numbers, flags, days or times; other types become text, and bytes are left out with an Issue."""
    import pyarrow as pa
    import pyarrow.compute as pc

    type_ = values.type
    if pa.types.is_dictionary(type_):
        values = values.dictionary_decode()
        type_ = values.type
    if pa.types.is_binary(type_) or pa.types.is_large_binary(type_):
        return None, [Issue("field_left_out", role, "note", values={"field": name, "type": str(type_)})]
    if pa.types.is_nested(type_) or pa.types.is_null(type_):
        values = pa.array([None if value is None else str(value) for value in values.to_pylist()], pa.string())
    if pa.types.is_decimal(type_) or pa.types.is_time(type_) or getattr(type_, "tz", None):
        values = values.cast(pa.string())
    if pa.types.is_integer(values.type):
        return values.cast(pa.string() if pa.types.is_uint64(values.type) else pa.int64()), []
    if pa.types.is_timestamp(values.type):
        return values.cast(pa.timestamp("ms"), safe=False), []
    if pa.types.is_floating(values.type):
        values = values.cast(pa.float64())
        finite = pc.is_finite(values)
        if pc.all(finite).as_py() is not False:
            return values, []
        lost = int(pc.sum(pc.invert(finite)).as_py())
        return pc.if_else(finite, values, None), [Issue("values_not_finite", role, values={"field": name, "n": lost})]
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        return _trimmed(values, name, role)
    return values, []


def _trimmed(values: Any, name: str, role: str) -> tuple[Any, list[Issue]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    issues = []
    raw = values.cast(pa.binary())
    try:
        values = raw.cast(pa.string())
    except pa.ArrowInvalid:
        texts = [None if cell is None else cell.decode("utf-8", "replace") for cell in raw.to_pylist()]
        broken = sum("�" in text for text in texts if text)
        issues = [Issue("values_cut", role, values={"field": name, "n": broken})]
        values = pa.array(texts, pa.string())
    values = pc.utf8_trim_whitespace(values)
    blank = pc.equal(values, "")
    return (pc.if_else(blank, None, values) if pc.any(blank).as_py() else values), issues


def _typed(values: Any, field: Field, role: str) -> tuple[Any, list[Issue]]:
    """The values in the type the dictionary gives the field; what does not read as one is null, counted and shown."""
    import pyarrow as pa

    types = pa.types
    if field.kind == "text":
        return (_as_text(values), []) if not types.is_string(values.type) else (values, [])
    if field.kind == "number" and (types.is_integer(values.type) or types.is_floating(values.type)):
        return values, []
    if field.kind == "date" and types.is_temporal(values.type):
        return values.cast(pa.date32(), safe=False), []
    target, reader = (pa.float64(), _number) if field.kind == "number" else (pa.date32(), _day)
    texts = _as_text(values).to_pylist()
    read = [None if text is None else reader(text) for text in texts]
    bad = [text for text, value in zip(texts, read, strict=True) if text is not None and value is None]
    shown = {"field": field.name, "n": len(bad), "example": bad[0] if bad else ""}
    return pa.array(read, target), [Issue("values_not_of_type", role, values=shown)] if bad else []


def _as_text(values: Any) -> Any:
    """Numbers as they are written: 9007199254740993 keeps its digits, 1001.0 is 1001."""
    import pyarrow as pa

    if pa.types.is_string(values.type):
        return values
    if pa.types.is_floating(values.type):
        written = [
            None if x is None else str(int(x)) if x.is_integer() and abs(x) < _EXACT else repr(x) for x in values.to_pylist()
        ]
        return pa.array(written, pa.string())
    return values.cast(pa.string())


def _number(text: str) -> float | None:
    try:
        value = float(text.replace(",", "").replace("，", ""))
    except ValueError:
        return None
    return value if value - value == 0 else None


def _day(text: str) -> date | None:
    """A day written 2031-05-06, 2031/5/6, 2031.5.6, 20310506 or 2031年5月6日; times after it are ignored."""
    digits = "".join(ch if ch.isdecimal() else " " for ch in text.split("T")[0]).split()
    if len(digits) == 1 and len(digits[0]) == 8:
        digits = [digits[0][:4], digits[0][4:6], digits[0][6:]]
    try:
        return datetime(int(digits[0]), int(digits[1]), int(digits[2])).date() if len(digits[0]) == 4 else None  # noqa: DTZ001
    except (ValueError, IndexError):
        return None


def _converted(values: Any, name: str, spec: LayerInput, where: str) -> Any:
    """The column in the dictionary's unit, when the recipe says that the source has another."""
    import pyarrow as pa
    import pyarrow.compute as pc

    unit = spec.units.get(name)
    if unit is None:
        return values
    known_unit(unit, where)
    field = _DICTIONARY.get(name)
    times = factor(unit, field.unit if field else unit, where)
    if times == 1.0:
        return values
    if pa.types.is_string(values.type):
        raise SchemeError("units_differ", where, source=unit, target=name)
    return pc.multiply(values.cast(pa.float64(), safe=False), times)


def unknown_units(spec: LayerInput, columns: list[str]) -> Iterator[str]:
    """Fields that the recipe gives a unit but the layer does not have."""
    return (name for name in spec.units if name not in columns)
