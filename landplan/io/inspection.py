"""What a file holds and what is wrong with it, before anything is computed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from landplan.core.crs import is_plane, parsed
from landplan.core.crs_code import shown_code
from landplan.core.errors import InputError, Issue
from landplan.core.messages import catalogue, language, text
from landplan.core.progress import Progress, silent
from landplan.core.recipe import LayerInput
from landplan.io import apart
from landplan.io.archive import unpacked
from landplan.io.files import kind
from landplan.io.fix_command import fix_command, remedy
from landplan.io.layer_card import layer_card
from landplan.io.raster import raster_card
from landplan.io.raw_layer import crs_text, lacks_memory
from landplan.io.vector import list_layers, read_raw
from landplan.io.zip_layers import rasters_in

_EACH = 10
"""Up to so many rows with the same fault are told of one by one."""


def inspect(path: Path, *, encoding: str | None = None, crs: str | None = None, progress: Progress = silent) -> dict[str, Any]:
    """A file as plain data: {"path", "layers": […], "warnings": […]} or {"path", "raster": {…}, "warnings": […]}.

    A layer: name, features (rows of the file, counted a second way), geometry, crs ("EPSG:4549", "custom" or None),
    encoding, area_m2 (on the ellipsoid; None without polygons or a usable CRS), invalid, fields, sample (first 20 rows), and
    beside area_m2 planar_m2 (in its own CRS; None in degrees) and declared_m2 (of a field that states areas). A
    warning: code, weight (note, data, blocks), where, message, fix, remedy (fix and crs for `convert`, None where there is
    none). crs is taken in place of what the file declares. InputError in one line when the file is unreadable. All
    is looked at in a process of its own; progress may end it.
    """
    format = kind(path)
    if not apart.inside():
        card: dict[str, Any] = apart.apart("inspect", path, {"encoding": encoding, "crs": crs}, progress=progress)
        return card
    if crs is not None and not is_plane(crs):
        parsed(crs)
    if format == "raster":
        return _raster(path, crs)
    layers, warnings, lost = [], [], []
    try:
        names = list_layers(path)
    except InputError as error:
        if error.id != "zip_of_rasters":
            raise
        return _raster_in_zip(path, crs)
    for name in names:
        try:
            raw = read_raw(path, LayerInput(path=str(path), layer=name, encoding=encoding), name)
        except InputError as error:
            if len(names) == 1 or lacks_memory(error):
                raise
            lost.append(error)
            warnings.append(warning(Issue("layer_unreadable", name, values={"reason": text(error.id, error.values)})))
            continue
        raw = raw if crs is None else replace(raw, crs=crs if is_plane(crs) else crs_text(crs))
        with np.errstate(all="ignore"):
            facts, issues = layer_card(raw)
        layers.append(facts)
        warnings += _warnings(path, issues, name, len(names) > 1)
    if not layers:
        raise lost[0] if lost else InputError("no_layers", path.name)
    return {"path": str(path), "layers": layers, "warnings": warnings}


def warning(issue: Issue, command: str = "") -> dict[str, Any]:
    """An Issue as plain data; `fix` says what can be done and the command that does it, "" where the message says it all."""
    where = issue.layer if issue.row < 0 else f"{issue.layer} #{issue.row + 1}"
    fix = f"{issue.id}_fix"
    said = [text(fix, issue.values)] if fix in catalogue(language()) else []
    said += [text("fix_by_command", {"command": command})] if command else []
    return {
        "code": issue.id,
        "weight": issue.weight,
        "where": where,
        "message": issue.text(),
        "fix": " ".join(said),
        "remedy": remedy(issue),
    }


def _warnings(path: Path, issues: list[Issue], layer: str, one_of_many: bool) -> list[dict[str, Any]]:
    """A warning for each Issue; many rows with the same fault are one, that says how many and shows the first."""
    alike: dict[str, list[Issue]] = {}
    for number, issue in enumerate(issues):
        alike.setdefault(issue.id if issue.row >= 0 else f"{issue.id} {number}", []).append(issue)
    told = []
    for several in alike.values():
        each = [warning(issue, fix_command(path, issue, layer if one_of_many else None)) for issue in several[:_EACH]]
        if len(several) > _EACH:
            first = f"{each[0]['where']}: {each[0]['message']}"
            each = [{**each[0], "where": layer, "message": text("inspect_many", {"n": len(several), "first": first})}]
        told += each
    return told


def _raster(path: Path, crs: str | None) -> dict[str, Any]:
    facts, declared, issues = raster_card(path, crs)
    told = [{**warning(issue), "remedy": None} for issue in issues]  # `convert` does not write rasters
    return {"path": str(path), "raster": {**facts, "crs": shown_code(declared)}, "warnings": told}


def _raster_in_zip(path: Path, crs: str | None) -> dict[str, Any]:
    """The first raster of a zip that holds nothing else; it is to be unpacked before it is used."""
    with unpacked(path) as folder:
        files = rasters_in(folder)
        card = _raster(files[0], crs)
    issue = Issue("raster_in_zip", path.stem, values={"file": files[0].name, "n": len(files)})
    return {**card, "path": str(path), "warnings": [{**warning(issue), "remedy": None}, *card["warnings"]]}
