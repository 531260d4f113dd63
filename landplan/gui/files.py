"""Opening and saving: dialogs, dropped files, and what would be lost."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget
from shiboken6 import isValid

from landplan.app.main_job import refuse_blocked
from landplan.app.opening import PROJECT_SUFFIX, Opened, holds_plan, kept, open_file, save_project
from landplan.core.messages import pick, text
from landplan.core.paths import sample
from landplan.core.progress import Progress
from landplan.core.project import Project
from landplan.gui.desk import Desk
from landplan.gui.long_commands import do_long
from landplan.gui.settings import Settings
from landplan.gui.work import Task
from landplan.io.files import VECTOR_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from landplan.app.relinking import Lost
    from landplan.app.session import Session

_LOST = ("layer_file_missing", "policy_file_missing", "project_raster_missing")
"""Errors of a plan that names a file which is not there."""
READ = " ".join(f"*{suffix}" for suffix in (".toml", PROJECT_SUFFIX, *VECTOR_SUFFIXES))


class Files(QObject):
    """What happens to files. The window's own dialogs are asked here, so that a test can answer for the planner."""

    def __init__(self, desk: Desk, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._settings, self._window = desk, settings, window
        self._saving: Task | None = None
        self.dialog: Any = None
        """The dialog that is open (a package, layers), if any."""

    @property
    def shown_name(self) -> str:
        """The title of the project, and the file it is in."""
        project, source = self._desk.project, self._desk.source
        if project is None:
            return ""
        title = pick(project.recipe.title)
        return title if source is None or source.path is None else f"{title} – {source.path.name}"

    # Opening

    def open_sample(self) -> None:
        self.open(sample("recipe.toml"))

    def open(self, path: Path) -> None:
        """Open anything, off the main thread; what is on the desk goes only when the new project is there."""
        if not self.may_leave():
            return

        left = self._desk.project

        def work(progress: Progress) -> Opened:
            found = open_file(path, progress)
            if left is not None:
                refuse_blocked(found.project.layers)  # what cannot be scored does not take the place of what can
            _ = found.project.layers.parcels.area_m2  # kept by the layer; the first to ask is not to be the window
            return found

        def done(found: Opened) -> None:
            may_ask = found.path is None and isValid(self._window)
            if may_ask and any(issue.id == "layer_not_named" for issue in found.project.layers.parcels.issues):
                found.unpacked.close()  # which of several layers is for the planner to say
                self.ask_layers(path)
                return
            if self._desk.project is not left and not self.may_leave():  # changed while the file was read
                found.unpacked.close()
                return
            self._opened(found, path)

        def fails(error: BaseException) -> None:
            id = getattr(error, "id", "") if isValid(self._window) else ""
            if id == "start_crs_missing":
                self.ask_layers(path)
            elif id in _LOST:
                self.ask_relink(path)

        self._desk.run(text("task_open", {"path": path.name}), work, done, failed=fails, kind="open")

    def ask_open(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self._window, text("action_open"), self._folder, f"{text('files_readable')} ({READ});;{text('files_all')} (*)"
        )
        if chosen:
            self.open(Path(chosen))

    def ask_layers(self, parcels: Path | None = None, more: Sequence[Path] = ()) -> None:
        """Start from layers, in a dialog that shows what was understood."""
        from landplan.gui.open_layers_dialog import OpenLayersDialog

        if not self.may_leave():
            return
        self.dialog = OpenLayersDialog(self._desk, self._window)
        if parcels is not None:
            self.dialog.parcels.show_path(parcels)
        for path in more:
            self.dialog.add_layer().file.show_path(path)
        self.dialog.chosen.connect(self._put)
        self.dialog.open()

    def ask_relink(self, plan: Path) -> None:
        """Files of a plan that are not where they were: where they are now is asked, then the plan is opened from there."""
        from landplan.app.relinking import lost_files
        from landplan.gui.relink_dialog import RelinkDialog

        def found(lost: tuple[Lost, ...]) -> None:
            if lost and isValid(self._window):
                self.dialog = RelinkDialog(plan, lost, self._window)
                self.dialog.relinked.connect(partial(self._open_relinked, plan))
                self.dialog.open()

        self._desk.run(text("relink_title"), lambda _progress: lost_files(plan), found, kind="open")

    def _open_relinked(self, plan: Path, places: dict[str, Path]) -> None:
        from landplan.app.relinking import open_relinked

        def work(progress: Progress) -> Opened:
            return open_relinked(plan, places, progress)

        def done(found: Opened) -> None:
            if self.may_leave():
                self._opened(found, plan)
                self._desk.saved_project = None  # its new places are kept when it is saved
                self._desk.saved.emit()

        self._desk.run(text("task_open", {"path": plan.name}), work, done, kind="open")

    def ask_export(self) -> None:
        from landplan.gui.export_dialog import ExportDialog

        if isinstance(self.dialog, ExportDialog) and isValid(self.dialog):
            self.dialog.deleteLater()  # its work goes on; the answer finds that it is gone
        self.dialog = ExportDialog(self._desk, self._window)
        self.dialog.show()

    def ask_firms(self) -> None:
        """Firms to parcels: candidates to confirm, beside the map so that they can be seen on it."""
        from landplan.gui.firms_dialog import FirmsDialog

        if self._desk.project is not None:
            self.dialog = FirmsDialog(self._desk, self._window)
            self.dialog.wanted.connect(partial(do_long, self._desk, "add_firms", done=lambda: None))
            self.dialog.show()

    def drop(self, paths: Sequence[Path]) -> None:
        """Files that were dragged onto the window. Layers are added to the project that is open, each asked for in turn, or
        are the layers of a new one; of several plans the first is opened, and that the others are not is said."""
        plans = [path for path in paths if holds_plan(path)]
        if not plans and self._desk.project is not None:
            self._add_each(paths)
        elif not plans and len(paths) > 1:
            self.ask_layers(paths[0], paths[1:])
        elif paths:
            first = (plans or list(paths))[0]
            self.open(first)
            if len(paths) > 1:
                self._desk.say("data", text("drop_one", {"name": first.name, "n": len(paths) - 1}))

    def _add_each(self, paths: Sequence[Path]) -> None:
        from landplan.gui.add_layer_dialog import AddLayerDialog

        if not paths or self._desk.project is None:
            return
        dialog = AddLayerDialog(paths[0], self._desk, self._window)
        dialog.asked.connect(partial(do_long, self._desk, "add_layer", done=lambda: None))
        dialog.open_asked.connect(self.open)
        dialog.finished.connect(lambda _result: self._add_each(paths[1:]))
        dialog.offer_to_open()
        self.dialog = dialog
        dialog.open()

    def cancel(self) -> None:
        """Stop the opening that runs, whichever window began it."""
        self._desk.long.cancel("open")

    def _opened(self, found: Opened, path: Path) -> None:
        self._settings.visited(path)
        self._put(found)

    def _put(self, found: Opened) -> None:
        self._desk.put(found)

    # Saving

    def save(self) -> bool:
        """Save where it was saved before, else ask; whether it is saved (or about to be)."""
        source = self._desk.source
        if source is not None and source.path is not None and source.path.suffix.lower() == PROJECT_SUFFIX:
            return self.save_to(source.path)
        return self.save_as()

    def save_as(self) -> bool:
        project = self._desk.project
        if project is None:
            return False
        name = f"{pick(project.recipe.title) or 'plan'}{PROJECT_SUFFIX}"
        start = str(Path(self._folder) / name)
        chosen, _ = QFileDialog.getSaveFileName(self._window, text("action_save_as"), start, f"landplan (*{PROJECT_SUFFIX})")
        if not chosen:
            return False
        path = Path(chosen)
        return self.save_to(path if path.suffix.lower() == PROJECT_SUFFIX else path.with_name(path.name + PROJECT_SUFFIX))

    def save_to(self, path: Path) -> bool:
        """Save the project as one file, whole or not at all, off the main thread."""
        project, source, session = self._desk.project, self._desk.source, self._desk.session
        if project is None or source is None:
            return False

        def work(_progress: Progress) -> Project:
            save_project(kept(project, source, path.resolve()), path)
            return project

        done = partial(self._saved, session, path)
        self._saving = self._desk.run(text("task_save", {"path": path.name}), work, done, kind="save")
        return True

    def _saved(self, session: Session | None, path: Path, project: Project) -> None:
        if self._desk.session is session and self._desk.source is not None:  # else another project is on the desk by now
            self._desk.source = replace(self._desk.source, path=path)
            self._desk.saved_project = project
        self._settings.visited(path)
        self._desk.say("good", text("said_saved", {"path": path}))
        self._desk.saved.emit()

    # Leaving

    def close_project(self) -> None:
        if self.may_leave():
            self._desk.clear()

    def may_leave(self) -> bool:
        """Whether the project may go: nothing is unsaved, or the planner says so. The only box of the window."""
        if not self._desk.unsaved:
            return True
        answer = self.ask_unsaved()
        if answer == "save":
            return self._save_now()
        return answer == "discard"

    def ask_unsaved(self) -> str:
        """ "save", "discard" or "stay"."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("landplan")
        box.setText(text("unsaved", {"name": self.shown_name}))
        save = box.addButton(text("action_save"), QMessageBox.ButtonRole.AcceptRole)
        discard = box.addButton(text("discard"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(text("cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(save)
        box.setEscapeButton(stay)
        box.exec()
        return {save: "save", discard: "discard"}.get(box.clickedButton(), "stay")

    def _save_now(self) -> bool:
        """Save and wait for it, because the project goes."""
        from PySide6.QtCore import QEventLoop

        if not self.save():
            return False
        loop, saving = QEventLoop(), self._saving

        def look(_task: Task) -> None:
            if saving is None or saving.state not in ("waiting", "running"):
                QTimer.singleShot(0, loop.quit)  # after the task has said that it is done

        self._desk.long.changed.connect(look)
        if saving is not None and saving.state in ("waiting", "running"):
            loop.exec()
        self._desk.long.changed.disconnect(look)
        return not self._desk.unsaved

    @property
    def _folder(self) -> str:
        source = self._desk.source
        path = source.path if source is not None and not source.zipped else None  # a zip is gone afterwards
        if path is not None and not str(path).startswith(str(sample())):
            return str(path.parent)
        recent = self._settings.recent
        return str(recent[0].parent if recent else Path.home())
