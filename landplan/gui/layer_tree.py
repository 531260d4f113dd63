"""The list of layers: groups of lines with check boxes, counts to the right, moved by mouse or keys."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QDropEvent, QIcon, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from landplan.core.messages import text
from landplan.core.roles import role_title
from landplan.gui.layer_content import facts
from landplan.gui.map_layers import Entry, MapLayers
from landplan.gui.theme import theme
from landplan.gui.widgets.check_mark import paint_check
from landplan.gui.widgets.layer_swatch import HEIGHT, WIDTH, layer_swatch

_ROW = 24
_EDGE = 8
_KEY = Qt.ItemDataRole.UserRole
_STATES = {True: Qt.CheckState.Checked, False: Qt.CheckState.Unchecked}


class _Lines(QStyledItemDelegate):
    """Paints the check boxes of the theme, and the counts with room at the edge."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        if index.column() == 1:
            option.rect.setRight(option.rect.right() - _EDGE)
        super().paint(painter, option, index)
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        if state is None or not index.flags() & Qt.ItemFlag.ItemIsUserCheckable:
            return
        whole = QStyleOptionViewItem(option)
        self.initStyleOption(whole, index)
        style = option.widget.style()
        box = QRectF(style.subElementRect(QStyle.SubElement.SE_ItemViewItemCheckIndicator, whole, option.widget))
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(box.adjusted(-1, -1, 1, 1), QColor(theme().tint if chosen else theme().base))
        lit = bool(option.state & QStyle.StateFlag.State_MouseOver)
        paint_check(painter, box, Qt.CheckState(state), lit=lit)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        size = super().sizeHint(option, index)
        if index.column() == 1:
            size.setWidth(option.fontMetrics.horizontalAdvance(str(index.data())) + 2 * _EDGE)
        return size


