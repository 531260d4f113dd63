"""Large layers that were read before, as they came out: opening the same bytes again costs a look, not a reading.

An entry is a folder of the user's cache. It serves only where the checksum of the file, taken anew at every opening, is that
of the bytes it was read from, where the request is the same, and where landplan's own reading is. Inputs are not touched;
entries are the user's alone, the least used ones go once they take more than `LANDPLAN_KEPT_GB` (4; 0 keeps nothing).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import weakref
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from landplan.core.crs import is_grid
from landplan.core.errors import Issue, UsageError
from landplan.core.layers import Float, Geometry, Layer, Source
from landplan.core.paths import cache_folder
from landplan.core.recipe import LayerInput
from landplan.io.array_folder import Array, array, facts_of, made_whole, write_arrays
from landplan.io.files import kind, sidecars

LEAST_BYTES = 16_000_000
"""Smaller files are read anew: that takes less than a second."""
_SELF_CONTAINED = ("shapefile", "geopackage", "flatgeobuf", "parquet", "geojson")
"""Formats whose checksum covers all that is read."""
_BESIDE = ("-wal", "-journal")
_SPARE_BYTES = 2_000_000_000
_GEOMETRY = ("xy", "ring", "part", "row")
_IDS = "\x01ids"
_ENTRY = re.compile(r"[0-9a-f]{32}|\.part-.+")
"""Names of entries, and of those that were never finished."""
_writer = ThreadPoolExecutor(1, "kept-layers")
_places: dict[str, weakref.ref[Float]] = {}


def place_of(path: Path, spec: LayerInput, role: str, measuring_crs: str) -> Path | None:
    """The folder in which a layer would be kept; None for what is not worth it or must not be kept."""
    most = _most_bytes()
    try:
        if not most or is_grid(measuring_crs) or is_grid(spec.crs or "") or kind(path) not in _SELF_CONTAINED:
            return None
        files = sidecars(path) if path.suffix.lower() == ".shp" else {path.suffix: path}
        stamps = [(suffix, file.stat().st_size, file.stat().st_mtime_ns) for suffix, file in sorted(files.items())]
        if any(path.with_name(path.name + end).exists() for end in _BESIDE):
            return None
        folder = cache_folder("layers")
    except (OSError, ValueError):
        return None
    if sum(size for _, size, _ in stamps) < LEAST_BYTES:
        return None
    asked = spec.model_dump(mode="json", exclude={"path"})
    key = json.dumps([path.name, stamps, asked, role, measuring_crs, _reading()])
    return folder / hashlib.sha256(key.encode()).hexdigest()[:32]


def kept_layer(place: Path) -> Layer | None:
    """The layer of an entry; None without one. The caller compares `source.sha256` with the file."""
    import pyarrow as pa

    try:
        facts = facts_of(place)
        with pa.memory_map(str(place / "table.arrow")) as source:
            table = pa.ipc.open_file(source).read_all()
        table.validate()
        geometry = Geometry(facts["kind"], *(array(place, name) for name in _GEOMETRY))
        ids = table.column(_IDS).to_numpy()
        found = {"source": Source(**_joined(facts["source"])), "units": facts["units"], "issues": _issues(facts["issues"])}
        layer = Layer(facts["id"], table.drop_columns([_IDS]), geometry, facts["crs"], ids, **found)
        os.utime(place)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, pa.ArrowException):
        return None
    _places[str(place)] = weakref.ref(geometry.xy)
    return layer


def keep(place: Path, layer: Layer) -> None:
    """Write an entry, later and in another thread; a full disk or anything else that prevents it is no loss."""
    issues = [asdict(issue) for issue in layer.issues]
    facts = {
        "id": layer.id, "kind": layer.geometry.kind, "crs": layer.crs, "units": dict(layer.units),
        "source": asdict(layer.source), "issues": issues,
    }  # fmt: skip
    try:
        same = _issues(json.loads(json.dumps(issues))) == layer.issues
    except TypeError:
        return
    if same:
        _places[str(place)] = weakref.ref(layer.geometry.xy)
        _writer.submit(_write, place, layer, facts)


def arrays_beside(geometry: Geometry, name: str) -> tuple[dict[str, Any], Path] | None:
    """What `keep_beside` wrote for a kept layer's geometry under a name: its plain data and the folder of its arrays."""
    place = _place(geometry)
    try:
        return (facts_of(place / name), place / name) if place is not None else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def keep_beside(geometry: Geometry, name: str, facts: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
    """Keep what was derived from a kept layer's geometry with it; nothing for other geometries."""
    place = _place(geometry)
    if place is not None:
        _writer.submit(_write_beside, place, name, facts, arrays)


def written() -> None:
    """Wait until all that was handed over is written."""
    _writer.submit(lambda: None).result()


def _place(geometry: Geometry) -> Path | None:
    return next((Path(place) for place, xy in _places.items() if xy() is geometry.xy), None)


def _write(place: Path, layer: Layer, facts: Mapping[str, Any]) -> None:
    import pyarrow as pa

    size = layer.geometry.xy.nbytes + layer.table.nbytes
    with suppress(OSError, pa.ArrowException):
        if shutil.disk_usage(place.parent).free < 4 * size + _SPARE_BYTES:
            return
        if place.exists():  # of other bytes, or damaged
            shutil.rmtree(place)
        table = layer.table.append_column(_IDS, pa.array(layer.ids, pa.string()))
        with made_whole(place) as draft:
            with pa.OSFile(str(draft / "table.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as file:
                file.write_table(table)
            write_arrays(draft, facts, {name: getattr(layer.geometry, name) for name in _GEOMETRY})
        _make_room(place)


def _write_beside(place: Path, name: str, facts: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
    with suppress(OSError):
        if place.exists() and shutil.disk_usage(place).free > sum(one.nbytes for one in arrays.values()) + _SPARE_BYTES:
            with made_whole(place / name) as draft:
                write_arrays(draft, facts, arrays)


def _make_room(last: Path) -> None:
    """Remove entries, the least recently used first, until all take no more than they may; the last one stays, and whatever
    else lies in the folder."""
    found = (one for one in last.parent.iterdir() if _ENTRY.fullmatch(one.name) and one.is_dir() and not one.is_symlink())
    entries = sorted(found, key=lambda one: one.stat().st_mtime)
    sizes = {one: sum(file.stat().st_size for file in one.rglob("*") if file.is_file()) for one in entries}
    total, most = sum(sizes.values()), _most_bytes()
    for one in entries:
        if total > most and one != last:
            shutil.rmtree(one, ignore_errors=True)
            total -= sizes[one]


def _most_bytes() -> float:
    """How much may be kept, 0: nothing; UsageError for what is no amount: who writes 4GB means to keep something."""
    said = os.environ.get("LANDPLAN_KEPT_GB", "4")
    try:
        most = float(said)
    except ValueError:
        most = -1.0
    if not most >= 0:
        raise UsageError("kept_gb_unreadable", "LANDPLAN_KEPT_GB", value=said)
    return most * 1e9


@cache
def _reading() -> str:
    """A mark of the code that reads: landplan's own files, and the libraries that read for it."""
    root = Path(__file__).resolve().parents[1]
    files = sorted(file for room in ("core", "io") for file in (root / room).rglob("*.py"))
    marks = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    libraries = []
    for name in ("landplan", "pyogrio", "pyproj", "pyarrow", "shapely", "numpy"):
        with suppress(PackageNotFoundError):
            libraries.append(version(name))
    return hashlib.sha256(json.dumps([marks, libraries]).encode()).hexdigest()


def _issues(facts: list[dict[str, Any]]) -> tuple[Issue, ...]:
    return tuple(Issue(**one) for one in facts)


def _joined(source: dict[str, Any]) -> dict[str, Any]:
    return {**source, "joined": tuple(source["joined"])}
