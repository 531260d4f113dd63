"""Files: checksums, writing whole or not at all, and what a file really is by its first bytes."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Literal

from landplan.core.errors import ExportError, InputError
from landplan.io.dxf_tags import looks_like_dxf
from landplan.io.plot_text import looks_like_plots
from landplan.io.raster_formats import data_beside, raster_driver

Format = Literal[
    "shapefile", "zip", "geopackage", "geojson", "flatgeobuf", "parquet", "dbf", "raster", "vrt", "xml",
    "kml", "gml", "filegdb", "csv",
    "xlsx", "xls", "plots", "dwg", "dxf", "postgis", "page", "pointer", "packed", "hdf", "mdb", "unknown",
]
VECTOR_SUFFIXES = (
    ".shp", ".gpkg", ".geojson", ".json", ".kml", ".kmz", ".gml", ".csv", ".txt", ".tsv", ".xlsx", ".fgb", ".parquet", ".dbf",
    ".zip", ".dxf", ".postgis",
)  # fmt: skip
RASTER_SUFFIXES = (
    ".tif", ".tiff", ".img", ".asc", ".png", ".jpg", ".jpeg", ".jp2", ".bmp", ".gif", ".webp", ".bil", ".bip", ".bsq", ".flt",
    ".dat", ".hgt", ".grd",
)  # fmt: skip
"""What a dialog that asks for a file offers; which format a file is, its first bytes say."""
SIDECARS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
"""The files that together are one shapefile; other companions (.sbn, .qix, .xml) say nothing about its content."""
_PARTS = (".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix")
"""Files beside a .shp that are nothing by themselves."""

_MAGIC: tuple[tuple[bytes, Format], ...] = (
    (b"\x00\x00\x27\x0a", "shapefile"),
    (b"SQLite format 3\x00", "geopackage"),
    (b"PK\x03\x04", "zip"),
    (b"fgb\x03fgb", "flatgeobuf"),
    (b"PAR1", "parquet"),
    (b"AC10", "dwg"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"PK\x05\x06", "zip"),
    (b"7z\xbc\xaf\x27\x1c", "packed"),
    (b"Rar!\x1a\x07", "packed"),
    (b"\x1f\x8b", "packed"),
    (b"\xfd7zXZ\x00", "packed"),
    (b"\x28\xb5\x2f\xfd", "packed"),
    (b"MSCF\x00\x00\x00\x00", "packed"),
    (b"\x89HDF\r\n\x1a\n", "hdf"),
    (b"CDF\x01", "hdf"),
    (b"CDF\x02", "hdf"),
    (b"CDF\x05", "hdf"),
    (b"\x00\x01\x00\x00Standard ", "mdb"),
)


_JSON_SUFFIXES = (".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson", ".jsonl", ".topojson")
"""Where the first bytes say nothing, the file is refused as JSON, with the place."""
_SHEET_SUFFIXES = (".xls", ".xlsx", ".xlsm", ".et")
"""Many programs write text tables under these names."""
_PAGE = re.compile(rb"(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_WRITERS = ("pyogrio", "fiona", "sqlite3")
"""Libraries whose errors, while a file is being written, mean that the disk did not take it."""


def sha256(path: Path) -> str:
    """The checksum of a file, hexadecimal.

    A shapefile is all its SIDECARS that exist: for each in alphabetical order of the lower-case suffix, the suffix, the
    length as 8 bytes big-endian, and the bytes. A geodatabase (folder x.gdb) is so all its files, locks left out, in order of
    their names, each with its name. Any other file is its bytes alone, so `sha256sum` gives the same.
    """
    digest = hashlib.sha256()
    if path.suffix.lower() != ".shp" and not path.is_dir():
        _add(digest, path)
        return digest.hexdigest()
    files = geodatabase_files(path) if path.is_dir() else sidecars(path)
    for name, file in sorted(files.items()):
        digest.update(name.encode() + file.stat().st_size.to_bytes(8, "big"))
        _add(digest, file)
    return digest.hexdigest()


def is_geodatabase(path: Path) -> bool:
    """Whether a path is a file geodatabase: a folder x.gdb with tables."""
    return path.suffix.lower() == ".gdb" and path.is_dir() and any(path.glob("*.gdbtable"))


def is_input(path: Path) -> bool:
    """Whether a layer can be read from this path: a file, or the folder of a geodatabase."""
    return path.is_file() or is_geodatabase(path)


def geodatabase_files(folder: Path) -> dict[str, Path]:
    """The files of a geodatabase by name, without the locks of those who have it open."""
    return {file.name: file for file in folder.iterdir() if file.is_file() and file.suffix.lower() != ".lock"}


def sidecars(shp: Path) -> dict[str, Path]:
    """The files of a shapefile by lower-case suffix, whatever the case of their names."""
    wanted = shp.stem.lower()
    found = {}
    for file in sorted(shp.parent.iterdir(), reverse=True):
        if file.stem.lower() == wanted and file.suffix.lower() in SIDECARS:
            found[file.suffix.lower()] = file
    for suffix in SIDECARS:
        exact = shp.with_suffix(suffix)
        if exact.is_file():
            found[suffix] = exact
    found[".shp"] = shp
    return found


def kind(path: Path) -> Format:
    """What a file is by its first bytes; a suffix proves nothing. InputError when it cannot be read or is empty, and for a
    part of a shapefile, which names the .shp."""
    if path.suffix.lower() == ".gdb" and path.is_dir():
        if is_geodatabase(path):
            return "filegdb"
        raise InputError("gdb_empty", path.name)
    head = opening(path)
    if not head or (not head.strip(b"\xef\xbb\xbf \t\r\n\0") and path.stat().st_size <= len(head)):
        raise InputError("file_empty", path.name)
    format = _kind(path, head)
    if format in ("shapefile", "unknown") and path.suffix.lower() in _PARTS:
        raise InputError("part_of_shapefile", path.name, shp=path.with_suffix(".shp").name)
    if path.parent.suffix.lower() == ".gdb" and is_geodatabase(path.parent):
        raise InputError("part_of_gdb", path.name, gdb=path.parent.name)
    if format == "unknown" and (raster := data_beside(path)):
        raise InputError("raster_part", path.name, file=raster.name)
    return format


def _kind(path: Path, head: bytes) -> Format:
    for magic, format in _MAGIC:
        if head.startswith(magic):
            return _packed_as(path) if format == "zip" else format
    if raster_driver(path, head) is not None:
        return "raster"
    if head[257:262] == b"ustar" or re.match(rb"BZh[1-9]1AY&SY", head):
        return "packed"
    if re.match(rb"GRIB.{3}[\1\2]", head, re.DOTALL):
        return "hdf"
    if looks_like_dxf(head):
        return "dxf"
    if path.suffix.lower() == ".vrt" or re.search(rb"<(OGRVRTDataSource|VRTDataset)\b", head.replace(b"\0", b"")):
        return "vrt"
    if found := _by_words(head):
        return found
    if markup := _markup(head, path.suffix.lower()):
        return markup
    by_suffix: dict[str, Format] = {".dbf": "dbf", ".csv": "csv", ".txt": "csv", ".tsv": "csv", ".dxf": "dxf", ".dwg": "dwg"}
    by_suffix[".postgis"] = "postgis"
    by_suffix.update(dict.fromkeys(_JSON_SUFFIXES, "geojson"))
    by_suffix.update(dict.fromkeys(_SHEET_SUFFIXES, "csv"))
    return by_suffix.get(path.suffix.lower(), "unknown")


def _by_words(head: bytes) -> Format | None:
    """Plots as text, JSON, and what is often saved in place of a file: a web page, the pointer of one kept elsewhere (LFS)."""
    if _is_plots(head):
        return "plots"
    text = _first_text(head)
    if text[:1] in (b"{", b"[") and not text.startswith(b"{\\rtf"):
        return "geojson"
    if text.startswith(b"version https://git-lfs."):
        return "pointer"
    if _PAGE.match(text):
        return "page"
    if b"urn:schemas-microsoft-com:office:spreadsheet" in text:
        return "xls"
    return "unknown" if text.startswith((b"%PDF-", b"{\\rtf")) else None


def _first_text(head: bytes) -> bytes:
    """The first bytes without what stands before a JSON text: byte order mark, record mark, the zeros of wide characters."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or head[:1] == b"\0" or head[1:2] == b"\0":
        head = head.lstrip(b"\xff\xfe\0").replace(b"\0", b"")
    return head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\x1e")


