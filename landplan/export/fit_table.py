"""The fit test as a list: a row a plot with its score, low and high, and what each gate says."""

from __future__ import annotations

from datetime import date
from typing import Any

from landplan.core.fit_gates import FAILED, Fitted, answer_words, gate_worth
from landplan.core.layers import Text
from landplan.core.messages import pick, text
from landplan.core.policy import Standing, with_worth
from landplan.core.units import unit_text


def fit_columns(found: Fitted, ids: Text, *, day: date, lang: str) -> dict[str, list[Any]]:
    """Columns by name, n rows each; scores in full, None where no gate is known."""
    columns: dict[str, list[Any]] = {
        "parcel_id": ids.tolist(),
        "fit": [answer_words(answer, lang) for answer in found.fits.tolist()],
        "fit_score": [None if value != value else value for value in found.score.tolist()],
        "fit_low": found.low.tolist(),
        "fit_high": found.high.tolist(),
    }
    for k, gate in enumerate(found.fit.gates):
        columns[gate.id] = [answer_words(answer, lang) for answer in found.answers[:, k].tolist()]
    return columns | {"trace": fit_traces(found, day=day, lang=lang)}


def fit_traces(found: Fitted, *, day: date, lang: str) -> list[str]:
    """What the test of each plot rests on, in a sentence: every gate with its answer and what lacks; gates without a source in
    force on `day` are marked."""
    worth = gate_worths(found, day)
    titles = [with_worth(pick(gate.title, lang), worth[gate.id], lang) for gate in found.fit.gates]
    answers = {answer: answer_words(answer, lang) for answer in (-1, 0, 1)}
    return [
        "; ".join(_words(found, row, k, title, answers, lang) for k, title in enumerate(titles)) for row in range(len(found.by))
    ]


def gate_worths(found: Fitted, day: date) -> dict[str, Standing]:
    """What each gate is worth on a day, by id."""
    return {gate.id: gate_worth(found.pack, gate, day) for gate in found.fit.gates}


def _words(found: Fitted, row: int, k: int, title: str, answers: dict[int, str], lang: str) -> str:
    answer, lacks = int(found.answers[row, k]), float(found.by[row, k])
    said = text("gate_answer", {"gate": title, "answer": answers[answer]}, lang)
    if answer != FAILED or lacks != lacks:
        return said
    return f"{said} ({lacks:.6g} {unit_text(found.fit.gates[k].unit, lang)})".replace(" )", ")")
