"""Value function: how much each measured value of a criterion is worth, over the histogram of the layer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from landplan.app.curve_text import curve_line, entries
from landplan.app.proposed_curves import TAIL, data_range, fitted, kinds_for, proposed
from landplan.core.messages import language, pick, text
from landplan.core.registry import value_functions
from landplan.core.scheme import Criterion, MethodCall, Scheme
from landplan.core.tables import Column
from landplan.core.units import unit_text
from landplan.gui import figures
from landplan.gui.charts.spread import Spread, axis_of, spread_of, spread_of_categories, unlisted
from landplan.gui.charts.value_chart import ValueChart
from landplan.gui.curve_numbers import CurveNumbers
from landplan.gui.desk import Desk
from landplan.gui.dock import panel
from landplan.gui.icons import icon
from landplan.gui.widgets.calm_wheel import CalmWheel
from landplan.gui.widgets.elided_combo import ElidedCombo
from landplan.gui.widgets.elided_label import ElidedLabel
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.late_widget import LateWidget
from landplan.gui.widgets.scrolled import scrolled

_EMPTY, _CHART = range(2)
_NAMED = 5
"""So many categories without a utility are named."""


@panel("value", "bottom", 2, icon="curve", tabbed=True, shortcut="F7")
class ValuePanel(LateWidget):
    """One criterion at a time; another is asked for in the panel of criteria or here."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.id = ""
        self._spread: tuple[Column, tuple[object, ...], Spread] | None = None
        self._offered: tuple[object, ...] = ()
        self.criterion = ElidedCombo(text("value_criterion"))
        self.kind = ElidedCombo(text("value_kind"), text("value_kind_why"))
        self.range, self.back = QToolButton(), QToolButton(autoRaise=True)
        self.chart, self.info = ValueChart(text("panel_value")), ElidedLabel("", "soft")
        self.chart.setToolTip(text("value_how"))
        self.numbers = CurveNumbers()
        self.empty = EmptyState("curve", text("panel_value"))
        self._calm = CalmWheel(self.criterion, self.kind)
        self._dress()
        self._lay_out()
        self._listen()
        self.refresh()

    def _dress(self) -> None:
        self.range.setText(text("value_range"))
        self.range.setToolTip(text("value_range_why"))
        self.range.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.range.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        menu = QMenu(self.range)
        self.fits = [
            menu.addAction(text("value_range_whole"), lambda: self._fit(0.0)),
            menu.addAction(text("value_range_most"), lambda: self._fit(TAIL)),
        ]
        self.range.setMenu(menu)
        self.back.setIcon(icon("reset"))
        self.back.setToolTip(text("value_reset"))
        self.back.setAccessibleName(text("value_reset"))
        self.back.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _lay_out(self) -> None:
        line, middle, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        line.setSpacing(4)
        line.addWidget(self.criterion, 3)
        line.addWidget(self.kind, 2)
        line.addWidget(self.range)
        line.addWidget(self.back)
        line.addStretch(2)
        page, self._scrolled = QWidget(), scrolled(self.numbers)
        self._scrolled.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(12)
        middle.addWidget(self.chart, 5)
        middle.addWidget(self._scrolled, 2)
        page.setLayout(middle)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(page)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.pages, 1)
        column.addWidget(self.info)

    def _listen(self) -> None:
        desk = self._desk
        desk.opened.connect(self._reopen)
        desk.project_changed.connect(self.refresh)
        desk.results_changed.connect(self.refresh)
        desk.selection_changed.connect(self.refresh)
        desk.criterion_wanted.connect(self.show_criterion)
        self.criterion.activated.connect(lambda: self.show_criterion(str(self.criterion.currentData())))
        self.kind.activated.connect(self._turn)
        self.back.clicked.connect(self._reset)
        self.chart.moved.connect(lambda value: self._do(value, merge=True))
        self.chart.let_go.connect(self._let_go)
        self.chart.at_handle.connect(self._point)
        self.numbers.changed.connect(self._do)

    def _reopen(self) -> None:
        self.id, self._spread, self._offered = "", None, ()
        self.refresh()

    def show_criterion(self, id: str) -> None:
        """Show another criterion; a drag that is going on ends."""
        self._desk.settle()
        self.id = id
        self.refresh()

    # What is shown

    def refresh(self, *_: object) -> None:
        """The criterion as it is now, once it can be seen."""
        if self.put_off():
            return
        project = self._desk.project
        known = project.scheme.criteria if project is not None else ()
        scored = [one for one in known if one.value is not None]
        if scored and not any(one.id == self.id for one in scored):
            self.id = scored[0].id
        found = next((one for one in scored if one.id == self.id), None)
        column = self._column()
        self._offer(scored, column)
        words = self._why_not(found, column)
        for widget in (self.kind, self.range, self.back):
            widget.setEnabled(found is not None and column is not None and not words)
        if words or found is None or found.value is None or column is None:
            self.empty.say(pick(found.title) if found is not None else text("panel_value"), words)
            self.info.setText("")
            self.pages.setCurrentIndex(_EMPTY)
            return
        self.pages.setCurrentIndex(_CHART)
        self._show(found, found.value, column)

    def _show(self, criterion: Criterion, value: MethodCall, column: Column) -> None:
        spread = self._spread_of(value, column)
        rows = self._desk.selection
        unit = "" if column.unit in ("", "ratio") else unit_text(column.unit, language())
        self.chart.show_value(spread, value, spread.of(rows[rows < len(spread.place)]), unit)
        self.numbers.show_value(value, unit, self.chart.step)
        self.back.setEnabled(value != self._opened())
        for action, tail in zip(self.fits, (0.0, TAIL), strict=True):
            action.setEnabled(value.kind != "category" and data_range(column, tail) is not None)
        self.range.setEnabled(any(action.isEnabled() for action in self.fits))
        self.info.setText(" · ".join(one for one in self._said(spread, value, column) if one))
        self.info.setToolTip(self.info.text())

    def _column(self) -> Column | None:
        results = self._desk.results
        return results.criteria.columns.get(self.id) if results is not None else None

    def _why_not(self, criterion: Criterion | None, column: Column | None) -> str:
        """Why there is no chart; "" where there is one."""
        results = self._desk.results
        if self._desk.project is None:
            return text("value_no_project")
        if criterion is None:
            return text("value_none_scored")
        if results is None:
            return text("value_scoring")
        if column is None:
            issue = results.criteria.skipped.get(criterion.id)
            return issue.text() if issue is not None else text("value_scoring")
        if column.unknown.all():
            return text("value_all_unknown", {"n": f"{len(column.values):,}"})
        assert criterion.value is not None  # noqa: S101  (only scored ones are shown)
        if column.is_text and criterion.value.kind != "category":
            return text("value_texts")
        return ""

    def _spread_of(self, value: MethodCall, column: Column) -> Spread:
        """The bars, counted again only where column or axis are others; while a handle is held the axis stays."""
        kept, names = self._spread, tuple(value.params["table"]) if value.kind == "category" else ()
        if self.chart.held and kept is not None and kept[0] is column and kept[2].names == names:
            return kept[2]
        bounds = [one.value for one in entries(value) if one.measured and one.path != ("width",)]
        axis = (0.0, 1.0) if names else axis_of(column, bounds)
        if kept is None or kept[0] is not column or kept[1] != (axis, names):
            spread = spread_of_categories(column, names) if names else spread_of(column, axis)
            self._spread = kept = (column, (axis, names), spread)
        return kept[2]

    def _said(self, spread: Spread, value: MethodCall, column: Column) -> list[str]:
        """The line below: how many know it, in which range, what is left out, and what the bounds rest on."""
        said = [text("value_known", {"n": f"{spread.known:,}"})]
        said.append(text("value_unknown", {"n": f"{spread.unknown:,}"}) if spread.unknown else text("value_all_known"))
        if spread.names:
            strange = unlisted(column, spread.names) if spread.outside and value.params.get("other") is None else []
            names = "、".join(strange[:_NAMED]) if language() == "zh" else ", ".join(strange[:_NAMED])
            said.append(text("value_unlisted", {"n": f"{spread.outside:,}", "names": names}) if strange else "")
        elif spread.constant:
            said.append(text("value_constant", {"value": figures.with_unit(spread.least, column.unit)}))
        else:
            unit = "" if column.unit in ("", "ratio") else f" {unit_text(column.unit, language())}"
            low, high = figures.plain(spread.least), figures.plain(spread.most)
            said.append(text("value_from_to", {"low": low, "high": f"{high}{unit}"}))
            said.append(text("value_outside", {"n": f"{spread.outside:,}"}) if spread.outside else "")
        return [*said, text("value_illustrative")]

    def _offer(self, scored: list[Criterion], column: Column | None) -> None:
        """What can be chosen, and what is."""
        kinds = kinds_for(column)
        value = next((one.value for one in scored if one.id == self.id), None)
        now = value.kind if value is not None else ""
        offered = (self.id, now, kinds, tuple((one.id, pick(one.title)) for one in scored), language())
        if offered == self._offered:
            return
        self._offered = offered
        self.criterion.clear()
        for one in scored:
            self.criterion.addItem(pick(one.title) or one.id, one.id)
        self.criterion.setCurrentIndex(self.criterion.findData(self.id))
        self.criterion.setEnabled(bool(scored))
        self.kind.clear()
        for kind in dict.fromkeys([*kinds, *([now] if now else [])]):
            self.kind.addItem(pick(value_functions[kind].titles), kind)
        self.kind.setCurrentIndex(self.kind.findData(now))

    def _point(self, k: int) -> None:
        """Mark the numbers of a handle, and bring them into view."""
        places = self.chart.handles()
        field = self.numbers.mark(places[k].paths if 0 <= k < len(places) else ())
        if field is not None:
            self._scrolled.ensureWidgetVisible(field, 0, 4)

    # Acting

    def _value(self) -> MethodCall | None:
        project = self._desk.project
        return _value_in(project.scheme, self.id) if project is not None else None

    def _opened(self) -> MethodCall | None:
        source = self._desk.source
        return _value_in(source.project.scheme, self.id) if source is not None else None

    def _do(self, value: MethodCall, *, merge: bool = False) -> None:
        if not self._desk.do("set_value", merge=merge, criterion=self.id, value=curve_line(value)):
            self.refresh()  # what was refused is taken back

    def _let_go(self) -> None:
        self._desk.settle()
        self.refresh()

    def _turn(self) -> None:
        value, column, kind = self._value(), self._column(), str(self.kind.currentData())
        if value is not None and column is not None and kind != value.kind:
            self._do(proposed(kind, column, value))

    def _fit(self, tail: float) -> None:
        value, column = self._value(), self._column()
        if value is not None and column is not None:
            self._do(fitted(value, column, tail))

    def _reset(self) -> None:
        value = self._opened()
        if value is not None:
            self._do(value)


def _value_in(scheme: Scheme, id: str) -> MethodCall | None:
    return next((one.value for one in scheme.criteria if one.id == id), None)
