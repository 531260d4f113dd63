"""What `landplan survey` writes and says: a class for every plot, what it rests on, and how far the next one is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from landplan.app.report import Report
from landplan.core.layers import Text
from landplan.core.messages import pick, text
from landplan.core.policy import CLASSES, PolicyPack, Standing, standing
from landplan.core.units import unit_text
from landplan.export.csv_table import write_csv
from landplan.steps.survey import Assessed, Cited, Surveyed


def survey_report(pack: PolicyPack, found: Surveyed, ids: Text, out: Path, *, day: date, lang: str) -> Report:
    """Write the list (.csv, in `lang`); say how many plots are of each class, and which figures have no source or are out of
    date on `day`."""
    doubts = _doubts(pack, day)
    columns = dict(_columns(pack, found, ids, doubts, lang))
    write_csv(out, columns, zip(*columns.values(), strict=True))
    counts = Counter(_letter(code) for code in found.code.tolist())
    classes = {letter: counts[letter] for letter in (*CLASSES, "")}
    data = {"file": out, "policy": pack.id, "classes": classes, "doubts": doubts,
            "vetoes": {one.condition.id: int(one.restricted.sum()) for one in found.vetoes}}  # fmt: skip
    return Report((text("said_written", {"path": out, "n": len(ids)}), *_lines(pack, found, classes, doubts)), data)


def _doubts(pack: PolicyPack, day: date) -> dict[str, Standing]:
    """The figures, vetoes and the table of classes that are not in force by a source, by name."""
    sources = {name: figure.source for name, figure in pack.figures.items()}
    if pack.survey is not None:
        sources |= {f"vetoes.{veto.id}": veto.source for veto in pack.survey.vetoes}
        sources["combined"] = pack.survey.source
    judged = {name: standing(source, day) for name, source in sources.items()}
    return {name: one for name, one in judged.items() if one != "sourced"}


def _columns(
    pack: PolicyPack, found: Surveyed, ids: Text, doubts: dict[str, Standing], lang: str
) -> Iterator[tuple[str, list[Any]]]:
    """Columns by name; values in full, empty where nothing is known."""
    letters = [_letter(code) for code in found.code.tolist()]
    yield "parcel_id", ids.tolist()
    yield "class", [letter or text("survey_open", lang=lang) for letter in letters]
    for one in found.assessed:
        id = one.assessment.id
        yield id, _cells(one.value)
        yield f"{id}_unit", [unit_text(one.assessment.unit, lang)] * len(ids)
        yield f"{id}_class", [_letter(code) for code in one.code.tolist()]
        yield f"{id}_to_next", _cells(one.to_next)
    directions = {letter: pick(one.title, lang) for letter, one in found.survey.disposal.items()}
    yield "disposal", [directions.get(letter, "") if letter else "" for letter in letters]
    paths = {letter: "; ".join(one.paths) for letter, one in found.survey.disposal.items()}
    yield "paths", [paths.get(letter, "") if letter else "" for letter in letters]
    yield "trace", [_sentence(pack, found, row, doubts, lang) for row in range(len(ids))]


def _letter(code: int) -> Any:
    return CLASSES[code] if code >= 0 else ""


def _cells(values: Any) -> list[Any]:
    return ["" if value != value else repr(value) for value in values.tolist()]


def _sentence(pack: PolicyPack, found: Surveyed, row: int, doubts: dict[str, Standing], lang: str) -> str:
    """The trace of one plot in words; figures without a source in force are marked."""
    return "; ".join(_words(pack, found, cited, doubts, lang) for cited in found.trace(row))


def _words(pack: PolicyPack, found: Surveyed, cited: Cited, doubts: dict[str, Standing], lang: str) -> str:
    titles = {one.assessment.id: one for one in found.assessed}
    if cited.kind == "limit":
        one = titles[cited.id]
        facts = {
            "assessment": pick(one.assessment.title, lang),
            "value": f"{cited.value:.6g}",
            "unit": unit_text(one.assessment.unit, lang),
            "limit": f"{cited.limit:g}",
            "sign": _sign(one, reached=cited.reached),
            "figure": _figure(pack, cited.figure, doubts, lang),
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


def _figure(pack: PolicyPack, name: str, doubts: dict[str, Standing], lang: str) -> str:
    figure = pack.figures.get(name)
    title = pick(figure.title, lang) if figure is not None and figure.title else name
    return text(f"standing_{doubts[name]}", {"figure": title}, lang) if name in doubts else title


def _lines(pack: PolicyPack, found: Surveyed, classes: dict[str, int], doubts: dict[str, Standing]) -> Iterator[str]:
    yield text("survey_counts", {"title": pick(pack.title), **{one: classes[one] for one in CLASSES}, "open": classes[""]})
    for veto in found.survey.vetoes:
        verdict = next((one for one in found.vetoes if one.condition.id == veto.id), None)
        if verdict is not None and verdict.restricted.any():
            yield text("survey_vetoed", {"veto": pick(veto.title), "n": int(verdict.restricted.sum()), "class": veto.gives})
    for issue in found.issues:
        yield issue.text()
    for kind in ("expired", "not_yet", "illustrative"):
        names = [name for name, one in doubts.items() if one == kind]
        if names:
            yield text(f"survey_{kind}", {"n": len(names), "names": ", ".join(names)})
