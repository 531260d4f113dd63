"""The desk: what the window works on. Panels read it, ask it, and hear of changes; they never know each other."""
# size: what panels read, ask and hear of, in one place; work and words are in files of their own

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from landplan.app.command_line import edit_line
from landplan.app.main_job import checked_layers, results, score_basis
from landplan.app.opening import PROJECT_SUFFIX, Opened
from landplan.app.session import Session
from landplan.core.errors import Issue, LandplanError
from landplan.core.layers import Float, Int, LayerSet
from landplan.core.messages import text
from landplan.core.progress import Cancelled, Progress
from landplan.core.project import Memo, Project
from landplan.core.results import Results
from landplan.core.tables import OptionTable, Portfolio
from landplan.gui.display import Display, Painting, painting
from landplan.gui.journal import Message, Mood, failure, is_bug
from landplan.gui.map_layers import MapLayers
from landplan.gui.money.state import Money
from landplan.gui.packing import export_line, package_folder
from landplan.gui.questions import Questions
from landplan.gui.robustness import Robustness
from landplan.gui.survey import Survey
from landplan.gui.theme import theme
from landplan.gui.work import Lane, Task
from landplan.steps.score import weighed_column

_MANY = 50_000
"""Beyond so many parcels a drag moves the score shown at once, and the rest when the mouse rests."""
_REST_MS = 250
"""So long after the last change, what is not needed at once is computed: the paths of every parcel."""