def _is_plots(head: bytes) -> bool:
    """Whether the first bytes are those of a coordinate text of plots, in any of the encodings it comes in."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        codecs: tuple[str, ...] = ("utf-16",)
    elif b"\0" in head[:2]:
        codecs = ("utf-16-be" if head[:1] == b"\0" else "utf-16-le",)
    else:
        head, codecs = head.replace(b"\0", b""), ("utf-8", "gb18030")
    return any(looks_like_plots(head.decode(codec, "ignore").removeprefix("\ufeff")) for codec in codecs)


def _packed_as(path: Path) -> Format:
    """What a zip is by its entries: the sheets of a workbook (.xlsx), one of another kind (.xlsb, .ods), or just a zip."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.NameToInfo
            if "xl/workbook.xml" in entries:
                return "xlsx"
            sheets = "mimetype" in entries and b"opendocument.spreadsheet" in archive.open("mimetype").read(100)
            return "xls" if "xl/workbook.bin" in entries or sheets else "zip"
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error, EOFError):
        return "zip"


def _markup(head: bytes, suffix: str) -> Format | None:
    """Which XML the first bytes are, by their root and namespaces; where these are further on, by the suffix. None: no XML."""
    text = _first_text(head)
    if text[:1] != b"<":
        return None
    root = re.search(rb"<(?:[\w.-]+:)?(\w[\w.-]*)", re.sub(rb"<!--.*?-->", b"", text, flags=re.DOTALL))
    if root is not None and root[1] == b"kml":
        return "kml"
    if b"opengis.net/gml" in text:
        return "gml"
    by_suffix: dict[str, Format] = {".kml": "kml", ".gml": "gml"}
    return by_suffix.get(suffix, "xml")


