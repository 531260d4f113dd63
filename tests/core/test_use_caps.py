"""Share caps of mixed use: what a model breaks where, by how much, on which zoning; unknown stays unknown."""

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
from landplan.core.policy import PolicyPack, policy_issues
from landplan.core.rules import Verdict
from landplan.core.scheme import Scheme
from landplan.core.use_caps import breaches, cap_titles, row_of, use_verdicts

ROWS = [
    {
        "id": "industrial",
        "title": {"zh": "工业", "en": "Industrial"},
        "codes": ["1001"],
        "together": "together",
        "caps": [
            {"id": "office", "codes": ["0902"], "at_most": "office", "title": {"zh": "商务", "en": "offices"}},
            {"id": "labs", "codes": ["0802"], "at_most": "labs"},
        ],
    },
    {"id": "fine", "title": {}, "codes": ["100101"], "caps": [{"id": "any", "codes": ["08", "09"], "at_most": "labs"}]},
    {"id": "own", "title": {}, "codes": ["1001"], "models": ["tower"], "caps": []},
]
USES = {
    "plain": {"1001": 1.0},
    "mixed": {"1001": 0.6, "0902": 0.25, "0802": 0.15},
    "homes": {"1001": 0.7, "0701": 0.3},
    "tower": {"1001": 0.9, "0902": 0.1},
}


def pack(rows: list[dict[str, Any]] | None = None, source: dict[str, str] | None = None, **changes: Any) -> PolicyPack:
    values = {"office": 0.2, "labs": 0.3, "together": 0.35, **changes.pop("figures", {})}
    figures = {name: {"value": value, **({"source": source} if source else {})} for name, value in values.items()}
    mix = {"rows": ROWS if rows is None else rows, **changes}
    return PolicyPack.model_validate({"format": "landplan-policy/1", "id": "caps", "title": {}, "figures": figures, "mix": mix})


def scheme(uses: dict[str, dict[str, float]] = USES) -> Scheme:
    far = {"low": 1, "target": 1, "high": 1}
    models = [{"id": id, "title": {"zh": id, "en": id}, "use": use, "far": far, "tenures": []} for id, use in uses.items()]
    head = {"format": "landplan-scheme/1", "id": "test", "title": {}, "base_year": 2025, "criteria": []}
    return Scheme.model_validate({**head, "models": models})


def found(rules: PolicyPack, planned: list[str | None], **columns: Any) -> tuple[dict[tuple[str, str], Verdict], list[str]]:
    layer = make_layer([square(200.0 * k, 0.0, 100.0) for k in range(len(planned))], planned_use=planned, **columns)
    verdicts, issues = use_verdicts(rules, scheme(), parcel_environment(layer, no_zones(), {}))
    return {(one.condition.model, one.condition.id): one for one in verdicts}, [issue.id for issue in issues]


def test_a_model_breaks_each_cap_by_its_share_above_it() -> None:
    verdicts, issues = found(pack(), ["1001", "100101", "0802", "1001"])
    assert set(verdicts) == {
        ("mixed", "industrial.office"), ("mixed", "industrial.together"), ("mixed", "fine.any"),
        ("homes", "industrial.others"), ("homes", "fine.others"), ("tower", "own.others"),
    }  # fmt: skip
    expected = {
        ("mixed", "industrial.office"): [0.05, 0, 0, 0.05],
        ("mixed", "industrial.together"): [0.05, 0, 0, 0.05],
        ("mixed", "fine.any"): [0, 0.1, 0, 0],
        ("homes", "fine.others"): [0, 0.3, 0, 0],
        ("homes", "industrial.others"): [0.3, 0, 0, 0.3],
        ("tower", "own.others"): [0.1, 0, 0, 0.1],
    }
    for key, over in expected.items():
        np.testing.assert_allclose(verdicts[key].by, over, atol=1e-12)
        assert verdicts[key].restricted.tolist() == [value > 0 for value in over]
    assert [reason.by for reason in verdicts["homes", "industrial.others"].reasons()] == [pytest.approx(0.3)] * 2
    assert issues == ["mix_zoning_not_ruled"]  # 0802 has no row


def test_a_mixed_zoning_goes_by_its_main_use_and_allows_what_it_states() -> None:
    verdicts, _ = found(pack(), ["1001 76% + 0902 24%", "0902 24% + 1001 76%", "1001 70% + 0701 30%", "1001 50% + 0902 50%"])
    np.testing.assert_allclose(
        verdicts["mixed", "industrial.office"].by, [0.01, 0.01, 0.05, 0], atol=1e-12
    )  # of equal ones the first code
    np.testing.assert_allclose(verdicts["homes", "industrial.others"].by, [0.3, 0.3, 0, 0], atol=1e-12)


