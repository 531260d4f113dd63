"""Sheets of what policy packs say of every plot: the performance survey, the fit test; and what the packs are worth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from landplan.core.fit_gates import Fitted
from landplan.core.messages import pick, text, titles
from landplan.core.policy import PolicyPack, Standing, least
from landplan.core.results import Results
from landplan.core.survey import Surveyed
from landplan.export.fit_table import fit_columns, gate_worths
from landplan.export.survey_table import survey_columns, survey_doubts
from landplan.export.table import Cell, Heading, Table


def pack_sheets(results: Results) -> Iterator[Table]:
    """The sheets of what the recipe's packs rule."""
    if results.survey is not None:
        yield survey_sheet(results, results.survey)
    if results.fit is not None:
        yield fit_sheet(results, results.fit)


def survey_sheet(results: Results, found: Surveyed) -> Table:
    """A row a plot: class, both values with their classes and what lacks of the next, disposal, paths, and why."""
    lang, day = results.lang, results.recipe.export.stamp
    columns = survey_columns(found, results.scores.ids, day=day, lang=lang)
    headings = {"parcel_id": Heading(text("parcel", lang=lang)), "class": Heading(text("record_survey", lang=lang))}
    for one in found.assessed:
        id, title, unit = one.assessment.id, pick(one.assessment.title, lang), one.assessment.unit
        headings[id] = Heading(title, unit, 2)
        headings[f"{id}_class"] = Heading(text("heading_class_of", {"title": title}, lang))
        headings[f"{id}_to_next"] = Heading(text("heading_to_next", {"title": title}, lang), unit, 2)
    headings["disposal"] = Heading(text("record_disposal", lang=lang))
    headings["paths"] = Heading(text("heading_paths", lang=lang))
    headings["trace"] = Heading(text("heading_trace", lang=lang))
    ways = {path.id: pick(path.title, lang) for path in results.scheme.paths}
    columns["paths"] = ["; ".join(ways.get(id, id) for id in cell.split("; ")) for cell in columns["paths"]]
    notes = (_pack_note(found.pack, _named(found, survey_doubts(found, day), lang), lang), text("note_survey", lang=lang))
    return Table(text("table_survey", lang=lang), tuple(headings.values()), tuple(_rows(columns, headings)), notes)


def _named(found: Surveyed, doubts: Mapping[str, Standing], lang: str) -> dict[str, Standing]:
    """The doubts by what figures and vetoes are called."""
    known: dict[str, Mapping[str, str]] = {name: figure.title for name, figure in found.pack.figures.items()}
    known |= {f"vetoes.{veto.id}": veto.title for veto in found.survey.vetoes}
    known["combined"] = titles("survey_combined")
    return {pick(known[name], lang) or name: worth for name, worth in doubts.items()}


def fit_sheet(results: Results, found: Fitted) -> Table:
    """A row a plot: the answer, the score with its low and high, each gate's answer, and what lacks."""
    lang, day = results.lang, results.recipe.export.stamp
    columns = fit_columns(found, results.scores.ids, day=day, lang=lang)
    title = pick(found.fit.title, lang)
    headings = {"parcel_id": Heading(text("parcel", lang=lang)), "fit": Heading(title)}
    headings |= {id: Heading(text(f"heading_{id}", lang=lang), "share", 4) for id in ("fit_score", "fit_low", "fit_high")}
    headings |= {gate.id: Heading(pick(gate.title, lang)) for gate in found.fit.gates}
    headings["trace"] = Heading(text("heading_trace", lang=lang))
    doubts = {pick(gate.title, lang): gate_worths(found, day)[gate.id] for gate in found.fit.gates}
    notes = (_pack_note(found.pack, doubts, lang), text("note_fit", lang=lang))
    return Table(text("table_fit", lang=lang), tuple(headings.values()), tuple(_rows(columns, headings)), notes)


def pack_notes(results: Results) -> Iterator[str]:
    """By which pack the classes and the fit are, and what these rest on."""
    lang, day = results.lang, results.recipe.export.stamp
    colon = "：" if lang == "zh" else ": "
    if (survey := results.survey) is not None:
        yield f"{text('record_survey', lang=lang)}{colon}{worth_note(survey.pack, survey_doubts(survey, day).values(), lang)}"
    if (fit := results.fit) is not None:
        yield f"{pick(fit.fit.title, lang)}{colon}{worth_note(fit.pack, gate_worths(fit, day).values(), lang)}"


def worth_note(pack: PolicyPack, worths: Iterable[Standing], lang: str) -> str:
    """The pack that a result is by, and what the least of the figures under it is worth."""
    worth = least((*worths, "sourced"))
    said = [text("record_by_pack", {"pack": pick(pack.title, lang)}, lang)]
    if worth != "sourced":
        said.append(text(f"record_standing_{worth}", lang=lang))
    return ("；" if lang == "zh" else "; ").join(said)


def _pack_note(pack: PolicyPack, doubts: Mapping[str, Standing], lang: str) -> str:
    """The pack, and by name what of it is illustrative, expired or not yet in force."""
    parts = []
    for kind in get_args(Standing):
        names = [name for name, worth in doubts.items() if worth == kind]
        if names and kind != "sourced":
            parts.append(text(f"survey_{kind}", {"n": len(names), "names": ("、" if lang == "zh" else ", ").join(names)}, lang))
    return text("note_pack", {"pack": pick(pack.title, lang), "doubts": " ".join(parts)}, lang).strip()


def _rows(columns: Mapping[str, list[Any]], headings: Mapping[str, Heading]) -> Iterator[tuple[Cell, ...]]:
    """The columns that have a heading, row by row, numbers rounded as their heading says."""
    kept = []
    for name, heading in headings.items():
        digits = heading.decimals
        rounded = columns[name] if digits is None else [one if one is None else round(one, digits) + 0.0 for one in columns[name]]
        kept.append([one if one != "" else None for one in rounded])
    return zip(*kept, strict=True)
