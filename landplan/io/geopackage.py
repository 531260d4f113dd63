"""GeoPackages: what is inside by SQLite, read only and never beside the user's file; rows by GDAL."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from landplan.core.errors import InputError, Issue
from landplan.io.files import opening
from landplan.io.raw_layer import refused

_PATIENCE_S = 5.0
"""How long counting the rows of a view may take before it is taken for an endless one."""
_LOCK_S = 0.2
_CHECKED_BYTES = 64 << 20
"""Up to this size every page of a layer is checked before it is read."""
_OWN = ("gpkg_", "rtree_", "sqlite_", "layer_styles", "idx_")
"""Beginnings of the names of tables that are no layers."""

_TILES = ("tiles", "2d-gridded-coverage")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a GeoPackage lists: `layers` name → geometry column (None for a table without geometry), in the order of the file;
    `missing` are listed but not there, `unlisted` there but not listed (`shapes`: one has a geometry), `rasters` are of tiles."""

    layers: dict[str, str | None]
    missing: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    shapes: bool = False
    rasters: tuple[str, ...] = ()

    def issues(self, role: str) -> tuple[Issue, ...]:
        """What of the file is in none of its layers."""
        found = []
        if self.missing:
            found.append(Issue("layers_missing", role, values={"names": list(self.missing)}))
        if self.unlisted:
            found.append(Issue("tables_unlisted", role, "data" if self.shapes else "note", values={"names": list(self.unlisted)}))
        if self.rasters:
            found.append(Issue("tiles_not_read", role, "note", values={"names": list(self.rasters)}))
        return tuple(found)


@contextmanager
def settled(path: Path) -> Iterator[Path]:
    """A GeoPackage that can be opened without writing: the file itself, or a private copy with its pending changes.

    A file in WAL mode or with a journal would be rewritten by whoever opens it, even to read; one that another program has
    locked cannot be opened at all.
    """
    companions = [beside for end in ("-wal", "-journal") if (beside := path.with_name(path.name + end)).is_file()]
    if not companions and 2 not in opening(path, 20)[18:20] and not _locked(path):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="landplan-") as name:
        yield _copied(path, Path(name))


def _locked(path: Path) -> bool:
    """Whether another program keeps everybody out."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_LOCK_S)) as database:
            database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    except (sqlite3.Error, UnicodeDecodeError):
        return False
    return False


def _copied(path: Path, folder: Path) -> Path:
    """A copy with what belongs to it, of one moment: copied again while somebody is writing; InputError if they do not stop."""
    for _ in range(3):
        files = [file for end in ("", "-wal", "-journal") if (file := path.with_name(path.name + end)).is_file()]
        before = _state(path)
        for old in folder.iterdir():
            old.unlink()
        for file in files:
            shutil.copyfile(file, folder / file.name)
        if _state(path) == before:
            _recover(folder / path.name)
            return folder / path.name
        time.sleep(_LOCK_S)
    raise InputError("file_being_written", path.name)


def _recover(copy: Path) -> None:
    """Let SQLite undo a transaction that was not finished; what it cannot, it says again when the copy is read."""
    with suppress(sqlite3.Error, UnicodeDecodeError), closing(sqlite3.connect(copy)) as database:
        database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()


def _state(path: Path) -> list[tuple[str, int, int]]:
    files = (path.with_name(path.name + end) for end in ("", "-wal", "-journal"))
    return [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files if file.is_file()]


@contextmanager
def connected(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection that trusts nothing of the schema; InputError when the file is not a sound database."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=2.0)) as database:
            database.execute("PRAGMA trusted_schema=OFF")
            database.execute("PRAGMA cell_size_check=ON")
            yield database
    except (sqlite3.Error, UnicodeDecodeError) as error:  # SQLite's words may quote bytes of the file
        raise refused("", path, error) from error


def contents(path: Path) -> Contents:
    """What the file lists; InputError when it is no GeoPackage."""
    with connected(path) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        present = {str(name).lower(): str(name) for (name,) in tables}
        if "gpkg_contents" not in present:
            raise InputError("not_a_geopackage", path.name)
        geometry = {}
        if "gpkg_geometry_columns" in present:
            rows = database.execute("SELECT table_name, column_name FROM gpkg_geometry_columns")
            geometry = {str(name).lower(): column for name, column in rows}
        rows = database.execute("SELECT table_name, data_type FROM gpkg_contents ORDER BY rowid")
        listed = [(str(name), kind) for name, kind in rows]
    if listed and all(kind in _TILES for _, kind in listed):
        raise InputError("geopackage_of_tiles", path.name, names=[name for name, _ in listed])
    names = [name for name, kind in listed if kind in ("features", "attributes", "aspatial")]
    rasters = tuple(name for name, kind in listed if kind in _TILES)
    known = {name.lower() for name, _ in listed}
    unlisted = [name for low, name in present.items() if low not in known and not low.startswith(_OWN)]
    return Contents(
        {name: geometry.get(name.lower()) for name in names if name.lower() in present},
        tuple(name for name in names if name.lower() not in present),
        tuple(unlisted),
        any(name.lower() in geometry for name in unlisted),
        rasters,
    )


def tables(path: Path) -> dict[str, str | None]:
    """Layer name → its geometry column (None for a table without geometry), in the order of the file."""
    return contents(path).layers


def defined_crs(path: Path, layer: str) -> str | None:
    """The text that defines the CRS of a layer in the file's own table of them; None where there is none."""
    where = "WHERE srs_id = (SELECT srs_id FROM gpkg_geometry_columns WHERE lower(table_name) = lower(?))"
    with connected(path) as database:
        row = database.execute(f"SELECT definition FROM gpkg_spatial_ref_sys {where}", (layer,)).fetchone()  # noqa: S608
    return str(row[0]) if row and row[0] and row[0] != "undefined" else None


def counted(path: Path, layer: str) -> int:
    """Rows of a layer by count(*); InputError when it is a view and counting does not end."""
    with connected(path) as database:
        (kind,) = database.execute("SELECT type FROM sqlite_master WHERE lower(name) = lower(?)", (layer,)).fetchone()
        if kind == "view":
            end = time.monotonic() + _PATIENCE_S
            database.set_progress_handler(lambda: int(time.monotonic() > end), 100_000)
        try:
            row: tuple[int] = database.execute(f"SELECT count(*) FROM {quoted(layer)}").fetchone()  # noqa: S608  (quoted identifier)
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise InputError("layer_endless", path.name, layer=layer) from error
            raise
        return row[0]


def damage(path: Path, layer: str) -> str:
    """What SQLite finds wrong with the pages of a table, the first fault; "" for a sound one, a view, or a large file."""
    if path.stat().st_size > _CHECKED_BYTES:
        return ""
    try:
        with connected(path) as database:
            (found,) = database.execute(f"PRAGMA quick_check({quoted(layer)})").fetchone() or ("ok",)
    except InputError:
        return ""
    return "" if found == "ok" else " ".join(str(found).split())[:200]


def quoted(name: str) -> str:
    """A name as SQL has it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'
