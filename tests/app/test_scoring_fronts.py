"""evaluate for scoring: keys of the worked examples, rows by their names, parameters checked like a scheme's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from landplan.app.evaluation import evaluate
from landplan.core.errors import MethodError, UsageError

ROWS = {"matrix": [[1, 3000], [2, 3750], [5, 4500]], "types": [-1, 1], "weights": [0.5, 0.5]}


def test_rows_are_told_by_their_names_or_numbered() -> None:
    assert evaluate("vikor", **ROWS)["compromise_set"] == ["A2"]
    assert evaluate("vikor", **ROWS, alternatives=["north", "mid", "south"])["compromise_set"] == ["mid"]
    assert evaluate("electre1", **ROWS, alternatives=["north"])["kernel"] == ["north", "A2", "A3"]


def test_owa_takes_yagers_keys_and_those_of_the_others() -> None:
    given = {"order_weights": [0.2, 0.3, 0.1, 0.4], "arguments": [[0.6, 1, 0.3, 0.5], [0, 0.7, 1, 0.2]]}
    found = evaluate("owa", **given)
    assert found["values"] == found["scores"] == pytest.approx([0.55, 0.43])
    same = evaluate("owa", matrix=given["arguments"], weights=[1, 1, 1, 1], order_weights=given["order_weights"])
    assert same["scores"] == found["scores"]
    with pytest.raises(UsageError, match="matrix"):
        evaluate("owa", leniency=0.3)


def test_lists_tuples_and_arrays_are_all_taken() -> None:
    matrix = [[10.5, -3.1, 1.7], [-4.7, 0, 3.4]]
    bounds: Any = [[-5, 12], [-6, 10], [-8, 5]]
    one, *others = [
        evaluate("spotis", matrix=matrix, weights=[2, 3, 5], types=[1, -1, 1], bounds=given)["scores"]
        for given in (bounds, tuple(map(tuple, bounds)), np.array(bounds))
    ]
    assert others == [one, one]
    flows = evaluate("promethee", **ROWS, preference=("v_shape", "usual"), p=np.array([2.0, 1.0]))["net_flow"]
    assert flows == evaluate("promethee", **ROWS, preference=["v_shape", "usual"], p=[2, 1])["net_flow"]


@pytest.mark.parametrize(
    ("id", "given", "kind", "said"),
    [
        ("waspas", {"lam": 1.5}, UsageError, "lam"),
        ("vikor", {"v": "half"}, UsageError, "v"),
        ("topsis", {"normalisation": "minmaks"}, UsageError, "minmax"),
        ("topsis", {"missing": "known"}, UsageError, "worst"),
        ("promethee", {"preference": "vshape"}, UsageError, "v_shape"),
        ("promethee", {"preference": ["vshape", "usual"]}, UsageError, "v_shape"),
        ("promethee", {"preference": "gaussian"}, MethodError, "gaussian"),
        ("electre_tri", {"profile": [0.5]}, UsageError, "profiles"),
    ],
)
def test_what_does_not_fit_is_told(id: str, given: dict[str, Any], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        evaluate(id, **ROWS, **given)
