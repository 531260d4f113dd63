"""A grid of changes to one project: every combination of the varied values, run in one process, each step only where needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any, Literal, get_args, get_origin

import numpy as np

from landplan.app.main_job import results
from landplan.app.session import applied
from landplan.app.summary import planned, scored
from landplan.core.errors import LandplanError, UsageError
from landplan.core.progress import Progress, part, silent
from landplan.core.project import Memo, Project
from landplan.core.registry import Argument, commands
from landplan.core.results import Results

_KEPT = 12
"""Results of steps that are kept: those of one combination and half as many again, so that weights do not cost the measures,
nor budgets the scores. On a million plots each is hundreds of megabytes."""


@dataclass(frozen=True)
class Vary:
    """One command with its fixed values, and the one value that is varied."""

    command: str
    fixed: Mapping[str, Any]
    name: str
    values: tuple[Any, ...]

    @property
    def title(self) -> str:
        """What the column of the varied value is called: set-weight metro_m weight."""
        return " ".join([self.command.replace("_", "-"), *(str(value) for value in self.fixed.values()), self.name])


@dataclass(frozen=True, eq=False)
class Swept:
    """One combination: its values, and what came of it, as `scored` and `planned` tell it; `problem` says why nothing did."""

    values: tuple[Any, ...]
    facts: Mapping[str, Any]
    changed: int
    """Parcels that are recommended another model than in the project as it is."""
    problem: str = ""


def vary(text: str) -> Vary:
    """`set-weight criterion=metro_m weight=1,2,4` as a command whose one list of values is varied.

    UsageError for nothing, an unknown command or key, one given twice, a value that is none of its type, and for none or several
    lists.
    """
    if not text.split():
        raise UsageError("sweep_no_command", "vary")
    command, *pairs = text.split()
    method = commands[command.replace("-", "_")]
    known = {argument.name: argument for argument in method.arguments}
    _once(text, (pair.partition("=")[0] for pair in pairs))
    given = dict(pair.partition("=")[::2] for pair in pairs)
    for key in given:
        if key not in known:
            raise UsageError("sweep_unknown_key", text, key=key, known=", ".join(known))
    listed = [key for key, words in given.items() if "," in words]
    if len(listed) != 1:
        raise UsageError("sweep_one_list", text, n=len(listed))
    typed = {key: tuple(_typed(known[key], word, text) for word in words.split(",")) for key, words in given.items()}
    fixed = {key: values[0] for key, values in typed.items() if key != listed[0]}
    return Vary(method.id, fixed, listed[0], typed[listed[0]])


def combinations(varied: Sequence[Vary], most: int) -> int:
    """How many runs that is; UsageError when more than `most`, and where one value is varied twice."""
    _once("vary", (one.title for one in varied))
    n = prod(len(one.values) for one in varied)
    if n > most:
        raise UsageError("sweep_too_many", "", n=n, most=most)
    return n


def _once(where: str, names: Iterable[str]) -> None:
    """UsageError for the first name that comes again: one of the two would be lost."""
    for name, times in Counter(names).items():
        if times > 1:
            raise UsageError("sweep_twice", where, key=name)


def swept(
    project: Project, varied: Sequence[Vary], upto: Literal["score", "choose"], progress: Progress = silent
) -> Iterator[Swept]:
    """Every combination in turn, the last value varying fastest; tables of no more than the last few are kept. A combination
    that fails costs itself and says why."""
    memo, n = Memo(_KEPT), prod(len(one.values) for one in varied)
    base = _named(results(project, memo, part(progress, 0.0, 1.0 / (n + 1)), upto="score", checked=False))
    for number, (values, after) in enumerate(_grid(project, varied), 1):
        here = part(progress, number / (n + 1), (number + 1) / (n + 1))
        try:
            if isinstance(after, LandplanError):
                raise after
            found = results(after, memo, here, upto=upto, checked=False)
        except LandplanError as error:
            yield Swept(values, {}, 0, str(error))
            continue
        yield Swept(values, {**scored(found), **planned(found)}, int((_named(found) != base).sum()))


def _grid(project: Project, varied: Sequence[Vary]) -> Iterator[tuple[tuple[Any, ...], Project | LandplanError]]:
    """Every combination and the project with its values, or what a command says against them. One object for all that begin with
    the same values, so that steps see what did not change."""
    if not varied:
        yield (), project
        return
    one, *others = varied
    for value in one.values:
        try:
            after = applied(project, one.command, {**one.fixed, one.name: value})
        except LandplanError as error:
            yield from (((value, *rest), error) for rest in product(*(other.values for other in others)))
            continue
        yield from (((value, *rest), found) for rest, found in _grid(after, others))


def _named(found: Results) -> Any:
    """(n,) the recommended model by id: a sweep may change which models there are."""
    return np.array([*found.scores.models, ""], object)[found.scores.recommended]


def _typed(argument: Argument, word: str, text: str) -> Any:
    """A word as the command wants it."""
    kinds = get_args(argument.type) if get_origin(argument.type) is not None else (argument.type,)
    try:
        if int in kinds:
            return int(word)
        if float in kinds:
            return float(word)
        if bool in kinds:
            return {"true": True, "false": False}[word.lower()]
    except (ValueError, KeyError) as error:
        raise UsageError("sweep_value", text, key=argument.name, value=word) from error
    return word
