"""Ranks and printed order."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from landplan.core.ranking import listing, ranks


def test_ties_share_a_rank_and_the_next_is_skipped() -> None:
    assert ranks([0.9, 0.5, 0.5, 0.1]).tolist() == [1, 2, 2, 4]
    assert ranks([0.5, 0.5 + 1e-14, 0.5 + 1e-9]).tolist() == [2, 2, 1]
    assert ranks([np.nan, 0.2, np.nan]).tolist() == [0, 1, 0]
    assert ranks([]).tolist() == []


@given(st.lists(st.integers(0, 5), max_size=30))
def test_a_rank_is_one_more_than_the_number_of_better_rows(scores: list[int]) -> None:
    assert ranks(np.array(scores, float)).tolist() == [1 + sum(other > score for other in scores) for score in scores]


def test_listing_goes_by_rank_then_id_with_the_unranked_last() -> None:
    rank = np.array([2, 0, 1, 2], np.int32)
    assert listing(rank, np.array(["b", "a", "c", "a"], object)).tolist() == [2, 3, 0, 1]
