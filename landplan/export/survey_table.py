"""The performance survey as a list: a row a plot with class, both values, how far the next class is, the trace in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from landplan.core.expression import parse
from landplan.core.layers import Text
from landplan.core.messages import pick, text
from landplan.core.policy import CLASSES, PolicyPack, Standing, standing, with_worth
from landplan.core.survey import Assessed, Cited, Surveyed
from landplan.core.units import unit_text
from landplan.export.csv_table import exact_cells

_VALUE = "\0"


def survey_columns(found: Surveyed, ids: Text, *, day: date, lang: str) -> dict[str, list[Any]]:
    """Columns by name, n rows each; values in full (float), None where nothing is known. Figures that are not in force by a
    source on `day` are marked in the trace."""
    return dict(_columns(found, ids, doubts(found.pack, day), lang))


def doubts(pack: PolicyPack, day: date) -> dict[str, Standing]:
    """The figures, vetoes and the table of classes of a pack that are not in force by a source on a day, by name."""
    sources = {name: figure.source for name, figure in pack.figures.items()}
    if pack.survey is not None:
        sources |= {f"vetoes.{veto.id}": veto.source for veto in pack.survey.vetoes}
        sources["combined"] = pack.survey.source
    judged = {name: standing(source, day) for name, source in sources.items()}
    return {name: one for name, one in judged.items() if one != "sourced"}


def survey_doubts(found: Surveyed, day: date) -> dict[str, Standing]:
    """Of the pack's doubts those that the survey rests on, by name: limits, vetoes with the figures they name, and the table
    of classes."""
    pack, survey = found.pack, found.survey
    named = [name for one in survey.assessments for name in one.classes.values()]
    named += [name for veto in survey.vetoes for name in (f"vetoes.{veto.id}", *parse(veto.condition).fields)]
    judged = doubts(pack, day)
    return {name: judged[name] for name in dict.fromkeys((*named, "combined")) if name in judged}


def trace_words(found: Surveyed, row: int, marked: Mapping[str, Standing], lang: str) -> str:
    """What the class of one plot rests on, in a sentence; marked: the `doubts` of the pack."""
    return _traces(found, marked, lang)(row)


def _traces(found: Surveyed, marked: Mapping[str, Standing], lang: str) -> Callable[[int], str]:
    """The sentence of a row; every rule and limit is put into words once, however many plots cite it."""
    known: dict[tuple[Any, ...], tuple[str, str, str]] = {}

    def words(cited: Cited) -> str:
        key = cited.kind, cited.id, cited.figure, cited.reached
        if key not in known:
            known[key] = _words(found, cited, marked, lang).partition(_VALUE)
        before, hole, after = known[key]
        return f"{before}{cited.value:.6g}{after}" if hole else before

    return lambda row: "; ".join(words(cited) for cited in found.trace(row))


def _columns(found: Surveyed, ids: Text, marked: Mapping[str, Standing], lang: str) -> Iterator[tuple[str, list[Any]]]:
    letters = [letter(code) for code in found.code.tolist()]
    yield "parcel_id", ids.tolist()
    yield "class", [one or text("survey_open", lang=lang) for one in letters]
    for one in found.assessed:
        id = one.assessment.id
        yield id, exact_cells(one.value)
        yield f"{id}_unit", [unit_text(one.assessment.unit, lang)] * len(ids)
        yield f"{id}_class", [letter(code) for code in one.code.tolist()]
        yield f"{id}_to_next", exact_cells(one.to_next)
    directions = {grade: pick(one.title, lang) for grade, one in found.survey.disposal.items()}
    yield "disposal", [directions.get(one, "") if one else "" for one in letters]
    paths = {grade: "; ".join(one.paths) for grade, one in found.survey.disposal.items()}
    yield "paths", [paths.get(one, "") if one else "" for one in letters]
    yield "trace", [*map(_traces(found, marked, lang), range(len(ids)))]


def letter(code: int) -> Any:
    """A to D, empty where the class is not known."""
    return CLASSES[code] if code >= 0 else ""


def _words(found: Surveyed, cited: Cited, marked: Mapping[str, Standing], lang: str) -> str:
    """One thing that is cited, with _VALUE where the plot's own value goes."""
    titles = {one.assessment.id: one for one in found.assessed}
    if cited.kind == "limit":
        one = titles[cited.id]
        facts = {
            "assessment": pick(one.assessment.title, lang),
            "value": _VALUE,
            "unit": unit_text(one.assessment.unit, lang),
            "limit": f"{cited.limit:g}",
            "sign": _sign(one, reached=cited.reached),
            "figure": figure_words(found.pack, cited.figure, marked, lang),
        }
        return text("survey_limit", facts, lang)
    if cited.kind == "unknown":
        return text("survey_unknown", {"assessment": pick(titles[cited.id].assessment.title, lang)}, lang)
    if cited.kind == "pair":
        return text("survey_pair", {"pair": " + ".join(cited.id), "class": found.survey.combined[cited.id]}, lang)
    veto = next(one for one in found.survey.vetoes if one.id == cited.id)
    return text(f"survey_{cited.kind}", {"veto": pick(veto.title, lang), "class": veto.gives}, lang)


def _sign(one: Assessed, *, reached: bool) -> str:
    more = one.assessment.better == "more"
    return ("≥" if more else "≤") if reached else ("<" if more else ">")


def figure_words(pack: PolicyPack, name: str, marked: Mapping[str, Standing], lang: str) -> str:
    """A figure by its title; "illustrative", "expired" beside it where it is so."""
    figure = pack.figures.get(name)
    title = pick(figure.title, lang) if figure is not None and figure.title else name
    return with_worth(title, marked.get(name, "sourced"), lang)
