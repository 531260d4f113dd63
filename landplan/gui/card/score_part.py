"""The part of the card about scores: recommended model, what would flip it, every model, what adds up to it, rules."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from landplan.app.flip_words import flip_words
from landplan.core.messages import pick, text
from landplan.core.results import Results
from landplan.core.tables import RESTRICTED, UNKNOWN
from landplan.gui import figures
from landplan.gui.card.scoring import Contribution, ModelScore, contributions, model_scores, rulings, undecided
from landplan.gui.theme import font
from landplan.gui.widgets.row_list import Mood, Row, RowList
from landplan.gui.widgets.section import Section, small_button, soft_label

_MOODS: dict[int, Mood] = {RESTRICTED: "faint", UNKNOWN: "data"}
_FIRST = 8
"""So many contributions are shown before the rest is asked for."""


class ScorePart(QWidget):
    """Everything of one parcel that follows a weight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._results: Results | None = None
        self._row, self._all = -1, False
        self._models: tuple[str, ...] = ()
        self._order: dict[str, int] = {}
        self.verdict = _Verdict()
        self.scores = RowList(text("card_scores"))
        self.parts = RowList(text("card_contributions"))
        self.rules = RowList(text("card_rules"))
        self.model = QComboBox()
        self.model.setAccessibleName(text("card_model"))
        self.model.setToolTip(text("card_model_why"))
        self.model.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.model.activated.connect(self._choose_model)
        self.more = small_button("down", "", self._show_all)
        self.sum = QLabel()
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        models, parts = Section(text("card_scores"), tip=text("card_scores_why")), Section(text("card_contributions"))
        models.body.addWidget(self.scores)
        parts.head.addWidget(self.model, 100)
        below = QHBoxLayout()
        below.addWidget(self.more)
        below.addStretch(1)
        below.addWidget(self.sum)
        parts.body.addWidget(self.parts)
        parts.body.addLayout(below)
        self._rules = Section(text("card_rules"), tip=text("card_rules_why"))
        self._rules.body.addWidget(self.rules)
        self._no_rules = soft_label(text("card_no_rules"))
        self._rules.body.addWidget(self._no_rules)
        for part in (self.verdict, models, parts, self._rules):
            column.addWidget(part)

    def show_parcel(self, results: Results, row: int, *, anew: bool) -> None:
        """A parcel, or the same with other scores; `anew`: order the contributions anew, which a slider must not do."""
        self._results = results
        if anew or row != self._row or not self._order:
            self._order, self._row = {}, row
        self._offer(results)
        models = model_scores(results, row)
        self.verdict.show_verdict(results, row, models)
        self.scores.set_rows([_score_row(one, results) for one in models])
        self._fill_parts()
        found = rulings(results, row)
        self.rules.set_rows([_rule_row(one.title, one.model, one.by, one.missing) for one in found])
        self._no_rules.setVisible(not found)

    def _offer(self, results: Results) -> None:
        ids = tuple(model.id for model in results.scheme.models)
        if ids != self._models:
            self._models = ids
            self.model.clear()
            self.model.addItem(text("card_model_recommended"), -1)
            for k, model in enumerate(results.scheme.models):
                self.model.addItem(pick(model.title), k)

    def _choose_model(self) -> None:
        self._order = {}
        self._fill_parts()

    def _show_all(self) -> None:
        self._all = not self._all
        self._fill_parts()

    def _fill_parts(self) -> None:
        results = self._results
        if results is None:
            return
        wanted = self.model.currentData()
        first = self._shown_model(results)
        model = wanted if wanted is not None and wanted >= 0 else first
        recommended = bool(results.scores.recommended[self._row] >= 0)
        self.model.setItemText(0, text("card_model_recommended") if recommended else pick(results.scheme.models[first].title))
        found = list(contributions(results, self._row, model))
        if not self._order:
            self._order = {one.id: k for k, one in enumerate(found)}
        found.sort(key=lambda one: self._order.get(one.id, len(self._order)))
        shown = found if self._all else found[:_FIRST]
        most = max((one.weight for one in found), default=1.0)
        self.parts.set_rows([_part_row(one, most, results.scores.known_weight[self._row, model]) for one in shown])
        rest = len(found) - _FIRST
        self.more.setVisible(rest > 0)
        words = text("card_fewer") if self._all else text("card_more", {"n": rest})
        self.more.setText(words)
        self.more.setAccessibleName(words)
        self.sum.setText(_sum_words(results, self._row, model, found))
        self.sum.setToolTip(text("card_sum_why"))

    def _shown_model(self, results: Results) -> int:
        """The recommended model, else the one of the highest score."""
        best = int(results.scores.recommended[self._row])
        return best if best >= 0 else int(np.nan_to_num(results.scores.score[self._row], nan=-1.0).argmax())


