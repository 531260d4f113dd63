"""What opening layers would give, before they are opened: fields, CRS, whether a portfolio can be chosen. No Qt here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from landplan.app.starting_recipe import LOCAL_PLANE, asked, file_and_layer, lacking, starting_recipe
from landplan.core.crs import is_plane
from landplan.core.crs_names import crs_title
from landplan.core.errors import LandplanError
from landplan.core.messages import text
from landplan.gui.plan_words import field_titles

_SAID_HERE = {"start_crs_missing": "open_layers_crs_missing", "crs_conflicts": "open_layers_crs_conflicts"}
"""Errors whose sentence names an option of the command line, by the sentence that names the field of the dialog."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the planner has chosen: files (or FILE::LAYER), more layers as ROLE=PATH, and a CRS ("" for that of the file)."""

    parcels: Path
    zones: Path | None = None
    layers: tuple[str, ...] = ()
    crs: str = ""
    encodings: Mapping[str, str] = field(default_factory=dict)
    """Role → the encoding that was chosen."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What was understood. rows: meaning, unit, source column. suggestion: a CRS to try, "" for none."""

    rows: tuple[tuple[str, str, str], ...] = ()
    other: tuple[str, ...] = ()
    crs: str = ""
    lacks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    suggestion: str = ""
    several: Mapping[Path, tuple[str, ...]] = field(default_factory=dict)
    """The layers of every file that has several."""
    wrong: str = ""
    """Why the layers cannot be opened; "" where they can."""


def preview(wish: Wish) -> Preview:
    """Look at the layers without opening them; what is wrong is one sentence, not an error."""
    parcels, several = file_and_layer(wish.parcels)[0], dict[Path, tuple[str, ...]]()
    try:
        wanted = replace(asked(wish.parcels, wish.zones, wish.layers, None, wish.crs or None), encodings=wish.encodings)
        several = _several(wanted.layers.values())
        start = starting_recipe(wanted, parcels.resolve().parent)
    except LandplanError as error:
        said = _SAID_HERE.get(error.id)
        wrong = text(said, {"file": parcels.name, **error.values}) if said else str(error)
        return Preview(wrong=wrong, suggestion=str(error.values.get("suggestion", "")), several=several)
    titles = field_titles()
    rows = tuple((*titles.get(name, (name, "")), source) for name, source in start.matched.items())
    lacks = tuple(titles[name][0] for name in lacking(start.matched))
    if "zones" not in start.recipe.layers:
        lacks = (*lacks, text("zones_layer"))
    crs = start.recipe.crs
    in_plane = crs == LOCAL_PLANE
    notes = (text("open_layers_plane"),) if in_plane else (text("said_planar", {"crs": crs_title(crs)}),) if is_plane(crs) else ()
    return Preview(rows, start.other, start.recipe.crs, lacks, notes, start.likely_crs if in_plane else "", several)


def _several(files: Iterable[Path]) -> dict[Path, tuple[str, ...]]:
    from landplan.io.vector import list_layers

    found: dict[Path, tuple[str, ...]] = {}
    for file in dict.fromkeys(files):
        if file.exists():
            with suppress(LandplanError):  # said when the file is read
                found[file] = list_layers(file)
    return {file: names for file, names in found.items() if len(names) > 1}


def odd_roles(roles: Sequence[str]) -> tuple[str, ...]:
    """Roles that cannot be: not a plain name, taken by parcels or zones, or standing twice."""
    taken = {"parcels", "zones"}
    odd = []
    for role in roles:
        if role in taken or not (role.isascii() and role.isidentifier()):
            odd.append(role)
        taken.add(role)
    return tuple(odd)
