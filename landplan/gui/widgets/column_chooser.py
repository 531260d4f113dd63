"""Which columns the table shows: all of them by group, with a box to find one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from landplan.core.messages import text
from landplan.gui.grid.columns import GROUPS, GridColumn
from landplan.gui.icons import icon
from landplan.gui.theme import theme

_ID = Qt.ItemDataRole.UserRole
_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class ColumnChooser(QFrame):
    """A small window under its button. Every tick is taken at once."""

    chosen = Signal(object)
    """The ids that are ticked, a set."""
    reset_wanted = Signal()

    def __init__(self, columns: Sequence[GridColumn], shown: Collection[str], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._find, self._tree, reset = QLineEdit(), QTreeWidget(), QPushButton(text("table_columns_reset"))
        self._find.setPlaceholderText(text("table_columns_find"))
        self._find.setAccessibleName(text("table_columns_find"))
        self._find.addAction(icon("search", theme().soft), QLineEdit.ActionPosition.LeadingPosition)
        self._find.setClearButtonEnabled(True)
        self._tree.setHeaderHidden(True)
        self._tree.setAccessibleName(text("table_columns"))
        reset.setToolTip(text("table_columns_reset_tip"))
        self._fill(columns, shown)
        row, column = QHBoxLayout(), QVBoxLayout(self)
        row.addStretch(1)
        row.addWidget(reset)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self._find)
        column.addWidget(self._tree, 1)
        column.addLayout(row)
        self._soon = QTimer(self, singleShot=True, interval=0)  # a group ticks its members one by one
        self._soon.timeout.connect(self._tell)
        self._find.textChanged.connect(self._show_only)
        self._tree.itemChanged.connect(self._changed)
        reset.clicked.connect(self.reset_wanted)
        reset.clicked.connect(self.close)
        self.resize(320, 400)

    def show_under(self, button: QWidget) -> None:
        """Open under its button, or above it where there is no room below; never off the screen."""
        screen: QRect = button.screen().availableGeometry()
        corner = button.mapToGlobal(QPoint(button.width() - self.width(), button.height() + 2))
        if corner.y() + self.height() > screen.bottom():
            corner.setY(button.mapToGlobal(QPoint(0, 0)).y() - self.height() - 2)
        corner.setX(min(max(corner.x(), screen.left()), screen.right() - self.width()))
        self.move(corner.x(), max(corner.y(), screen.top()))
        self.show()
        self._find.setFocus()

    @property
    def ticked(self) -> set[str]:
        return {str(item.data(0, _ID)) for item in self._items() if item.checkState(0) == _CHECKED}

    def _fill(self, columns: Sequence[GridColumn], shown: Collection[str]) -> None:
        for group in GROUPS:
            members = [column for column in columns if column.group == group]
            if not members:
                continue
            head = QTreeWidgetItem(self._tree, [text(f"table_group_{group}")])
            head.setFlags(head.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsAutoTristate)
            for column in members:
                item = QTreeWidgetItem(head, [f"{column.title}  {column.unit_words}".rstrip()])
                item.setData(0, _ID, column.id)
                item.setToolTip(0, "\n".join(filter(None, (column.title, column.field, column.note))))
                item.setCheckState(0, _CHECKED if column.id in shown else _UNCHECKED)
            head.setExpanded(group in ("parcel", "score", "plan"))

    def _items(self) -> list[QTreeWidgetItem]:
        heads = (self._tree.topLevelItem(k) for k in range(self._tree.topLevelItemCount()))
        return [head.child(k) for head in heads if head is not None for k in range(head.childCount())]

    def _show_only(self, words: str) -> None:
        wanted = words.strip().casefold()
        for item in self._items():
            named = f"{item.text(0)} {item.toolTip(0)}".casefold()
            item.setHidden(wanted not in named)
        for k in range(self._tree.topLevelItemCount()):
            head = self._tree.topLevelItem(k)
            if head is not None:
                head.setHidden(all(head.child(j).isHidden() for j in range(head.childCount())))
                head.setExpanded(head.isExpanded() or bool(wanted))

    def _changed(self, _item: QTreeWidgetItem, _column: int) -> None:
        self._soon.start()

    def _tell(self) -> None:
        self.chosen.emit(self.ticked)
