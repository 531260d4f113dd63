"""Parcels on the map: by recommended model, by renewal path, by start year; those of the plan outlined and lettered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from landplan.core.layers import Float, Int, among
from landplan.core.messages import pick, text
from landplan.core.results import Results
from landplan.export.decision_words import decision_facts
from landplan.export.drawing import colours
from landplan.export.drawing.furniture import Entry
from landplan.export.drawing.records import Area, MapFrame
from landplan.export.sheets.features import Drawn, Named, areas, entries_of, features_of, lines

Theme = Literal["models", "paths", "years"]
MODELS, STATES, PLAN = "sheet_section_models", "sheet_section_states", "sheet_section_plan"
SWATCH = Area("ECEDEF", "stripes", colours.HAIRLINE)
"""Fragile decisions in the legend, on a ground that is no model's."""
DARK_LIGHT = (Area("8A9099", None, colours.HAIRLINE), Area("E3E5E8", None, colours.HAIRLINE))


@dataclass(frozen=True, eq=False)
class ParcelStates:
    """What every parcel (n,) is on a map: `model` recommended or −1; restricted for every model, excluded by the planner;
    `path` and `year` chosen or −1; `planned_model` or −1."""

    model: Int
    restricted: Any
    excluded: Any
    path: Int
    year: Int
    planned_model: Int
    models: tuple[str, ...]
    paths: tuple[str, ...]
    years: tuple[int, ...]

    @property
    def chosen(self) -> Any:
        """(n,) whether the plan renews the parcel."""
        return self.path >= 0

    @property
    def base(self) -> Int:
        """(n,) position of each parcel in models, then restricted, unknown, excluded."""
        k = len(self.models)
        rest = np.where(self.restricted, k, k + 1)
        return np.asarray(np.where(self.excluded, k + 2, np.where(self.model >= 0, self.model, rest)), np.int64)


def parcel_states(results: Results) -> ParcelStates:
    """The states of the parcels of a project."""
    scores, scheme, lang = results.scores, results.scheme, results.lang
    n = len(scores)
    path, year, planned = (np.full(n, -1, np.int64) for _ in range(3))
    options, plan = results.options, results.portfolio
    if options is not None and plan is not None:
        rows = options.parcel[plan.option]
        path[rows], year[rows], planned[rows] = options.path[plan.option], plan.start_year, options.model[plan.option]
    left_out = results.recipe.choose.must_not if results.recipe.choose else ()
    titles = {model.id: pick(model.title, lang) for model in scheme.models}
    return ParcelStates(
        scores.recommended.astype(np.int64),
        scores.restricted,
        among(scores.ids, left_out),
        path,
        year,
        planned,
        tuple(titles[id] for id in scores.models),
        tuple(pick(one.title, lang) for one in scheme.paths),
        tuple(sorted({int(value) for value in year[year >= 0]})) if plan is None else tuple(int(value) for value in plan.years),
    )


def overview_drawn(results: Results, states: ParcelStates, theme: Theme, frame: MapFrame) -> Drawn:
    """All parcels under one theme."""
    lang, layer = results.lang, results.layers.parcels
    excluded = (colours.EXCLUDED, text("sheet_excluded", lang=lang))
    if theme == "models":
        looks = [(colours.model_area(k), name) for k, name in enumerate(states.models)]
        rest, classes, section = _states(lang), states.base, MODELS
    else:
        year = np.searchsorted(states.years, states.year)
        looks = (
            [(colours.path_area(k), name) for k, name in enumerate(states.paths)]
            if theme == "paths"
            else [(colours.year_area(k, len(states.years)), str(one)) for k, one in enumerate(states.years)]
        )
        rest = [(colours.ELSEWHERE, text("sheet_not_chosen", lang=lang)), excluded]
        own = states.path if theme == "paths" else year
        classes = np.where(states.chosen, own, len(looks) + states.excluded)
        section = f"sheet_section_{theme}"
    palette = tuple(area for area, _ in (*rest, *looks))
    turned = np.where(classes < len(looks), classes + len(rest), classes - len(looks))  # what is coloured is painted last
    drawn, counts = areas(frame, features_of(layer, turned), palette)
    named = [name for _, name in (*rest, *looks)]
    entries = entries_of(section, palette[len(rest) :], named[len(rest) :], counts[len(rest) :], counted=True)
    entries += entries_of(STATES, palette[: len(rest)], named[: len(rest)], counts[: len(rest)], counted=True)
    return Drawn("sheet_layer_parcels", (drawn,), tuple(entries))


