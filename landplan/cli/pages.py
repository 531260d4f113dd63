"""Help pages in Chinese and English, from titles, docstrings and Param texts."""

from __future__ import annotations

import inspect
import unicodedata
from collections.abc import Iterable
from typing import Any

from landplan import __version__
from landplan.core.messages import language, pick, text
from landplan.core.registry import Argument, Method

_GLOBAL = (("--lang zh|en", "cli_lang"), ("--json", "cli_json"), ("-q, --quiet", "cli_quiet"), ("--debug", "cli_debug"),
           ("-h, --help", "cli_help"))  # fmt: skip


_SHAPES = {("layer", True): "NAME=PATH", ("join", True): "FILE:key=COLUMN"}
"""What stands for the value of an option that is given in parts."""


def front_page(jobs: Iterable[Method[Any]]) -> str:
    """The page of `landplan --help`."""
    about = f"landplan {__version__}: {text('cli_about')}"
    offered = [(job.id.replace("_", "-"), pick(job.titles)) for job in jobs]
    parts = [about, _usage("COMMAND …"), _table("cli_commands", offered), _globals(), text("cli_more")]
    return "\n\n".join(parts)


def command_page(
    method: Method[Any], offered: Iterable[Method[Any]] = (), prefix: str = "", more: tuple[Argument, ...] = ()
) -> str:
    """The page of one sub-command; `offered`: its own sub-commands, `more`: arguments besides the method's."""
    arguments = [*(argument for argument in (*method.arguments, *more) if argument.name != "values")]
    if method.id == "edit":
        arguments.sort(key=lambda argument: not argument.param.positional)
    parts = [pick(method.titles), _usage(_pattern(prefix + method.id.replace("_", "-"), arguments))]
    if language() == "en" and (doc := inspect.getdoc(method.run)):
        parts.insert(1, doc)
    rows = [(_left(argument), _right(argument)) for argument in arguments]
    parts.append(_table("cli_arguments", rows))
    parts.append(_table("cli_commands", [(item.id.replace("_", "-"), pick(item.titles)) for item in offered]))
    return "\n\n".join(part for part in [*parts, _globals()] if part)


def option_of(argument: Argument) -> str:
    """The name of an option: --at-most; --on/--off of a switch; --keep/--no-keep of one that may be left as it is."""
    name = argument.name.strip("_").replace("_", "-")
    if argument.name == "on":
        return "--on/--off"
    return f"--{name}/--no-{name}" if argument.type == bool | None else f"--{name}"


def _usage(pattern: str) -> str:
    return f"{text('cli_usage')} landplan {pattern}"


def _pattern(name: str, arguments: list[Argument]) -> str:
    """NAME PLACE… --required VALUE [options], as it is typed."""
    words = [name]
    for argument in arguments:
        shown = _left(argument)
        words.append(shown if argument.required else f"[{shown}]")
    return " ".join(words)


def _left(argument: Argument) -> str:
    many = "…" if "list[" in str(argument.type) else ""
    if argument.param.positional:
        return argument.name.upper() + many
    if argument.type in (bool, bool | None):
        return option_of(argument)
    metavar = "|".join(argument.param.choices) or _SHAPES.get((argument.name, bool(many))) or _kind(argument)
    return f"{option_of(argument)} {metavar}{many}"


def _kind(argument: Argument) -> str:
    kinds = {"Path": "FILE", "float": "NUMBER", "int": "NUMBER"}
    return next((metavar for kind, metavar in kinds.items() if kind in str(argument.type)), "TEXT")


def _right(argument: Argument) -> str:
    words = pick(argument.param.titles)
    return f"{words} [{argument.param.unit}]" if argument.param.unit else words


def _globals() -> str:
    return _table("cli_options", [(option, text(id)) for option, id in _GLOBAL])


def _table(title: str, rows: list[tuple[str, str]]) -> str:
    """A heading and two columns; Chinese characters are two columns wide."""
    if not rows:
        return ""
    width = min(max(_width(left) for left, _ in rows), 34)
    lines = [f"  {left}{' ' * max(1, width - _width(left) + 2)}{right}".rstrip() for left, right in rows]
    return "\n".join([text(title), *lines])


def _width(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(ch) in "WF" else 1 for ch in words)
