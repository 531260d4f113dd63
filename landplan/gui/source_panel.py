"""The health card of a file in the window: what it holds, its encoding to choose, what is wrong with a button to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from landplan.core.errors import LandplanError
from landplan.core.messages import text
from landplan.core.progress import Progress
from landplan.gui.icons import pixmap
from landplan.gui.source_words import Finding, fact_line, findings, layer_names, layer_of, sample_rows
from landplan.gui.widgets.cells import Cell, listed
from landplan.gui.widgets.elided_combo import ElidedCombo
from landplan.gui.widgets.fitted_table import FittedTable
from landplan.gui.widgets.issue_tree import ICONS, weight_colour
from landplan.gui.widgets.section import soft_label
from landplan.gui.work import Lane, Task
from landplan.io.fix_command import ENCODINGS as ENCODING_FAULTS
from landplan.io.fix_command import LABELS
from landplan.io.inspection import inspect

ENCODINGS = ("UTF-8", "GBK", "GB18030", "Big5", "cp1252")
_TEXT_OF_ANY_CODING = frozenset((".shp", ".dbf", ".csv", ".txt", ".tsv", ".zip", ".geojson", ".json", ".dxf"))
"""Formats whose text may be in any encoding; the others say it, or have one."""
_WAIT_MS = 250
_ROWS, _FINDINGS_PX = 5, 132
_WHOLE = 12
"""A text up to so long is not cut in the table."""


@dataclass(frozen=True, slots=True)
class Place:
    """One layer of a file (None: not chosen yet) and a CRS in place of the one it declares ("": none)."""

    path: Path
    layer: str | None = None
    crs: str = ""


class SourcePanel(QWidget):
    """Looks at a file off the main thread; `card` is what was found, None while it looks or where it cannot be read."""

    looked = Signal()
    """`card` or `wrong` is there."""
    crs_asked = Signal(str)
    """A button asked for this CRS in place of the declared one."""
    mend_asked = Signal(str)
    """A button asked to mend this fault, by its code, and write the layer anew."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place: Place | None = None
        self.card: Mapping[str, Any] | None = None
        self.wrong = ""
        """Why the file cannot be read, in one sentence."""
        self.buttons: dict[str, QPushButton] = {}
        """The button of every finding that has one, by its code."""
        self._lane = Lane("source", self)
        self._rest = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._rest.timeout.connect(self._look)
        self.said = soft_label()
        self.coding_label = QLabel(text("source_encoding"))
        self.coding = ElidedCombo(text("source_encoding"), text("source_encoding_why"))
        self.coding.setMinimumContentsLength(14)
        self.coding.addItem(text("source_encoding_judged"), "")
        for name in ENCODINGS:
            self.coding.addItem(name, name)
        self.coding.activated.connect(self._look_soon)
        self.table = FittedTable(text("source_first_rows"), stretch=-1, most=_ROWS)
        self._lay_out()
        self._show()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        self.said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        head.addWidget(self.said, 1)
        head.addWidget(self.coding_label)
        head.addWidget(self.coding)
        self._area = QScrollArea(widgetResizable=True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(text("source_findings"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._area)
        column.addWidget(self.table)

    # What is looked at

    @property
    def encoding(self) -> str:
        """The encoding that was chosen; "" where it is judged."""
        return str(self.coding.currentData())

    @property
    def names(self) -> tuple[str, ...]:
        """The layers of the file, once they are known."""
        return layer_names(self.card) if self.card is not None else ()

    def show_place(self, place: Place) -> None:
        """Look at a file, or at another of its layers (which needs no new look)."""
        same = self.place is not None and (self.place.path, self.place.crs) == (place.path, place.crs)
        if self.place is not None and self.place.path != place.path:
            self.coding.setCurrentIndex(0)
        self.place = place
        if not same:
            self._look_soon()
        else:
            self._show()

    def choose_encoding(self, name: str) -> None:
        """Read the texts in this encoding; "": judge it."""
        if name != self.encoding:
            if self.coding.findData(name) < 0:
                self.coding.addItem(name, name)
            self.coding.setCurrentIndex(self.coding.findData(name))
            self._look_soon()

    def close_lane(self) -> None:
        """Nothing more is looked at."""
        self._rest.stop()
        self._lane.close()

    def _look_soon(self) -> None:
        self.card, self.wrong = None, ""
        self._show()
        self._rest.start()

    def _look(self) -> None:
        place, encoding = self.place, self.encoding
        if place is None:
            return

        def work(progress: Progress) -> Mapping[str, Any]:
            return inspect(place.path, encoding=encoding or None, crs=place.crs or None, progress=progress)

        def found(card: Mapping[str, Any]) -> None:
            self._found(card, "", place, encoding)

        def fails(error: BaseException) -> None:
            words = str(error) if isinstance(error, LandplanError) else f"{type(error).__name__}: {error}"
            self._found(None, words, place, encoding)

        if self._lane.running is not None:
            self._lane.running.cancel()  # its answer is of no use any more
        self._lane.start_newest(Task(text("task_look"), work, found, fails, quiet=True))

    def _found(self, card: Mapping[str, Any] | None, wrong: str, place: Place, encoding: str) -> None:
        now = self.place
        if now is None or (now.path, now.crs, self.encoding) != (place.path, place.crs, encoding):
            return
        self.card, self.wrong = card, wrong
        self._show()
        self.looked.emit()

    # What is shown

    def _show(self) -> None:
        card, name = self.card, (self.place.layer if self.place is not None else None) or ""
        self.buttons = {}
        self.said.setText(fact_line(card, name) if card is not None else self.wrong or text("open_layers_reading"))
        self.said.setProperty("role", "bad" if self.wrong else "soft")
        self.said.style().polish(self.said)
        codes = self.place is not None and self.place.path.suffix.lower() in _TEXT_OF_ANY_CODING
        for widget in (self.coding, self.coding_label):
            widget.setVisible(codes)
        layer = layer_of(card, name) if card is not None else {}
        judged = f" · {layer['encoding']}" if layer and not self.encoding else ""
        self.coding.setItemText(0, text("source_encoding_judged") + judged)
        self._show_findings(findings(card, name) if card is not None else ())
        self._show_rows(card, name)

    def _show_findings(self, found: tuple[Finding, ...]) -> None:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(4)
        for one in found:
            column.addLayout(self._line(one))
        if self.card is not None and not found:
            column.addWidget(soft_label(text("card_healthy"), "good"))
        self._area.setWidget(box)
        self._area.setVisible(self.card is not None)
        width = max(self.width() - 16, 300)
        needed = column.totalHeightForWidth(width) if column.hasHeightForWidth() else column.sizeHint().height()
        self._area.setFixedHeight(min(max(needed, 20), _FINDINGS_PX))

    def _line(self, one: Finding) -> QHBoxLayout:
        mark, words, row = QLabel(), soft_label(one.words, "plain"), QHBoxLayout()
        mark.setPixmap(pixmap(ICONS[one.weight], 16, weight_colour(one.weight), self.devicePixelRatioF()))
        mark.setToolTip(text(f"weight_{one.weight}"))
        for label in (mark, words):
            label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            label.setContentsMargins(0, 3, 0, 3)
        row.setSpacing(8)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(words, 1)
        if (button := self._button(one)) is not None:
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _button(self, one: Finding) -> QPushButton | None:
        """What mends a finding: another CRS or encoding is taken at once, all else writes the layer anew."""
        card, name = self.card, (self.place.layer if self.place is not None else None) or ""
        if one.remedy is None or card is None:
            return None
        crs = one.remedy.get("crs", "")
        if one.code in LABELS:
            if not crs:
                return None
            button = QPushButton(text("open_layers_use", {"crs": crs}), autoDefault=False)
            button.clicked.connect(partial(self.crs_asked.emit, crs))
        elif one.code in ENCODING_FAULTS:
            found = str(layer_of(card, name)["encoding"])
            button = QPushButton(text("open_layers_use", {"crs": found}), autoDefault=False)
            button.clicked.connect(partial(self.choose_encoding, found))
        else:
            button = QPushButton(text("source_mend"), autoDefault=False)
            button.setToolTip(text("source_mend_why"))
            button.clicked.connect(partial(self.mend_asked.emit, one.code))
        button.setAccessibleName(f"{button.text()} {one.message}")
        self.buttons[one.code] = button
        return button

    def _show_rows(self, card: Mapping[str, Any] | None, name: str) -> None:
        fields, rows = sample_rows(card, name) if card is not None else ((), ())
        cells = [tuple(Cell(words, tip=words, loose=len(words) > _WHOLE) for words in row) for row in rows]
        self.table.show_cells(listed(fields, cells, fields))
        self.table.setVisible(bool(fields and rows))

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(560, super().sizeHint().height())
