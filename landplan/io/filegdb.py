"""File geodatabases: a folder x.gdb of tables; every feature class and table a layer, codes and whole numbers as stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from landplan.core.errors import InputError
from landplan.core.recipe import LayerInput
from landplan.io.files import opening
from landplan.io.gdal import heard, ogr
from landplan.io.ogr_layer import chosen, rows_read
from landplan.io.raw_layer import RawLayer

_CATALOGUE = "GDB_SystemCatalog"
_HIDDEN = ("GDB_", "FRAS_")
"""Beginnings of the names of tables that are no layers of users."""


def layers(path: Path) -> tuple[str, ...]:
    """The feature classes and tables that users see, also those whose file is gone. InputError when there is none or the folder
    is damaged."""
    with _undamaged(path), heard():
        names = [str(name) for name, _ in ogr().list_layers(path)]
    names += [name for name, file in _tables(path).items() if not file.is_file() and name not in names]
    if not names:
        raise InputError("gdb_empty", path.name)
    return tuple(names)


def read(path: Path, spec: LayerInput, role: str) -> RawLayer:
    """One feature class or table; the header of its table states the rows. Domains give codes, aliases are not names.

    InputError where the table is gone or not one row of those it states can be read.
    """
    name, issues = chosen(spec.layer, layers(path), role, path)
    with _undamaged(path):
        stated = _stated(path, name)
        if stated is None:
            with heard():
                stated = int(ogr().read_info(path, layer=name, force_feature_count=True)["features"])
        raw = rows_read(path, name, role, stated, issues, path)
    if stated and not len(raw):
        raise InputError("gdb_table_damaged", path.name, layer=name, rows=stated)
    return raw


@contextmanager
def _undamaged(path: Path) -> Iterator[None]:
    """What GDAL stumbles over is one line about the whole folder: its words are those of its own source code."""
    try:
        yield
    except InputError:
        raise
    except (RuntimeError, ValueError, LookupError, OSError) as error:
        raise InputError("gdb_damaged", path.name) from error


def _tables(path: Path) -> dict[str, Path]:
    """The tables of users by name, and the file that the catalogue gives each; none where the catalogue cannot be read."""
    try:
        with heard():
            meta, table = ogr().raw.read_arrow(path, layer=_CATALOGUE, return_fids=True, LIST_ALL_TABLES="YES")
        numbers = table.column(meta.get("fid_column") or 0).to_pylist()
        names = table.column("Name").to_pylist()
    except (RuntimeError, ValueError, LookupError, OSError):
        return {}
    found = {str(name): path / f"a{number:08x}.gdbtable" for name, number in zip(names, numbers, strict=True)}
    return {name: file for name, file in found.items() if not name.upper().startswith(_HIDDEN)}


def _stated(path: Path, name: str) -> int | None:
    """Rows of a table by the header of its file; None where the catalogue does not name it. InputError when it has none."""
    file = _tables(path).get(name)
    if file is None:
        return None
    head = opening(file, 24) if file.is_file() else b""
    version = int.from_bytes(head[:4], "little")
    if len(head) < 24 or version not in (3, 4):
        raise InputError("gdb_table_missing", path.name, layer=name)
    return int.from_bytes(head[4:8] if version == 3 else head[16:24], "little")
