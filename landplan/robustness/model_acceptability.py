"""How often each land-use model is the best of a plot when weights and data are uncertain."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from landplan.core.errors import MethodError
from landplan.core.kernels.acceptability import count_best
from landplan.core.kernels.drawn_scores import DrawnValues, drawn_options
from landplan.core.layers import Float
from landplan.core.progress import Progress, silent

_HELD = 1 << 22
"""Scores held at a time."""


def model_acceptability(
    given: DrawnValues,
    weights: Float,
    allowed: npt.NDArray[np.bool_],
    *,
    seed: int = 1,
    threads: int = 2,
    progress: Progress = silent,
) -> Float:
    """(n, k) the share of draws in which each of k models has the highest score of a plot, among those allowed for it.

    S = Σ w u, with each model's own weights: of one plot the utilities are the same for all models. given: utilities (n, m), see
    `uncertain_values`; weights (draws, k, m), rows summing to 1; allowed (n, k). Level models: the first, as in scoring.
    A plot without an allowed model has 0 throughout. MethodError for shapes that differ.
    """
    draws, k, m = weights.shape
    n = len(given.value)
    if given.value.shape[1] != m or allowed.shape != (n, k):
        raise MethodError("matrix_columns_differ", columns=given.value.shape[1], weights=m, types=m)
    counts = np.zeros((n, k))
    step = max(_HELD // max(n * k, 1), 4)
    for first in range(0, draws if n and k else 0, step):
        progress(first / draws, "progress_draws", draws=draws)
        options = drawn_options(given, weights[first : first + step], seed, first, threads)
        count_best(options, np.ascontiguousarray(allowed), counts, threads)
    return np.asarray(counts / max(draws, 1))