class Desk(QObject):
    """One project at a time. Everything is read on the main thread; long work goes to the lanes and comes back.

    session, results and plan are None where there is nothing yet. `results` are the newest scores (options and portfolio
    None); `options` those of every parcel; `plan` the last solved results, which may be of an older project.
    """

    opened = Signal()
    """Another project is on the desk, or none."""
    project_changed = Signal(object, object)
    """Old, new: a panel redraws when the part it shows `is not` the old one."""
    results_changed = Signal()
    """Scores of the newest project: every panel follows in this one event."""
    options_changed = Signal()
    """The paths of every parcel were computed, or are out of date."""
    plan_changed = Signal()
    """The plan was solved, or is out of date."""
    selection_changed = Signal()
    display_changed = Signal()
    """Another display; `painting` is new."""
    painted = Signal()
    """`painting` is new, for whatever reason."""
    hovered = Signal(int)
    """Row under the cursor on the map or in a panel, −1 for none."""
    zoom_wanted = Signal(object)
    """Rows (Int) or a box (west, south, east, north, m) that a panel wants to see on the map."""
    panel_wanted = Signal(str)
    """The id of a panel that is to come to the front."""
    limit_wanted = Signal(str)
    """The id of a limit, budget or list that the portfolio panel is to show."""
    criterion_wanted = Signal(str)
    """The id of a criterion whose value function is to be shown."""
    said = Signal(object)
    """A Message for the message bar and the log."""
    packed_changed = Signal()
    """A package was written."""
    saved = Signal()
    """The project was saved, or no longer is as saved."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session: Session | None = None
        self.source: Opened | None = None
        self.saved_project: Project | None = None
        self.results: Results | None = None
        self.options: OptionTable | None = None
        """Of every parcel as the project is now; None while they are computed or where nothing is chosen."""
        self.plan: Results | None = None
        self.package: Path | None = None
        """Where the last package was written."""
        self.packed: Project | None = None
        """The project that is in it."""
        self.display = Display()
        self.painting: Painting | None = None
        self.extent: tuple[float, float, float, float] | None = None
        """What the map looks at (west, south, east, north, m); None: everything."""
        self.messages: list[Message] = []
        self.trace: list[str] = []
        """What a programmer would ask for after a bug; the log can copy it."""
        self.live, self.long, self.beside = Lane("live", self), Lane("long", self), Lane("beside", self)
        self._checking: LayerSet | None = None
        self.checked: LayerSet | None = None
        """The layers whose checks are done."""
        self.memo = Memo()
        """The kept results, for work that runs the steps itself."""
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._after)
        self.map_layers = MapLayers(self)
        """Which layers the map shows."""
        self.robustness = Robustness(self)
        """Whether the recommendations stand when weights are uncertain."""
        self.survey = Survey(self)
        """The classes A to D by a policy pack."""
        self.survey.changed.connect(self._reclassed)
        self.questions = Questions(self)
        """What was asked about the plan, and found."""
        self.questions.changed.connect(self._asked)
        self.money = Money(self)
        """What the options of the selected parcels are worth to each view."""

    # What is on the desk

    @property
    def project(self) -> Project | None:
        return self.session.project if self.session is not None else None

    @property
    def plan_current(self) -> bool:
        """Whether the plan is that of the project as it is now."""
        return self.plan is not None and self.plan.project is self.project

    @property
    def portfolio(self) -> Portfolio | None:
        """The last plan, of this project or of one before it (see `plan_current`)."""
        return self.plan.portfolio if self.plan is not None else None

    @property
    def unsaved(self) -> bool:
        """Whether there are changes that no file has."""
        return self.project is not None and self.project is not self.saved_project

    @property
    def selection(self) -> Int:
        """Rows of the selected parcels, rising."""
        return self.session.selection if self.session is not None else np.empty(0, np.int64)

    @property
    def name(self) -> str:
        """The file that a command line names, or a word where there is none yet."""
        if self.source is not None and self.source.path is not None:
            return str(self.source.path)
        return f"plan{PROJECT_SUFFIX}"

    # Opening and closing

    def put(self, opened: Opened, memo: Memo | None = None) -> None:
        """Put a project on the desk in place of the one before; scoring begins. memo: results kept elsewhere."""
        self._leave()
        self.session, self.source, self.memo = Session(opened.project), opened, memo or Memo()
        self.saved_project = opened.project if opened.path is not None else None
        self.session.changed.append(self._change)
        self.session.selected.append(lambda _rows: self.selection_changed.emit())
        for signal in (self.opened, self.selection_changed, self.saved):
            signal.emit()
        for note in opened.notes:
            self.say("data", note)
        self.score()

    def clear(self) -> None:
        """Nothing is on the desk any more."""
        self._leave()
        self.session = self.source = self.saved_project = None
        for signal in (self.opened, self.selection_changed, self.saved):
            signal.emit()

    def _leave(self) -> None:
        """The project on the desk goes, and with it all that was computed for it."""
        self.results = self.plan = self.options = self.painting = self.package = self.packed = None
        self.display, self.extent, self.memo = Display(), None, Memo()
        self._rest.stop()
        self._checking = self.checked = None
        self.live.forget()
        self.beside.forget()
        self.long.cancel("solve")
        if self.source is not None:
            self.source.unpacked.close()

    def close(self) -> None:
        """Stop all work; files of an opened zip go."""
        self._rest.stop()
        for work in (self.live, self.long, self.beside, self.survey, self.money):
            work.close()
        if self.source is not None:
            self.source.unpacked.close()

    # What the planner does

    def do(self, command: str, *, merge: bool = False, **values: Any) -> bool:
        """Run a registered command; whether it was taken. `merge`: a step of a drag, which is one entry of the history."""
        if self.session is None:
            return False
        try:
            before = self.session.project
            after = self.session.do(command, merge=merge, **values)
        except LandplanError as error:
            self.fail(error)
            return False
        if not merge and after is not before:
            self.say("note", after.history[-1], edit_line(self.name, command, values))
        return True

    def settle(self) -> None:
        """End a drag: its one entry is said."""
        if self.session is None or not self.session.history or not self.session.history[-1].open:
            return
        self.session.settle()
        last = self.session.history[-1]
        self.say("note", last.words(), edit_line(self.name, last.command, dict(last.values)))

    def undo(self) -> None:
        if self.session is not None and self.session.history:
            words = self.session.history[-1].words()
            self.session.undo()
            self.say("note", text("said_undone", {"what": words}))

    def redo(self) -> None:
        if self.session is not None and self.session.future:
            words = self.session.future[0].words()
            self.session.redo()
            self.say("note", text("said_redone", {"what": words}))

    def select(self, rows: Int, how: str = "replace") -> None:
        """Select rows: "replace", "add", "remove" or "toggle"."""
        if self.session is None:
            return
        old = self.session.selection
        ways: dict[str, Callable[[Int, Int], Int]] = {"add": np.union1d, "remove": np.setdiff1d, "toggle": np.setxor1d}
        self.session.select_rows(ways[how](old, rows) if how in ways else rows)

    def show_as(self, display: Display) -> None:
        """Colour the map another way."""
        if display != self.display:
            self.display = display
            self._paint()
            self.display_changed.emit()

    def say(self, mood: Mood, words: str, line: str = "") -> None:
        message = Message(mood, words, line)
        self.messages.append(message)
        self.said.emit(message)

    def fail(self, error: BaseException) -> None:
        """Say what went wrong in one sentence; the trace of a bug is there before it is said."""
        if is_bug(error):
            self.trace += traceback.format_exception(error)
        found = failure(error)
        self.say(found.mood, found.text)

    def _fail_quietly(self, error: BaseException) -> None:
        """Live work that was stopped because newer work came is nothing to speak of."""
        if not isinstance(error, Cancelled):
            self.fail(error)

    # Long work

    def run(
        self,
        title: str,
        function: Callable[[Progress], Any],
        done: Callable[[Any], None],
        *,
        line: str = "",
        failed: Callable[[BaseException], None] | None = None,
        kind: str = "",
    ) -> Task:
        """Long work the planner asked for: listed in the tasks panel, can be cancelled; `done` comes on the main thread."""

        def fails(error: BaseException) -> None:
            self.fail(error)
            if failed is not None:
                failed(error)

        return self.long.start(Task(title, function, done, fails, line=line, kind=kind))

    def score(self) -> None:
        """Scores of the project as it is now, off the main thread; a newer wish replaces one that waits."""
        project, memo = self.project, self.memo
        if project is None:
            return

        def work(progress: Progress) -> Results:
            return results(project, memo, progress, upto="score", checked=False)

        task = Task(text("task_score"), work, self._scored, self._fail_quietly, quiet=True, kind="score")
        self.live.start_newest(task)

    def solve(self) -> Task | None:
        """Choose the best portfolio for the project as it is now, and show its paths."""
        project, memo, session, source = self.project, self.memo, self.session, self.source
        if project is None or project.recipe.choose is None or source is None:
            return None

        def work(progress: Progress) -> Results:
            return results(project, memo, progress, checked=False)

        def done(found: Results) -> None:
            if self.session is session:  # else another project is on the desk by now
                self._solved(found)
                self.show_as(Display("path"))

        line = export_line(source, package_folder(source), unsaved=self.unsaved).words
        return self.long.start(Task(text("task_solve"), work, done, self.fail, line=line, kind="solve", about=project))

    def adopt(self, plan: Results) -> None:
        """Results computed by other work (an export) are as good as solved ones."""
        if plan.portfolio is not None:
            self._solved(plan)

    def wrote(self, package: Path, project: Project) -> None:
        """A package of the project was written."""
        self.package, self.packed = package, project
        self.packed_changed.emit()

    # Events

    def _change(self, old: Project, new: Project) -> None:
        if self.session is not None and new.layers.parcels is not old.layers.parcels:
            ids = old.layers.parcels.ids[self.session.selection].tolist()
            self.session.select(ids)
        if self.options is not None:
            self.options = None
            self.options_changed.emit()
        self.project_changed.emit(old, new)
        if self.plan is not None:
            self.plan_changed.emit()
        self.saved.emit()
        if self._drags_many():
            self._score_shown()
        else:
            self.score()

    def _drags_many(self) -> bool:
        """Whether a drag is under way over so many parcels that only the score shown can follow at once."""
        if self.session is None or self.results is None or not self.session.history:
            return False
        shown = self.display.theme == "score" and self.display.model in self.results.scores.models
        return shown and self.session.history[-1].open and len(self.results.scores) > _MANY

    def _score_shown(self) -> None:
        """The score of the model shown under the new weights; everything else follows when the slider is let go."""
        project, before, shown, memo = self.project, self.results, self.display, self.memo
        if project is None or before is None:
            return

        def work(progress: Progress) -> Float:
            base = score_basis(project, before.zones, before.criteria, memo, progress)
            return weighed_column(base, project.scheme, shown.model)

        def done(score: Float) -> None:
            if self.display == shown:  # else the map asks for another score by now
                self._paint(score)

        self.live.cancel("score")  # all scores of a moment ago: they are old now, and the drag is not to wait for them
        self.live.start_newest(Task(text("task_score"), work, done, self._fail_quietly, quiet=True))
        self._rest.start()

    def _check(self) -> None:
        """Run the checks on the layers, beside everything else."""
        project, memo = self.project, self.memo
        if project is None or self._checking is project.layers:
            return
        layers = self._checking = project.layers

        def work(progress: Progress) -> tuple[Issue, ...]:
            return checked_layers(layers, memo, progress)

        def done(found: tuple[Issue, ...]) -> None:
            if self.results is not None and self.results.layers is layers:
                self.checked = layers
                self.results = replace(self.results, checks=found)
                self.results_changed.emit()

        self.beside.start_newest(Task(text("task_check"), work, done, self.fail, quiet=True))

    def _scored(self, found: Results) -> None:
        self.results = found  # even where newer scores follow: a drag is live
        self._paint()
        self.results_changed.emit()
        self._check()
        self._rest.start()

    def _after(self) -> None:
        """At rest: what could not follow at once."""
        if self.live.busy:
            self._rest.start()
            return
        if self.results is not None and self.results.project is not self.project:
            self.score()
        else:
            self._propose()

    def _propose(self) -> None:
        project, memo = self.project, self.memo
        if project is None or project.recipe.choose is None or self.options is not None:
            return

        def work(progress: Progress) -> Results:
            return results(project, memo, progress, upto="propose", checked=False)

        def done(found: Results) -> None:
            if found.project is self.project:
                self.options = found.options
                self.options_changed.emit()

        self.live.start_newest(Task(text("task_propose"), work, done, self.fail, quiet=True))

    def _solved(self, found: Results) -> None:
        self.plan = found
        if found.project is self.project:
            self.options = found.options
            self.options_changed.emit()
        self._paint()
        self.plan_changed.emit()

    def _reclassed(self) -> None:
        if self.display.theme == "survey":
            self._paint()

    def _asked(self) -> None:
        if self.display.theme == "often":
            self._paint()

    def _paint(self, live: Float | None = None) -> None:
        if self.results is None:
            return
        plan = self.plan
        found = (plan.options, plan.portfolio) if plan is not None else (None, None)
        self.painting = painting(self.display, self.results, *found, theme().bare[1:], live, self.survey.found,
                                 self.questions.often)  # fmt: skip
        self.painted.emit()
