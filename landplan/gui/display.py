"""What the map shows: a colour and a mark for every parcel, and the legend that explains them. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from weakref import WeakKeyDictionary

import numpy as np

from landplan.core.kernels.display import EXCLUDED, PLAIN, RESTRICTED, UNKNOWN, Colours, Flags
from landplan.core.kernels.ramp import ramped
from landplan.core.layers import Float, Int, Layer, among
from landplan.core.messages import pick, text
from landplan.core.policy import CLASSES
from landplan.core.results import Results
from landplan.core.survey import Surveyed
from landplan.core.tables import OptionTable, Portfolio
from landplan.export.drawing.colours import ELSEWHERE, MODEL_HUES, PATH_HUES, SURVEY_HUES, year_area

Theme = Literal["model", "score", "path", "year", "survey", "often"]
OFTEN_HUES = ("4A1E6B", "9B6BB8", "D9C4E6")
"""In every one of the plans as good, in most of them, in some: each paler than the one before, in grey print too."""

RAMP = ("00224E", "2A3F6D", "575C6D", "7D7C78", "A69D75", "D3C164", "FEE838")
"""Low to high: even for the eye, the same order in grey print and for colour-blind eyes."""
BARE = "F4F5F6"
"""Under the marks of restricted, unknown and excluded parcels, on a light ground."""
_STEPS = 256
_MARK_OF = np.array([PLAIN, RESTRICTED, UNKNOWN], np.uint8)
"""By status: allowed, restricted, unknown."""


@dataclass(frozen=True, slots=True)
class Display:
    """What is asked for: the recommended model, the score of one model, the path or the start year of the plan,
    the class of the performance survey, how often the parcel is in plans as good as the best."""

    theme: Theme = "model"
    model: str = ""
    """Whose score; "": the best score of each parcel."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the legend: its class in `Painting.classes`, its look, and how many parcels have it."""

    key: int
    name: str
    colour: str
    mark: int
    count: int


@dataclass(frozen=True, eq=False)
class Painting:
    """The answer: classes (n,) of the legend's entries, colours (n,) 0xAARRGGBB, marks (n,).

    values (n,): what the ramp shows from `low` to `high`, NaN where nothing is known; None where the classes say all.
    """

    title: str
    classes: Int
    colours: Colours
    marks: Flags
    entries: tuple[Entry, ...]
    values: Float | None = None
    low: float = 0.0
    high: float = 1.0


def argb(colour: str) -> int:
    """0xFFRRGGBB of RRGGBB."""
    return 0xFF000000 | int(colour, 16)


def ramp() -> Colours:
    """(256,) the colours of scores 0 … 1."""
    stops = np.array([[int(colour[k : k + 2], 16) for k in (0, 2, 4)] for colour in RAMP], np.float64)
    at, places = np.linspace(0.0, 1.0, _STEPS), np.linspace(0.0, 1.0, len(RAMP))
    red, green, blue = (np.round(np.interp(at, places, stops[:, k])).astype(np.uint32) for k in range(3))
    return np.asarray(np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue, np.uint32)


_RAMP = ramp()


def painting(
    display: Display,
    results: Results,
    options: OptionTable | None = None,
    plan: Portfolio | None = None,
    bare: str = BARE,
    live: Float | None = None,
    survey: Surveyed | None = None,
    often: Float | None = None,
) -> Painting:
    """How the parcels look in this display; a path or year display without a plan shows none chosen.

    bare: the colour under marks. live (n,): scores of the model shown, newer than those of `results`. survey: the classes A to D.
    often (n,): in what share of the plans as good each parcel is.
    """
    if display.theme == "score":
        return _by_score(display, results, bare, live)
    if display.theme == "survey":
        return _by_class(results, survey, bare)
    if display.theme == "often":
        return _by_often(results, often, bare)
    if display.theme == "model":
        return _by_model(results, bare)
    return _by_plan(display, results, options, plan, bare)


def excluded(results: Results) -> Any:
    """(n,) whether the planner has put the parcel on the must-not list; the last answer is kept, for texts are slow."""
    listed = results.recipe.choose.must_not if results.recipe.choose else ()
    ids = results.scores.ids
    if not listed:
        return np.zeros(len(ids), bool)
    parcels = results.layers.parcels
    if parcels not in _excluded or _excluded[parcels][0] != listed:
        _excluded[parcels] = (listed, among(ids, listed))
    return _excluded[parcels][1]


_excluded: WeakKeyDictionary[Layer, tuple[tuple[str, ...], Any]] = WeakKeyDictionary()


def _by_model(results: Results, bare: str) -> Painting:
    scores, k = results.scores, len(results.scores.models)
    titles = {model.id: pick(model.title) for model in results.scheme.models}
    classes = np.where(scores.recommended >= 0, scores.recommended, np.where(scores.restricted, k, k + 1)).astype(np.int64)
    classes[excluded(results)] = k + 2
    looks = [(titles[id], MODEL_HUES[m % len(MODEL_HUES)], PLAIN) for m, id in enumerate(scores.models)]
    return _classed(text("display_model"), classes, [*looks, *_states(bare)])