class _Verdict(QWidget):
    """Recommended model and score, the lead over the next, and what would flip it."""

    def __init__(self) -> None:
        super().__init__()
        self.model, self.score, self.lead = QLabel(), QLabel(), soft_label()
        self.holds, self.flip = soft_label(), soft_label()
        self.model.setFont(font(11.0, bold=True))
        self.model.setWordWrap(True)
        self.score.setFont(font(11.0, bold=True))
        self.score.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self.model.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.score.setToolTip(text("card_score_why"))
        self.lead.setToolTip(text("card_lead_why"))
        self.holds.setToolTip(text("card_holds_why"))
        self.flip.setToolTip(text("card_flip_why"))
        line = QHBoxLayout()
        line.addWidget(self.model, 1)
        line.addWidget(self.score)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        for label in (self.lead, self.holds, self.flip):
            column.addWidget(label)

    def show_verdict(self, results: Results, row: int, models: tuple[ModelScore, ...]) -> None:
        best = next((one for one in models if one.recommended), None)
        if best is None:
            self.model.setText(text("card_none"))
            self.score.setText("")
            self.lead.setText(undecided(results, row))
        else:
            self.model.setText(text("card_recommends", {"model": best.title}))
            self.score.setText(best.shown)
            self.lead.setText("\n".join(_lead(results, row, best)))
        words = flip_words(results, row)
        self.flip.setText(words)
        self.flip.setVisible(bool(words))

    def show_holds(self, words: str) -> None:
        """How often the recommendation holds; "" where that is not known."""
        self.holds.setText(words)
        self.holds.setVisible(bool(words))


def _lead(results: Results, row: int, best: ModelScore) -> Iterator[str]:
    second = int(results.scores.runner_up[row])
    if second >= 0:
        of = {"margin": figures.number(float(results.scores.margin[row]), 2), "model": pick(results.scheme.models[second].title)}
        yield text("card_lead", of)
    else:
        yield text("card_alone")
    if not best.certain:
        of = {"low": figures.number(best.low, 2), "high": figures.number(best.high, 2)}
        yield text("card_range", {**of, "known": figures.percent(best.known_weight, 0)})


def _score_row(one: ModelScore, results: Results) -> Row:
    of = {"model": one.title, "known": figures.percent(one.known_weight, 0), "n": f"{len(results.scores):,}"}
    scored = one.status != RESTRICTED and np.isfinite(one.score)
    why = text("card_score_of", {**of, "score": figures.number(one.score, 3)}) if scored else text("card_score_none", of)
    if one.rank:
        why += "\n" + text("card_rank", {"rank": f"{one.rank:,}", "n": of["n"]})
    if not one.certain and scored:
        why += "\n" + text("card_range", {**of, "low": figures.number(one.low, 2), "high": figures.number(one.high, 2)})
    if one.status == UNKNOWN:
        why += "\n" + text("card_score_held")
    return Row(
        one.title,
        one.shown,
        why=why,
        colour=one.colour,
        swatch=True,
        bar=(one.score if scored else 0.0, 1.0),
        spread=(one.low, one.high) if scored and not one.certain else None,
        hatched=one.status == RESTRICTED,
        mood="bold" if one.recommended else _MOODS.get(one.status, ""),
    )


def _part_row(one: Contribution, most: float, known: float) -> Row:
    """The pale bar is what the criterion could add, the filled one what it adds."""
    detail = text("card_part_detail", {"utility": figures.number(one.utility, 2), "weight": figures.percent(one.weight)})
    share = one.weight / most if most > 0 else 0.0
    unknown = np.isnan(one.utility)
    value = text("unknown") if unknown else figures.number(one.gain, 3) if np.isfinite(one.gain) else ""
    note = text("card_part_weight", {"weight": figures.percent(one.weight)}) if unknown else detail
    filled = 0.0 if unknown else share * one.utility
    raw = "" if unknown and one.raw == text("unknown") else one.raw
    return Row(one.title, value, detail=raw, note=note, why=one.why, bar=(filled, share), mood="data" if unknown else "")


def _rule_row(title: str, model: str, by: str, missing: tuple[str, ...]) -> Row:
    whose = text("card_rule_model", {"model": model}) if model else text("card_rule_all")
    if missing:
        note = text("card_missing", {"fields": missing})
        return Row(title, text("card_undecided"), detail=f"{whose} · {note}", why=f"{title}\n{whose}\n{note}", mood="data")
    value = text("card_by", {"by": by}) if by else text("card_restricted")
    return Row(title, value, detail=whose, why=f"{title}\n{whose}\n{value}", mood="bad")


def _sum_words(results: Results, row: int, model: int, found: list[Contribution]) -> str:
    if not results.scores.additive:
        return text("card_not_additive")
    total = float(np.nansum([one.gain for one in found])) if any(np.isfinite(one.gain) for one in found) else float("nan")
    return text("card_sum", {"sum": figures.number(total, 3)})
