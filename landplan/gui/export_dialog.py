"""The dialog that writes the review package: where, what, when; and checks it afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDate, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip
from shiboken6 import isValid

from landplan.app.packaging import Packed, package
from landplan.app.verification import Verified, verify
from landplan.core.messages import pick, text
from landplan.core.progress import Progress
from landplan.core.project import Project
from landplan.core.recipe import Recipe
from landplan.core.registry import exporters
from landplan.gui.desk import Desk
from landplan.gui.icons import icon
from landplan.gui.packing import export_line, package_folder
from landplan.gui.theme import theme
from landplan.gui.widgets.growing import grow
from landplan.gui.widgets.section import soft_label
from landplan.gui.work import Task

LANGUAGES = (("zh", "中文"), ("en", "English"))
_DIFFERENCES = 3
"""Differences shown in the dialog; the command line lists all."""


class ExportDialog(QDialog):
    """Not modal. What is changed here (deliverables, language, date) is a change of the project, with undo."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._source = desk, desk.source
        self._task: Task | None = None
        self._summary = ""
        """What was written last."""
        self.setWindowTitle(text("export_title"))
        self.setMinimumWidth(520)
        self._make_fields()
        self._make_buttons()
        self._lay_out()
        self.folder.setText(str(package_folder(desk.source)) if desk.source is not None else "")
        for signal in (desk.project_changed, desk.plan_changed, desk.saved):
            signal.connect(self._refresh)
        desk.opened.connect(self._leave)
        desk.long.changed.connect(self._follow)
        self.folder.textChanged.connect(self._refresh)
        self._refresh()

    def _make_fields(self) -> None:
        self.folder = QLineEdit()
        self.browse = QPushButton(icon("folder"), text("export_choose"))
        self.browse.setToolTip(text("export_choose_why"))
        self.browse.clicked.connect(self._choose_folder)
        self.deliverables: dict[str, QCheckBox] = {}
        for method in exporters:
            box = QCheckBox(pick(method.titles))
            box.setToolTip(text(f"export_what_{method.id}"))
            box.toggled.connect(self._set_deliverables)
            self.deliverables[method.id] = box
        self.lang, self.day, self.today = QComboBox(), QDateEdit(), QPushButton(text("export_today"))
        for id, words in LANGUAGES:
            self.lang.addItem(words, id)
        self.lang.setToolTip(text("export_lang_why"))
        self.lang.activated.connect(self._set_language)
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setKeyboardTracking(False)
        self.day.setToolTip(text("export_date_why"))
        self.day.dateChanged.connect(self._set_date)
        self.today.setToolTip(text("export_today_why"))
        self.today.clicked.connect(self._set_today)
        self.line = QLineEdit(readOnly=True)
        self.line.setToolTip(text("export_line_why"))
        self.copy = QPushButton(icon("copy"), text("export_copy"))
        self.copy.setToolTip(text("export_copy_why"))
        self.copy.clicked.connect(self._copy)
        self.always, self.sign_off, self.first, self.date_note, self.solve_note = (soft_label() for _ in range(5))
        self.said, self.wrong, self.verdict = soft_label(role=""), soft_label(role="bad"), soft_label(role="")
        for label in (self.said, self.wrong, self.verdict):
            label.hide()
        self.progress = QProgressBar(textVisible=False)
        self.progress.setFixedHeight(4)

    def _make_buttons(self) -> None:
        self.export = QPushButton(icon("export", theme().accent_ink), text("export_do"))
        self.export.setProperty("role", "primary")
        self.export.setDefault(True)
        self.export.clicked.connect(self._export)
        self.stop = QPushButton(icon("stop"), text("export_stop"))
        self.stop.clicked.connect(self._stop)
        self.open_folder = QPushButton(icon("folder"), text("export_open"))
        self.open_folder.clicked.connect(self._open_folder)
        self.verify = QPushButton(icon("check"), text("export_verify"))
        self.verify.clicked.connect(self._verify)
        self.leave = QPushButton(text("export_close"))
        self.leave.clicked.connect(self.close)
        for button, why in (
            (self.export, "export_do_why"),
            (self.stop, "export_stop_why"),
            (self.open_folder, "export_open_why"),
            (self.verify, "export_verify_why"),
            (self.leave, "export_close_why"),
        ):
            button.setToolTip(text(why))
            button.setAutoDefault(button is self.export)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(8)
        form.setHorizontalSpacing(12)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        what = QVBoxLayout()
        what.setSpacing(4)
        for box in self.deliverables.values():
            what.addWidget(box)
        what.addWidget(self.always)
        for words, field in (
            ("export_folder", _row(self.folder, self.browse)),
            ("export_what", what),
            ("export_lang", _row(self.lang, stretch=True)),
            ("export_date", _row(self.day, self.today, stretch=True)),
            ("", self.date_note),
            ("export_sign_off", self.sign_off),
            ("export_line", _row(self.line, self.copy)),
            ("", self.first),
        ):
            form.addRow(text(words) if words else "", field)
        for label, field in (
            (text("export_folder"), self.folder),
            (text("export_lang"), self.lang),
            (text("export_date"), self.day),
            (text("export_line"), self.line),
        ):
            field.setAccessibleName(label)
        buttons = QHBoxLayout()
        for button in (self.open_folder, self.verify):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (self.stop, self.leave, self.export):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(8)
        column.addLayout(form)
        column.addSpacing(4)
        for widget in (self.solve_note, self.progress, self.said, self.wrong, self.verdict):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(buttons)

    # What is shown

    def _refresh(self, *_: object) -> None:
        """Show the project as it is now."""
        project = self._desk.project
        if project is None or self._source is None:
            return
        recipe, source = project.recipe, self._desk.source or self._source
        for id, box in self.deliverables.items():
            _quietly(box, partial(box.setChecked, id in recipe.export.what))
        stamp = recipe.export.stamp
        _quietly(self.day, partial(self.day.setDate, QDate(stamp.year, stamp.month, stamp.day)))
        _quietly(self.lang, partial(self.lang.setCurrentIndex, self.lang.findData(recipe.lang)))
        _say(self.date_note, text("export_date_unset") if stamp == date(2000, 1, 1) else "")
        self.always.setText(text(f"export_always_{recipe.export.inputs}"))
        self.sign_off.setText(_signing(recipe))
        line = export_line(source, self._out, unsaved=self._desk.unsaved)
        self.line.setText(line.words)
        self.line.setCursorPosition(0)
        _say(self.first, text("export_save_first", {"path": line.save_first}) if line.save_first is not None else "")
        solves = recipe.choose is not None and not self._desk.plan_current
        _say(self.solve_note, text("export_solves") if solves and self._task is None else "")
        self._show_work()

    def _show_work(self) -> None:
        task, written = self._task, self._desk.package
        self.progress.setVisible(task is not None)
        self.stop.setVisible(task is not None)
        self.export.setEnabled(task is None and bool(self.folder.text().strip()))
        for button in (self.open_folder, self.verify):
            button.setVisible(written is not None)
            button.setEnabled(task is None)
        if task is not None:
            self.progress.setRange(0, 0 if task.share is None else 1000)
            if task.share is not None:
                self.progress.setValue(round(1000 * task.share))
            _say(self.said, text("export_stopping") if task.stopped else task.said or task.title)
        grow(self)

    def _follow(self, task: object) -> None:
        if task is self._task and isinstance(task, Task):
            if task.state in ("done", "failed", "cancelled"):
                self._task = None
                _say(self.said, text("said_stopped") if task.state == "cancelled" else self._summary)
            self._refresh()

    @property
    def _out(self) -> Path:
        return Path(self.folder.text().strip()).expanduser().absolute()

    # What the planner does

    def _set_deliverables(self) -> None:
        project = self._desk.project
        if project is not None:
            on = [id for id, box in self.deliverables.items() if box.isChecked()]
            kept = [id for id in project.recipe.export.what if id in on]
            self._desk.do("set_deliverables", what=[*kept, *(id for id in on if id not in kept)])

    def _set_language(self) -> None:
        self._desk.do("set_export_language", lang=str(self.lang.currentData()))

    def _set_date(self, day: QDate) -> None:
        self._desk.do("set_export_date", day=day.toString("yyyy-MM-dd"))

    def _set_today(self) -> None:
        self.day.setDate(QDate.currentDate())

    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, text("export_choose"), str(self._out.parent))
        if chosen:
            self.folder.setText(chosen)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.line.text())

    def _export(self) -> None:
        project, source, memo, out = self._desk.project, self._desk.source, self._desk.memo, self._out
        if project is None or source is None:
            return
        self._summary, line = "", self.line.text()
        _clear(self.said, self.wrong, self.verdict)

        def work(progress: Progress) -> Packed:
            return package(project, source.folder, out, memo, progress)

        self._task = self._desk.run(
            text("task_export"), work, lambda made: self._exported(made, project, line), line=line, failed=self._failed
        )
        self._refresh()

    def _exported(self, made: Packed, project: Project, line: str) -> None:
        desk = self._desk
        if desk.source is not self._source and desk.project is not project:
            return
        desk.adopt(made.results)
        desk.wrote(made.package, project)
        desk.say("good", made.lines[0], line)
        if not isValid(self):  # the window was made anew meanwhile
            return
        self._summary = "\n".join(made.lines)
        _say(self.said, self._summary)
        self._show_work()

    def _failed(self, error: BaseException) -> None:
        if not isValid(self):
            return
        _say(self.wrong, self._desk.messages[-1].text if self._desk.messages[-1].mood == "bad" else "")
        grow(self)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._show_work()

    def _open_folder(self) -> None:
        if self._desk.package is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._desk.package)))

    def _verify(self) -> None:
        written = self._desk.package
        if written is None:
            return
        _clear(self.wrong, self.verdict)

        def work(progress: Progress) -> Verified:
            return verify(written, progress)

        self._task = self._desk.run(text("task_verify"), work, self._verified, failed=self._failed)
        self._refresh()

    def _verified(self, found: Verified) -> None:
        facts = {"files": found.files, "n": len(found.differences)}
        if not isValid(self):
            return
        said = "export_equal" if found.equal and found.recomputed else "export_equal_sums" if found.equal else "export_different"
        first = [f"{one.file} · {one.where}" for one in found.differences[:_DIFFERENCES]]
        _say(self.verdict, "\n".join((text(said, facts), *first, *found.notes)), "good" if found.equal else "bad")
        grow(self)
        self._desk.say("good" if found.equal else "bad", text(said, facts))

    def _leave(self) -> None:
        """Another project is on the desk: what is shown here is of the one before."""
        self._source = None
        self.close()


def _row(*widgets: QWidget, stretch: bool = False) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    for widget in widgets:
        row.addWidget(widget, 1 if isinstance(widget, QLineEdit) else 0)
    if stretch:
        row.addStretch(1)
    return row


def _say(label: QLabel, words: str, role: str | None = None) -> None:
    """Words in a label that is not there without any."""
    label.setText(words)
    label.setVisible(bool(words))
    if role is not None:
        label.setProperty("role", role)
        label.style().unpolish(label)
        label.style().polish(label)


def _clear(*labels: QLabel) -> None:
    for label in labels:
        _say(label, "")


def _quietly(widget: QWidget, act: Callable[[], object]) -> None:
    """Change what a field shows without its being a change by the planner."""
    was = widget.blockSignals(True)
    act()
    widget.blockSignals(was)


def _signing(recipe: Recipe) -> str:
    """Who makes and signs the sheets, as the recipe says; read only."""
    sheets = recipe.export.plan_sheets
    listed = "、".join(sheets.sign_off) if recipe.lang == "zh" else ", ".join(sheets.sign_off)
    parts = (sheets.maker, sheets.confidentiality, listed)
    return " · ".join(part for part in parts if part) or text("export_unsigned")
