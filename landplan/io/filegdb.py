"""File geodatabases: a folder x.gdb of tables; every feature class and table a layer, codes and whole numbers as stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from landplan.core.errors import InputError
from landplan.core.recipe import LayerInput
from landplan.io.gdal import heard, ogr
from landplan.io.ogr_layer import chosen, rows_read
from landplan.io.raw_layer import RawLayer

_CATALOGUE = "GDB_SystemCatalog"


def layers(path: Path) -> tuple[str, ...]:
    """The feature classes and tables that users see. InputError when there is none or the folder is damaged."""
    with _undamaged(path), heard():
        names = tuple(str(name) for name, _ in ogr().list_layers(path))
    if not names:
        raise InputError("gdb_empty", path.name)
    return names


def read(path: Path, spec: LayerInput, role: str) -> RawLayer:
    """One feature class or table; the header of its table states the rows. Domains give codes, aliases are not names."""
    name, issues = chosen(spec.layer, layers(path), role, path)
    with _undamaged(path):
        stated = _stated(path, name)
        if stated is None:
            with heard():
                stated = int(ogr().read_info(path, layer=name, force_feature_count=True)["features"])
        return rows_read(path, name, role, stated, issues, path)


@contextmanager
def _undamaged(path: Path) -> Iterator[None]:
    """What GDAL stumbles over is one line about the whole folder: its words are those of its own source code."""
    try:
        yield
    except InputError:
        raise
    except (RuntimeError, ValueError, LookupError, OSError) as error:
        raise InputError("gdb_damaged", path.name) from error


def _stated(path: Path, name: str) -> int | None:
    """Rows of a table by the header of its .gdbtable, which the catalogue numbers; None where it cannot be found."""
    with heard():
        meta, table = ogr().raw.read_arrow(path, layer=_CATALOGUE, return_fids=True, LIST_ALL_TABLES="YES")
    numbers = table.column(meta.get("fid_column") or 0).to_pylist()
    number = dict(zip(table.column("Name").to_pylist(), numbers, strict=True)).get(name)
    file = path / f"a{number or 0:08x}.gdbtable"
    if not file.is_file():
        return None
    with file.open("rb") as opened:
        head = opened.read(24)
    version = int.from_bytes(head[:4], "little")
    if len(head) < 24 or version not in (3, 4):
        return None
    return int.from_bytes(head[4:8] if version == 3 else head[16:24], "little")
