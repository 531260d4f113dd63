"""Pairwise comparisons: judgements a_ij ("i counts a_ij times as much as j"), their weights, contradictions and gaps.

Source: Saaty (1980) The Analytic Hierarchy Process; gaps: Bozóki, Fülöp & Rónyai (2010) Math. Comput. Modelling 52:318-333.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log

import numpy as np
import numpy.typing as npt

from landplan.core.errors import MethodError, suggestion
from landplan.core.layers import Float

RANDOM_INDEX: dict[str, tuple[float, ...]] = {
    "saaty": (0.52, 0.89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59),
    "saaty_1980": (0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51),
    "donegan_dodd": (
        0.4914, 0.8286, 1.0591, 1.1797, 1.2519, 1.3171, 1.3733, 1.4055, 1.4213,
        1.4497, 1.4643, 1.4822, 1.4969, 1.5078, 1.5153, 1.5262, 1.5313, 1.5371,
    ),
}  # fmt: skip
"""Mean consistency index of random matrices of 3, 4, 5 … criteria. saaty: Saaty (2005) Theory and Applications of the
Analytic Network Process, p. 31; saaty_1980: as in most textbooks; donegan_dodd: Donegan & Dodd (1991) Math. Comput.
Modelling 15(10):135-137."""
RANDOM_INDEX_TITLES = {"saaty": "Saaty", "saaty_1980": "Saaty 1980", "donegan_dodd": "Donegan & Dodd"}
RATIO_MOST = 0.10
"""Consistency ratio up to which judgements pass for consistent (Saaty 1980)."""
_TYPED = 0.05
"""How far a_ij · a_ji may be from 1: reciprocals typed with two digits, 0.33 or 0.13."""
_ROUNDS, _SETTLED = 20_000, 1e-12


def judgements(matrix: npt.ArrayLike) -> Float:
    """(n, n) the matrix as it is meant: positive, a_ji = 1 / a_ij exactly, 1 on the diagonal, NaN where nobody judged.

    One of the two triangles is enough; where both are given to within 5 %, the number above 1 counts, the other is its typed
    reciprocal. MethodError names the cell that is not positive or contradicts its mirror image.
    """
    given = np.array(matrix, np.float64)
    if given.ndim != 2 or given.shape[0] != given.shape[1] or not len(given):
        raise MethodError("judgements_not_square", shape=given.shape)
    np.fill_diagonal(given, np.where(np.isnan(np.diag(given)), 1.0, np.diag(given)))
    for i, j in np.argwhere(~np.isnan(given) & ~((given > 0) & np.isfinite(given))):
        raise MethodError("judgement_not_positive", row=i + 1, column=j + 1, value=float(given[i, j]))
    given = np.where(np.isnan(given), 1.0 / given.T, given)
    apart = np.abs(np.log(given) + np.log(given.T)) > log(1.0 + _TYPED)
    for i, j in np.argwhere(apart):
        facts = {"row": i + 1, "column": j + 1, "value": float(given[i, j]), "other": float(given[j, i])}
        raise MethodError("judgements_contradict", **facts)
    i, j = np.triu_indices(len(given), 1)
    upper = np.where(given[i, j] >= given[j, i], given[i, j], 1.0 / given[j, i])
    out = np.ones_like(given)
    out[i, j], out[j, i] = upper, 1.0 / upper
    return out


def answer_text(value: float) -> str:
    """A judgement as it stands on a form: 3, 1/5, 2.5."""
    return f"{value:.3g}" if value >= 1 else f"1/{1 / value:.3g}"


def judgements_of(items: Sequence[str], triples: Iterable[tuple[str, str, float]]) -> Float:
    """The matrix of judgements (more, less, how many times as much) between named items; NaN where a pair is not named."""
    place = {item: i for i, item in enumerate(items)}
    out = np.full((len(items), len(items)), np.nan)
    for one, other, times in triples:
        for name in (one, other):
            if name not in place:
                raise MethodError("unknown_criterion", "judgements", name=name, nearest=suggestion(name, items))
        out[place[one], place[other]] = times
    return judgements(out)


def linked(given: Float) -> npt.NDArray[np.bool_]:
    """(n,) which items are tied to the first by judgements, directly or through others."""
    reached: npt.NDArray[np.bool_] = np.arange(len(given)) == 0
    for _ in range(len(given)):
        reached = np.asarray((~np.isnan(given[:, reached])).any(axis=1))
    return reached


def completed(given: Float) -> Float:
    """(n, n) the judgements with every gap filled so that the largest eigenvalue is as small as it can be (Bozóki et al. 2010).

    Where the least is, each filled gap is u_i / u_j with u = √(x / y), x and y the right and left principal vectors: the root
    of that equation is taken, from the log-least-squares solution on, which fills consistent judgements exactly. It is
    the only one when the judgements tie all items together; MethodError names those that are not tied to the first.
    """
    known = ~np.isnan(given)
    if known.all():
        return given
    apart = np.flatnonzero(~linked(given))
    if apart.size:
        raise MethodError("judgements_unlinked", items=(apart + 1).tolist())
    from scipy.optimize import root

    def filled(u: Float) -> Float:
        return np.where(known, given, np.exp(u[:, None] - u))

    def moved(u: Float) -> Float:
        matrix = filled(np.append(0.0, u))
        potential = 0.5 * np.log(_principal(matrix)[0] / _principal(matrix.T)[0])
        return np.asarray(potential[1:] - potential[0])

    u = root(lambda u: moved(u) - u, _least_squares(given, known)[1:], method="hybr", tol=1e-14).x
    for _ in range(_ROUNDS):  # where the root finder stopped early, plain repetition arrives, only slower
        u, before = moved(u), u
        if np.abs(u - before).max() < _SETTLED:
            break
    return filled(np.append(0.0, u))


def principal_weights(matrix: Float) -> tuple[Float, float]:
    """Weights (n,) of a complete matrix by its principal eigenvector, sum 1, and its largest eigenvalue, n when consistent."""
    vector, value = _principal(matrix)
    return vector / vector.sum(), max(value, float(len(matrix)))


def mean_weights(matrix: Float) -> Float:
    """Weights (n,) of a complete matrix by the geometric means of its rows (Crawford & Williams 1985), sum 1."""
    logs = np.log(matrix).mean(axis=1)
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def random_index(table: str, n: int) -> float:
    """The random index of n criteria in a table of RANDOM_INDEX, 0 for n < 3; MethodError for another name, or beyond its end."""
    if table not in RANDOM_INDEX:
        offered = suggestion(table, RANDOM_INDEX)
        raise MethodError("value_not_offered", "ahp", key="random_index", value=table, choices=offered)
    known = RANDOM_INDEX[table]
    if n > len(known) + 2:
        raise MethodError("random_index_ends", "ahp", table=RANDOM_INDEX_TITLES[table], most=len(known) + 2, n=n)
    return known[n - 3] if n > 2 else 0.0


def random_index_text(table: str, n: int) -> str:
    """The random index as a report prints it: Saaty RI(7)=1.35."""
    return f"{RANDOM_INDEX_TITLES[table]} RI({n})={random_index(table, n):g}"


def consistency_ratio(lambda_max: float, n: int, table: str) -> float:
    """CR = CI / RI with CI = (λmax − n) / (n − 1); 0 for n < 3, where nothing can contradict."""
    index = random_index(table, n)
    return (lambda_max - n) / (n - 1) / index if n > 2 else 0.0


def _principal(matrix: Float) -> tuple[Float, float]:
    """The positive eigenvector of the largest eigenvalue, of any length, and that eigenvalue."""
    values, vectors = np.linalg.eig(matrix)
    largest = int(np.argmax(values.real))
    return np.abs(vectors[:, largest].real), float(values[largest].real)


def _least_squares(given: Float, known: npt.NDArray[np.bool_]) -> Float:
    """(n,) logarithms of weights, the first 0, closest to the known judgements in the sum of squared logarithms."""
    n = len(given)
    count = known.sum(axis=1)
    normal = np.diag(count) - known + 1.0 / n
    logs = np.linalg.solve(normal, np.where(known, np.log(np.where(known, given, 1.0)), 0.0).sum(axis=1))
    return np.asarray(logs - logs[0])
