"""Forms that experts fill in: their layout, and what the cells of a filled one say.

A form is a sheet. Its first column has keys (#form, #group, #expert, #date) or ids of criteria, so rows may be sorted, moved
or deleted: a pair of criteria that has no row, or no answer, is not judged.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from landplan.core.errors import InputError, suggestion
from landplan.core.layers import Float

FORMAT = "landplan-experts/1"
FORMS = ("pairs", "points")
SCALE = (*(f"1/{k}" for k in range(9, 1, -1)), *(str(k) for k in range(1, 10)))
"""What a judgement can be: how many times as important the first criterion is as the second."""
KEYS = ("#form", "#group", "#expert", "#date")
ID, OTHER, ANSWER, REASON = 1, 2, 5, 6
"""Columns from 1: id of a criterion (or a key), of the one it is compared with, the answer, its reason."""
VALUE = 4
"""Column in which an expert writes name and date."""
_FRACTION = re.compile(r"(\d+(?:\.\d+)?)\s*[/:]\s*(\d+(?:\.\d+)?)")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_OFF_SCALE = 9.5
"""How far a typed judgement may lie beyond 9 or 1/9: 0.11 passes for 1/9."""

Cells = Mapping[tuple[int, int], str]
"""Texts of the cells that have one, by row and column from 1."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: the first criterion counts `value` times as much as the second, or has `value` points; NaN = no answer."""

    criteria: tuple[str, ...]
    value: float
    cell: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ExpertForm:
    """What one expert said, and where it stands. group: only the criteria of this group are on the form; "" = all."""

    file: str
    sheet: str
    form: str
    group: str
    expert: str
    on: date
    answers: tuple[Answer, ...]

    def at(self, cell: str) -> str:
        """The place of a cell as an error names it: wang.xlsx [评分表!E7]."""
        return place(self.file, self.sheet, cell)

    def matrix(self, criteria: Sequence[str]) -> Float:
        """(m, m) judgements for `core.pairwise.judgements`; NaN where the expert gave none."""
        at = {id: k for k, id in enumerate(criteria)}
        out = np.full((len(criteria), len(criteria)), np.nan)
        for answer in self.answers:
            first, second = (at[id] for id in answer.criteria)
            out[first, second] = answer.value
        return out

    def points(self, criteria: Sequence[str]) -> Float:
        """(m,) points; InputError that names the criterion without any, for points are shares of a whole."""
        given = {answer.criteria[0]: answer for answer in self.answers}
        for id in criteria:
            if id not in given or np.isnan(given[id].value):
                where = self.at(given[id].cell) if id in given else f"{self.file} [{self.sheet}]"
                raise InputError("expert_points_missing", where, criterion=id)
        return np.array([given[id].value for id in criteria])


def place(file: str, sheet: str, cell: str) -> str:
    """wang.xlsx [评分表!E7]"""
    return f"{file} [{sheet}!{cell}]"


def cell_name(row: int, column: int) -> str:
    """E7; forms have fewer than 26 columns."""
    return f"{chr(64 + column)}{row}" if column <= 26 else f"{row}, {column}"


def is_form(cells: Cells) -> bool:
    """Whether a sheet is a form."""
    return any(column == ID and said.strip() == KEYS[0] for (_, column), said in cells.items())


def expert_form(file: str, sheet: str, cells: Cells) -> ExpertForm:
    """What a filled form says; InputError names file, sheet and cell of the first thing that cannot be.

    Refused: another version, no name or date, an answer that is no number of the scale or of 0–100, a pair or criterion that
    stands twice or with itself, an answer whose ids are gone, and a form without any answer.
    """
    rows = {said.strip(): row for (row, column), said in sorted(cells.items()) if column == ID and said.startswith("#")}
    form = cells.get((rows["#form"], OTHER), "").strip()
    version = cells.get((rows["#form"], OTHER + 1), "").strip()
    if form not in FORMS or version != FORMAT:
        raise InputError("expert_form_version", place(file, sheet, cell_name(rows["#form"], OTHER)), known=FORMAT)
    for key in KEYS[1:]:
        if key not in rows:
            raise InputError("expert_form_key_gone", f"{file} [{sheet}]", key=key)
    expert = " ".join(cells.get((rows["#expert"], VALUE), "").split())
    if not expert:
        raise InputError("expert_form_no_name", place(file, sheet, cell_name(rows["#expert"], VALUE)))
    on = _day(cells.get((rows["#date"], VALUE), ""), place(file, sheet, cell_name(rows["#date"], VALUE)))
    answers = tuple(_answers(file, sheet, cells, form))
    if all(np.isnan(answer.value) for answer in answers):
        raise InputError("expert_form_empty", f"{file} [{sheet}]")
    return ExpertForm(file, sheet, form, cells.get((rows["#group"], OTHER), "").strip(), expert, on, answers)


def known_criteria(form: ExpertForm, criteria: Sequence[str]) -> None:
    """InputError that names the cell and the nearest id when the form is about a criterion that is none of these."""
    for answer in form.answers:
        for id in answer.criteria:
            if id not in criteria:
                raise InputError("unknown_criterion", form.at(answer.cell), name=id, nearest=suggestion(id, criteria))


def _answers(file: str, sheet: str, cells: Cells, form: str) -> Iterator[Answer]:
    """The answers from top to bottom."""
    seen: dict[frozenset[str], str] = {}
    head = max((row for (row, column), said in cells.items() if column == ID and said.startswith("#")), default=0)
    for row in sorted({row for row, _ in cells}):
        width = 2 if form == "pairs" else 1
        ids = tuple(cells.get((row, column), "").strip() for column in (ID, OTHER)[:width])
        if ids[0].startswith("#"):
            continue
        said, where = cells.get((row, ANSWER), "").strip(), place(file, sheet, cell_name(row, ANSWER))
        if not all(ids):
            if row > head and (said or any(ids)):
                raise InputError("expert_form_ids_gone", where)
            continue
        pair = frozenset(ids)
        if len(pair) < width:
            raise InputError("expert_form_itself", where, criterion=ids[0])
        if pair in seen:
            raise InputError("expert_form_twice", where, criteria=" : ".join(ids), other=seen[pair])
        seen[pair] = cell_name(row, ANSWER)
        value = np.nan if not said else _judgement(said, where) if form == "pairs" else _points(said, where)
        yield Answer(ids, value, seen[pair], " ".join(cells.get((row, REASON), "").split()))


def _judgement(said: str, where: str) -> float:
    """A number of the scale: 5, 1/3, 0.33."""
    words = unicodedata.normalize("NFKC", said).strip()
    if _DATE.fullmatch(words):
        raise InputError("expert_judgement_date", where, value=said)
    fraction = _FRACTION.fullmatch(words)
    value = float(fraction[1]) / (float(fraction[2]) or np.nan) if fraction else _number(words)
    if not 1 / _OFF_SCALE <= value <= _OFF_SCALE:
        raise InputError("expert_judgement_off", where, value=said[:40])
    return value


def _points(said: str, where: str) -> float:
    value = _number(unicodedata.normalize("NFKC", said).strip())
    if not 0 <= value <= 100:
        raise InputError("expert_points_off", where, value=said[:40])
    return value


def _number(words: str) -> float:
    """The number, NaN where it is none."""
    try:
        return float(words)
    except ValueError:
        return np.nan


def _day(said: str, where: str) -> date:
    found = _DATE.match(unicodedata.normalize("NFKC", said).strip())
    try:
        return date(*map(int, found.groups())) if found else date.fromisoformat(said.strip())
    except ValueError:
        raise InputError("expert_form_no_date", where, value=said[:40]) from None
