"""Classes by limits, two of them together, and how far the next one is: against a loop written from the definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landplan.core.policy import CLASSES
from landplan.core.survey import classed, combined, lowered, to_next

TABLE = {
    a + b: CLASSES[max(k, j) if abs(k - j) < 2 else (k + j + 1) // 2]
    for k, a in enumerate(CLASSES)
    for j, b in enumerate(CLASSES)
}
values = st.lists(st.one_of(st.floats(0, 100).map(lambda value: round(value, 3)), st.just(float("nan"))), min_size=1, max_size=30)
limits = st.lists(st.integers(1, 99), min_size=3, max_size=3, unique=True).map(lambda three: sorted(three, reverse=True))


def one_class(value: float, three: list[int], *, more: bool) -> int:
    if value != value:
        return -1
    for place, limit in enumerate(three):
        if value >= limit if more else value <= limit:
            return place
    return 3


@given(values, limits, st.booleans())
def test_a_plot_has_the_best_class_whose_limit_it_reaches(found: list[float], three: list[int], more: bool) -> None:
    asked = three if more else three[::-1]
    assert classed(np.array(found), asked, more=more).tolist() == [one_class(value, asked, more=more) for value in found]


def test_a_value_on_the_limit_reaches_it_either_way() -> None:
    assert classed(np.array([30.0, 29.9]), (30, 20, 10), more=True).tolist() == [0, 1]
    assert classed(np.array([10.0, 10.1]), (10, 20, 30), more=False).tolist() == [0, 1]


def test_limits_that_fall_back_are_refused() -> None:
    with pytest.raises(ValueError, match="20"):
        classed(np.zeros(1), (10, 20, 5), more=True)
    with pytest.raises(ValueError, match="20"):
        classed(np.zeros(1), (20, 10, 30), more=False)


def test_both_together_are_what_the_table_says_and_nothing_without_one() -> None:
    first, second = (index.ravel().astype(np.int8) for index in np.indices((4, 4)))
    found = combined(first, second, TABLE)
    assert [CLASSES[code] for code in found] == [TABLE[CLASSES[a] + CLASSES[b]] for a, b in zip(first, second, strict=True)]
    assert combined(np.array([-1, 2], np.int8), np.array([0, -1], np.int8), TABLE).tolist() == [-1, -1]


@given(values, limits, st.booleans(), st.booleans(), st.integers(-1, 3))
def test_moving_a_value_by_what_is_asked_gives_a_better_class_and_by_less_does_not(
    found: list[float], three: list[int], more: bool, second: bool, other_class: int
) -> None:
    asked = three if more else three[::-1]
    value, other = np.array(found), np.full(len(found), other_class, np.int8)

    def both(moved: np.ndarray) -> np.ndarray:
        code = classed(moved, asked, more=more)
        return combined(other, code, TABLE) if second else combined(code, other, TABLE)

    code, now = classed(value, asked, more=more), both(value)
    gap = to_next(value, code, other, asked, TABLE, more=more, second=second)
    sign = 1.0 if more else -1.0
    known = ~np.isnan(gap)
    assert (gap[known] > 0).all()
    assert (both(value + sign * gap * (1 + 1e-9) + sign * 1e-9)[known] < now[known]).all()
    assert (both(value + sign * gap * 0.999)[known] >= now[known]).all()
    never = ~known & ~np.isnan(value) & (other >= 0)
    best = (
        combined(other, np.zeros(len(value), np.int8), TABLE) if second else combined(np.zeros(len(value), np.int8), other, TABLE)
    )
    assert (best[never] >= now[never]).all()


def test_a_veto_lowers_and_never_lifts() -> None:
    codes, vetoed = np.array([0, 3, -1, 1], np.int8), np.array([3, 2, 3, -1], np.int8)
    assert lowered(codes, vetoed).tolist() == [3, 3, 3, 1]


def test_what_only_rounding_keeps_from_a_limit_reaches_it() -> None:
    assert classed(np.array([0.1 + 0.2 - 1e-17, 0.3 - 1e-12, 0.3 - 1e-6]), (0.9, 0.6, 0.3), more=True).tolist() == [2, 2, 3]
