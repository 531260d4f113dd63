"""How far scoring methods and normalisations agree on a model's best parcels: a table of numbers, tinted."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from landplan.app.robust_findings import COMPARED
from landplan.core.messages import pick, text
from landplan.core.registry import scorings
from landplan.gui.desk import Desk
from landplan.gui.robust.matrix import Matrix
from landplan.gui.widgets.elided_combo import ElidedCombo
from landplan.gui.widgets.elided_label import ElidedLabel
from landplan.gui.widgets.empty_state import EmptyState
from landplan.robustness.method_swap import Agreement, Variant

_MEASURES = ("kendall", "spearman", "overlap")


class AgreementPage(QWidget):
    """Model and measure above, the matrix below; a button while nothing was compared."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._models: tuple[str, ...] = ()
        self.model = ElidedCombo(text("robustness_model"))
        self.measure = ElidedCombo(text("robustness_measure"))
        self.matrix, self.words = Matrix(text("robustness_tab_agreement")), ElidedLabel(role="soft")
        why = text("robustness_compare_why", {"most": f"{COMPARED:,}"})
        self.compare = QPushButton(text("robustness_compare"))
        self.compare.setProperty("role", "primary")
        self.compare.setToolTip(why)
        self.compare.clicked.connect(self._compare)
        self.model.setMinimumContentsLength(14)
        self.measure.setMinimumContentsLength(10)
        self.model.activated.connect(self.refresh)
        self.measure.activated.connect(self.refresh)
        self._lay_out()

    def _lay_out(self) -> None:
        line, scrolled, empty = QHBoxLayout(), QScrollArea(), QWidget()
        line.setContentsMargins(8, 4, 8, 4)
        line.setSpacing(8)
        for combo in (self.model, self.measure):
            combo.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            line.addWidget(combo)
        line.addWidget(self.words, 1)
        scrolled.setWidget(self.matrix)
        scrolled.setFrameShape(QFrame.Shape.NoFrame)
        scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        middle = QVBoxLayout(empty)
        middle.addStretch(1)
        middle.addWidget(EmptyState("sure", text("robustness_tab_agreement"), text("robustness_compare_advice")))
        middle.addWidget(self.compare, 0, Qt.AlignmentFlag.AlignHCenter)
        middle.addStretch(1)
        self.pages = QStackedWidget()
        self.pages.addWidget(empty)
        self.pages.addWidget(scrolled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self.pages, 1)

    def refresh(self) -> None:
        """What was compared for the model chosen, of the scores there are now."""
        self._offer()
        found = self._desk.robustness.agreement(self.model.currentIndex())
        self.pages.setCurrentIndex(0 if found is None else 1)
        self.measure.setEnabled(found is not None)
        running = self._desk.long.running
        self.compare.setEnabled(running is None or running.kind != "agreement")
        if found is None:
            self.words.say("", "soft")
            return
        measure = _MEASURES[self.measure.currentIndex()]
        values = {"kendall": found.kendall, "spearman": found.spearman, "overlap": found.overlap}[measure]
        self.matrix.show_values([variant_words(one) for one in found.variants], values, self.measure.currentText())
        self.words.say(self._said(found), "soft")

    def _offer(self) -> None:
        results = self._desk.results
        models = results.scheme.models if results is not None else ()
        ids = tuple(model.id for model in models)
        if ids != self._models or not self.measure.count():
            self._models = ids
            self.model.clear()
            for model in models:
                self.model.addItem(pick(model.title))
        top, now = self._desk.robustness.asked.top, max(self.measure.currentIndex(), 0)
        self.measure.clear()
        for k, id in enumerate(_MEASURES):
            self.measure.addItem(text(f"robustness_{id}", {"top": top}))
            self.measure.setItemData(k, text(f"robustness_{id}_why", {"top": top}), Qt.ItemDataRole.ToolTipRole)
        self.measure.setCurrentIndex(now)
        self.measure.setToolTip(text(f"robustness_{_MEASURES[now]}_why", {"top": top}))

    def _said(self, found: Agreement) -> str:
        facts = {"model": self.model.currentText(), "n": f"{found.ranks.shape[1]:,}", "of": len(found.variants),
                 "always": f"{int(found.always.sum()):,}", "some": f"{int(found.fragile.sum()):,}", "top": found.top}  # fmt: skip
        refused = (
            [text("robustness_refused", {"n": len(found.refused), "reason": found.refused[0].refused})] if found.refused else []
        )
        return " ".join([text("robustness_compared", facts), *refused])

    def _compare(self) -> None:
        self.compare.setEnabled(False)
        self._desk.robustness.compare(self.model.currentIndex())


def variant_words(variant: Variant) -> str:
    """A method with its normalisation, as its title has it."""
    title = pick(scorings[variant.method].titles)
    kind = variant.params.get("normalisation")
    return f"{title} · {text(f'normalisation_{kind}')}" if kind else title
