"""evaluate("portfolio", …): the published inputs as they are, wrong words told the nearest, and rules of every kind."""

from __future__ import annotations

from typing import Any

import pytest

from landplan.app.evaluation import evaluate
from landplan.app.jobs.self_test import near
from landplan.app.report import plain
from landplan.core.errors import LandplanError, UsageError

CASES = ("portfolio_grid_contiguity", "portfolio_multiple_choice_paths", "portfolio_infeasible_explained")


@pytest.mark.parametrize("id", CASES)
def test_published_inputs_give_all_that_is_published(worked_examples: dict[str, Any], id: str) -> None:
    case = worked_examples[id]
    found = plain(evaluate("portfolio", **case["inputs"]))
    for key, wanted in case["expected"].items():
        assert near(found[key], wanted, 1e-9), (key, found[key])


def test_a_rule_has_its_price_and_two_budgets_hold_at_once() -> None:
    values, costs = [5, 4, 3], [[2, 1, 1], [1, 3, 1]]
    assert evaluate("portfolio", values=values, costs=costs, budgets=[3, 9])["selection"] == [1, 1, 0]
    found = evaluate("portfolio", values=values, costs=costs, budgets=[3, 3], rules=[{"kind": "exclude", "plots": [2]}])
    assert (found["objective"], found["selection"]) == (5.0, [1, 0, 0])
    assert found["rule_prices"] == {"exclude": 3.0}


def test_equal_plans_are_all_told() -> None:
    assert evaluate("portfolio", values=[2, 2], costs=[1, 1], budget=1)["optimal_selections"] == [[1, 0], [0, 1]]


def test_pieces_of_a_size_by_pairs() -> None:
    given: dict[str, Any] = {"values": [9, 1, 1, 8], "costs": [1, 1, 1, 1], "budget": 2, "adjacency": [[0, 1], [2, 3]]}
    found = evaluate("portfolio", **given, rules=[{"kind": "contiguous", "min_size": 2}])
    assert (found["objective"], found["selection"]) == (10.0, [1, 1, 0, 0])
    assert found["price_of_contiguity"] == 7.0
    sized = evaluate("portfolio", **given, sizes=[2, 1, 1, 1], rules=[{"kind": "contiguous", "min_size": 2}])
    assert sized["objective"] == 10.0


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"rules": [{"kind": "lok", "plots": [0]}]}, "lock"),
        ({"rules": [{"kind": "lock", "plot": [0]}]}, "plots"),
        ({"rules": [{"kind": "max_count"}]}, "at_most"),
        ({"adjacency": "rock"}, "rook"),
        ({"adjacency": "rook"}, "2"),
        ({"adjacency": [[0, 5]]}, "2"),
        ({"rules": [{"kind": "contiguous"}]}, "adjacency"),
        ({"rules": [{"kind": "lock", "plots": [7]}]}, "2"),
        ({"costs": [[1, 2, 3]]}, "(1, 3)"),
    ],
)
def test_what_is_wrong_is_named(inputs: dict[str, Any], said: str) -> None:
    with pytest.raises(LandplanError) as refused:
        evaluate("portfolio", **{"values": [1, 2], "costs": [1, 2], "budget": 3, **inputs})
    assert said in str(refused.value)
    assert "{" not in str(refused.value)


def test_values_must_come_by_one_name_or_the_other() -> None:
    with pytest.raises(UsageError, match="values"):
        evaluate("portfolio", costs=[1], budget=1)
