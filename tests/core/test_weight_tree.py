"""Weights of groups times weights within them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.errors import MethodError
from landplan.core.weight_tree import global_weights

CRITERIA = {"metro": 3.0, "road": 1.0, "output": 2.0, "tax": 2.0, "flood": 5.0}
GROUP_OF = {"metro": "access", "road": "access", "output": "money", "tax": "money", "flood": ""}
GROUPS = {"access": 2.0, "money": 3.0}


def test_a_criterion_has_its_part_of_its_groups_part() -> None:
    found = global_weights(CRITERIA, GROUP_OF, GROUPS)
    assert found.weights == pytest.approx({"metro": 0.15, "road": 0.05, "output": 0.15, "tax": 0.15, "flood": 0.5})
    assert list(found.weights) == list(CRITERIA)
    assert found.empty == ()


def test_groups_may_stand_in_groups() -> None:
    found = global_weights(
        {"metro": 3, "road": 1, "output": 1}, {"metro": "access", "road": "access", "output": "money"},
        {"access": 1, "money": 1, "place": 1, "law": 3}, {"access": "place", "money": "law"},
    )  # fmt: skip
    assert found.weights == pytest.approx({"metro": 0.1875, "road": 0.0625, "output": 0.75})


def test_without_groups_weights_are_only_scaled() -> None:
    assert global_weights({"a": 1, "b": 3}, {}, {}).weights == {"a": 0.25, "b": 0.75}


def test_a_group_without_weight_below_it_leaves_its_part_to_those_beside_it_and_is_told() -> None:
    found = global_weights({**CRITERIA, "output": 0.0, "tax": 0.0}, GROUP_OF, {**GROUPS, "green": 4.0})
    assert found.weights == pytest.approx({"metro": 0.75 * 2 / 7, "road": 0.25 * 2 / 7, "output": 0, "tax": 0, "flood": 5 / 7})
    assert found.empty == ("money", "green")


def test_a_group_of_weight_0_silences_what_is_below_it() -> None:
    found = global_weights(
        {"metro": 1, "output": 1}, {"metro": "access", "output": "money"},
        {"access": 5, "place": 0, "money": 1}, {"access": "place"},
    )  # fmt: skip
    assert found.weights == {"metro": 0.0, "output": 1.0}
    assert found.empty == ()


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 100))
@settings(max_examples=50)
def test_shares_sum_to_one_and_the_scale_within_a_group_does_not_matter(seed: int, scale: float) -> None:
    random = np.random.default_rng(seed)
    groups = {f"g{k}": float(random.uniform(0.1, 1)) for k in range(5)}
    parents = {f"g{k}": f"g{random.integers(k)}" for k in range(1, 5) if random.random() < 0.6}
    criteria = {f"c{k}": float(random.uniform(0.1, 1)) for k in range(9)}
    group_of = {id: f"g{random.integers(5)}" for id in criteria}
    one = global_weights(criteria, group_of, groups, parents).weights
    assert sum(one.values()) == pytest.approx(1.0)
    alone = [id for id in criteria if group_of[id] == "g4"]  # no group stands in g4: only its criteria share its weight
    other = {id: weight * (scale if id in alone else 1.0) for id, weight in criteria.items()}
    assert global_weights(other, group_of, groups, parents).weights == pytest.approx(one)


@pytest.mark.parametrize(
    ("criteria", "group_of", "groups", "parents", "named"),
    [
        ({"a": 1}, {"a": "acess"}, {"access": 1}, {}, "access"),
        ({"a": 1}, {"a": "x"}, {"x": 1}, {"x": "y"}, "y"),
        ({"a": 1}, {"a": "x"}, {"x": 1, "y": 1}, {"x": "y", "y": "x"}, "x"),
        ({"a": -1}, {}, {}, {}, "0"),
        ({"a": 1}, {"a": "x"}, {"x": float("nan")}, {}, "0"),
        ({"a": 0}, {}, {}, {}, "0"),
        ({"a": 1}, {"a": "x"}, {"x": 0}, {}, "0"),
        ({}, {}, {}, {}, "0"),
    ],
)
def test_a_tree_that_gives_no_weights_is_refused(
    criteria: dict[str, float], group_of: dict[str, str], groups: dict[str, float], parents: dict[str, str], named: str
) -> None:
    with pytest.raises(MethodError, match=named):
        global_weights(criteria, group_of, groups, parents)
