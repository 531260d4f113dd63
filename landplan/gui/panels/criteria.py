"""The panel of criteria: which are scored, how much each counts, and how they become one score."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from landplan.core.messages import pick, text
from landplan.core.project import Project
from landplan.core.registry import scorings
from landplan.core.scheme import Scheme
from landplan.gui.criteria_rows import (
    Row,
    criterion_words,
    depth_of,
    group_rows,
    group_share,
    group_title,
    group_words,
    rows,
    scale_top,
    weight_words,
)
from landplan.gui.criterion_line import CriterionLine, MeasuredLine
from landplan.gui.desk import Desk
from landplan.gui.dock import panel
from landplan.gui.group_head import GroupHead, GroupLine
from landplan.gui.icons import icon
from landplan.gui.theme import theme
from landplan.gui.weight_line import FIELD, GAP, LEFT, MARK, SHARE, WeightLine
from landplan.gui.widgets.calm_wheel import CalmWheel
from landplan.gui.widgets.elided_combo import ElidedCombo
from landplan.gui.widgets.elided_label import ElidedLabel
from landplan.gui.widgets.empty_state import EmptyState

_MANY = 12
_MEASURED = "\n"
"""The group of what is only measured; no scheme can name one so."""
_INSET = 4
"""Between the edge of a number field and its digits."""
_POLICIES = ("interval", "worst", "zone_median", "refuse")


@panel("criteria", "left", 1, icon="criteria")
class CriteriaPanel(QWidget):
    """Choices on top, then the criteria by group; what is only measured is folded away at the end."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.lines: dict[str, CriterionLine] = {}
        self.measured: dict[str, MeasuredLine] = {}
        self.heads: dict[str, GroupHead | GroupLine] = {}
        self._shape: tuple[object, ...] = ()
        self._seen: tuple[object, ...] = ()
        self._chosen: tuple[object, ...] = ()
        self._rows: tuple[Row, ...] = ()
        self._groups: dict[str, Row] = {}
        """Those that have weights of their own."""
        self._choices()
        self._pages = QStackedLayout(self)
        self._pages.addWidget(EmptyState("criteria", text("panel_criteria"), text("criteria_empty")))
        self._pages.addWidget(self._filled())
        desk.opened.connect(self._open)
        desk.project_changed.connect(self._change)
        desk.results_changed.connect(self._follow)
        desk.display_changed.connect(self._follow)
        self._open()

    # Making

    def _choices(self) -> None:
        names = ("model", "scoring", "missing")
        combos = (ElidedCombo(text(f"criteria_choose_{one}"), text(f"criteria_choose_{one}_tip")) for one in names)
        self.model, self.scoring, self.missing = combos
        self.filter = QLineEdit()
        self._calm = CalmWheel(self.model, self.scoring, self.missing)
        self.filter.setPlaceholderText(text("criteria_filter"))
        self.filter.setAccessibleName(text("criteria_filter"))
        self.filter.setToolTip(text("criteria_filter"))
        self.filter.setClearButtonEnabled(True)
        self.filter.addAction(icon("filter", theme().soft), QLineEdit.ActionPosition.LeadingPosition)
        self.filter.textChanged.connect(self._sift)
        self.model.activated.connect(self._turn)
        self.scoring.activated.connect(self._score_by)
        self.missing.activated.connect(self._fill_by)

    def _filled(self) -> QWidget:
        page, top, ways = QWidget(), QVBoxLayout(), QHBoxLayout()
        top.setContentsMargins(8, 8, 8, 4)
        top.setSpacing(4)
        ways.setSpacing(4)
        ways.addWidget(self.scoring, 1)
        ways.addWidget(self.missing, 1)
        top.addWidget(self.model)
        top.addLayout(ways)
        top.addWidget(self.filter)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._heading())
        column.addWidget(self._listing(), 1)
        return page

    def _heading(self) -> QWidget:
        """The names of the columns; it keeps clear of the scroll bar."""
        self._head = QWidget()
        line = QHBoxLayout(self._head)
        line.setContentsMargins(LEFT + 18 + GAP, 2, LEFT, 2)
        line.setSpacing(GAP)
        self._shares_of = ElidedLabel("", "soft")
        self._shares_of.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self._shares_of, 1)
        for words, width in (("weight", FIELD), ("share", SHARE)):
            label = QLabel(text(f"criteria_{words}"))
            label.setToolTip(text(f"criteria_{words}_tip"))
            label.setProperty("role", "soft")
            label.setContentsMargins(0, 0, _INSET if words == "weight" else 0, 0)
            label.setFixedWidth(max(width, label.sizeHint().width()) if words == "weight" else width)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            line.addWidget(label)
        line.addSpacing(GAP + MARK)
        return self._head

    def _listing(self) -> QScrollArea:
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.verticalScrollBar().rangeChanged.connect(self._make_room)
        return self._area

    def _make_room(self, _low: int, high: int) -> None:
        bar = self._area.verticalScrollBar().sizeHint().width() if high > 0 else 0
        self._head.setContentsMargins(0, 0, bar, 0)

    def _rebuild(self) -> None:
        """Lines of another scheme."""
        folded = {group for group, head in self.heads.items() if head.button.isChecked()} if self.heads else {_MEASURED}
        self.lines, self.measured, self.heads = {}, {}, {}
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(0)
        for group, members in _grouped(self._rows, self._groups):
            head = self.heads[group] = self._head_of(group, len(members), shut=group in folded)
            head.folded.connect(self._sift)
            column.addWidget(head)
            for row in members:
                column.addWidget(self._line(row))
        column.addStretch(1)
        self._area.setWidget(body)

    def _head_of(self, group: str, members: int, *, shut: bool) -> GroupHead | GroupLine:
        if group in self._groups:
            row = self._groups[group]
            line = GroupLine(row, depth_of(row, self._groups), shut=shut)
            self._follow_weight(line)
            return line
        title = text("criteria_measured", {"n": members}) if group == _MEASURED else group_title(group)
        return GroupHead(title, shut=shut)

    def _line(self, row: Row) -> QWidget:
        if not row.scored:
            plain = self.measured[row.id] = MeasuredLine(row, self._tip)
            return plain
        line = self.lines[row.id] = CriterionLine(row, self._tip)
        line.switched.connect(self._switch)
        line.curve_asked.connect(self._curve)
        self._follow_weight(line)
        return line

    def _follow_weight(self, line: WeightLine) -> None:
        line.moved.connect(self._move)
        line.let_go.connect(self._desk.settle)
        line.typed.connect(self._set)
        line.reset_asked.connect(self._reset)
        line.common_asked.connect(self._common)
        line.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        line.customContextMenuRequested.connect(self._menu)

    # Following

    def _open(self) -> None:
        project = self._desk.project
        self._pages.setCurrentIndex(0 if project is None else 1)
        self._seen = ()
        if project is not None:
            self.model.setCurrentIndex(0)
            self.filter.clear()
            self._follow()

    def _change(self, old: Project, new: Project) -> None:
        if new.scheme is not old.scheme:
            self._follow()

    def _follow(self) -> None:
        """Show weights and shares as they are now."""
        project, source = self._desk.project, self._desk.source
        if project is None or source is None:
            return
        scheme, results = project.scheme, self._desk.results
        self._offer(scheme)
        known = results.scores.criteria if results is not None else ()
        seen = (scheme, results.criteria if results is not None else None)
        chosen = (known, self._model, self._shown)
        if self._seen and all(one is other for one, other in zip(seen, self._seen, strict=True)) and chosen == self._chosen:
            return
        self._seen, self._chosen = seen, chosen
        asked = (scheme, source.project.scheme, self._model, self._shown, results)
        self._rows, self._groups = rows(*asked), group_rows(*asked)
        shape = tuple((row.id, row.group, row.scored) for row in (*self._rows, *self._groups.values()))
        if shape != self._shape:
            self._shape = shape
            self._rebuild()
            self.filter.setVisible(len(shape) > _MANY)
            self._sift()
        self._show(scale_top(self._rows))

    def _show(self, top: float) -> None:
        results = self._desk.results
        for row in self._rows:
            if row.id in self.lines:
                self.lines[row.id].show_row(row, top)
            else:
                column = results.criteria.columns.get(row.id) if results is not None else None
                self.measured[row.id].show_row(row, column.unit if column is not None else "")
        end = scale_top(self._groups.values())
        for group, members in _grouped(self._rows, self._groups):
            head = self.heads[group]
            if isinstance(head, GroupLine):
                head.show_row(self._groups[group], end)
            elif group != _MEASURED:
                head.say(group_share(members))
        name = next((pick(one.title) for one in self._scheme.models if one.id == self._shown), "")
        self._shares_of.setText(text("criteria_shares_of", {"model": name}) if name else "")

    def _offer(self, scheme: Scheme) -> None:
        """The choices, and which of them hold."""
        models = [("", text("criteria_common"))]
        models += [(one.id, _model_words(pick(one.title), len(one.weights) + len(one.group_weights))) for one in scheme.models]
        ways = [(one.id, pick(one.titles)) for one in scorings if one.scores]
        fills = [(id, text("criteria_missing", {"policy": text(f"criteria_missing_{id}")})) for id in _POLICIES]
        _fill(self.model, models, self._model)
        _fill(self.scoring, ways, scheme.scoring.method)
        _fill(self.missing, fills, scheme.missing)

    @property
    def _scheme(self) -> Scheme:
        project = self._desk.project
        assert project is not None  # noqa: S101  (only asked while lines are shown)
        return project.scheme

    @property
    def _model(self) -> str:
        """The model whose weights are set, "" = the common ones."""
        return str(self.model.currentData() or "")

    @property
    def _shown(self) -> str:
        """The model whose shares are shown: the one that is set, else the one whose score the map shows."""
        display = self._desk.display
        return self._model or (display.model if display.theme == "score" else "")

    def _turn(self) -> None:
        self._desk.settle()
        self._follow()

    def _sift(self) -> None:
        """Show what fits the filter; while there is one, nothing is folded."""
        wanted = self.filter.text().strip().casefold() if self.filter.isVisibleTo(self) else ""
        shut: set[str] = set()
        for group, members in _grouped(self._rows, self._groups):
            head, left = self.heads[group], 0
            within = group in self._groups and self._groups[group].group in shut
            if within or head.button.isChecked():
                shut.add(group)
            for row in members:
                line = self.lines.get(row.id) or self.measured[row.id]
                fits = wanted in row.title.casefold() or wanted in row.id
                line.setVisible(fits if wanted else group not in shut)
                left += fits
            head.setVisible(bool(left) if wanted else not within)

    def _tip(self, id: str) -> str:
        """Everything about a criterion, as rich text; what is unknown is counted now."""
        row = next((one for one in self._rows if one.id == id), None)
        criterion = next((one for one in self._scheme.criteria if one.id == id), None)
        if row is None or criterion is None:
            return ""
        results = self._desk.results
        column = results.criteria.columns.get(id) if results is not None else None
        found = criterion_words(criterion, row, column, len(results.criteria) if results is not None else 0)
        if words := group_words(row, self._groups):
            found = ((text("criteria_share_of_group"), words), *found)
        lines = "".join(
            f"<tr><td style='color:{theme().soft}; padding-right:8px'>{escape(label)}</td><td>{escape(value)}</td></tr>"
            for label, value in found
        )
        return f"<b>{escape(row.title)}</b><table>{lines}</table>"

    # Acting

    def _move(self, id: str, weight: float) -> None:
        self._weigh(id, weight, merge=True)

    def _set(self, id: str, weight: float) -> None:
        self._weigh(id, weight)

    def _weigh(self, id: str, weight: float | None, *, merge: bool = False) -> None:
        """Set a weight; no group and criterion have the same id."""
        kind, of = ("group_weight", "group") if id in self._groups else ("weight", "criterion")
        if self._model:
            self._desk.do(f"set_model_{kind}", merge=merge, model=self._model, weight=weight, **{of: id})
        elif weight is not None:
            self._desk.do(f"set_{kind}", merge=merge, weight=weight, **{of: id})

    def _switch(self, id: str, on: bool) -> None:
        self._desk.do("switch_criterion", criterion=id, on=on)

    def _reset(self, id: str) -> None:
        self._weigh(id, next((row.opened for row in (*self._rows, *self._groups.values()) if row.id == id), None))

    def _common(self, id: str) -> None:
        self._weigh(id, None)

    def _curve(self, id: str) -> None:
        self._desk.panel_wanted.emit("value")
        self._desk.criterion_wanted.emit(id)

    def _score_by(self) -> None:
        self._desk.do("set_scoring", method=self.scoring.currentData())

    def _fill_by(self) -> None:
        self._desk.do("set_missing_policy", policy=self.missing.currentData())

    def _menu(self, place: QPoint) -> None:
        line = self.sender()
        if isinstance(line, WeightLine):
            self.menu(line).popup(line.mapToGlobal(place))

    def menu(self, line: WeightLine) -> QMenu:
        """What can be done with a criterion or group."""
        menu, row = QMenu(self), line.row
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        start = "–" if row.opened is None else weight_words(row.opened)
        back = menu.addAction(icon("reset"), text("criteria_reset_tip", {"weight": start}), lambda: self._reset(row.id))
        back.setEnabled(row.changed)
        if self._model:
            common = text("criteria_to_common", {"common": weight_words(row.common)})
            menu.addAction(icon("remove"), common, lambda: self._common(row.id)).setEnabled(row.special)
        if isinstance(line, GroupLine):
            return menu
        menu.addAction(icon("curve"), text("criteria_curve_of", {"title": row.title}), lambda: self._curve(row.id))
        menu.addSeparator()
        switch = menu.addAction(text("criteria_switch", {"title": row.title}), lambda: self._switch(row.id, not row.on))
        switch.setCheckable(True)
        switch.setChecked(row.on)
        return menu


def _grouped(found: tuple[Row, ...], declared: Iterable[str]) -> list[tuple[str, list[Row]]]:
    """The scored criteria by group, groups with weights first, then in the scheme's order, what is only measured at the end."""
    groups: dict[str, list[Row]] = {group: [] for group in declared}
    for row in found:
        if row.scored:
            groups.setdefault(row.group, []).append(row)
    measured = [row for row in found if not row.scored]
    return [*groups.items(), *([(_MEASURED, measured)] if measured else [])]


def _model_words(title: str, special: int) -> str:
    return f"{title} · {text('criteria_special', {'n': special})}" if special else title


def _fill(combo: QComboBox, offered: list[tuple[str, str]], current: str) -> None:
    """Offer choices (id, words) without telling of it."""
    combo.blockSignals(True)
    if [(combo.itemData(k), combo.itemText(k)) for k in range(combo.count())] != offered:
        combo.clear()
        for id, words in offered:
            combo.addItem(words, id)
    combo.setCurrentIndex(max(next((k for k, (id, _) in enumerate(offered) if id == current), 0), 0))
    combo.blockSignals(False)
