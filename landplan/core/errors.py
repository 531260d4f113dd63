"""The error tree, and Issue: a problem of one feature that never stops a batch.

LandplanError            exit 1   a bug in landplan, or an error nobody gave a class to
├── InputError           exit 2   a file, layer or value that cannot be used
├── UsageError           exit 2   a command, option or name that does not exist
├── MethodError          exit 2   a method asked for something its mathematics does not give
├── SchemeError          exit 3   a scheme, recipe or expression that says something impossible
├── SolveError           exit 4   no plan fits, or the solver ended
└── ExportError          exit 5   a deliverable could not be written

An error carries the id of its text and the facts the text names; `core.messages` renders it in Chinese or English.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import ClassVar, Literal

Weight = Literal["note", "data", "blocks"]
"""How much a problem matters: `note` to know, `data` numbers may be affected, `blocks` settle it before scoring."""


class LandplanError(Exception):
    """A sentence a planner understands: what, where, what to do.

    `id` names the text in resources/i18n, `where` the file, layer or parcel, `values` fill the text's placeholders.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, id: str, where: object = "", **values: object) -> None:
        self.id = id
        self.where = str(where)
        self.values = values
        super().__init__(id, self.where, values)

    @property
    def data(self) -> object:
        """What a program can do with the error, where that is more than its sentence; None elsewhere."""
        return self.values.get("data")

    def __str__(self) -> str:
        from landplan.core.messages import sentence

        return sentence(self.id, self.where, self.values)


class InputError(LandplanError, ValueError):
    """A file, layer or value that cannot be used."""

    exit_code = 2


class UsageError(LandplanError):
    """A command, option or name that does not exist."""

    exit_code = 2


class MethodError(LandplanError, ValueError):
    """A method was asked for something its mathematics does not give."""

    exit_code = 2


class SchemeError(LandplanError, ValueError):
    """A scheme, recipe or expression says something impossible."""

    exit_code = 3


class SolveError(LandplanError):
    """No plan fits, or the solver ended."""

    exit_code = 4


class ExportError(LandplanError):
    """A deliverable could not be written."""

    exit_code = 5


@dataclass(frozen=True, slots=True)
class Issue:
    """A problem of one feature or one layer: listed, exported, never fatal for the batch.

    id: text in resources/i18n; layer: role of the layer; row: feature number from 0, or -1 for the whole layer;
    feature: its id as text; values: the facts the text names; x_m, y_m: where to look, in the measuring CRS.
    """

    id: str
    layer: str
    weight: Weight = "data"
    row: int = -1
    feature: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    x_m: float | None = None
    y_m: float | None = None

    def text(self, lang: str | None = None) -> str:
        """The sentence, in `lang` or the current language."""
        from landplan.core.messages import text

        return text(self.id, self.values, lang)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like `name`, or "" when none is near; errors use it to say what was probably meant."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return found[0] if found else ""


def suggestion(name: str, known: Iterable[str], most: int = 12) -> str:
    """What an error offers instead of `name`: the nearest known name, else the first known ones, else a dash."""
    names = list(known)
    listed = ", ".join(names[:most]) + (" …" if len(names) > most else "")
    return nearest(name, names) or listed or "-"


@contextmanager
def about(place: str) -> Iterator[None]:
    """A SchemeError raised inside names `place` first, unless it does already: the table or line of the scheme it is about."""
    try:
        yield
    except SchemeError as error:
        if place in error.where.split(": "):
            raise
        raise SchemeError(error.id, f"{place}: {error.where}" if error.where else place, **error.values) from error
