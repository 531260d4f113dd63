"""ELECTRE I: concordance, discordance and kernel of a table done by hand, rings, and the laws of a kernel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from landplan.core.errors import MethodError
from landplan.core.layers import Float
from landplan.core.pairs import MOST
from landplan.core.registry import scorings
from landplan.scoring.electre1 import electre1

TABLES = arrays(np.float64, st.tuples(st.integers(1, 9), st.integers(1, 4)), elements=st.integers(0, 8).map(float))


def test_a_table_done_by_hand() -> None:
    """A = (10, 2), B = (5, 4), C = (0, 0), ranges 10 and 4, weights 0.6 and 0.4."""
    found = electre1([[10, 2], [5, 4], [0, 0]], [3, 2], concordance_min=0.6, discordance_max=0.5)
    assert found["concordance"] == pytest.approx(np.array([[1, 0.6, 1], [0.4, 1, 1], [0, 0, 1]]))
    assert found["discordance"] == pytest.approx(np.array([[0, 0.5, 0], [0.5, 0, 0], [1, 1, 0]]))
    assert found["outranks"].tolist() == [[False, True, True], [False, False, True], [False, False, False]]
    assert found["kernel"].tolist() == [0]
    stricter = electre1([[10, 2], [5, 4], [0, 0]], [3, 2], concordance_min=0.6, discordance_max=0.4)
    assert stricter["kernel"].tolist() == [0, 1]
    raw = electre1([[10, 2], [5, 4], [0, 0]], [3, 2], normalisation="none")
    assert raw["discordance"][0, 1] == pytest.approx(2 / 10)  # lags of raw values by the widest range of all


@given(TABLES, st.sampled_from([0.5, 0.65, 0.9]), st.sampled_from([0.1, 0.35, 1.0]))
@settings(max_examples=100, deadline=None)
def test_a_kernel_covers_the_rest_and_holds_no_pair_but_rings(matrix: Float, least: float, most: float) -> None:
    found = electre1(matrix, np.arange(1.0, matrix.shape[1] + 1), concordance_min=least, discordance_max=most)
    inside = np.zeros(len(matrix), bool)
    inside[found["kernel"]] = True
    over = found["outranks"]
    assert inside.any()
    reach = over | np.eye(len(over), dtype=bool)
    for _ in range(4):
        reach = (reach.astype(int) @ reach) > 0
    ring = reach & reach.T
    for row in np.flatnonzero(~inside):
        assert over[np.ix_(inside, ring[row])].any()
    for a, b in np.argwhere(over & inside[:, None] & inside[None, :]):
        assert ring[a, b]


def test_a_ring_is_in_or_out_as_one() -> None:
    ring = [[3, 1, 2], [2, 3, 1], [1, 2, 3]]  # each beats the next in two of three
    found = electre1([*ring, [0, 0, 0]], [1, 1, 1], concordance_min=0.6, discordance_max=1.0)
    assert found["kernel"].tolist() == [0, 1, 2]
    beaten = electre1([*ring, [4, 4, 4]], [1, 1, 1], concordance_min=0.6, discordance_max=1.0)
    assert beaten["kernel"].tolist() == [3]


def test_it_gives_no_score_and_takes_no_more_than_it_can_list() -> None:
    found = electre1(np.ones((3, 2)), [1, 1])
    assert not {"scores", "ranks"} & set(found)
    assert not scorings["electre1"].scores
    assert electre1(np.zeros((0, 2)), [1, 1])["kernel"].tolist() == []
    with pytest.raises(MethodError, match=str(MOST)):
        electre1(np.zeros((MOST + 1, 1)), [1])
