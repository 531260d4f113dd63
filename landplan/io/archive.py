"""Zip archives, unpacked into a private folder only when every entry is harmless."""

from __future__ import annotations

import lzma
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from landplan.core.errors import InputError
from landplan.io.files import opening

_ENTRIES, _BYTES, _RATIO = 2000, 4 << 30, 200
"""More entries, bytes unpacked, or bytes per packed byte than a delivery of layers has."""
_UTF8_FLAG, _ENCRYPTED_FLAG = 0x800, 0x1


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """A private folder with the files of a zip; InputError on links, names that leave it, bombs, passwords and damage."""
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
        except zipfile.BadZipFile as error:
            raise InputError("zip_damaged" if zipfile.is_zipfile(path) else "zip_cut", path.name, reason=error) from error
        except (OSError, ValueError, RuntimeError) as error:
            raise InputError("zip_damaged", path.name, reason=error) from error
        yield folder


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
        if entry.flag_bits & _ENCRYPTED_FLAG:
            raise InputError("zip_encrypted", path.name, entry=name)


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, path: Path) -> None:
    if entry.is_dir():
        return
    target = folder / entry_name(entry).replace("\\", "/")
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        raise InputError("zip_unsafe", path.name, entry=entry_name(entry))
    try:
        with archive.open(entry) as source, target.open("wb") as sink:
            shutil.copyfileobj(source, sink)
    except NotImplementedError as error:
        raise InputError("zip_method", path.name, entry=entry_name(entry)) from error
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError) as error:
        raise InputError("zip_entry_damaged", path.name, entry=entry_name(entry)) from error