def opening(path: Path, length: int = 4096) -> bytes:
    """The first bytes of a file; InputError in one line when it is missing, a folder, a pipe or not readable."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):  # opening a pipe would wait for ever
            raise InputError("file_is_device", path.name)
        with path.open("rb") as file:
            return file.read(length)
    except FileNotFoundError as error:
        if str(path).startswith(("postgresql:", "postgres:")):
            raise InputError("postgis_url", path.name) from error
        raise InputError("file_missing", path.name, path=path) from error
    except IsADirectoryError as error:
        raise InputError("file_is_folder", path.name) from error
    except OSError as error:
        raise InputError("file_unreadable", path.name, reason=error.strerror or error) from error


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to that becomes `path`, whole, when the block ends well.

    The file is written in a private folder beside its target, flushed to the disk and renamed over it in one step. When
    the block fails, or the disk is full, the old file is byte-identical and nothing else remains. OSError → ExportError.
    """
    with _private_folder(path) as folder:
        draft = folder / path.name
        yield draft
        _flush(draft)
        draft.replace(path)
        _flush(path.parent)


@contextmanager
def replacing_folder(folder: Path) -> Iterator[Path]:
    """A folder to fill that becomes `folder`, whole, when the block ends well; an old one is kept until then."""
    with _private_folder(folder) as private:
        draft, old = private / folder.name, private / f"{folder.name}.old"
        draft.mkdir()
        yield draft
        for file in sorted(draft.rglob("*")):
            _flush(file)
        if folder.exists():
            folder.rename(old)
        try:
            draft.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
        _flush(folder.parent)


@contextmanager
def _private_folder(target: Path) -> Iterator[Path]:
    """A new folder beside the target, gone at the end. Folders made for the target go too when the block fails."""
    try:
        with _kept_if_well(target.parent):
            private = _new_folder(target)
            try:
                yield private
            finally:
                shutil.rmtree(private, ignore_errors=True)
    except OSError as error:
        raise ExportError("cannot_write", target.name, reason=error.strerror or error) from error
    except Exception as error:
        if type(error).__module__.split(".")[0] not in _WRITERS:
            raise
        raise ExportError("cannot_write", target.name, reason=" ".join(str(error).split())[:160]) from error


@contextmanager
def _kept_if_well(folder: Path) -> Iterator[None]:
    """The folder, made with those above it where they are not there; what was made is removed when the block fails."""
    made = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        with suppress(OSError):  # somebody else has put something there
            for one in made:
                one.rmdir()
        raise


def _new_folder(target: Path) -> Path:
    for number in count():
        private = target.parent / f".{target.name}.{os.getpid()}-{number}.part"
        with suppress(FileExistsError):
            private.mkdir()
            return private
    raise AssertionError


def _flush(path: Path) -> None:
    """Ask the system to put a file or folder on the disk (folders cannot be flushed on Windows)."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _add(digest: hashlib._Hash, path: Path) -> None:
    """Add a file; the next piece is read while one is added."""
    pieces = [memoryview(bytearray(1 << 20)) for _ in range(2)]
    with path.open("rb", buffering=0) as file, ThreadPoolExecutor(1) as beside:
        n = file.readinto(pieces[0])
        while n:
            coming = beside.submit(file.readinto, pieces[1])
            digest.update(pieces[0][:n])
            n = coming.result()
            pieces.reverse()
