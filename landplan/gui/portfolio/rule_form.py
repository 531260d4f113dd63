"""The dialogs that set a rule of the plan: fields with names, one line for what is wrong, and the command that is done on OK."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from landplan.core.messages import pick, text
from landplan.gui.plan_words import typed
from landplan.gui.portfolio.state import PlanState
from landplan.gui.widgets.section import soft_label


class RuleForm(QDialog):
    """A rule in words; it is set only when everything in it is understood. The window stays usable while it is open."""

    def __init__(self, state: PlanState, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self.id = ""
        """Of the rule that is changed; "" for a new one."""
        self.setWindowTitle(text(title))
        self.setMinimumWidth(360)
        self.wrong = soft_label(role="bad")
        self.wrong.hide()
        self.form, column = QFormLayout(), QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(12)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok.setText(text("rule_form_ok"))
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(text("cancel"))
        buttons.accepted.connect(self._set)
        buttons.rejected.connect(self.reject)
        column.addLayout(self.form)
        column.addWidget(self.wrong)
        column.addWidget(buttons)

    def values(self) -> dict[str, Any]:
        """The parameters of the command but the id; ValueError with the words that are not understood."""
        raise NotImplementedError

    def command(self, values: dict[str, Any]) -> bool:
        """Do it; whether it was taken."""
        raise NotImplementedError

    def lacking(self, values: dict[str, Any]) -> str:
        """What is missing, in words; "" where nothing is."""
        return ""

    def field(self, name: str, field: QWidget, tip: str) -> None:
        """A row with the name of a field before it."""
        label = QLabel(text(name))
        label.setBuddy(field)
        field.setToolTip(text(tip))
        field.setAccessibleName(text(name))
        self.form.addRow(label, field)

    def offer(self, box: QComboBox, choices: list[tuple[Any, str]], everything: str, now: Any = None) -> None:
        """The choices of a list, `everything` first, and which is chosen."""
        box.blockSignals(True)
        box.clear()
        if everything:
            box.addItem(text(everything), None)
        for value, words in choices:
            box.addItem(words, value)
        box.setCurrentIndex(max(box.findData(now), 0) if now is not None else 0)
        box.blockSignals(False)

    def offer_kinds(self, path: QComboBox, model: QComboBox, now: Any = None) -> None:
        """The paths and models of the scheme."""
        scheme = self.state.scheme
        self.offer(path, [(one.id, pick(one.title)) for one in scheme.paths], "portfolio_all_paths", now and now.path)
        self.offer(model, [(one.id, pick(one.title)) for one in scheme.models], "portfolio_all_models", now and now.model)

    def open_for(self, id: str, first: QWidget) -> None:
        """Show the dialog for a rule."""
        self.id = id
        self.wrong.hide()
        self.show()
        first.setFocus()

    def say(self, words: str) -> None:
        """What is wrong."""
        self.wrong.setText(words)
        self.wrong.show()

    def _set(self) -> None:
        try:
            values = self.values()
        except ValueError as error:
            self.say(text("portfolio_not_understood", {"words": str(error).removeprefix("could not convert string to float: ")}))
            return
        if words := self.lacking(values):
            self.say(words)
            return
        heard = len(self.state.desk.messages)
        if self.command({name: value for name, value in values.items() if value is not None}):
            self.accept()
        elif len(self.state.desk.messages) > heard:
            self.say(self.state.desk.messages[-1].text)


def number_of(box: QLineEdit) -> float | None:
    """What was typed into a field; None for nothing."""
    return typed(box.text())


def free_id(kind: str, taken: set[str]) -> str:
    """An id for a new rule: its kind, numbered."""
    place = 1
    while (id := f"{kind}_{place}") in taken:
        place += 1
    return id