class LayerTree(QTreeWidget):
    """Shows `MapLayers` and changes it: Space shows and hides, Alt+Up and Alt+Down move, drag and drop too."""

    zoom_asked = Signal()
    """Enter or a double click on a line."""
    remove_asked = Signal()

    def __init__(self, layers: MapLayers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers = layers
        self._shape: tuple[object, ...] = ()
        self._items: dict[str, QTreeWidgetItem] = {}
        self._folded = {"stations", "roads", "constraints", "rasters"}
        self._dress()
        self.itemChanged.connect(self._check)
        self.itemCollapsed.connect(partial(self._fold, on=True))
        self.itemExpanded.connect(partial(self._fold, on=False))
        self.itemDoubleClicked.connect(self._double)
        layers.changed.connect(self.refresh)
        self.refresh()

    def _dress(self) -> None:
        self.setColumnCount(2)
        self._painting = _Lines(self)
        self.setItemDelegate(self._painting)
        self.setMouseTracking(True)
        self.setHeaderHidden(True)
        self.setIndentation(16)
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(WIDTH, HEIGHT))
        self.setAllColumnsShowFocus(True)
        self.setExpandsOnDoubleClick(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDropIndicatorShown(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName(text("layers_list"))
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(24)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Highlight, QColor(theme().tint))
        palette.setColor(QPalette.ColorRole.HighlightedText, QColor(theme().ink))
        self.setPalette(palette)

    # What is current

    @property
    def current(self) -> tuple[Entry, ...]:
        """The entries of the current line: one, or those of a group."""
        item = self.currentItem()
        return self.entries_of(item) if item is not None else ()

    @property
    def current_key(self) -> str:
        """The id by which the current line is moved."""
        item = self.currentItem()
        return str(item.data(0, _KEY)) if item is not None else ""

    def item(self, id: str) -> QTreeWidgetItem | None:
        """The line of an entry or group."""
        return self._items.get(id)

    def entries_of(self, item: QTreeWidgetItem) -> tuple[Entry, ...]:
        key = str(item.data(0, _KEY))
        return tuple(one for one in self._layers.entries if key in (one.id, one.group))

    # Following

    def refresh(self) -> None:
        """Show the layers as they are now."""
        groups = self._layers.groups
        shape = tuple((group, tuple((one.id, id(one.content)) for one in entries)) for group, entries in groups)
        self.blockSignals(True)
        if shape != self._shape:
            self._shape = shape
            self._rebuild(groups)
        for entry in self._layers.entries:
            item = self._items.get(entry.id)
            if item is not None and entry.drawn:
                item.setCheckState(0, _STATES[entry.visible])
                item.setForeground(0, QBrush(QColor(theme().ink if entry.visible else theme().soft)))
        for group, entries in groups:
            if len(entries) > 1 and entries[0].drawn:
                shown = sum(entry.visible for entry in entries)
                state = Qt.CheckState.PartiallyChecked if 0 < shown < len(entries) else _STATES[bool(shown)]
                self._items[group].setCheckState(0, state)
        self.blockSignals(False)
        self.viewport().update()

    def _rebuild(self, groups: tuple[tuple[str, tuple[Entry, ...]], ...]) -> None:
        current, top = self.current_key, self.verticalScrollBar().value()
        self.clear()
        self._items = {}
        for group, entries in groups:
            if len(entries) == 1:
                self.addTopLevelItem(self._line(entries[0], group))
                continue
            head = self._head(group, entries)
            self.addTopLevelItem(head)
            for entry in entries:
                head.addChild(self._line(entry, entry.id))
            head.setExpanded(group not in self._folded)
        if current in self._items:
            self.setCurrentItem(self._items[current])
        self.verticalScrollBar().setValue(top)

    def _head(self, group: str, entries: tuple[Entry, ...]) -> QTreeWidgetItem:
        given = {} if group == "rasters" else entries[0].content.given
        counts = [entry.count for entry in entries]
        known = [count for count in counts if count is not None]
        item = self._made(group, role_title(group, given), f"{sum(known):,}" if known else f"{len(entries)}")
        self._items[group] = item
        if not entries[0].drawn:
            self._plain(item, text("layers_raster_note") if group == "rasters" else text("layers_table_note"))
        return item

    def _line(self, entry: Entry, key: str) -> QTreeWidgetItem:
        item = self._made(key, entry.title, "" if entry.count is None else f"{entry.count:,}")
        self._items[key] = self._items[entry.id] = item
        ratio = self.devicePixelRatioF()
        item.setIcon(0, QIcon(layer_swatch(entry.kind, entry.style, ratio, parcels=entry.id == "parcels")))
        item.setToolTip(0, "\n".join([entry.title, *(f"{label}  {_short(value)}" for label, value in facts(entry.content))]))
        if entry.count is not None:
            item.setToolTip(1, text("layers_count", {"n": f"{entry.count:,}"}))
        if not entry.drawn:
            note = text("layers_raster_note") if entry.kind == "raster" else text("layers_table_note")
            self._plain(item, f"{item.toolTip(0)}\n{note}")
        if entry.id == "parcels":
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDragEnabled)
        return item

    @staticmethod
    def _made(key: str, title: str, count: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem([title, count])
        item.setData(0, _KEY, key)
        item.setSizeHint(0, QSize(0, _ROW))
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setForeground(1, QBrush(QColor(theme().soft)))
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        return item

    @staticmethod
    def _plain(item: QTreeWidgetItem, tip: str) -> None:
        """A line that is only listed."""
        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)
        item.setForeground(0, QBrush(QColor(theme().soft)))
        item.setToolTip(0, tip)

    # From the planner

    def _check(self, item: QTreeWidgetItem, column: int) -> None:
        if column == 0:
            self._layers.show([one.id for one in self.entries_of(item)], item.checkState(0) != Qt.CheckState.Unchecked)

    def _fold(self, item: QTreeWidgetItem, *, on: bool) -> None:
        key = str(item.data(0, _KEY))
        (self._folded.add if on else self._folded.discard)(key)

    def _double(self, item: QTreeWidgetItem) -> None:
        if item.childCount():
            item.setExpanded(not item.isExpanded())
        else:
            self.zoom_asked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._layers.move(self.current_key, -1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.zoom_asked.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.remove_asked.emit()
        else:
            super().keyPressEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Put the dragged line beside the one it was let go at; the tree itself moves nothing."""
        target, place = self.itemAt(event.position().toPoint()), self.dropIndicatorPosition()
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if target is None:
            self.drop(self._layers.entries[-1].id, after=True)
            return
        self.drop(str(target.data(0, _KEY)), after=place == QAbstractItemView.DropIndicatorPosition.BelowItem)

    def drop(self, target: str, *, after: bool) -> None:
        """Put the current line beside another; a group let go at a line of another group goes beside that group."""
        key, groups = self.current_key, [name for name, _ in self._layers.groups]
        if key in groups:
            target = next((one.group for one in self._layers.entries if target in (one.id, one.group)), target)
            if target == "parcels":  # right below them
                target, after = next((name for name in groups if name not in ("parcels", key)), target), False
        self._layers.place(key, target, after=after)


def _short(value: str) -> str:
    """A checksum or a long list by its beginning."""
    if len(value) == 64 and " " not in value:
        return f"{value[:12]}…"
    return value if len(value) <= 48 else f"{value[:47]}…"
