"""How many pairs of a sequence stand the wrong way round, in n log n."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.compile import kernel

Float = npt.NDArray[np.float64]


def inversions(values: npt.ArrayLike) -> int:
    """The number of pairs i < j with values[i] > values[j]; equal values are no such pair."""
    sequence = np.array(values, np.float64)
    return _inversions(sequence, np.empty_like(sequence))


@kernel
def _inversions(a: Float, b: Float) -> int:
    """Merge sort, from runs of one upwards; both arrays are used up."""
    n, width, count = len(a), 1, 0
    while width < n:
        for start in range(0, n, 2 * width):
            middle, stop = min(start + width, n), min(start + 2 * width, n)
            i, j = start, middle
            for k in range(start, stop):
                if i < middle and (j >= stop or a[i] <= a[j]):
                    b[k] = a[i]
                    i += 1
                else:
                    b[k] = a[j]
                    count += middle - i
                    j += 1
        a, b = b, a
        width *= 2
    return count
