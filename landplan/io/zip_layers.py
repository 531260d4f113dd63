"""The layers of all files in a zip: what cannot be read is told, what is no layer is passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from landplan.core.errors import InputError, Issue
from landplan.core.messages import text
from landplan.io.archive import unpacked
from landplan.io.files import Format, is_geodatabase, kind, opening, sidecars
from landplan.io.raw_layer import unharmed

_GEOMETRY = (".shp", ".gdb", ".kml", ".gml", ".geojson", ".gpkg", ".fgb", ".parquet", ".dxf", ".kmz")
_TABLES = (".csv", ".tsv", ".xlsx")
_BY_CONTENT: tuple[Format, ...] = ("shapefile", "geopackage", "geojson", "flatgeobuf", "parquet", "plots", "dxf")
"""Formats that a file of another suffix may be in."""
_LEFT: tuple[Format, ...] = ("raster", "zip", "packed", "dwg", "mdb", "xls", "hdf", "vrt")
"""What may hold layers and is not read inside a zip."""
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp")
_JSON_LAYERS = (b'"coordinates"', b'"Feature', b'"Topology"', b'"geometryType"')
"""What JSON of layers says early; other JSON is none."""
_CHAFF = ("thumbs.db", "desktop.ini", ".ds_store")


@dataclass(frozen=True, slots=True)
class Members:
    """Layer name → its file and its name there; and what of the zip is not read."""

    layers: dict[str, tuple[Path, str]]
    issues: tuple[Issue, ...]


@contextmanager
def members(path: Path, layers_of: Callable[[Path], tuple[str, ...]]) -> Iterator[Members]:
    """The layers of a zip while it is unpacked; a name that is taken goes with its file's before it.

    layers_of: the layers of a file. A file that cannot be read costs itself, as an Issue, where others can; else its error is
    raised, or the one that says why nothing here is read.
    """
    with unpacked(path) as folder:
        files, left = _sorted_out(folder, in_kmz=path.suffix.lower() == ".kmz")
        layers: dict[str, tuple[Path, str]] = {}
        lost: list[tuple[Path, InputError]] = []
        for file in files:
            try:
                with unharmed("", file):
                    for layer in layers_of(file):
                        layers[layer if layer not in layers else f"{file.stem}/{layer}"] = file, layer
            except InputError as error:
                lost.append((file, error))
        if not layers:
            raise _nothing(path, folder, lost, left)
        try:
            yield Members(layers, tuple(_told(path, folder, lost, left)))
        except InputError as error:
            raise error if path.name in error.where else _within(path, error) from error


def rasters_in(folder: Path) -> list[Path]:
    """The rasters of an unpacked zip."""
    return [file for file in _sorted_out(folder, in_kmz=False)[1] if _kind(file) == "raster"]


def _sorted_out(folder: Path, in_kmz: bool) -> tuple[list[Path], list[Path]]:
    """The files that are layers, those with geometry first and the doc.kml of a KMZ before all; and those left unread.

    The tables of a geodatabase whose folder is not called x.gdb are found too: the private folder is renamed.
    """
    for tables in {file.parent for file in folder.rglob("a00000001.gdbtable")}:
        if tables.suffix.lower() != ".gdb" and tables != folder:
            tables.rename(tables.with_name(f"{tables.name}.gdb"))
    found: list[Path] = []
    left: list[Path] = []
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        if not any(_is_chaff(part) for part in inside.parts) and not any(is_geodatabase(folder / one) for one in inside.parents):
            role = _role(file, in_kmz)
            (found if role == "layer" else left).append(file) if role else None
    return sorted(found, key=lambda file: (file.name.lower() != "doc.kml", file.suffix.lower() in _TABLES, file)), left


def _role(file: Path, in_kmz: bool) -> str:
    """ "layer", "left" for what may hold layers and is not read here, "" for anything else."""
    suffix = file.suffix.lower()
    if is_geodatabase(file):
        return "layer"
    if not file.is_file() or (in_kmz and suffix != ".kml"):
        return ""
    if suffix in _GEOMETRY or suffix in _TABLES:
        return "layer"
    if suffix == ".dbf":
        return (
            ""
            if any(one.suffix.lower() == ".shp" for one in sidecars(file.with_suffix(".shp")).values() if one.is_file())
            else "layer"
        )
    format = _kind(file)
    if format == "geojson" and not any(word in opening(file) for word in _JSON_LAYERS):
        return ""
    if format in _BY_CONTENT:
        return "layer"
    if format == "raster" and suffix in _PICTURES and not any(file.parent.glob(f"{file.stem}.*w")):
        return ""
    return "left" if format in _LEFT else ""


def _is_chaff(name: str) -> bool:
    """Whether a file or folder is what systems leave: previews, AppleDouble twins."""
    return name == "__MACOSX" or name.startswith("._") or name.lower() in _CHAFF


def _kind(file: Path) -> Format:
    try:
        return kind(file)
    except InputError:
        return "unknown"


def _told(path: Path, folder: Path, lost: list[tuple[Path, InputError]], left: list[Path]) -> Iterator[Issue]:
    for file, error in lost:
        reason = text(error.id, error.values)
        yield Issue("zip_file_unreadable", path.stem, values={"file": file.relative_to(folder).as_posix(), "reason": reason})
    if left:
        names = [file.relative_to(folder).as_posix() for file in left]
        yield Issue("zip_files_left", path.stem, values={"n": len(names), "files": ", ".join(names[:5])})


def _nothing(path: Path, folder: Path, lost: list[tuple[Path, InputError]], left: list[Path]) -> InputError:
    """Why no layer of a zip can be read."""
    if lost:
        return _within(path, lost[0][1])
    kinds = {file: _kind(file) for file in left}
    name = next((file.relative_to(folder).as_posix() for file in left), "")
    if "raster" in kinds.values():
        return InputError("zip_of_rasters", path.name, n=list(kinds.values()).count("raster"))
    if kinds:
        refused = {"vrt": "vrt_refused", "dwg": "dwg_refused", "xls": "xls_refused", "hdf": "hdf_refused", "mdb": "mdb_refused"}
        return InputError(refused.get(kinds[left[0]], "zip_nested"), f"{path.name} / {name}")
    return InputError("no_layers", path.name)


def _within(path: Path, error: InputError) -> InputError:
    """The error of a file of a zip, naming the zip first."""
    return InputError(error.id, error.where if path.name in error.where else f"{path.name} / {error.where}", **error.values)
