"""Counted random numbers against their published vectors; drawn scores against loops; no thread or block changes a bit."""

from __future__ import annotations

import numpy as np
import pytest

from landplan.core.kernels.drawn_scores import DEVIATION, RANGE, SCALE, drawn_scores, normal, philox, uniform, uniforms
from landplan.core.uncertain_values import uncertain_values

PI = (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344)
ONES = 0xFFFFFFFF


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0, 0, 0, 0), 0, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((ONES,) * 4, 0xFFFFFFFFFFFFFFFF, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (PI, 0x299F31D0A4093822, (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)),
    ],
)
def test_philox_gives_the_words_of_salmon_2011(counter: tuple[int, ...], key: int, words: tuple[int, ...]) -> None:
    """The known-answer vectors that the authors ship with Random123."""
    assert philox(*(np.uint64(word) for word in counter), np.uint64(key)) == words


def test_uniform_numbers_fill_the_unit_interval() -> None:
    drawn = uniforms(7, 50_000, 2)
    assert 0.0 < drawn.min() < 1e-4 and 1 - 1e-4 < drawn.max() < 1.0
    shares = np.histogram(drawn, bins=10, range=(0, 1))[0] / drawn.size
    assert shares == pytest.approx(np.full(10, 0.1), abs=0.005)
    assert abs(np.corrcoef(drawn.T)[0, 1]) < 0.02
    assert abs(np.corrcoef(drawn[:-1, 0], drawn[1:, 0])[0, 1]) < 0.02


def test_a_number_belongs_to_its_seed_stream_draw_column_and_row_alone() -> None:
    assert np.array_equal(uniforms(7, 100, 3)[40:], uniforms(7, 60, 3, first=40))
    assert np.array_equal(uniforms(7, 100, 3)[:, :2], uniforms(7, 100, 2))
    given = [np.uint64(1), RANGE, 5, 2, np.uint64(9)]
    others = [[np.uint64(2), *given[1:]], [given[0], DEVIATION, *given[2:]], [*given[:2], 6, *given[3:]]]
    others += [[*given[:3], 3, given[4]], [*given[:4], np.uint64(1 << 40)]]
    drawn = [uniform(*one) for one in (given, *others)]
    assert len(set(drawn)) == len(drawn)


def test_normal_numbers_have_mean_0_and_deviation_1() -> None:
    drawn = np.array([normal(np.uint64(3), DEVIATION, d, 0, np.uint64(0)) for d in range(20_000)])
    assert (drawn.mean(), drawn.std()) == pytest.approx((0.0, 1.0), abs=0.02)
    assert (np.abs(drawn) < 1.959964).mean() == pytest.approx(0.95, abs=0.005)


def table(n: int, m: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(n)
    value = random.random((n, m))
    low, high, deviation = (np.full((n, m), np.nan) for _ in range(3))
    low[::3, 1], high[::3, 1] = value[::3, 1] - 0.1, value[::3, 1] + 0.2
    deviation[::2, m - 1] = 0.05
    return value, low, high, deviation


def test_scores_are_the_sums_of_the_definition() -> None:
    value, low, high, deviation = table(50, 6)
    weights = np.random.default_rng(1).dirichlet(np.ones(6), 4)
    found = drawn_scores(uncertain_values(value, low, high, deviation), weights, 11, 20)
    for d in range(4):
        for i in range(50):
            total = 0.0
            for j in range(6):
                x = value[i, j]
                if not np.isnan(low[i, j]):
                    x = low[i, j] + (high[i, j] - low[i, j]) * uniform(np.uint64(11), RANGE, 20 + d, j, np.uint64(i))
                if not np.isnan(deviation[i, j]):
                    x += deviation[i, j] * normal(np.uint64(11), DEVIATION, 20 + d, j, np.uint64(i))
                total += weights[d, j] * x
            assert found[d, i] == np.rint(total * SCALE)


@pytest.mark.parametrize("m", [1, 4, 7])
def test_threads_blocks_and_columns_at_a_time_change_no_bit(m: int) -> None:
    random = np.random.default_rng(2)
    value, weights = random.random((1500, m)), random.dirichlet(np.ones(m), 9)
    given = uncertain_values(value)
    plain = drawn_scores(given, weights, 1, 0, threads=1)
    assert np.array_equal(drawn_scores(given, weights, 1, 0, threads=3), plain)
    assert np.array_equal(np.vstack([drawn_scores(given, weights[:4], 1, 0), drawn_scores(given, weights[4:], 1, 4)]), plain)
    exact = uncertain_values(value, value, value)  # drawn from nothing
    exact.drawn[:] = 1
    exact = type(exact)(exact.value, np.zeros((1500, m), order="F"), exact.deviation, exact.drawn, exact.keys)
    assert np.array_equal(drawn_scores(exact, weights, 1, 0), plain)
    total = np.zeros((9, 1500))
    for j in range(m):
        total += weights[:, j, None] * value[:, j]
    assert np.array_equal(plain, np.rint(total * SCALE))
