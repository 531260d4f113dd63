"""A table of categories."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt

from landplan.core.errors import SchemeError
from landplan.core.layers import Float
from landplan.core.registry import Param, value_functions


@value_functions.add("Category table", zh="类别表")
def category(
    raw: npt.ArrayLike,
    *,
    table: Annotated[dict[str, float], Param("utility of each category, 0 to 1", zh="各类别的效用，0 至 1")],
    other: Annotated[
        float | None,
        Param("utility of every other known category; absent = unknown", zh="其余已知类别的效用；不填则按未知", low=0, high=1),
    ] = None,
) -> Float:
    """Utility looked up by category: texts as they are, numbers as they are written (1 for 1.0).

    raw (n,) texts with None or numbers with NaN → utility (n,); unknown stays NaN, and so does a category that is neither
    listed nor covered by `other`. SchemeError when a utility leaves 0…1.
    Not for measured numbers: each distinct one would need its row.
    """
    if any(not 0 <= worth <= 1 for worth in table.values()):
        raise SchemeError("value_outside_0_1", values=list(table.values()))
    values = np.asarray(raw)
    if values.dtype.kind == "f":
        known, place = np.unique(values, return_inverse=True)
        texts = [None if np.isnan(value) else f"{value:.15g}" for value in known]
        return np.asarray(np.array([_worth(text, table, other) for text in texts], np.float64)[place])
    worth = {text: _worth(text, table, other) for text in set(values.tolist())}
    return np.array([worth[text] for text in values.tolist()], np.float64)


def _worth(text: str | None, table: dict[str, float], other: float | None) -> float:
    worth = None if text is None else table.get(str(text), other)
    return np.nan if worth is None else float(worth)
