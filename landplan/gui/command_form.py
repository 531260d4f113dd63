"""A form for any registered command, made from its signature: one field a parameter, the line for the shell below."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any, Union, get_args, get_origin

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from landplan.app.command_line import edit_line
from landplan.core.messages import language, pick, text
from landplan.core.project import Project
from landplan.core.registry import Argument, Method, scorings
from landplan.core.roles import role_title
from landplan.core.scheme import Figure
from landplan.core.units import unit_text
from landplan.gui.desk import Desk
from landplan.gui.icons import icon
from landplan.renewal.cashflow import funds_of


def offered(argument: Argument, project: Project) -> dict[str, str]:
    """Value → what is shown, for parameters that name something of the project; empty where anything may be typed."""
    scheme, choose = project.scheme, project.recipe.choose
    parts: dict[str, Callable[[], dict[str, str]]] = {
        "criterion": lambda: {one.id: pick(one.title) for one in scheme.criteria},
        "model": lambda: {one.id: pick(one.title) for one in scheme.models},
        "path": lambda: {one.id: pick(one.title) for one in scheme.paths},
        "figure": lambda: {id: _figure(id, one) for id, one in scheme.figures.items()},
        "fund": lambda: {fund: fund for fund in funds_of(scheme)},
        "role": lambda: {one.id: role_title(one.id) for one in project.layers if one.id != "parcels"},
        "method": lambda: {one.id: pick(one.titles) for one in scorings if one.scores},
        "id": lambda: {one.id: pick(one.title) or one.id for one in (choose.limits if choose else ())},
    }
    if argument.param.choices:
        return {str(one): str(one) for one in argument.param.choices}
    return parts[argument.name]() if argument.name in parts else {}


def _figure(id: str, figure: Figure) -> str:
    return f"{pick(figure.title) or id} ({figure.value:g} {unit_text(figure.unit, language())})"


class CommandForm(QDialog):
    """Fill in a command and run it; what is wrong is said in the form, and nothing is lost."""

    def __init__(self, desk: Desk, method: Method[Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._method = desk, method
        self.setWindowTitle(pick(method.titles))
        self.setMinimumWidth(420)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fields: dict[str, QWidget] = {}
        column, form = QVBoxLayout(self), QFormLayout()
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(12)
        for argument in method.arguments:
            self._add(form, argument)
        column.addLayout(form)
        self._line, self._wrong = QLabel(), QLabel()
        self._line.setWordWrap(True)
        self._line.setProperty("role", "soft")
        self._line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._wrong.setWordWrap(True)
        self._wrong.setProperty("role", "bad")
        self._wrong.hide()
        copy = QPushButton(icon("copy"), text("copy_line"))
        copy.clicked.connect(self._copy)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText(text("run_command"))
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(text("cancel"))
        buttons.accepted.connect(self._run)
        buttons.rejected.connect(self.reject)
        for widget in (self._line, self._wrong, buttons):
            column.addWidget(widget)
        self._refresh()

    def values(self) -> dict[str, Any]:
        """What is filled in, by parameter; empty fields of optional parameters are left out."""
        found: dict[str, Any] = {}
        for argument in self._method.arguments:
            value = _value(argument, self.fields[argument.name])
            if value is not None:
                found[argument.name] = value
        return found

    def _add(self, form: QFormLayout, argument: Argument) -> None:
        project = self._desk.project
        choices = offered(argument, project) if project is not None else {}
        field: QWidget
        if argument.type is bool:
            field = QCheckBox(pick({"zh": argument.param.zh, "en": argument.param.help}))
            field.setChecked(bool(argument.default) if not argument.required else True)
            field.toggled.connect(self._refresh)
        elif choices:
            field = QComboBox()
            field.setEditable(argument.name == "id")
            if not argument.required:
                field.addItem("–", None)
            for value, shown in choices.items():
                field.addItem(shown, value)
            field.currentTextChanged.connect(self._refresh)
        else:
            field = QLineEdit()
            if argument.name == "parcels":
                field.setText(" ".join(self._desk.session.selected_ids) if self._desk.session is not None else "")
            field.textChanged.connect(self._refresh)
        name = pick({"zh": argument.param.zh, "en": argument.param.help})
        unit = f" ({argument.param.unit})" if argument.param.unit else ""
        field.setToolTip(name)
        field.setAccessibleName(name)
        label = QLabel("" if isinstance(field, QCheckBox) else f"{name[:1].upper()}{name[1:]}{unit}")
        label.setWordWrap(True)
        label.setMaximumWidth(200)
        label.setBuddy(field)
        form.addRow(label, field)
        self.fields[argument.name] = field

    def _refresh(self, *_: object) -> None:
        try:
            self._line.setText(edit_line(self._desk.name, self._method.id, self.values()))
            self._wrong.hide()
        except ValueError:
            self._line.setText("")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._line.text())

    def _run(self) -> None:
        try:
            values = self.values()
        except ValueError as error:
            self._show_wrong(text("form_no_number", {"value": str(error)}))
            return
        count = len(self._desk.messages)
        if self._desk.do(self._method.id, **values):
            self.accept()
        elif len(self._desk.messages) > count:
            self._show_wrong(self._desk.messages[-1].text)

    def _show_wrong(self, words: str) -> None:
        self._wrong.setText(words)
        self._wrong.show()


def _value(argument: Argument, field: QWidget) -> Any:
    """The typed value of a field; ValueError with what is no number."""
    if isinstance(field, QCheckBox):
        return field.isChecked()
    if isinstance(field, QComboBox):
        picked = field.itemText(field.currentIndex()) == field.currentText()
        return field.currentData() if picked or not field.isEditable() else field.currentText() or None
    words = field.text().strip() if isinstance(field, QLineEdit) else ""
    kinds = _kinds(argument.type)
    if list in kinds:
        return words.split()
    if not words:
        return None
    if int in kinds or float in kinds:
        number = words.replace(",", "")
        try:
            return int(number) if int in kinds else float(number)
        except ValueError:
            raise ValueError(words) from None
    return words


def _kinds(hint: Any) -> set[Any]:
    """The plain types a parameter takes."""
    if get_origin(hint) in (Union, types.UnionType):
        return {kind for one in get_args(hint) for kind in _kinds(one)}
    return {get_origin(hint) or hint}
