"""How often each model is the best of a plot: by hand, against a loop, and the same bits on any threads."""

from __future__ import annotations

import numpy as np
import pytest

from landplan.core.errors import MethodError
from landplan.core.uncertain_values import uncertain_values
from landplan.core.weight_samples import weight_samples
from landplan.robustness import model_acceptability as module
from landplan.robustness.model_acceptability import model_acceptability

ALL = np.ones((1, 2), bool)


def test_by_hand() -> None:
    weights = np.array([[[0.5, 0.5], [0.9, 0.1]], [[0.5, 0.5], [0.2, 0.8]], [[0.5, 0.5], [0.6, 0.4]]])
    assert model_acceptability(uncertain_values([[0.9, 0.3]]), weights, ALL).tolist() == [[1 / 3, 2 / 3]]


def drawn(n: int, k: int, m: int, draws: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(n)
    weights = np.stack([weight_samples("free", m, draws, seed) for seed in range(k)], axis=1)
    return random.random((n, m)), weights, random.random((n, k)) < 0.7


def test_a_loop_over_draws_agrees() -> None:
    values, weights, allowed = drawn(60, 4, 5, 40)
    found = model_acceptability(uncertain_values(values), weights, allowed)
    counts = np.zeros((60, 4))
    for weight in weights:
        scores = np.where(allowed, np.round(values @ weight.T, 12), -np.inf)
        for row in np.flatnonzero(allowed.any(axis=1)):
            counts[row, scores[row].argmax()] += 1
    assert np.array_equal(found, counts / 40)
    assert set(found.sum(axis=1).round(12)) <= {0.0, 1.0}
    assert not found[~allowed].any()


def test_level_models_go_to_the_first_as_in_scoring() -> None:
    weights = np.tile([0.5, 0.5], (6, 3, 1))
    allowed = np.array([[True, True, True], [False, True, True], [False, False, False]])
    found = model_acceptability(uncertain_values([[0.2, 0.4]] * 3), weights, allowed)
    assert found.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]


def test_threads_and_blocks_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    values, weights, allowed = drawn(500, 3, 4, 30)
    values[::5, 1] = np.nan
    given = uncertain_values(values)
    plain = model_acceptability(given, weights, allowed, threads=1)
    monkeypatch.setattr(module, "_HELD", 2000)
    assert np.array_equal(model_acceptability(given, weights, allowed, threads=3), plain)
    assert not np.array_equal(model_acceptability(given, weights, allowed, seed=2), plain)


def test_shapes_that_differ_are_refused_and_no_plots_are_no_error() -> None:
    values, weights, allowed = drawn(5, 3, 4, 10)
    with pytest.raises(MethodError):
        model_acceptability(uncertain_values(values[:, :3]), weights, allowed)
    assert model_acceptability(uncertain_values(values[:0]), weights, allowed[:0]).shape == (0, 3)
