"""A fault of a file mended by `convert`: where the mended layer goes is asked, the input stays as it is."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget
from shiboken6 import isValid

from landplan.app.command_line import job_line
from landplan.app.jobs.convert import convert
from landplan.app.report import Report
from landplan.core.messages import text
from landplan.core.progress import Progress
from landplan.gui.desk import Desk
from landplan.gui.source_panel import SourcePanel
from landplan.gui.source_words import layer_of
from landplan.gui.widgets.section import soft_label

_WRITABLE = "GeoPackage (*.gpkg);;Shapefile (*.shp);;GeoJSON (*.geojson)"


class Mending(QObject):
    """Hears what the panel asks to mend. `said` is a line that tells what was done, or why not, areas before and after."""

    mended = Signal(object)
    """The file that was written."""

    def __init__(self, desk: Desk, panel: SourcePanel, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._panel, self._window = desk, panel, window
        self._values: dict[str, Any] = {}
        self._words = soft_label("", "plain")
        self.accept = QPushButton(text("source_accept_change"), autoDefault=False)
        self.accept.setToolTip(text("source_accept_change_why"))
        self.accept.clicked.connect(self._again)
        self.said = QWidget()
        row = QHBoxLayout(self.said)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        row.addWidget(self.accept)
        self.said.hide()
        panel.mend_asked.connect(self.ask)

    @property
    def words(self) -> str:
        """What was done, or why not."""
        return self._words.text()

    def ask(self, code: str) -> None:
        """Ask where to write, and mend the layer that the panel shows."""
        place, card = self._panel.place, self._panel.card
        if place is None or card is None:
            return
        out = self.ask_out(place.path.with_name(f"{place.path.stem}_fixed.gpkg"))
        if out is not None:
            name = place.layer or str(layer_of(card, "")["name"]) if len(self._panel.names) > 1 else None
            self._start({"path": place.path, "out": out, "fix": [code], "layer": name, "encoding": self._panel.encoding or None})

    def ask_out(self, start: Path) -> Path | None:
        """Where the mended layer goes; None to leave it."""
        chosen, _ = QFileDialog.getSaveFileName(self._window, text("source_mend_title"), str(start), _WRITABLE)
        return Path(chosen) if chosen else None

    def _again(self) -> None:
        self._start({**self._values, "accept_area_change": True})

    def _start(self, values: dict[str, Any]) -> None:
        self._values = values

        def work(progress: Progress) -> Report:
            return convert(**values, progress=progress)

        self._say(text("source_mending"), "soft")
        done = partial(self._done, values["out"])
        self._desk.run(text("source_mend_title"), work, done, line=job_line("convert", **values), failed=self._failed)

    def _done(self, out: Path, report: Report) -> None:
        self._desk.say("good", report.lines[0])
        if isValid(self) and isValid(self._words):
            self._say("\n".join(report.lines), "good")
            self.mended.emit(out)

    def _failed(self, error: BaseException) -> None:
        if isValid(self) and isValid(self._words):
            self._say(self._desk.messages[-1].text, "bad", change=getattr(error, "id", "") == "convert_area_change")

    def _say(self, words: str, role: str, *, change: bool = False) -> None:
        self._words.setText(words)
        self._words.setProperty("role", role)
        self._words.style().polish(self._words)
        self.accept.setVisible(change)
        self.said.setVisible(bool(words))
