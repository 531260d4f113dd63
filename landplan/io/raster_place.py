"""Where a raster lies: what it says itself and what the small files beside it say, and whether they agree."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from landplan.core.crs import parsed, reprojected, same
from landplan.core.errors import InputError, Issue
from landplan.core.layers import Float
from landplan.io.gdal import heard, raster_errors, rasters
from landplan.io.raw_layer import crs_text

Transform = tuple[float, float, float, float, float, float]
_SMALL = 1 << 20
"""More bytes than a world file, .prj or .aux.xml has."""
_SAME_PIXELS, _NEAR_PIXELS, _SAME_M = 0.01, 1.0, 1.0
_ITSELF = ("GTiff", "JP2OpenJPEG")
"""Drivers that can be asked for what is in the file alone; for the others the file and its own parts are one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Transform (None: nowhere) and CRS (None: unknown) of a raster; nodata: what the .aux.xml says of a band, if it does."""

    transform: Transform | None
    crs: str | None
    nodata: float | None
    issues: tuple[Issue, ...]


def place(path: Path, driver: str, grid: Any, role: str, band: int = 1) -> Place:
    """Where a raster lies. Its own word counts before that of files beside it; where they differ, that is an Issue.

    grid: the open dataset.
    """
    aux = _aux(path)
    transforms = dict(_transforms(path, driver, grid, aux))
    systems = dict(_systems(path, grid, aux))
    transform, crs = next(iter(transforms.values()), None), next(iter(systems.values()), None)
    issues = [
        Issue("raster_taken_beside", role, "note", values={"file": file})
        for file in dict.fromkeys([*list(transforms)[:1], *list(systems)[:1]])
        if file != path.name
    ]
    if transform is None:
        issues.append(_nowhere(grid, role))
    else:
        size = (grid.width, grid.height)
        issues += [*_disagreeing(transforms, size, role), *_other_systems(systems, transform, size, role)]
        issues += _turned(transform, role)
    return Place(transform, crs, _aux_nodata(aux, band), tuple(issues))


def corners(transform: Transform, size: tuple[int, int], inset: float = 0.0) -> Float:
    """(4, 2) corners of the grid, of its inner part for an inset of 0 … 0.5 of its sides."""
    a, b, c, d, e, f = transform
    share = np.array([[inset, inset], [1 - inset, inset], [1 - inset, 1 - inset], [inset, 1 - inset]]) * size
    return np.column_stack([a * share[:, 0] + b * share[:, 1] + c, d * share[:, 0] + e * share[:, 1] + f])


def _transforms(path: Path, driver: str, grid: Any, aux: str) -> Iterator[tuple[str, Transform]]:
    """Each transform by the name of the file that gives it; the one that counts first."""
    whole = _of(grid)
    itself = _internal(path, driver) if driver in _ITSELF else whole
    world = dict(_world_files(path))
    if itself is not None and not (driver not in _ITSELF and itself in world.values()):
        yield path.name, itself
    yield from world.items()
    found = re.search(r"<GeoTransform>([^<]*)</GeoTransform>", aux)
    six = _numbers(found[1].split(",")) if found else None
    if six is not None:
        c, a, b, f, d, e = six
        yield f"{path.name}.aux.xml", (a, b, c, d, e, f)
    if whole is not None and itself is None and not world:
        yield f"{path.stem}.tab", whole


def _of(grid: Any) -> Transform | None:
    """The transform of an open dataset; None for the identity, which stands for none."""
    six = tuple(float(one) for one in tuple(grid.transform)[:6])
    return None if six == (1.0, 0.0, 0.0, 0.0, 1.0, 0.0) else six  # type: ignore[return-value]


def _internal(path: Path, driver: str) -> Transform | None:
    rasterio = rasters()
    with heard(), rasterio.open(path.absolute(), driver=driver, GEOREF_SOURCES="INTERNAL") as grid:
        return _of(grid)


def _world_files(path: Path) -> Iterator[tuple[str, Transform]]:
    """The world files beside a raster: six lines, the centre of the first pixel."""
    suffix = path.suffix.lower().removeprefix(".")
    wanted = {f"{path.stem}.{end}".lower() for end in (f"{suffix[:1]}{suffix[-1:]}w", f"{suffix}w", "wld")}
    wanted |= {f"{path.name}w".lower()}
    for file in sorted(path.parent.glob("*.[A-Za-z]*[wWdD]")):
        if suffix and file.name.lower() in wanted and (text := _small(file)):
            six = _numbers(text.split())
            if six is not None:
                a, d, b, e, x, y = six
                yield file.name, (a, b, x - a / 2 - b / 2, d, e, y - d / 2 - e / 2)


def _systems(path: Path, grid: Any, aux: str) -> Iterator[tuple[str, str]]:
    """Each CRS by the name of the file that gives it; the one that counts first."""
    own = _own_crs(grid)
    of_layer = any(path.with_suffix(suffix).is_file() for suffix in (".shp", ".SHP"))  # then the .prj is the shapefile's
    named = () if of_layer else (path.with_suffix(".prj"), path.with_suffix(".PRJ"))
    prj = next((file for file in named if file.is_file()), None)
    found = re.search(r"<SRS\b[^>]*>([^<]+)</SRS>|<WKT>([^<]+)</WKT>", aux)
    beside = {f"{path.name}.aux.xml": html.unescape(found[1] or found[2]) if found else "", prj.name if prj else "": _small(prj)}
    if own is not None:
        yield path.name, own
    for name, text in beside.items():
        with heard():
            crs = crs_text(text.strip()) if text else None
        if crs is not None:
            yield name, crs


def _own_crs(grid: Any) -> str | None:
    with heard():
        try:
            system = grid.crs or grid.gcps[1]
            return crs_text(system.to_wkt() if system else None)
        except raster_errors():
            return None


def _nowhere(grid: Any, role: str) -> Issue:
    """Why a raster has no transform: tied by points or a camera model only, or by nothing."""
    if grid.gcps[0]:
        return Issue("raster_points_only", role, "blocks", values={"n": len(grid.gcps[0])})
    if grid.rpcs:
        return Issue("raster_model_only", role, "blocks")
    return Issue("raster_unplaced", role, "blocks")


def _disagreeing(transforms: dict[str, Transform], size: tuple[int, int], role: str) -> Iterator[Issue]:
    """The files beside that put a corner elsewhere, by more than a hundredth of a pixel."""
    (first, chosen), *others = transforms.items()
    pixel = min(np.hypot(chosen[0], chosen[3]), np.hypot(chosen[1], chosen[4]))
    for name, other in others:
        apart = float(np.hypot(*(corners(other, size) - corners(chosen, size)).T).max() / pixel) if pixel else np.inf
        if not apart <= _SAME_PIXELS:
            values = {"first": first, "second": name, "pixels": round(apart, 2) if np.isfinite(apart) else str(apart)}
            yield Issue("georeferences_differ", role, "data" if apart <= _NEAR_PIXELS else "blocks", values=values)


def _other_systems(systems: dict[str, str], transform: Transform, size: tuple[int, int], role: str) -> Iterator[Issue]:
    """The files beside that name a CRS in which the middle of the raster lies elsewhere, by more than a metre."""
    if len(systems) < 2:
        return
    (first, crs), *others = systems.items()
    middle = corners(transform, size).mean(axis=0, keepdims=True)
    for name, other in others:
        if not _alike(crs, other, middle):
            values = {"first": first, "crs": short(crs), "second": name, "other": short(other)}
            yield Issue("raster_crs_differs", role, "blocks", values=values)


def _alike(one: str, other: str, middle: Float) -> bool:
    if same(one, other):
        return True
    try:
        moved = reprojected(middle, one, other, "") - middle
    except (InputError, ValueError):
        return False
    metres = 111_000.0 if parsed(other).is_geographic else 1.0
    return bool(np.hypot(*moved[0]) * metres <= _SAME_M)


def _turned(transform: Transform, role: str) -> Iterator[Issue]:
    a, b, _c, d, e, _f = transform
    determinant = a * e - b * d
    if not np.isfinite(transform).all() or determinant == 0.0:
        yield Issue("raster_transform", role, "blocks", values={"values": str(transform)})
    elif abs(b) + abs(d) > 1e-9 * (abs(a) + abs(e)):
        yield Issue("raster_turned", role, "note", values={"degrees": round(float(np.degrees(np.arctan2(d, a))), 3)})
    elif e > 0 or a < 0:
        yield Issue("raster_mirrored", role, "note")


def short(crs: str) -> str:
    """A CRS as a line has room for: its code, or the name in its WKT."""
    return crs if len(crs) < 40 or '"' not in crs else crs.split('"')[1]


def _aux(path: Path) -> str:
    """The .aux.xml beside a raster, as text; "" for none."""
    return _small(path.with_name(f"{path.name}.aux.xml"))


def _aux_nodata(aux: str, band: int) -> float | None:
    for number, inside in re.findall(r'<PAMRasterBand band="(\d+)"[^>]*>(.*?)</PAMRasterBand>', aux, re.S):
        found = re.search(r"<NoDataValue>([^<]*)</NoDataValue>", inside)
        if int(number) == band and found:
            try:
                return float(found[1])
            except ValueError:
                return None
    return None


def _numbers(words: list[str]) -> tuple[float, ...] | None:
    """Six finite numbers, or None."""
    try:
        six = tuple(float(word.replace(",", ".")) for word in words)
    except ValueError:
        return None
    return six if len(six) == 6 and np.isfinite(six).all() else None


def _small(path: Path | None) -> str:
    """The text of a small file; "" when it is not there or not small."""
    try:
        if path is None or not path.is_file() or path.stat().st_size > _SMALL:
            return ""
        return path.read_bytes().decode("utf-8", "replace").removeprefix("\ufeff")
    except OSError:
        return ""
