"""What `landplan survey` writes and says: a class for every plot, what it rests on, and how far the next one is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from landplan.app.report import Report
from landplan.core.layers import Text
from landplan.core.messages import pick, text
from landplan.core.policy import CLASSES, Standing
from landplan.core.survey import Surveyed
from landplan.export.csv_table import write_csv
from landplan.export.survey_table import doubts, letter, survey_columns


def survey_report(found: Surveyed, ids: Text, out: Path, *, day: date, lang: str) -> Report:
    """Write the list (.csv, in `lang`); say how many plots are of each class, and which figures have no source or are out of
    date on `day`."""
    marked = doubts(found.pack, day)
    columns = survey_columns(found, ids, day=day, lang=lang)
    write_csv(out, columns, zip(*columns.values(), strict=True))
    counts = Counter(letter(code) for code in found.code.tolist())
    classes = {grade: counts[grade] for grade in (*CLASSES, "")}
    data = {"file": out, "policy": found.pack.id, "classes": classes, "doubts": marked,
            "vetoes": {one.condition.id: int(one.restricted.sum()) for one in found.vetoes}}  # fmt: skip
    return Report((text("said_written", {"path": out, "n": len(ids)}), *_lines(found, classes, marked)), data)


def _lines(found: Surveyed, classes: dict[str, int], marked: Mapping[str, Standing]) -> Iterator[str]:
    title = pick(found.pack.title)
    yield text("survey_counts", {"title": title, **{one: classes[one] for one in CLASSES}, "open": classes[""]})
    for veto in found.survey.vetoes:
        verdict = next((one for one in found.vetoes if one.condition.id == veto.id), None)
        if verdict is not None and verdict.restricted.any():
            yield text("survey_vetoed", {"veto": pick(veto.title), "n": int(verdict.restricted.sum()), "class": veto.gives})
    for issue in found.issues:
        yield issue.text()
    for kind in ("expired", "not_yet", "illustrative"):
        names = [name for name, one in marked.items() if one == kind]
        if names:
            yield text(f"survey_{kind}", {"n": len(names), "names": ", ".join(names)})
