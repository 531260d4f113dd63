"""TOML text to a checked model and back; whatever is wrong is one sentence with file, key, and the nearest known key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from landplan.core.errors import InputError, SchemeError, nearest
from landplan.io.files import opening

M = TypeVar("M", bound=BaseModel)

_WANTED = {
    "float": "key_wants_number", "int": "key_wants_whole_number", "string": "key_wants_text", "bool": "key_wants_true_false",
    "tuple": "key_wants_list", "list": "key_wants_list", "dict": "key_wants_table", "model": "key_wants_table",
    "date": "key_wants_date", "mapping": "key_wants_table",
}  # fmt: skip
"""First word of pydantic's error type → our sentence."""


def toml_data(path: Path) -> dict[str, Any]:
    """The content of a TOML file; InputError when it cannot be read, SchemeError with the line when it is not TOML."""
    opening(path, 1)
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError("file_missing", path.name, path=path) from error
    except OSError as error:
        raise InputError("file_unreadable", path.name, reason=error.strerror or error) from error
    if not raw.strip():
        raise InputError("file_empty", path.name)
    return parsed(raw, path.name)


def parsed(raw: bytes, where: str) -> dict[str, Any]:
    """TOML bytes as data."""
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SchemeError("toml_not_utf8", where) from error
    except tomllib.TOMLDecodeError as error:
        raise SchemeError("toml_broken", where, reason=error) from error


def checked(model: type[M], data: Mapping[str, Any], where: str) -> M:
    """The data as a model; SchemeError about the first thing that is wrong, unknown keys before all else."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found = sorted(error.errors(include_url=False), key=lambda one: _RANK.get(one["type"], 1))
        raise _sentence(model, data, found[0], where) from error


def toml_text(model: BaseModel, comment: str = "") -> str:
    """The model as TOML that reads back equal; only what was set is written."""
    import tomlkit

    document = tomlkit.document()
    if comment:
        document.add(tomlkit.comment(comment))
    _fill(document, _plain(model.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)))
    return tomlkit.dumps(document)


def _fill(table: Any, values: dict[str, Any]) -> Any:
    """The values in a TOML table; sub-tables last, as what follows a [header] belongs to it."""
    from tomlkit.items import AoT, Table

    alike = len(values) > 1 and all(isinstance(value, dict) for value in values.values())
    apart = alike and not all(_small(value) for value in values.values())  # else the long ones would change places with the short
    items = {key: _item(value, apart) for key, value in values.items()}
    for key in sorted(items, key=lambda key: isinstance(items[key], AoT | Table)):
        table.add(key, items[key])
    return table


def _item(value: Any, apart: bool = False) -> Any:
    """The value as TOML; a small table of plain values goes on one line, unless it stands apart as its neighbours do."""
    import tomlkit

    if isinstance(value, dict):
        inline = _small(value) and not apart
        return tomlkit.item(value, _parent=tomlkit.array()) if inline else _fill(tomlkit.table(), value)
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        rows = tomlkit.aot()
        for one in value:
            rows.append(_fill(tomlkit.table(), one))
        return rows
    return tomlkit.item(value)


def _small(value: dict[str, Any]) -> bool:
    return len(value) <= 6 and all(not isinstance(one, dict | list) for one in value.values())


_RANK = {"extra_forbidden": 0}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _sentence(model: type[BaseModel], data: Mapping[str, Any], error: Any, where: str) -> SchemeError:
    loc, type_ = tuple(error["loc"]), str(error["type"])
    key, value = _path(loc, data), error.get("input")
    context = error.get("ctx", {})
    if type_ == "extra_forbidden":
        known = _known(model, loc[:-1])
        return SchemeError("unknown_key", where, key=key, nearest=nearest(str(loc[-1]), known) or ", ".join(known))
    if type_ == "missing":
        return SchemeError("missing_key", where, key=key)
    if type_ == "literal_error":
        return SchemeError("key_wants_choice", where, key=key, value=value, choices=context.get("expected", ""))
    if type_ == "value_error":
        return SchemeError("key_says", where, key=key or "-", reason=context.get("error", error["msg"]))
    bound = next((f"{sign} {context[name]}" for name, sign in _BOUNDS.items() if name in context), None)
    if bound is not None:
        return SchemeError("key_out_of_bounds", where, key=key, value=value, bound=bound)
    wanted = _WANTED.get(type_.split("_")[0])
    if wanted is not None:
        return SchemeError(wanted, where, key=key, value=_short(value))
    return SchemeError("key_says", where, key=key or "-", reason=error["msg"])


_BOUNDS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def _short(value: object) -> str:
    text = " ".join((f'"{value}"' if isinstance(value, str) else str(value)).split())
    return text if len(text) <= 60 else text[:57] + "…"


def _path(loc: Sequence[Any], data: Any) -> str:
    """criteria[3 output_per_mu].value: the place of a key, list items by position from 1 and, where they have one, by id."""
    out = ""
    for step in loc:
        if isinstance(step, int) and isinstance(data, Mapping):  # a year: a key, not a position
            data, out = data.get(str(step), data.get(step)), f"{out}.{step}"
        elif isinstance(step, int):
            data = data[step] if isinstance(data, Sequence) and step < len(data) else None
            id = data.get("id") if isinstance(data, Mapping) else None
            out += f"[{step + 1}{f' {id}' if id else ''}]"
        elif step != "[key]":
            data = data.get(step) if isinstance(data, Mapping) else None
            out += f".{step}" if out else str(step)
    return out


def _known(model: Any, loc: Sequence[Any]) -> list[str]:
    """The keys that the table at `loc` may have."""
    for step in loc:
        model = _inner(model, step)
    model = _bare(model)
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return []
    return [field.alias or name for name, field in model.model_fields.items()]


def _inner(hint: Any, step: Any) -> Any:
    hint = _bare(hint)
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return next((f.annotation for name, f in hint.model_fields.items() if step in (name, f.alias)), None)
    options = [option for option in get_args(hint) if option is not Ellipsis]
    return options[-1] if options else None


def _bare(hint: Any) -> Any:
    """The hint without Annotated and without None."""
    while True:
        if get_origin(hint) is Annotated:
            hint = get_args(hint)[0]
        elif get_origin(hint) in (Union, UnionType):
            hint = next((option for option in get_args(hint) if option is not type(None)), None)
        else:
            return hint
