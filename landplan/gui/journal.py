"""What is said to the planner, and how a failure becomes one sentence. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from landplan.core.errors import LandplanError
from landplan.core.messages import text
from landplan.core.progress import Cancelled

Mood = Literal["note", "good", "data", "bad"]


@dataclass(frozen=True, slots=True)
class Message:
    """Something the planner should know; `line` is the command line that does the same, where there is one."""

    mood: Mood
    text: str
    line: str = ""
    at: datetime = field(default_factory=lambda: datetime.now().astimezone())


def failure(error: BaseException) -> Message:
    """What went wrong in one sentence; a wish to stop is nothing wrong."""
    if isinstance(error, Cancelled):
        return Message("note", text("said_stopped"))
    if isinstance(error, LandplanError):
        return Message("bad", str(error))
    return Message("bad", text("gui_bug", {"what": f"{type(error).__name__}: {error}"[:300]}))


def is_bug(error: BaseException) -> bool:
    """Whether a programmer would want to know where it came from."""
    return not isinstance(error, Cancelled | LandplanError)
