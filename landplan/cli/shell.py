"""The typer application, from the registries: arguments and options are the keyword-only parameters of the signatures."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

import typer
from typer.core import TyperCommand, TyperGroup

from landplan.app.report import Report
from landplan.cli.pages import command_page, front_page, option_of
from landplan.cli.terminal import watched
from landplan.core.errors import UsageError, suggestion
from landplan.core.registry import Argument, Method, commands, jobs

_HELP = {"help_option_names": ["-h", "--help"]}


class _Command(TyperCommand):
    """A sub-command whose help page is already written."""

    def get_help(self, ctx: Any) -> str:
        return self.help or ""


class _Group(TyperGroup):
    """Sub-commands by name; an unknown one names the nearest, `_` is as good as `-`."""

    def get_help(self, ctx: Any) -> str:
        return self.help or ""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name = args[0].replace("_", "-")
        if name not in self.commands:
            known = suggestion(name, self.commands)
            place = "" if ctx.parent is None else ctx.command_path
            raise UsageError("cli_unknown_command", place, name=args[0], nearest=known)
        return name, self.commands[name], args[1:]


def application(words: list[str], quiet: bool) -> Any:
    """The command line as a click command. `words` says whether the commands of `edit` are needed; they load numpy."""
    app = typer.Typer(cls=_Group, add_completion=False, rich_markup_mode=None, help=front_page(jobs), context_settings=_HELP)
    app.callback()(_nothing)
    for job in jobs:
        if job.id == "edit":
            app.add_typer(_edit(job, words[:1] == ["edit"], quiet), name="edit")
        else:
            _add(app, job.id, command_page(job), _shell(job.arguments, job.run, quiet or job.id == "gui"))
    return typer.main.get_command(app)


def _nothing() -> None:
    """The application by itself does nothing."""


def _add(app: typer.Typer, id: str, page: str, run: Callable[..., Any]) -> None:
    app.command(id.replace("_", "-"), cls=_Command, help=page, context_settings=_HELP)(run)


def _edit(job: Method[Any], complete: bool, quiet: bool) -> typer.Typer:
    """`landplan edit PROJECT COMMAND …`: a sub-command for every registered command."""
    offered = tuple(commands) if complete else ()
    page = command_page(job, offered)
    app = typer.Typer(cls=_Group, add_completion=False, rich_markup_mode=None, help=page, context_settings=_HELP)

    def project(context: typer.Context, project: Annotated[Path, typer.Argument()]) -> None:
        context.obj = project

    app.callback()(project)
    out = tuple(argument for argument in job.arguments if argument.name == "out")
    for command in offered:
        _add(app, command.id, command_page(command, prefix="edit PROJECT ", more=out), _edit_shell(job, command, out, quiet))
    return app


def _edit_shell(job: Method[Any], command: Method[Any], out: tuple[Argument, ...], quiet: bool) -> Callable[..., Any]:
    def run(*, context: typer.Context, progress: Any, out: Path | None = None, **values: Any) -> Report:
        report: Report = job.run(project=context.obj, command=command.id, values=values, out=out, progress=progress)
        return report

    first = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    return _shell((*command.arguments, *out), run, quiet, first)


def _shell(
    arguments: tuple[Argument, ...], run: Callable[..., Report], quiet: bool, *first: inspect.Parameter
) -> Callable[..., Any]:
    """A function as typer reads it: `first` and the arguments."""

    def shell(**values: Any) -> Report:
        given = {name: value for name, value in values.items() if value is not None}
        with watched(quiet) as progress:
            return run(**given, progress=progress)

    named = [_parameter(argument) for argument in arguments]
    signature = inspect.Signature([*first, *named])
    shell.__signature__ = signature  # type: ignore[attr-defined]
    shell.__annotations__ = {name: parameter.annotation for name, parameter in signature.parameters.items()}
    return shell


def _parameter(argument: Argument) -> inspect.Parameter:
    """One argument of a job or command as a parameter typer understands."""
    if argument.param.positional:
        return _typed(argument.name, argument.type, argument.default, typer.Argument(metavar=argument.name.upper()))
    return _typed(argument.name, argument.type, argument.default, typer.Option(option_of(argument)))


def _typed(name: str, kind: Any, default: Any, info: Any) -> inspect.Parameter:
    if get_origin(kind) is Mapping:
        raise UsageError("cli_no_option_for", name)
    optional = get_origin(kind) in (Union, types.UnionType)
    bare = next(item for item in get_args(kind) if item is not type(None)) if optional else kind
    annotation: Any = Annotated.__class_getitem__((bare | None if optional else bare, info))  # type: ignore[attr-defined]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
