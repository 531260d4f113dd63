"""The survey of a few plots: every class with what it rests on, and a limit that moves only those that cite it."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from factories import make_layer, no_zones, square
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.environment import parcel_environment
from landplan.core.errors import SchemeError
from landplan.core.policy import CLASSES, FigureSource, PolicyPack, standing
from landplan.core.scheme import Scheme
from landplan.core.survey import Surveyed
from landplan.steps.survey import survey

TABLE = {a + b: CLASSES[(k + j + 1) // 2] for k, a in enumerate(CLASSES) for j, b in enumerate(CLASSES)}
MU = 2000.0 / 3.0
SIDE = float(np.sqrt(10 * MU))


def pack(**changes: Any) -> PolicyPack:
    figures = {
        "tax_a": 60,
        "tax_b": 25,
        "tax_c": 8,
        "worth_a": 1200,
        "worth_b": 600,
        "worth_c": 200,
        **changes.pop("figures", {}),
    }
    assessments = [
        {"id": "performance", "title": {"zh": "绩效", "en": "Performance"}, "value": "tax_wan / area_mu",
         "classes": {"A": "tax_a", "B": "tax_b", "C": "tax_c"}},
        {"id": "worth", "title": {"zh": "价值", "en": "Value"}, "value": "output_wan / area_mu",
         "classes": {"A": "worth_a", "B": "worth_b", "C": "worth_c"}},
    ]  # fmt: skip
    vetoes = [{"id": "unsafe", "title": {"zh": "不安全", "en": "Unsafe"}, "if": "safety = 'D'"}]
    asked = {"assessments": assessments, "combined": TABLE, "vetoes": vetoes, **changes}
    return PolicyPack.model_validate(
        {"format": "landplan-policy/1", "id": "test", "title": {"zh": "试", "en": "Test"}, "survey": asked,
         "figures": {name: {"value": value} for name, value in figures.items()}}
    )  # fmt: skip


def surveyed(rules: PolicyPack, tax: list[Any], output: list[Any], safety: list[Any] | None = None) -> Surveyed:
    """Plots of 10 mu each with values per mu."""
    columns = {"tax_wan": [None if one is None else 10 * one for one in tax],
               "output_wan": [None if one is None else 10 * one for one in output],
               "safety": safety or ["A"] * len(tax)}  # fmt: skip
    layer = make_layer([square(200.0 * k, 0.0, SIDE) for k in range(len(tax))], **columns)
    return survey(rules, parcel_environment(layer, no_zones(), {}), Scheme.model_construct(paths=()))


def letters(found: Surveyed) -> str:
    return "".join(CLASSES[code] if code >= 0 else "-" for code in found.code)


def test_both_assessments_make_one_class_and_what_is_not_known_has_none() -> None:
    found = surveyed(pack(), [80, 30, 1, None, 80], [2000, 100, 1, 900, None])
    assert letters(found) == "AC" + "D" + "--"
    kinds = [[(cited.kind, cited.id, cited.figure, cited.reached) for cited in found.trace(row)] for row in (1, 3)]
    assert kinds[0] == [
        ("limit", "performance", "tax_b", True), ("limit", "performance", "tax_a", False), ("limit", "worth", "worth_c", False),
        ("pair", "BD", "", False),
    ]  # fmt: skip
    assert kinds[1] == [
        ("unknown", "performance", "", False),
        ("limit", "worth", "worth_b", True),
        ("limit", "worth", "worth_a", False),
    ]


def test_vetoes_lower_and_an_undecided_one_leaves_the_class_open() -> None:
    safety = ["D", "A", None, None, "D"]
    args = [80, 80, 80, 1, None], [2000, 2000, 2000, 1, 2000], safety
    assert letters(surveyed(pack(), *args)) == "DA-DD"  # what is D already stays D whatever the open veto says
    assert letters(surveyed(pack(unknown="allow"), *args)) == "DAADD"
    found = surveyed(pack(), *args)
    assert np.isnan(found.assessed[0].to_next).all()  # held down by vetoes, open, or A already
    assert [cited.kind for cited in found.trace(2)][-1] == "veto_unknown"
    assert ("veto", "unsafe") in [(cited.kind, cited.id) for cited in found.trace(0)]


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 1500)), min_size=3, max_size=12),
    st.sampled_from(["tax_a", "tax_b", "tax_c", "worth_a", "worth_b", "worth_c"]),
    st.floats(0.75, 1.3),
)
def test_another_limit_changes_only_plots_whose_trace_cites_it(plots: list[tuple[int, int]], name: str, times: float) -> None:
    tax, output = ([one[k] for one in plots] for k in (0, 1))
    before = surveyed(pack(), tax, output)
    value = pack().figures[name].value * times
    after = surveyed(pack(figures={name: value}), tax, output)
    for row in np.flatnonzero(before.code != after.code).tolist():
        assert name in [cited.figure for cited in before.trace(row)]


def test_what_is_wrong_in_a_pack_is_one_sentence() -> None:
    with pytest.raises(SchemeError, match=r"performance.*60"):
        surveyed(pack(figures={"tax_b": 70}), [1], [1])
    with pytest.raises(SchemeError, match="survey"):
        survey(PolicyPack.model_validate({"format": "landplan-policy/1", "id": "x", "title": {}}), None, None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="AB"):
        pack(combined={pair: one for pair, one in TABLE.items() if pair != "AB"})
    lacking = pack()
    figures = {name: one for name, one in lacking.figures.items() if name != "tax_c"}
    with pytest.raises(SchemeError, match="tax_c"):
        surveyed(lacking.model_copy(update={"figures": figures}), [1], [1])


def test_a_figure_stands_on_its_source_and_its_dates() -> None:
    source = FigureSource.model_validate({"document": "某文件", "from": "2024-01-01", "until": "2025-12-31"})
    assert standing(None, date(2025, 1, 1)) == "illustrative"
    days = (date(2023, 12, 31), date(2024, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
    assert [standing(source, day) for day in days] == ["not_yet", "sourced", "sourced", "expired"]
