"""Commands that read files: their work is done off the main thread, and the change is made once it is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from landplan.app.command_line import edit_line
from landplan.app.session import applied
from landplan.core.messages import pick
from landplan.core.progress import Progress
from landplan.core.project import Project
from landplan.core.registry import commands
from landplan.gui.desk import Desk
from landplan.gui.work import Task


def do_long(desk: Desk, command: str, values: dict[str, Any], done: Callable[[], None]) -> Task | None:
    """Run a command in the background, listed in the tasks panel; where the project changed meanwhile it is run again on
    the newest, and where another is open by then nothing is done. done: called when the change is made."""
    project, session = desk.project, desk.session
    if project is None or session is None:
        return None

    def work(progress: Progress) -> Project:
        return applied(project, command, values, progress)

    def take(after: Project) -> None:
        if desk.session is not session:
            return
        if desk.project is not project:
            do_long(desk, command, values, done)
            return
        if session.take(command, after, values) is not project:
            desk.say("note", after.history[-1], line)
        done()

    line = edit_line(desk.name, command, values)
    return desk.run(pick(commands[command].titles), work, take, line=line)
