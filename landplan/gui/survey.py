"""The classes A to D of the parcels on the desk: found off the main thread, once for the same layers, criteria and pack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from landplan.core.messages import text
from landplan.core.policy import Standing
from landplan.core.results import Results
from landplan.core.survey import Surveyed
from landplan.export.survey_table import doubts
from landplan.gui.work import Lane, Task

if TYPE_CHECKING:
    from landplan.gui.desk import Desk


class Survey(QObject):
    """It follows the desk by itself. Weights are not among what classes rest on: dragging one asks for nothing here."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk, self._lane = desk, Lane("survey", self)
        self.found: Surveyed | None = None
        self._inputs: tuple[Any, ...] = ()
        desk.opened.connect(self._follow)
        desk.results_changed.connect(self._follow)

    @property
    def busy(self) -> bool:
        return self._lane.busy

    @property
    def has_pack(self) -> bool:
        """Whether a policy pack of the project has a survey."""
        results = self._desk.results
        return results is not None and results.survey_by is not None

    @property
    def doubts(self) -> dict[str, Standing]:
        """The figures and rules of the pack that are illustrative or not in force on the project's date."""
        results = self._desk.results
        if self.found is None or results is None:
            return {}
        return doubts(self.found.pack, results.recipe.export.stamp)

    def close(self) -> None:
        self._lane.close()

    def _follow(self) -> None:
        results = self._desk.results
        inputs = () if results is None else _inputs(results)
        if len(inputs) == len(self._inputs) and all(a is b for a, b in zip(inputs, self._inputs, strict=True)):
            return
        self._inputs = inputs
        if results is None or results.survey_by is None:
            self._lane.forget()
            self._show(None)
            return

        def done(found: Surveyed | None) -> None:
            if self._inputs is inputs:
                self._show(found)

        self._lane.start_newest(
            Task(text("survey_panel_working"), lambda _progress: results.survey, done, self._fail, quiet=True)
        )

    def _show(self, found: Surveyed | None) -> None:
        if found is not self.found:
            self.found = found
            self.changed.emit()

    def _fail(self, error: BaseException) -> None:
        self._desk.fail(error)
        self._show(None)


def _inputs(results: Results) -> tuple[Any, ...]:
    """What classes rest on."""
    scheme = results.scheme
    return (
        results.layers,
        results.zones,
        results.criteria,
        results.project.policies,
        scheme.figures,
        scheme.paths,
        results.recipe.export.stamp,
    )
