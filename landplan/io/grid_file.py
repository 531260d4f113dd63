"""The grids a user keeps, in a readable file of the user's own settings; everything else carries only their names."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from landplan.core.crs import GRID, PLANE, check_measuring_crs, is_grid, is_plane, parsed, plane_name, same
from landplan.core.crs_code import settled_crs
from landplan.core.crs_names import crs_word, is_code
from landplan.core.errors import ExportError, InputError, Issue, suggestion
from landplan.core.grids import Grid, Grids, PlaneGrid, TextGrid, between
from landplan.core.layers import Float
from landplan.core.messages import text
from landplan.core.paths import settings_file
from landplan.core.recipe import Recipe
from landplan.io.files import replacing
from landplan.io.placement import implausible
from landplan.io.toml_model import checked, toml_data, toml_text

_LONGEST_NAME = 60
_met: dict[Path, dict[str, Grid]] = {}
"""Grids given as text since the process began, by the file they would be kept in."""


def grids_file() -> Path:
    """Where the grids are kept."""
    return settings_file("grids.toml")


def kept_grids() -> dict[str, Grid]:
    """The user's grids by name, and those this process has met; none where nothing is kept.

    SchemeError with the line when the file is damaged.
    """
    return {**_met.get(grids_file(), {}), **_filed()}


def keep_grid(name: str, grid: Grid) -> Path:
    """Keep a grid under a name, in place of an older one of that name; the file, written whole."""
    _check_name(name)
    return _write({**_filed(), name: grid})


def forget_grid(name: str) -> Path:
    """Keep a grid no longer; InputError when there is none of that name."""
    grids = kept_grids()
    if name not in grids:
        raise InputError("grid_not_kept", name=name, nearest=suggestion(name, grids))
    _met.get(grids_file(), {}).pop(name, None)
    return _write({other: grid for other, grid in _filed().items() if other != name})


def grid_named(crs: str, where: str) -> Grid:
    """The grid of `grid:NAME`; InputError that says how to add it where it is not kept on this machine."""
    name = plane_name(crs)
    grids = kept_grids()
    if name not in grids:
        raise InputError("grid_not_here", where, name=name)
    return grids[name]


def moved(xy: Float, source: str, target: str, where: str) -> Float:
    """(v, 2) coordinates, x east and y north, from a CRS or `grid:NAME` to another.

    InputError when a vertex has no image, a grid is not kept here, or one of the two is an unnamed plane. Nothing moves where
    a file's own declaration is the grid, by its figures or, where these are not kept here, by its name.
    """
    if source == target:
        return xy
    if any(crs.startswith(PLANE) for crs in (source, target)):
        raise InputError("plane_cannot_reproject", where, source=crs_word(source), target=crs_word(target))
    if declares(source, target) or declares(target, source):
        return xy
    start, goal = (grid_named(crs, where) if is_grid(crs) else crs for crs in (source, target))
    return between(xy, start, goal, where)


def doubts(role: str, xy: Float, declared: str) -> tuple[Issue, ...]:
    """What is implausible about coordinates in a CRS or `grid:NAME`, where its figures are those of a CRS and kept here."""
    grid = kept_grids().get(plane_name(declared)) if is_grid(declared) else None
    if not isinstance(grid, TextGrid):
        return implausible(xy, declared, role)
    found = implausible(xy, grid.to, role)
    return tuple(replace(one, values={**one.values, "crs": declared}) for one in found)


def declares(declared: str, grid: str) -> bool:
    """Whether a CRS that a file declares is the grid of `grid:NAME`: the same figures, or the same name where these are not
    kept here."""
    if not is_grid(grid) or is_plane(declared):
        return False
    known = kept_grids().get(plane_name(grid))
    if known is None:
        return plane_name(grid) in _names(declared)
    return isinstance(known, TextGrid) and same(declared, known.to)


def grid_issues(role: str, before: Float, after: Float, source: str, target: str) -> tuple[Issue, ...]:
    """How good the coordinates are that came through a grid: what it was fitted to, and whether they lie far from that."""
    if source == target or declares(source, target) or declares(target, source):
        return ()
    issues = []
    for crs, here in ((source, before), (target, after)):
        if not is_grid(crs):
            continue
        grid = grid_named(crs, role)
        facts: dict[str, object] = {"grid": plane_name(crs), "source": crs_word(source), "target": crs_word(target)}
        if isinstance(grid, TextGrid):
            issues.append(Issue("grid_used", role, "note", values=facts))
            continue
        facts |= {"model": grid.model, "n": grid.points, "rmse_mm": "–" if grid.rmse_mm is None else grid.rmse_mm}
        issues.append(Issue("grid_used_fitted", role, "note", values=facts))
        if beyond := grid.beyond(here):
            issues.append(Issue("grid_beyond", role, values={"grid": plane_name(crs), "n": beyond}))
    return tuple(issues)


def named(crs: str | None, *, keep: bool = True) -> str | None:
    """A CRS as a recipe, project or package may carry it: a code, a plane, or a grid by name.

    The parameters of any other are kept in the user's settings, under the name it gives itself or one made from its content;
    without `keep` only while the process lives (see `keep_met`). InputError when it is no CRS.
    """
    if crs is None or is_plane(crs) or is_code(crs):
        return crs
    settled = _settled(crs)
    if settled is not None and is_code(settled):
        return settled
    grid = text_grid(crs)
    kept = kept_grids()
    for name, one in kept.items():
        if isinstance(one, TextGrid) and same(one.to, grid.to):
            if keep:
                keep_met([f"{GRID}{name}"])
            return f"{GRID}{name}"
    name = next(name for name in _names(crs) if name not in kept)
    _met.setdefault(grids_file(), {})[name] = grid
    if keep:
        keep_met([f"{GRID}{name}"])
    return f"{GRID}{name}"


def keep_met(names: Iterable[str | None]) -> None:
    """Keep those of `grid:NAME` that this process has met in the user's settings as well.

    Where these cannot be written, what is done now goes on; a later process says the name that it misses.
    """
    met, filed = _met.get(grids_file(), {}), _filed()
    wanted = {name: met[name] for one in names if one is not None and (name := plane_name(one)) in met and name not in filed}
    if wanted:
        with suppress(ExportError):
            _write({**filed, **wanted})


def text_grid(crs: str) -> TextGrid:
    """A grid from its PROJ string or WKT; InputError when it is no CRS."""
    system = parsed(crs)
    return TextGrid(proj=crs.strip()) if "+proj=" in crs or "+init=" in crs else TextGrid(wkt=str(system.to_wkt()))


def grid_facts(name: str, grid: Grid) -> dict[str, Any]:
    """What a list shows of a grid; not its parameters."""
    if isinstance(grid, TextGrid):
        return {"name": name, "kind": "text"}
    return {
        "name": name,
        "kind": "fitted",
        "model": grid.model,
        "to": crs_word(grid.to),
        "n": grid.points,
        "rmse_mm": grid.rmse_mm,
    }


def named_recipe(recipe: Recipe, where: str) -> Recipe:
    """The recipe with every CRS by code or name; InputError when it is to be measured in one that is not in metres."""
    kept = not is_grid(recipe.crs) or plane_name(recipe.crs) in kept_grids()
    crs = check_measuring_grid(recipe.crs, f"{where} crs") if kept else recipe.crs
    layers = {role: named(spec.crs) for role, spec in recipe.layers.items()}
    if named(crs) == recipe.crs and all(spec.crs == layers[role] for role, spec in recipe.layers.items()):
        return recipe
    specs = {
        role: spec if spec.crs == layers[role] else spec.model_copy(update={"crs": layers[role]})
        for role, spec in recipe.layers.items()
    }
    return recipe.model_copy(update={"crs": named(crs), "layers": specs})


def check_measuring_grid(crs: str, where: str) -> str:
    """The CRS when it can be measured in; InputError when it is a grid that is not kept here, or one in degrees or feet."""
    if not is_grid(crs):
        return check_measuring_crs(crs, where)
    grid = grid_named(crs, where)
    if not isinstance(grid, PlaneGrid):
        check_measuring_crs(grid.to if isinstance(grid, TextGrid) else grid.source, where)
    return crs


@cache
def _settled(crs: str) -> str | None:
    """`settled_crs`, which looks through all registered systems for one without a code: a second each time."""
    return settled_crs(crs)


def _filed() -> dict[str, Grid]:
    path = grids_file()
    return dict(checked(Grids, toml_data(path), str(path)).grids) if path.is_file() and path.stat().st_size else {}


def _write(grids: dict[str, Grid]) -> Path:
    path = grids_file()
    with replacing(path) as draft:
        draft.write_text(_toml(grids), encoding="utf-8", newline="\n")
        draft.chmod(0o600)
    return path


def _toml(grids: dict[str, Grid]) -> str:
    """One table a grid, so that people can read and change it."""
    parts = [f"# {text('grids_head')}\n"]
    for name, grid in sorted(grids.items()):
        parts.append(f'[grids."{name}"]\n{toml_text(grid)}')
    return "\n".join(parts)


def _check_name(name: str) -> None:
    plain = name == name.strip() and 0 < len(name) <= _LONGEST_NAME and name.isprintable() and "+" not in name
    if not plain or any(mark in name for mark in "\"'[]{}=\\/:"):
        raise InputError("grid_name_odd", name=name[:_LONGEST_NAME], most=_LONGEST_NAME)


def _names(crs: str) -> tuple[str, ...]:
    """The names its grid may be kept under, the likeliest first: that it gives itself, else one made from its content."""
    mark = hashlib.sha256(text_grid(crs).to.encode()).hexdigest()[:6]
    name = unicodedata.normalize("NFC", str(parsed(crs).name))
    plain = "".join(ch if ch.isalnum() or ch in "-_.() " else "_" for ch in name).strip()[: _LONGEST_NAME - 7].strip()
    if plain.lower() in ("unknown", "unnamed", "undefined", ""):
        return (f"own-{mark}",)
    return plain, f"{plain}-{mark}"
