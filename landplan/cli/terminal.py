"""What the terminal sees besides results: safe output, progress, and errors as one line."""

from __future__ import annotations

import errno
import os
import re
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from landplan.core.errors import LandplanError, UsageError, suggestion
from landplan.core.messages import language, text
from landplan.core.progress import Cancelled, Progress, silent

_PAUSE_S = 2.0
"""Between two lines about the same stage."""
EVERYWHERE = ("--lang", "--json", "--quiet", "--debug", "--help")
"""Options of every sub-command."""
STOPPED = 130
"""Exit code when the user stopped the work."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options that hold for every sub-command and may stand anywhere."""

    lang: str = ""
    quiet: bool = False
    as_json: bool = False


asked_language: ContextVar[str] = ContextVar("landplan_asked_language", default="")
"""What --lang said, "" where it was not given: the window has a language of its own that it remembers."""


def wishes(given: list[str]) -> tuple[list[str], Wishes]:
    """The words without --lang, --json, --debug and --quiet, wherever those stood, and what they said."""
    words: list[str] = []
    lang, quiet, as_json, rest = "", False, False, iter(given)
    for word in rest:
        if word == "--":
            words += [word, *rest]
        elif word == "--lang" or word.startswith("--lang="):
            lang = word[7:] if "=" in word else next(rest, "")
            if lang not in ("zh", "en"):
                raise UsageError("value_not_offered", "--lang", key="--lang", value=lang, choices="zh, en")
        elif word in ("--quiet", "-q"):
            quiet = True
        elif word == "--json":
            as_json = True
        elif word != "--debug":
            words.append(word)
    asked_language.set(lang)
    quiet = quiet or (as_json and not sys.stderr.isatty())  # a program listens: stderr is for what went wrong
    return words, Wishes(lang, quiet, as_json)


def calm(words: str, *, one: bool = False) -> str:
    """Words that may come from a file, without what would steer a terminal or turn the direction of writing; `one`: on one
    line."""
    kept = "" if one else "\n"
    return "".join(ch if ch.isprintable() or ch in kept else "·" for ch in words)


def make_output_safe() -> None:
    """Never fail on a character the terminal lacks; UTF-8 on Windows, where redirected output would be in the code page."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8" if os.name == "nt" else None, errors="backslashreplace")


@contextmanager
def watched(quiet: bool) -> Iterator[Progress]:
    """A progress shown on stderr: a bar on a terminal, else a line for each stage, and every few seconds in a long one.

    Ctrl-C is remembered: a library that swallows it in a callback only delays it to the next sign of progress.
    """
    with _interrupts() as pressed:
        if quiet:
            yield _stopping(silent, pressed)
        elif sys.stderr.isatty():
            with _bar() as progress:
                yield _stopping(progress, pressed)
        else:
            yield _stopping(_lines(), pressed)


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Every Ctrl-C inside the block, as it comes; the main thread alone can listen."""
    pressed: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield pressed
        return

    def note(number: int, _frame: object) -> None:
        pressed.append(number)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, note)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


def _stopping(progress: Progress, pressed: list[int]) -> Progress:
    def say(share: float | None, text_id: str, **values: object) -> None:
        if pressed:
            raise KeyboardInterrupt
        progress(share, text_id, **values)

    return say


def _lines() -> Progress:
    stage, last, said_s = "", "", 0.0

    def say(share: float | None, text_id: str, **values: object) -> None:
        nonlocal stage, last, said_s
        line, now_s = " ".join(text(text_id, values).split()), monotonic()
        if text_id != stage or (line != last and now_s - said_s > _PAUSE_S):
            stage, last, said_s = text_id, line, now_s
            sys.stderr.write(f"{'' if share is None else f'[{share:4.0%}] '}{line}\n")

    return say


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=1.0)

        def show(share: float | None, text_id: str, **values: object) -> None:
            bars.update(task, completed=share, description=text(text_id, values))

        yield show


def verdict(error: BaseException) -> tuple[str, int]:
    """The one line that says what went wrong and what to do, and the exit code."""
    import typer

    usage_problem = typer.BadParameter.__mro__[2]
    if any(isinstance(one, Cancelled | KeyboardInterrupt | typer.Abort) for one in _chain(error)):
        return text("cli_stopped"), STOPPED
    if isinstance(error, LandplanError):
        return str(error), error.exit_code
    if isinstance(error, usage_problem):
        return _usage_line(error), 2
    if isinstance(error, OSError) and error.filename:
        name = error.filename if isinstance(error.filename, str) else os.fsdecode(error.filename)
        return f"{name}: {text('cli_os_error', {'reason': error.strerror or ''})}", 2
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
        return text("cli_os_error", {"reason": error.strerror or ""}), 5
    if isinstance(error, MemoryError):
        return text("cli_memory"), 2
    return _bug_line(error), 1


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came from: a wish to stop may surface as something else when it falls into an import."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _bug_line(error: BaseException) -> str:
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else ""
    what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return text("cli_bug", {"what": what, "where": where})


def _usage_line(error: Any) -> str:
    """A usage error of the parser, said again in our words: which option, the nearest one, where help is."""
    context = getattr(error, "ctx", None)
    path = re.sub(r"\{(\w+)\}", lambda found: found[1].upper(), context.command_path if context else "landplan")
    values: dict[str, object] = {"page": f"{path} --help"}
    kind = type(error).__name__
    if kind == "NoSuchOption":
        known = dict.fromkeys(EVERYWHERE)
        known |= {option: _shown(one) for one in (context.command.params if context else ()) for option in one.opts}
        near = suggestion(error.option_name, known)
        values |= {"name": error.option_name, "nearest": known.get(near) or near}
        return text("cli_no_such_option", values)
    if kind == "MissingParameter" and error.param is not None:
        return text("cli_missing", values | {"name": _shown(error.param)})
    if kind == "BadParameter" and error.param is not None:
        return text("cli_bad_value", values | {"name": _shown(error.param), "kind": _kind(str(error.message))})
    if extra := re.search(r"unexpected extra argument.*\((.*)\)", str(getattr(error, "message", ""))):
        return text("cli_extra", values | {"words": extra[1]})
    message = " ".join(str(getattr(error, "message", error)).split())
    return text("cli_misused", values | {"message": message})


def _shown(parameter: Any) -> str:
    positional = parameter.param_type_name == "argument"
    return str(parameter.name).upper() if positional else str(max(parameter.opts, key=len))


def _kind(message: str) -> str:
    """What kind of value the parser wanted, from its message (its types are named differently from version to version)."""
    kinds = {"integer": ("整数", "a whole number"), "number": ("数", "a number"), "float": ("数", "a number")}
    zh, en = next((names for word, names in kinds.items() if word in message), ("文字", "text"))
    return zh if language() == "zh" else en