def _by_score(display: Display, results: Results, bare: str, live: Float | None) -> Painting:
    scores = results.scores
    if display.model in scores.models:
        k = scores.models.index(display.model)
        values, status = scores.score[:, k] if live is None else live, scores.status[:, k]
        name = next(pick(model.title) for model in results.scheme.models if model.id == display.model)
        states = _MARK_OF[status]
    else:
        values, name = scores.best_score, text("display_best")
        states = np.where(scores.restricted, np.uint8(RESTRICTED), np.uint8(PLAIN))
    states[excluded(results)] = EXCLUDED
    return scored(text("display_score", {"model": name}), values, states, bare)


def scored(title: str, values: Float, states: Flags, bare: str) -> Painting:
    """Scores on the ramp; where there is none, the marks alone. states (n,): 0, RESTRICTED, UNKNOWN or EXCLUDED."""
    found = ramped(values, states, _RAMP, argb(bare))
    looks = [(text("display_scored"), "", PLAIN), *_states(bare)]
    entries = tuple(Entry(c, *look, int(found.counts[c])) for c, look in enumerate(looks))
    marks = found.classes.astype(np.uint8)  # the classes after the first are numbered as their marks
    return Painting(title, found.classes, found.colours, marks, entries, found.shown, found.low, found.high)


def _by_class(results: Results, survey: Surveyed | None, bare: str) -> Painting:
    title = text("display_survey")
    if survey is None or len(survey.code) != len(results.scores):
        return _classed(title, np.zeros(len(results.scores), np.int64), [(text("display_survey_none"), bare, PLAIN)])
    k = len(CLASSES)
    named = {grade: pick(one.title) for grade, one in survey.survey.disposal.items()}
    looks = [(_class_words(grade, named.get(grade, "")), SURVEY_HUES[c], PLAIN) for c, grade in enumerate(CLASSES)]
    classes = np.where(survey.code >= 0, survey.code, k).astype(np.int64)
    return _classed(title, classes, [*looks, (text("survey_open"), bare, UNKNOWN)])


def _by_often(results: Results, often: Float | None, bare: str) -> Painting:
    title = text("display_often")
    if often is None or len(often) != len(results.scores):
        return _classed(title, np.zeros(len(results.scores), np.int64), [(text("display_often_none"), bare, PLAIN)])
    looks = [(text(f"display_often_{id}"), hue, PLAIN) for id, hue in zip(("all", "most", "some"), OFTEN_HUES, strict=True)]
    rest = [(text("display_often_never"), _elsewhere(bare), PLAIN), (text("sheet_excluded"), bare, EXCLUDED)]
    classes = np.select([often == 1, often >= 0.5, often > 0, ~excluded(results)], [0, 1, 2, 3], 4).astype(np.int64)
    return _classed(title, classes, [*looks, *rest])


def _elsewhere(bare: str) -> str:
    """Under parcels that no plan takes."""
    return str(ELSEWHERE.fill) if bare == BARE else bare


def _class_words(grade: str, disposal: str) -> str:
    words = {"class": grade, "disposal": disposal}
    return text("survey_card_class", words) if disposal else text("survey_panel_of", words)


def _by_plan(display: Display, results: Results, options: OptionTable | None, plan: Portfolio | None, bare: str) -> Painting:
    scheme = results.scheme
    chosen = np.full(len(results.scores), -1, np.int64)
    if display.theme == "path":
        looks = [(pick(path.title), PATH_HUES[p % len(PATH_HUES)], PLAIN) for p, path in enumerate(scheme.paths)]
        if options is not None and plan is not None:
            position = {path.id: p for p, path in enumerate(scheme.paths)}
            own = np.array([position[id] for id in options.paths])
            chosen[options.parcel[plan.option]] = own[options.path[plan.option]]
    else:
        years = [int(year) for year in plan.years] if plan is not None else []
        looks = [(str(year), str(year_area(k, len(years)).fill), PLAIN) for k, year in enumerate(years)]
        if options is not None and plan is not None:
            chosen[options.parcel[plan.option]] = np.searchsorted(years, plan.start_year)
    k = len(looks)
    classes = np.where(chosen >= 0, chosen, np.where(excluded(results), k + 1, k))
    rest = [
        (text("sheet_not_chosen"), _elsewhere(bare), PLAIN),
        (text("sheet_excluded"), bare, EXCLUDED),
    ]
    return _classed(text(f"display_{display.theme}"), classes, [*looks, *rest])


def _states(bare: str) -> list[tuple[str, str, int]]:
    marks = {"state_restricted": RESTRICTED, "state_unknown": UNKNOWN, "sheet_excluded": EXCLUDED}
    return [(text(id), bare, mark) for id, mark in marks.items()]


def _classed(title: str, classes: Int, looks: list[tuple[str, str, int]]) -> Painting:
    palette = np.array([argb(colour) for _name, colour, _mark in looks], np.uint32)
    marks = np.array([mark for _name, _colour, mark in looks], np.uint8)
    counts = np.bincount(classes, minlength=len(looks))
    entries = tuple(Entry(c, *look, int(counts[c])) for c, look in enumerate(looks))
    return Painting(title, classes, palette[classes], marks[classes], entries)
