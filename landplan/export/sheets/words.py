"""Texts of a sheet that are more than a look-up: coordinate system, stamp, notes, project."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from landplan.core.crs import is_plane, parsed
from landplan.core.crs_names import crs_title
from landplan.core.messages import pick, text
from landplan.core.results import Results
from landplan.core.tables import QUANTITIES, ZoneSet
from landplan.export.decision_words import decision_facts
from landplan.export.drawing.lettering import Typeface
from landplan.export.sheets.parcels import ParcelStates, Theme

Bool = npt.NDArray[np.bool_]
STAMP_MM = 70.0


def epsg_of(crs: str) -> int | None:
    """The EPSG code to georeference a page with; None in an unnamed plane or a system without one."""
    return None if is_plane(crs) else parsed(crs).to_epsg()


def stamp_words(note: str, typeface: Typeface) -> tuple[str, str]:
    """What the stamp says in large and in small letters: the recipe's note, parted at its colon; "" when too long for one.

    "虚构样例：不得用于任何真实决策。" → 虚构样例 over 不得用于任何真实决策。
    """
    head, _, rest = (part.strip() for part in re.sub("[：:]", ":", note, count=1).partition(":"))
    if typeface.width_mm(head, 11.0, True) > STAMP_MM:
        return "", ""
    return head, typeface.cut(rest, STAMP_MM, 5.5)


def stamp_says_all(note: str, typeface: Typeface) -> bool:
    """Whether the stamp prints the whole note, so that it need not stand among the notes."""
    head, rest = stamp_words(note, typeface)
    return bool(head) and not (rest.endswith("…") and not note.rstrip().endswith("…"))


def warnings(results: Results, stamped: bool) -> Iterator[str]:
    """What every sheet must say: the recipe's note unless the stamp says it all, and that figures are illustrative."""
    lang = results.lang
    note = pick(results.recipe.note, lang)
    if note and not stamped:
        yield note
    illustrative = sum(figure.illustrative for figure in results.scheme.figures.values())
    if illustrative:
        yield text("sheet_note_illustrative", {"n": illustrative}, lang)


def zone_notes(results: Results, zone_set: ZoneSet, k: int) -> Iterator[str]:
    """How many parcels of unknown value a zone's indicators leave out, and how they are counted."""
    lang = results.lang
    yield from _unknown_note(results, zone_set.main == k)
    yield from _gain_note(results)
    yield text("sheet_note_area", {"crs": crs_title(results.layers.crs, lang)}, lang)
    yield text("sheet_note_advice", lang=lang)


def overview_notes(results: Results, theme: Theme) -> Iterator[str]:
    """What is not drawn, what is not counted, and how the table of an overview is meant."""
    lang = results.lang
    without = int((np.diff(results.layers.parcels.geometry.row) == 0).sum())
    if without:
        yield text("sheet_note_no_geometry", {"n": without}, lang)
    for id in results.recipe.export.plan_sheets.per:
        if id != "overview" and id not in results.zones.sets:
            yield text("sheet_note_no_set", {"set": id}, lang)
    if theme == "models" and results.recipe.robust is not None:
        yield text("sheet_note_fragile", decision_facts(results), lang)
    if theme == "models":
        yield from _unknown_note(results, np.ones(len(results.scores), bool))
        yield from _gain_note(results)
    else:
        yield text(f"sheet_note_{theme}", lang=lang)
    yield text("sheet_note_area_all", {"crs": crs_title(results.layers.crs, lang)}, lang)
    if theme == "models":
        yield text("sheet_note_advice", lang=lang)


def lettering_notes(notes: tuple[str, ...], unlabelled: int, unnamed: int, lang: str) -> Iterator[str]:
    """The notes of a sheet, with how many parcels of the plan are not lettered before them and how many names after."""
    if unlabelled:
        yield text("sheet_note_unlabelled", {"n": unlabelled}, lang)
    yield from notes
    if unnamed:
        yield text("sheet_note_unnamed", {"n": unnamed}, lang)


def parcel_notes(states: ParcelStates, inside: Bool, lang: str) -> Iterator[str]:
    """What the colours of a zone's parcels do not say."""
    other = int((inside & states.chosen & (states.planned_model != states.model)).sum())
    if other:
        yield text("sheet_note_other_model", {"n": other}, lang)


def _gain_note(results: Results) -> Iterator[str]:
    if results.portfolio is not None:
        yield text("sheet_note_gain", {"year": int(results.portfolio.years[-1])}, results.lang)


def _unknown_note(results: Results, inside: Bool) -> Iterator[str]:
    lang, parcels = results.lang, results.layers.parcels
    counts = {name: int(np.isnan(parcels.numbers(name)[inside]).sum()) for name in QUANTITIES if name in parcels.fields}
    said = [f"{text(f'quantity_{name}', lang=lang)} {n:,}" for name, n in counts.items() if n]
    if said:
        yield text("note_unknown", {"counts": ("、" if lang == "zh" else ", ").join(said)}, lang)
