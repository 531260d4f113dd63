"""The part of the card about the performance survey: class, both values, how far the next class is, what is to become of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from PySide6.QtWidgets import QVBoxLayout, QWidget

from landplan.core.messages import language, pick, text
from landplan.core.policy import CLASSES, Standing
from landplan.core.scheme import Scheme
from landplan.core.survey import Assessed, Surveyed
from landplan.core.units import unit_text
from landplan.export.drawing.colours import SURVEY_HUES
from landplan.export.survey_table import trace_words
from landplan.gui import figures
from landplan.gui.survey import Survey
from landplan.gui.widgets.row_list import Mood, Row, RowList
from landplan.gui.widgets.section import Section, soft_label


class SurveyPart(QWidget):
    """Hidden where no policy pack classes the parcels."""

    def __init__(self, survey: Survey, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._survey = survey
        self.rows, self.trace = RowList(text("survey_card")), soft_label()
        section = Section(text("survey_card"), tip=text("survey_card_why"))
        section.body.addWidget(self.rows)
        section.body.addWidget(self.trace)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(section)

    def show_parcel(self, scheme: Scheme, row: int) -> None:
        """Another parcel, or other classes."""
        found = self._survey.found
        self.setVisible(found is not None and row < len(found.code))
        if found is None or not row < len(found.code):
            return
        marked = self._survey.doubts
        rows = list(survey_rows(found, row, marked, scheme))
        self.rows.set_rows(rows)
        self.trace.setText(rows[0].why)
        self.trace.setProperty("role", "data" if rows[0].mood == "data" else "soft")
        self.trace.style().unpolish(self.trace)
        self.trace.style().polish(self.trace)


def survey_rows(found: Surveyed, row: int, marked: Mapping[str, Standing], scheme: Scheme) -> Iterator[Row]:
    """The class with what is to become of the parcel, then a line an assessment; amber where it rests on what has no source in
    force."""
    code = int(found.code[row])
    why = trace_words(found, row, marked, language()).replace("; ", "\n")
    cited = {one.figure or f"vetoes.{one.id}" for one in found.trace(row) if one.figure or one.kind.startswith("veto")}
    mood: Mood = "data" if cited & set(marked) or "combined" in marked else "bold"
    if code < 0:
        yield Row(text("survey_open"), why=why, mood="data")
    else:
        disposal = found.survey.disposal.get(CLASSES[code])
        titles = {path.id: pick(path.title) for path in scheme.paths}
        paths = [titles.get(id, id) for id in disposal.paths] if disposal else []
        detail = (
            text("survey_card_paths", {"paths": "、".join(paths) if language() == "zh" else ", ".join(paths)}) if paths else ""
        )
        title = text("survey_panel_of", {"class": CLASSES[code]})
        yield Row(
            title,
            pick(disposal.title) if disposal else "",
            detail=detail,
            why=why,
            colour=SURVEY_HUES[code],
            swatch=True,
            mood=mood,
        )
    for one in found.assessed:
        yield _assessed(one, row, code, why)


def _assessed(one: Assessed, row: int, code: int, why: str) -> Row:
    value, own = float(one.value[row]), int(one.code[row])
    title = pick(one.assessment.title)
    if own < 0:
        return Row(title, text("unknown"), why=why, mood="data")
    unit = unit_text(one.assessment.unit, language())
    shown = figures.with_unit(value, one.assessment.unit)
    return Row(
        title,
        text("survey_card_value", {"value": shown, "class": CLASSES[own]}),
        detail=next_words(one, row, code, unit),
        why=why,
    )


def next_words(one: Assessed, row: int, code: int, unit: str) -> str:
    """How far it is to a better class of the parcel by this value alone."""
    gap = float(one.to_next[row])
    if gap == gap:
        way = text(f"survey_card_{one.assessment.better}")
        return text("survey_card_next", {"gap": figures.plain(gap), "unit": unit, "way": way})
    return text("survey_card_best" if code == 0 else "survey_card_stuck") if code >= 0 else ""