def fragile_drawn(results: Results, frame: MapFrame) -> Drawn:
    """Stripes over the parcels whose recommendation hangs on the weights, where the recipe asks for them."""
    found, facts = results.decisions(), decision_facts(results)
    if found is None:
        return Drawn("sheet_layer_fragile")
    drawn, counts = areas(frame, features_of(results.layers.parcels, np.where(found.fragile, 0, -1)), (colours.FRAGILE,))
    name = text("sheet_fragile", facts, results.lang)
    return Drawn("sheet_layer_fragile", (drawn,), tuple(entries_of(STATES, (SWATCH,), (name,), counts, counted=True)))


def zone_drawn(results: Results, states: ParcelStates, inside: Any, frame: MapFrame) -> Drawn:
    """The parcels of a zone (inside (n,)) by model, those not in the plan stepped back; all others grey."""
    lang, k = results.lang, len(states.models)
    rest = [(colours.ELSEWHERE, text("sheet_elsewhere", lang=lang)), *_states(lang)]
    full = tuple(colours.model_area(m) for m in range(k))
    planned = results.portfolio is not None
    palette = (*(area for area, _ in rest), *(colours.muted(area) for area in full), *full)
    base, ahead = states.base, len(rest)
    own = np.where(base < k, ahead + base + k * (states.chosen | (not planned)), base - k + 1)
    drawn, counts = areas(frame, features_of(results.layers.parcels, np.where(inside, own, 0)), palette)
    light, dark = counts[ahead : ahead + k], counts[ahead + k :]
    entries: list[Named] = []
    for m, name in enumerate(states.models):
        if not light[m] + dark[m]:
            continue
        both: tuple[Area, ...] = (*([full[m]] if dark[m] else []), *([colours.muted(full[m])] if light[m] else []))
        count = f"{dark[m]:,} / {light[m] + dark[m]:,}" if planned else f"{dark[m]:,}"
        entries.append((f"{MODELS}_plan" if planned else MODELS, Entry(both, name, count)))
    entries += entries_of(
        STATES, [area for area, _ in (*rest[1:], rest[0])], _names(rest), np.roll(counts[:ahead], -1), counted=True
    )
    if dark.any() and light.any():
        entries.append((PLAN, Entry(DARK_LIGHT, text("sheet_muted", lang=lang))))
    return Drawn("sheet_layer_parcels", (drawn,), tuple(entries))


def plan_drawn(results: Results, states: ParcelStates, inside: Any, frame: MapFrame) -> Drawn:
    """The outlines of the zone's parcels in the plan, and the lines of the legend that explain their lettering."""
    wanted = states.chosen & inside
    layer = results.layers.parcels
    drawn, counts = lines(frame, features_of(layer, np.where(wanted, 0, -1)), (colours.CHOSEN,))
    if not counts[0]:
        return Drawn("sheet_layer_plan")
    has = wanted & (np.diff(layer.geometry.row) > 0)
    outline = Area(None, None, colours.CHOSEN)
    entries: list[Named] = [(PLAN, Entry(outline, text("sheet_chosen", lang=results.lang), f"{counts[0]:,}"))]
    for p, name in enumerate(states.paths):
        n = int((has & (states.path == p)).sum())
        entries += [(PLAN, Entry(path_code(p), name, f"{n:,}"))] if n else []
    example = plan_code(states, int(np.flatnonzero(has)[0]))
    entries.append((PLAN, Entry(example, text("sheet_code", lang=results.lang))))
    return Drawn("sheet_layer_plan", (drawn,), tuple(entries))


