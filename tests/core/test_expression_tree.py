"""The degree of an expression in one of its names: what is plainly straight in it, and what is not."""

from __future__ import annotations

import math

import pytest

from landplan.core.expression import parse
from landplan.core.expression_tree import degree


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("area * 3", 0),
        ("area * (a + b) / 3 - -a", 1),
        ("a * b * a", 2),
        ("a / (1 - b)", 1),
        ("b / (1 - a)", math.inf),
        ("greatest(0, a)", math.inf),
        ("greatest(0, b) * a", 1),
        ("CASE WHEN b > 0 THEN a ELSE 0 END", math.inf),
        ("round(a)", math.inf),
    ],
)
def test_the_degree_in_a(text: str, wanted: float) -> None:
    assert degree(parse(text).root, "a") == wanted