def test_a_zoning_that_cannot_be_told_leaves_open_only_what_it_decides() -> None:
    planned = ["1001", None, "1001 + 0902", "nonsense here", "100102 + 100103"]
    verdicts, issues = found(pack(), planned)
    assert ("plain", "mix_zoning_unknown") not in verdicts  # breaks nothing anywhere
    open_ = verdicts["mixed", "mix_zoning_unknown"]
    assert open_.undecided.tolist() == [False, True, True, True, False]  # both codes of the last are industrial
    assert [reason.unknown_fields for reason in open_.reasons()] == [("land_use", "planned_use")] * 3
    assert verdicts["mixed", "industrial.office"].restricted.tolist() == [True, False, False, False, True]
    assert issues == ["mix_zoning_unread"]


def test_the_use_of_today_stands_in_for_the_plan_unless_its_code_is_of_another_version() -> None:
    columns = {"land_use": ["1001", "1001", "1001"], "land_use_version": ["2023", "2017", None]}
    verdicts, _ = found(pack(), [None, None, "100101"], **columns)
    assert verdicts["mixed", "industrial.office"].restricted.tolist() == [True, False, False]
    assert verdicts["mixed", "mix_zoning_unknown"].undecided.tolist() == [False, True, False]


def test_a_row_for_every_zoning_needs_none() -> None:
    rules = pack([{"id": "all", "title": {}, "free": ["10"], "caps": [{"id": "rest", "codes": ["0"], "at_most": "labs"}]}])
    verdicts, _ = found(rules, [None, "1001"])
    assert set(verdicts) == {("mixed", "all.rest")}
    assert verdicts["mixed", "all.rest"].restricted.tolist() == [True, True]


def test_the_longest_code_and_then_the_row_that_names_the_model_goes_first() -> None:
    matrix = pack().mix
    assert matrix is not None
    ids = [getattr(row_of(code, model, matrix), "id", None) for code, model in
           (("1001", "plain"), ("100101", "plain"), ("1001", "tower"), ("100101", "tower"), ("0802", "plain"))]  # fmt: skip
    assert ids == ["industrial", "fine", "own", "fine", None]


shares = st.integers(0, 20)


parts_of_use = st.lists(st.tuples(st.sampled_from(["1001", "0902", "0802", "0701"]), shares), min_size=1, max_size=6)


@settings(deadline=None)
@given(parts_of_use, shares, shares, shares)
def test_breaches_are_those_of_the_definition(parts: list[tuple[str, int]], office: int, labs: int, together: int) -> None:
    total = sum(share for _, share in parts) or 1
    use: dict[str, float] = {}
    for code, share in parts:
        use[code] = use.get(code, 0.0) + share / total
    if not sum(use.values()):
        use = {"1001": 1.0}
    rules = pack(figures={"office": office / 20, "labs": labs / 20, "together": together / 20})
    (model,) = scheme({"one": use}).models
    assert rules.mix is not None
    broken = {one.cap: one.share - one.at_most for one in breaches(model, rules.mix.rows[0], rules)}
    slow = {
        "office": use.get("0902", 0.0) - office / 20,
        "labs": use.get("0802", 0.0) - labs / 20,
        "others": use.get("0701", 0.0),
        "together": sum(share for code, share in use.items() if code != "1001") - together / 20,
    }
    assert broken == pytest.approx({id: over for id, over in slow.items() if over > 1e-9})


def test_reasons_say_share_and_cap_and_what_the_cap_is_worth() -> None:
    source = {"document": "某区文件", "clause": "第三条", "until": "2025-12-31"}
    for rules, day, mark in (
        (pack(), date(2025, 1, 1), "illustrative"), (pack(source=source), date(2025, 1, 1), ""),
        (pack(source=source), date(2026, 1, 1), "expired"),
    ):  # fmt: skip
        said = cap_titles(rules, scheme(), day)["mixed", "industrial.office"]
        assert said["en"] == f"Industrial: offices 25% over 20%{', ' + mark if mark else ''}"
        worth = {issue.id: issue.weight for issue in policy_issues([rules], day)}
        assert worth == ({f"policy_{mark}": "data" if mark == "expired" else "note"} if mark else {})


def test_what_is_wrong_in_a_matrix_is_said() -> None:
    with pytest.raises(ValueError, match="offfice"):
        pack([{**ROWS[0], "caps": [{"id": "a", "codes": ["09"], "at_most": "offfice"}]}])
    with pytest.raises(ValueError, match="office"):
        pack(figures={"office": 1.5})
    with pytest.raises(SchemeError, match="tower"):
        found(pack([{**ROWS[0], "models": ["towr"]}]), ["1001"])
