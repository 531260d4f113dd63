"""The model of the checks panel: kinds of issues, and under each its features, made when they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QIcon

from landplan.core.errors import Issue, Weight
from landplan.core.messages import text
from landplan.core.roles import role_title
from landplan.gui.icons import icon
from landplan.gui.issue_kinds import IssueKind
from landplan.gui.theme import theme

MOST_FEATURES = 500
"""So many features of a kind are listed; a last line says how many more there are."""
COLUMNS = ("weight", "text", "layer", "count")
ICONS: dict[Weight, str] = {"blocks": "bad", "data": "check", "note": "info"}
Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def weight_colour(weight: Weight) -> str:
    of = theme()
    return {"blocks": of.bad, "data": of.data, "note": of.accent}[weight]


class IssueTree(QAbstractItemModel):
    """Lines of kinds; a line under one is an issue of it. The internal id of a line is that of its kind, from 1."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kinds: tuple[IssueKind, ...] = ()
        self._icons: dict[Weight, QIcon] = {weight: icon(name, weight_colour(weight)) for weight, name in ICONS.items()}
        self._soft = QColor(theme().soft)

    def put(self, kinds: Sequence[IssueKind]) -> None:
        self.beginResetModel()
        self.kinds = tuple(kinds)
        self.endResetModel()

    def issues_at(self, index: Index) -> Sequence[Issue]:
        """The issues of a line: all of a kind, one of a feature, those not listed of the last line."""
        if not index.isValid():
            return ()
        kind = self._kind(index)
        if not index.internalId():
            return kind.issues
        row = index.row()
        return kind.issues[row : row + 1] if row < MOST_FEATURES else kind.issues[MOST_FEATURES:]

    def index(self, row: int, column: int, parent: Index = _NONE) -> QModelIndex:
        if row < 0 or column < 0 or row >= self.rowCount(parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, index: Index = _NONE) -> QModelIndex:
        above = index.internalId() if index.isValid() else 0
        return self.createIndex(above - 1, 0, 0) if above else QModelIndex()

    def rowCount(self, parent: Index = _NONE) -> int:  # noqa: N802
        if not parent.isValid():
            return len(self.kinds)
        if parent.internalId() or parent.column() or self.kinds[parent.row()].single:
            return 0
        count = len(self.kinds[parent.row()].issues)
        return min(count, MOST_FEATURES) + (count > MOST_FEATURES)

    def columnCount(self, parent: Index = _NONE) -> int:  # noqa: N802
        return len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return text(f"checks_{COLUMNS[section]}")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if COLUMNS[section] == "count" else Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            words = self._feature_words(index) if index.internalId() else self._kind_words(index)
            return words or None
        if role == Qt.ItemDataRole.TextAlignmentRole and COLUMNS[index.column()] == "count":
            return _RIGHT
        if role == Qt.ItemDataRole.DecorationRole and not index.column() and not index.internalId():
            return self._icons[self._kind(index).weight]
        if role == Qt.ItemDataRole.ForegroundRole and index.internalId() and (index.column() or index.row() >= MOST_FEATURES):
            return self._soft
        return None

    def _kind(self, index: Index) -> IssueKind:
        above = index.internalId()
        return self.kinds[above - 1 if above else index.row()]

    def _kind_words(self, index: Index) -> str:
        kind = self._kind(index)
        name = COLUMNS[index.column()]
        if name == "weight":
            return text(f"checks_weight_{kind.weight}")
        if name == "text":
            return kind.sentence
        return f"{len(kind.issues):,}" if name == "count" else ", ".join(role_title(role) for role in kind.layers)

    def _feature_words(self, index: Index) -> str:
        kind, name, row = self._kind(index), COLUMNS[index.column()], index.row()
        if row >= MOST_FEATURES:
            return text("checks_more", {"n": f"{len(kind.issues) - MOST_FEATURES:,}"}) if name == "text" else ""
        issue = kind.issues[row]
        if name == "weight":
            return issue.feature or ("" if issue.row < 0 else f"#{issue.row}")
        if name == "text":
            return kind.sentence_of(issue)
        return role_title(issue.layer) if name == "layer" and len(kind.layers) > 1 else ""
