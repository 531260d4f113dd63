"""Money: what the options of a parcel are worth to government, owner and operator, and how sure that is; public funds of all."""

from __future__ import annotations

from typing import cast

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from landplan.app.money import MoneyFindings
from landplan.core.messages import text
from landplan.gui import figures
from landplan.gui.desk import Desk
from landplan.gui.dock import panel
from landplan.gui.kept import keep, kept
from landplan.gui.money.bar import MoneyBar
from landplan.gui.money.column_cells import copied
from landplan.gui.money.funds_page import FundsPage
from landplan.gui.money.options_page import OptionsPage
from landplan.gui.money.other_pages import BandPage, FiguresPage, TenuresPage
from landplan.gui.money.words import illustrative, why_none
from landplan.gui.widgets.elided_label import ElidedLabel
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.late_widget import LateWidget
from landplan.gui.widgets.line_field import LineField
from landplan.gui.widgets.section import small_button

_EMPTY, _WHOLE = range(2)
_TABS = ("options", "band", "tenures", "figures", "funds")
_OF_ONE = 3
"""The first so many tabs are of one parcel."""
_COPIED = {"band": "options"}
_SOON_MS = 250
"""What is found sooner takes the place of what was shown without a page between them."""


@panel("money", "bottom", 6, icon="portfolio", tabbed=True)
class MoneyPanel(LateWidget):
    """Of the parcel that is selected its options; of several or none what the best options of each come to."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._money = desk, desk.money
        self._option: tuple[str, int] = ("", -1)
        self._turning = False
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(lambda: self._show_empty("", ""))
        self.empty, self.bar, self.subject = EmptyState("portfolio", text("panel_money")), MoneyBar(desk), ElidedLabel("", "soft")
        self.options, self.band, self.figures = OptionsPage(), BandPage(), FiguresPage()
        self.tenures, self.funds = TenuresPage(), FundsPage(desk)
        self.doubt, self.line = ElidedLabel("", "data"), LineField()
        self.copy = small_button("copy", text("money_panel_copy"), self.copy_table, text("money_panel_copy_why"))
        self.tabs, self.views = QTabBar(), QStackedWidget()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName(text("panel_money"))
        for id, page in zip(_TABS, (self.options, self.band, self.tenures, self.figures, self.funds), strict=True):
            self.tabs.addTab(text(f"money_panel_tab_{id}"))
            self.views.addWidget(page)
        self._lay_out()
        self.tabs.currentChanged.connect(self._turn)
        for signal in (desk.opened, desk.results_changed, desk.options_changed, desk.plan_changed, desk.selection_changed,
                       desk.money.changed):  # fmt: skip
            signal.connect(self.refresh)
        for page in (self.options, self.band, self.figures):
            page.picked.connect(self.pick)
        self.refresh()

    def _lay_out(self) -> None:
        whole, top, foot = QWidget(), QHBoxLayout(), QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.tabs)
        top.addWidget(self.subject, 1)
        top.addWidget(self.bar)
        foot.setContentsMargins(8, 0, 8, 2)
        foot.setSpacing(8)
        foot.addWidget(self.doubt, 1)
        foot.addWidget(self.line, 1)
        foot.addWidget(self.copy)
        inside = QVBoxLayout(whole)
        inside.setContentsMargins(0, 4, 0, 0)
        inside.setSpacing(0)
        inside.addLayout(top)
        inside.addWidget(self.views, 1)
        inside.addLayout(foot)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(whole)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)

    @property
    def one(self) -> bool:
        """Whether it is about one parcel."""
        return len(self._money.rows) == 1

    @property
    def option(self) -> int:
        """The option that is picked: the parcel's best until another is."""
        found, (parcel, row) = self._money.found, self._option
        if found is None or not len(found.best):
            return -1
        same = found.asked.parcels == (parcel,) and row < len(found.appraisal.options)
        return row if same else int(found.best[0])

    def refresh(self) -> None:
        """What is known of the parcels selected, once it can be seen; what is not known yet is asked for."""
        if self.put_off():
            return
        self._money.want()
        found = self._money.found
        title, advice = self._why_empty()
        if found is None and not title and self.pages.currentIndex() == _WHOLE:
            self.subject.say(text("money_panel_working"), "data")
            self.line.show_line(self._money.line)
            self._soon.start()
            return
        self._soon.stop()
        if found is None or title:
            self._show_empty(title, advice)
            return
        self._offer_tabs()
        self.pages.setCurrentIndex(_WHOLE)
        self.bar.refresh()
        self._say(found)
        self._show(found)

    def _show_empty(self, title: str, advice: str) -> None:
        """What this is and why there is nothing; without both, that it is being computed."""
        self.empty.say(title or text("panel_money"), advice if title else text("money_panel_working"))
        self.pages.setCurrentIndex(_EMPTY)

    def _why_empty(self) -> tuple[str, str]:
        """What this is, and why there is nothing; two empty texts where there is something, or soon will be."""
        project, results, options, money = self._desk.project, self._desk.results, self._desk.options, self._money
        title = text("panel_money")
        if project is None:
            return title, text("money_panel_no_project")
        if not project.scheme.paths:
            return title, text("money_panel_no_paths")
        if project.recipe.choose is None:
            return title, text("money_panel_no_choose")
        if results is not None and options is not None and not money.has_options:
            if self.one:
                row = int(money.rows[0])
                return text("money_panel_none_of", {"id": results.scores.ids[row]}), why_none(results, options, row)
            return title, text("money_panel_none")
        return "", ""

    def _offer_tabs(self) -> None:
        """The tabs of one parcel only where there is one; the last one looked at comes back."""
        self._turning = True
        for k in range(_OF_ONE):
            self.tabs.setTabVisible(k, self.one)
        self.tabs.updateGeometry()
        last = cast(dict[bool, int], kept(self._desk, "money") or {})
        at = last.get(self.one, 0 if self.one else len(_TABS) - 1)
        self.tabs.setCurrentIndex(at)
        self.views.setCurrentIndex(at)
        self._turning = False

    def _say(self, found: MoneyFindings) -> None:
        """What it is about, what is illustrative, and the command line."""
        options, scheme = found.appraisal.options, found.appraisal.scheme
        facts = {"n": f"{len(found.best):,}", "options": f"{len(options):,}", "rate": f"{100 * scheme.discount_rate:g}"}
        if self.one and len(options):
            row = int(options.parcel[0])
            area_mu = float(found.appraisal.environment.columns["area_mu"][row])
            facts |= {"id": str(options.ids[row]), "area": figures.with_unit(area_mu, "mu")}
        said = text("money_panel_subject" if self.one else "money_panel_subject_all", facts)
        current = self._money.current
        self.subject.say(said if current else text("money_panel_stale"), "soft" if current else "data")
        titles, of = illustrative(scheme)
        self.doubt.setVisible(bool(titles))
        self.doubt.setText(text("money_panel_doubt", {"n": len(titles), "of": of}))
        self.doubt.setAccessibleDescription("\n".join(titles))
        self.line.show_line(self._money.line)

    def _show(self, found: MoneyFindings) -> None:
        """The page that is in front."""
        factor, money = self._money.factor(found.appraisal.scheme), self._money
        page = self.views.currentWidget()
        if page is self.options:
            self.options.show_found(found, factor, self.option, drawing=money.busy and money.uncertain)
        elif page is self.figures:
            self.figures.show_found(found, factor, self.option if self.one else None)
        else:
            cast(BandPage | TenuresPage | FundsPage, page).show_found(found)

    def _turn(self, k: int) -> None:
        if self._turning:
            return
        last = cast(dict[bool, int], kept(self._desk, "money") or {})
        keep(self._desk, "money", {**last, self.one: k})
        self.refresh()

    def pick(self, option: int) -> None:
        """Another option of the parcel; the figures page is of it."""
        found = self._money.found
        if found is not None and len(found.asked.parcels) == 1:
            self._option = (found.asked.parcels[0], int(np.clip(option, 0, len(found.appraisal.options) - 1)))
            self._show(found)

    def copy_table(self) -> None:
        """The table in front, with all its columns and digits."""
        found, id = self._money.found, _TABS[self.views.currentIndex()]
        if found is not None and (id != "tenures" or found.tenures is not None):
            QGuiApplication.clipboard().setText(copied(found, _COPIED.get(id, id)))
            self._desk.say("note", text("money_panel_copied", {"table": text(f"money_panel_tab_{id}")}))
