"""Zip archives, unpacked into a private folder only when every entry is harmless."""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from landplan.core.errors import InputError
from landplan.io.files import is_input, opening

_ENTRIES, _BYTES, _RATIO = 2000, 4 << 30, 200
"""More entries, bytes unpacked, or bytes per packed byte than a delivery of layers has."""
_UTF8_FLAG = 0x800


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """A private folder with the files of a zip; InputError on links, names that leave it, bombs and damaged entries."""
    opening(path, 1)
    with tempfile.TemporaryDirectory(prefix="landplan-") as name:
        folder = Path(name)
        try:
            with zipfile.ZipFile(path) as archive:
                _check(archive, path)
                for entry in archive.infolist():
                    _unpack(archive, entry, folder, path)
        except InputError:
            raise
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError) as error:
            raise InputError("zip_damaged", path.name, reason=error) from error
        yield folder


def layer_files(folder: Path) -> list[Path]:
    """Shapefiles, geodatabases, KML, GML and DXF in an unpacked folder, in order of their paths; the doc.kml of a KMZ comes first.

    The tables of a geodatabase whose folder is not called x.gdb are found too: the private folder is renamed.
    """
    for tables in {file.parent for file in folder.rglob("a00000001.gdbtable")}:
        if tables.suffix.lower() != ".gdb" and tables != folder:
            tables.rename(tables.with_name(f"{tables.name}.gdb"))
    wanted = (".shp", ".gdb", ".kml", ".gml", ".dxf")
    found = [file for file in folder.rglob("*") if file.suffix.lower() in wanted and is_input(file)]
    return sorted(found, key=lambda file: (file.name.lower() != "doc.kml", file))


def entry_name(entry: zipfile.ZipInfo) -> str:
    """The name of an entry; names that do not declare UTF-8 are GBK where they can be, as Chinese Windows writes them."""
    if entry.flag_bits & _UTF8_FLAG:
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _check(archive: zipfile.ZipFile, path: Path) -> None:
    entries = archive.infolist()
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if len(entries) > _ENTRIES or unpacked > _BYTES or (unpacked > 50 << 20 and unpacked > _RATIO * max(packed, 1)):
        raise InputError("zip_bomb", path.name, entries=len(entries), mib=unpacked >> 20)
    for entry in entries:
        name = PurePosixPath(entry_name(entry).replace("\\", "/"))
        link = stat.S_ISLNK(entry.external_attr >> 16)
        if not entry.filename or link or name.is_absolute() or ".." in name.parts or any(":" in part for part in name.parts[:1]):
            raise InputError("zip_unsafe", path.name, entry=name)


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, path: Path) -> None:
    if entry.is_dir():
        return
    target = folder / entry_name(entry).replace("\\", "/")
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        raise InputError("zip_unsafe", path.name, entry=entry_name(entry))
    with archive.open(entry) as source, target.open("wb") as sink:
        shutil.copyfileobj(source, sink)
