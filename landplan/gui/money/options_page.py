"""The options of one parcel side by side: NPV of each view and of all, how often each is the best, returns, payback, peak."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from landplan.app.money import MoneyFindings
from landplan.core.layers import Float
from landplan.core.messages import text
from landplan.export.drawing.colours import PATH_HUES
from landplan.gui import figures
from landplan.gui.money.words import NONE, irr_words, payback_words, price_words, whole_title
from landplan.gui.theme import theme
from landplan.gui.widgets.cells import Cell, Cells, Index
from landplan.gui.widgets.fitted_table import FittedTable, stacked
from landplan.renewal.views import VIEWS

_TOTAL, _BEST = 4, 5
_PARTS = ("irr", "payback", "peak", "gains")
_PUBLIC = ("public", "leverage")


class OptionsPage(QWidget):
    """A row an option; a click or the arrow keys pick it for the other pages."""

    picked = Signal(int)
    """A row of the options."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: MoneyFindings | None = None
        self._npv_wan: Float = np.empty((0, len(VIEWS)))
        self._drawing = False
        self.table = FittedTable(text("money_panel_tab_options"), most=2, small=True, words=240)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._showing = False
        self.table.selectionModel().currentRowChanged.connect(self._pick)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)

    def show_found(self, found: MoneyFindings, factor: float, option: int, *, drawing: bool) -> None:
        """factor: of NPVs, for a start in another year; option: the one that is picked; drawing: shares are on their way."""
        self._found, self._npv_wan, self._drawing = found, found.views.npv_wan * factor, drawing
        views = [text(f"money_panel_head_{view}") for view in VIEWS]
        npv = [*views, text("money_panel_total")]
        headers = [text("money_panel_option"), *(stacked(f"{one} {text('money_panel_npv')}") for one in npv),
                   stacked(text("money_panel_best"))]  # fmt: skip
        headers += [stacked(f"{view} {text(f'money_panel_{part}')}") for part in _PARTS for view in views]
        headers += [stacked(text(f"money_panel_head_{one}")) for one in _PUBLIC]
        tips = ["", *[text("money_panel_npv_why")] * 4, text("money_panel_best_why")]
        tips += [text(f"money_panel_{part}_why") for part in _PARTS for _ in views]
        tips += [text(f"money_panel_{one}_why") for one in _PUBLIC]
        self._showing = True
        self.table.show_cells(Cells(tuple(headers), len(found.appraisal.options), self._cell, tuple(tips)))
        self.table.selectRow(option)
        self._showing = False

    def _pick(self, now: Index, _before: Index) -> None:
        if now.isValid() and not self._showing:
            self.picked.emit(now.row())

    def _cell(self, k: int, column: int) -> Cell:
        found = self._found
        if found is None:
            return Cell()
        if column == 0:
            return self._title(found, k)
        if column <= _TOTAL:
            return self._npv(found, k, column - 1)
        if column == _BEST:
            return self._share(float(found.odds.best[k]))
        if column > _BEST + len(_PARTS) * len(VIEWS):
            return _public(found, k, column - _BEST - len(_PARTS) * len(VIEWS) - 1)
        part, v = divmod(column - _BEST - 1, len(VIEWS))
        if not found.views.takes_part[k, v]:
            return Cell(NONE, tip=text("money_panel_no_part"), right=True, colour=theme().faint)
        if _PARTS[part] == "irr":
            return Cell(irr_words(found, k, v), right=True)
        if _PARTS[part] == "payback":
            return Cell(payback_words(found, k, v), right=True)
        if _PARTS[part] == "peak":
            return Cell(figures.number(-float(found.views.peak_wan[k, v]), 0), right=True)
        return self._share(float(found.odds.gains[k, v]))

    @staticmethod
    def _title(found: MoneyFindings, k: int) -> Cell:
        options, scheme = found.appraisal.options, found.appraisal.scheme
        title, place = whole_title(scheme, options, k), [path.id for path in scheme.paths].index(options.paths[options.path[k]])
        best = text("money_panel_is_best") if k in found.best else ""
        tip = "\n".join(part for part in (title, best, price_words(found, k)) if part)
        return Cell(title, tip, note=best, swatch=PATH_HUES[place % len(PATH_HUES)])

    def _npv(self, found: MoneyFindings, k: int, v: int) -> Cell:
        if v < len(VIEWS) and not found.views.takes_part[k, v]:
            return Cell(NONE, tip=text("money_panel_no_part"), right=True, colour=theme().faint)
        value = float(self._npv_wan[k].sum() if v == len(VIEWS) else self._npv_wan[k, v])
        return Cell(figures.number(value, 0), right=True, colour=theme().bad if value < 0 else "")

    def _share(self, share: float) -> Cell:
        if np.isfinite(share):
            return Cell(figures.percent(share, 0), right=True, bar=share)
        return Cell("…" if self._drawing else NONE, tip=text("money_panel_not_drawn"), right=True, colour=theme().soft)


def _public(found: MoneyFindings, k: int, part: int) -> Cell:
    """Public money in all, or the private money that comes with each wan of it."""
    value = float(found.public.leverage[k] if part else found.public.public[k].sum())
    return Cell(figures.number(value, 2 if part else 0) if np.isfinite(value) else NONE, right=True)
