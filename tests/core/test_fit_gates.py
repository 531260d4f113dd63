"""The gates of a policy pack: passed, failed or not known; the share passed with its low and high; what binds a model."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from factories import make_layer, no_zones, square
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.environment import parcel_environment
from landplan.core.errors import SchemeError
from landplan.core.fit_gates import Fitted, fit_gates, fit_verdicts, gate_titles, gate_worth
from landplan.core.paths import resource
from landplan.core.policy import PolicyPack
from landplan.core.scheme import Scheme
from landplan.io.policy_file import read_policy

GATES = [
    {"id": "load", "title": {"zh": "荷载", "en": "load"}, "passes": "floor_load_kn_m2 >= least_load",
     "by": "least_load - floor_load_kn_m2", "unit": "kn_m2"},
    {"id": "storey", "title": {"zh": "层高", "en": "storey"}, "passes": "storey_height_m >= 4.5"},
    {"id": "calm", "title": {"zh": "振动", "en": "vibration"}, "passes": "vibration <> 'fine'"},
]  # fmt: skip


def pack(**changes: Any) -> PolicyPack:
    figures = changes.pop("figures", {"least_load": {"value": 8}})
    fit = {"title": {"zh": "上楼", "en": "Upstairs"}, "gates": GATES, **changes}
    return PolicyPack.model_validate({"format": "landplan-policy/1", "id": "p", "title": {}, "figures": figures, "fit": fit})


def of_plots(rules: PolicyPack, load: list[Any], storey: list[Any], calm: list[Any]) -> Fitted:
    layer = make_layer(
        [square(200.0 * k, 0.0, 100.0) for k in range(len(load))], floor_load_kn_m2=load, storey_height_m=storey, vibration=calm
    )
    return fit_gates(rules, parcel_environment(layer, no_zones(), {}))


def test_unknown_gates_stay_unknown_and_open_the_range() -> None:
    found = of_plots(pack(), [9.0, 6.5, None, None], [5.0, 5.0, 4.0, None], ["low", "low", None, None])
    assert found.answers.tolist() == [[1, 1, 1], [0, 1, 1], [-1, 0, -1], [-1, -1, -1]]
    assert found.fits.tolist() == [1, 0, 0, -1]
    np.testing.assert_array_equal(found.score, [1, 2 / 3, 0, np.nan])
    np.testing.assert_array_equal(found.low, [1, 2 / 3, 0, 0])
    np.testing.assert_allclose(found.high, [1, 2 / 3, 2 / 3, 1])
    assert [(gate.id, answer) for gate, answer, _ in found.trace(1)] == [("load", 0), ("storey", 1), ("calm", 1)]
    np.testing.assert_array_equal(found.by, [[np.nan] * 3, [1.5, np.nan, np.nan], [np.nan] * 3, [np.nan] * 3])


answers = st.lists(st.tuples(*[st.sampled_from([True, False, None])] * 3), min_size=1, max_size=8)


@settings(deadline=None, max_examples=25)
@given(answers)
def test_the_score_lies_between_its_ends_and_learning_a_gate_narrows_them(rows: list[tuple[bool | None, ...]]) -> None:
    columns = [[None if row[k] is None else values[not row[k]] for row in rows]
               for k, values in enumerate([(9.0, 1.0), (5.0, 1.0), ("low", "fine")])]  # fmt: skip
    found = of_plots(pack(), *columns)
    known = ~np.isnan(found.score)
    assert (found.low[known] <= found.score[known] + 1e-12).all()
    assert (found.score[known] <= found.high[known] + 1e-12).all()
    learnt = of_plots(pack(), columns[0], columns[1], [one or "low" for one in columns[2]])
    assert (learnt.low >= found.low).all()
    assert (learnt.high <= found.high).all()


def test_a_gate_binds_the_model_it_is_for() -> None:
    far = {"low": 1, "target": 1, "high": 1}
    model = {"id": "tower", "title": {"zh": "楼", "en": "Tower"}, "use": {"1001": 1}, "far": far, "tenures": []}
    head = {"format": "landplan-scheme/1", "id": "test", "title": {}, "base_year": 2025, "criteria": []}
    scheme = Scheme.model_validate({**head, "models": [model]})
    layer = make_layer([square(200.0 * k, 0.0, 100.0) for k in range(3)], floor_load_kn_m2=[9.0, 6.5, None])
    environment = parcel_environment(layer, no_zones(), {})
    for unknown, held in (("allow", [False] * 3), ("hold", [False, False, True])):
        (verdict,), issues = fit_verdicts(pack(model="tower", unknown=unknown, gates=GATES[:1]), scheme, environment)
        assert verdict.restricted.tolist() == [False, True, False]
        assert verdict.held.tolist() == held
        assert next(verdict.reasons()).by == 1.5
        assert [issue.id for issue in issues] == (["rule_unknown_allowed"] if unknown == "allow" else [])
    assert fit_verdicts(pack(), scheme, environment) == ([], [])
    with pytest.raises(SchemeError, match="tower"):
        fit_verdicts(pack(model="towr"), scheme, environment)


def test_a_gate_is_worth_what_the_least_of_its_figures_is() -> None:
    source = {"document": "某区文件", "until": "2025-12-31"}
    figures = {"least_load": {"value": 8, "source": source}}
    rules = pack(figures=figures, model="tower")
    load, storey = rules.fit.gates[0], rules.fit.gates[1]  # type: ignore[union-attr]
    assert [gate_worth(rules, load, date(year, 1, 1)) for year in (2025, 2026)] == ["sourced", "expired"]
    assert gate_worth(rules, storey, date(2025, 1, 1)) == "illustrative"
    titles = gate_titles(rules, date(2026, 1, 1))
    assert titles["tower", "fit.load"]["en"] == "Upstairs: load not met, expired"
    assert titles["tower", "fit.storey"]["en"] == "Upstairs: storey not met, illustrative"


def test_the_shipped_gates_are_illustrative_and_can_be_told() -> None:
    rules = read_policy("builtin:land_use_illustrative", resource("policies"))
    assert rules.fit is not None
    assert {gate_worth(rules, gate, date(2025, 1, 1)) for gate in rules.fit.gates} == {"illustrative"}
    layer = make_layer([square(0.0, 0.0, 100.0)], planned_use=["100103"])
    found = fit_gates(rules, parcel_environment(layer, no_zones(), {}))
    assert {gate.id: answer for gate, answer, _ in found.trace(0)} == {
        gate.id: (0 if gate.id == "environment" else -1) for gate in rules.fit.gates
    }
