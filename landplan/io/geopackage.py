"""GeoPackages: what is inside by SQLite, read only and never beside the user's file; rows by GDAL."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from landplan.core.errors import InputError
from landplan.io.files import opening
from landplan.io.raw_layer import refused

_PATIENCE_S = 10.0
"""How long a count may take before the layer is taken for an endless view."""


@contextmanager
def settled(path: Path) -> Iterator[Path]:
    """A GeoPackage that can be opened without writing: the file itself, or a private copy with its pending changes.

    A file in WAL mode or with a journal would be rewritten by whoever opens it, even to read.
    """
    companions = [beside for end in ("-wal", "-shm", "-journal") if (beside := path.with_name(path.name + end)).is_file()]
    if not companions and 2 not in opening(path, 20)[18:20]:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="landplan-") as name:
        copy = Path(name) / path.name
        for file in (path, *companions):
            shutil.copyfile(file, Path(name) / file.name)
        yield copy


@contextmanager
def connected(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection that trusts nothing of the schema; InputError when the file is not a sound database."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=2.0)) as database:
            database.execute("PRAGMA trusted_schema=OFF")
            database.execute("PRAGMA cell_size_check=ON")
            yield database
    except sqlite3.Error as error:
        raise refused("", path, error) from error


def tables(path: Path) -> dict[str, str | None]:
    """Layer name → its geometry column (None for a table without geometry), in the order of the file."""
    with connected(path) as database:
        present = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
        if "gpkg_contents" not in present:
            raise InputError("not_a_geopackage", path.name)
        geometry = {}
        if "gpkg_geometry_columns" in present:
            geometry = dict(database.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
        wanted = "SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes') ORDER BY rowid"
        rows = database.execute(wanted).fetchall()
        return {name: geometry.get(name) for (name,) in rows if name in present}


def counted(path: Path, layer: str) -> int:
    """Rows of a layer by count(*); InputError when counting does not end."""
    with connected(path) as database:
        end = time.monotonic() + _PATIENCE_S
        database.set_progress_handler(lambda: int(time.monotonic() > end), 100_000)
        try:
            quoted = layer.replace('"', '""')
            row: tuple[int] = database.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()  # noqa: S608  (quoted identifier)
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise InputError("layer_endless", path.name, layer=layer) from error
            raise
        return row[0]


