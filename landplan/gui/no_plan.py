"""What a panel about the plan shows while there is none: what it is for, what to do first, and a button for that."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from landplan.core.messages import text
from landplan.gui.desk import Desk
from landplan.gui.widgets.empty_state import EmptyState


def no_plan_page(empty: EmptyState, solve: QPushButton) -> QWidget:
    """What to do first, with a button for it."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(24, 8, 24, 8)
    column.addStretch(1)
    column.addWidget(empty)
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(solve)
    row.addStretch(1)
    column.addLayout(row)
    column.addStretch(1)
    return page


def say_no_plan(empty: EmptyState, solve: QPushButton, desk: Desk, id: str) -> None:
    """Why there is nothing to ask about."""
    project, running = desk.project, desk.long.running
    chooses = project is not None and project.recipe.choose is not None
    solving = running is not None and running.kind == "solve"
    solve.setVisible(chooses)
    solve.setEnabled(not solving)
    what = "no_project" if project is None else "no_choice" if not chooses else "solving" if solving else "no_plan"
    empty.say(text(f"panel_{id}"), f"{text(f'{id}_what')}\n\n{text(f'questions_{what}')}")
