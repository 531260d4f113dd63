"""Which raster a file is, by its bytes: only formats that hold their own pixels and name no other file."""

from __future__ import annotations

import re
from pathlib import Path

_MAGIC = (
    (b"II*\x00", "GTiff"),
    (b"MM\x00*", "GTiff"),
    (b"II+\x00", "GTiff"),
    (b"MM\x00+", "GTiff"),
    (b"EHFA_HEADER_TAG", "HFA"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JP2OpenJPEG"),
    (b"\xffO\xffQ\x00", "JP2OpenJPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"DSAA\r", "GSAG"),
    (b"DSAA\n", "GSAG"),
    (b"DSAA ", "GSAG"),
    (b"DSRB\x04\x00\x00\x00", "GS7BG"),
)
_ARC_GRID = re.compile(rb"\A(\xef\xbb\xbf)?\s*(ncols|nrows|[xy]ll(corner|center)|cellsize|nodata_value)\s+\S", re.I)
_SRTM_NAME = re.compile(r"[NS]\d{2}[EW]\d{3}")
_SRTM_SIZES = (1201 * 1201 * 2, 3601 * 3601 * 2)
_BESIDE = (".bil", ".bip", ".bsq", ".dat", ".raw", ".img", ".bin", ".flt", "")
"""Files of bare pixels, which a text `.hdr` beside them describes."""
_WORLD = {".tfw": (".tif", ".tiff"), ".pgw": (".png",), ".jgw": (".jpg", ".jpeg"), ".j2w": (".jp2",), ".bpw": (".bmp",)}
_BITMAP_HEADS = (12, 40, 52, 56, 64, 108, 124)


def raster_driver(path: Path, head: bytes) -> str | None:
    """GDAL's name of the format of a raster, given the first bytes of the file; None when it is none of the known ones."""
    for magic, driver in _MAGIC:
        if head.startswith(magic):
            return driver
    if head[:2] == b"BM" and head[6:10] == bytes(4) and int.from_bytes(head[14:18], "little") in _BITMAP_HEADS:
        return "BMP"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[:4] == b"DSBB" and b"\0" in head[4:56]:
        return "GSBG"
    if _ARC_GRID.match(head):
        return "AAIGrid"
    suffix = path.suffix.lower()
    if suffix == ".hgt" and _SRTM_NAME.match(path.name.upper()) and path.stat().st_size in _SRTM_SIZES:
        return "SRTMHGT"
    return _by_header(path) if suffix in _BESIDE else None


def header_beside(path: Path) -> Path | None:
    """The text that describes a file of bare pixels: x.hdr or x.bil.hdr beside x.bil."""
    for name in (path.with_suffix(".hdr"), path.with_suffix(".HDR"), path.with_name(f"{path.name}.hdr")):
        if name != path and name.is_file():
            return name
    return None


def data_beside(path: Path) -> Path | None:
    """The raster that a header or a world file (.hdr, .tfw …) belongs to; None for any other file."""
    suffix, stem = path.suffix.lower(), path.stem.lower()
    if suffix == ".hdr":
        wanted = {f"{stem}{end}" for end in _BESIDE} | {stem}
    elif suffix in _WORLD:
        wanted = {f"{stem}{end}" for end in _WORLD[suffix]}
    else:
        return None
    return next((file for file in sorted(path.parent.iterdir()) if file.name.lower() in wanted and file.is_file()), None)


def _by_header(path: Path) -> str | None:
    header = header_beside(path)
    if header is None:
        return None
    with header.open("rb") as file:
        head = file.read(4096)
    if head[:4] == b"ENVI":
        return "ENVI"
    return "EHdr" if re.search(rb"^\s*nrows\s", head, re.I | re.M) and re.search(rb"^\s*ncols\s", head, re.I | re.M) else None
