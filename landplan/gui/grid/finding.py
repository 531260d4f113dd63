"""The search box of the table: a rule in the language of the scheme, or words to find in ids and names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from landplan.core.environment import Environment
from landplan.core.errors import LandplanError
from landplan.core.expression import NULL, TRUE, Expression, evaluate_truth, parse
from landplan.core.expression_tree import Call
from landplan.core.messages import text
from landplan.gui.grid.values import Bool

TIME_LIMIT_S = 5.0
_COMPARES = re.compile(r"[<>=!]|\b(is|in|like|ilike|between)\b", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Found:
    """mask (n,): the rows that fit, None for all. undecided: rows where a field of the rule is unknown. error: one sentence."""

    kind: Literal["all", "rule", "words", "error"]
    mask: Bool | None = None
    undecided: int = 0
    error: str = ""


def found(asked: str, environment: Environment, texts: Mapping[str, Any]) -> Found:
    """The rows that fit what was typed: a rule where it reads as one, else its words in the Arrow arrays `texts`."""
    asked = asked.strip()
    if not asked:
        return Found("all")
    try:
        expression = parse(asked)
        if not _is_rule(asked, expression, environment):
            return _with_words(asked, texts, environment.n)
        answer = evaluate_truth(expression, environment.columns, constants=environment.constants, n=environment.n)
    except LandplanError as error:
        if _COMPARES.search(asked):
            return Found("error", error=text(error.id, error.values))
        return _with_words(asked, texts, environment.n)
    return Found("rule", answer.values == TRUE, int((answer.values == NULL).sum()))


def _is_rule(asked: str, expression: Expression, environment: Environment) -> bool:
    """Whether it is meant as a rule: it compares, or does something to fields that exist (JD-0412 does not)."""
    if _COMPARES.search(asked):
        return True
    known = expression.fields and all(name in environment.columns or name in environment.constants for name in expression.fields)
    return bool(known) and isinstance(expression.root, Call)


def _with_words(asked: str, texts: Mapping[str, Any], n: int) -> Found:
    import pyarrow.compute as pc

    mask = np.zeros(n, bool)
    for values in texts.values():
        hits = pc.match_substring(values, asked, ignore_case=True).fill_null(False)
        mask |= hits.to_numpy(zero_copy_only=False)
    return Found("words", mask)
