"""Which file an error is about: steps know the tables of a scheme and a recipe, not where these were read from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from landplan.core.errors import SchemeError, SolveError

_RECIPE = "recipe"
"""How steps call the recipe."""


@contextmanager
def named_files(scheme: str, recipe: str = _RECIPE) -> Iterator[None]:
    """An error about a judgement raised inside names the file first: the recipe for [choose] and [export], else the scheme."""
    try:
        yield
    except (SchemeError, SolveError) as error:
        file, colon, place = error.where.partition(": ")
        if file == _RECIPE != recipe:
            where = f"{recipe}{colon}{place}"
        elif isinstance(error, SolveError) or file in (scheme, recipe):
            raise
        else:
            where = f"{scheme}: {error.where}"
        raise type(error)(error.id, where, **error.values) from error