def path_code(path: int) -> str:
    """The letter of a path: A for the first of the scheme; two letters after Z."""
    return chr(65 + path) if path < 26 else chr(64 + path // 26) + chr(65 + path % 26)


def plan_code(states: ParcelStates, row: int) -> str:
    """What is lettered on a parcel of the plan: its path and the last two digits of its start year, A27."""
    return f"{path_code(int(states.path[row]))}{int(states.year[row]) % 100:02d}"


def counts_by(states: Int, size: int) -> list[int]:
    """How many parcels have each value from 0 to size − 1."""
    return [int(n) for n in np.bincount(states[states >= 0], minlength=size)]


def id_prefix(ids: Sequence[str] | Any) -> str:
    """What all parcel ids begin with, up to a sign that is no letter or digit: "JD-"; "" where they share nothing."""
    if len(ids) < 2:
        return ""
    first, last = min(map(str, ids)), max(map(str, ids))
    shared = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    cut = max((n for n, letter in enumerate(first[:shared], 1) if not letter.isalnum()), default=0)
    return first[:cut]


def lettering_places(shapes: Any) -> tuple[Float, Float, Float]:
    """Where lettering stands best in n surfaces: (n, 2) places, and (n,) the room across and upright about them, metres.

    The centre of the largest circle inside, moved to the middle of the level chord through it unless that narrows it.
    """
    import shapely

    tolerance = np.sqrt(shapely.area(shapes)) * 0.02 + 0.01
    circles = shapely.maximum_inscribed_circle(shapes, tolerance)
    centre = shapely.get_coordinates(shapely.get_point(circles, 0))
    west, south, east, north = shapely.bounds(shapes).T
    low, high = _chord(shapes, np.stack([west - 1, centre[:, 1], east + 1, centre[:, 1]], -1), centre, 0)
    moved = np.column_stack([(low + high) / 2, centre[:, 1]])
    level = 2 * np.minimum(high - centre[:, 0], centre[:, 0] - low), high - low
    upright = []
    for at in (centre, moved):
        foot, top = _chord(shapes, np.stack([at[:, 0], south - 1, at[:, 0], north + 1], -1), at, 1)
        upright.append(2 * np.minimum(top - at[:, 1], at[:, 1] - foot))
    better = np.minimum(level[1], 3 * upright[1]) >= np.minimum(level[0], 3 * upright[0])
    places = np.where(better[:, None], moved, centre)
    return places, np.where(better, level[1], level[0]), np.where(better, upright[1], upright[0])


def _chord(shapes: Any, ends: Float, at: Float, axis: int) -> tuple[Float, Float]:
    """Where a line through a point of a surface enters and leaves it: (n,) lower and upper coordinate along an axis."""
    import shapely

    cut = shapely.intersection(shapely.linestrings(ends.reshape(-1, 2, 2)), shapes)
    parts, of = shapely.get_parts(cut, return_index=True)
    through = shapely.distance(parts, shapely.points(at[of])) < 1e-6
    parts, of = parts[through], of[through]
    bounds = shapely.bounds(parts)
    low, high = at[:, axis].copy(), at[:, axis].copy()
    np.minimum.at(low, of, bounds[:, axis])
    np.maximum.at(high, of, bounds[:, axis + 2])
    return low, high


def _states(lang: str) -> list[tuple[Area, str]]:
    looks = ((colours.RESTRICTED, "restricted"), (colours.UNKNOWN, "undetermined"), (colours.EXCLUDED, "excluded"))
    return [(area, text(f"sheet_{word}", lang=lang)) for area, word in looks]


def _names(rest: list[tuple[Area, str]]) -> list[str]:
    return [name for _, name in (*rest[1:], rest[0])]
