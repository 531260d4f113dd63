"""The chain matrix: what each segment is to each zone, stated by the planner or read from the zones, and who fits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from factories import make_layer, make_layers, square
from hypothesis import given
from hypothesis import strategies as st

from landplan.core.chain import ChainMatrix, segments_of
from landplan.core.environment import parcel_environment
from landplan.core.errors import SchemeError
from landplan.core.measuring import Measuring, NotMeasurable
from landplan.core.registry import measures
from landplan.core.tables import Column
from landplan.steps.join import join

NAN = float("nan")


def measured(
    segments: list[Any], *, focus: Any = ("SiC、热管理", None), lacks: Any = None, also: Any = None, **params: Any
) -> Column:
    """Plots in a row: the first half in zone A, the others in zone B, the last one outside."""
    half = (len(segments) - 1) // 2
    boxes = [shapely.box(-1, 0, 10 * half - 2, 9), shapely.box(10 * half - 1, 0, 10 * len(segments) - 11, 9)]
    fields = {} if focus is None else {"focus": list(focus)}
    if lacks is not None:
        fields["lacks"] = list(lacks)
    zones = make_layer(boxes, id="zones", ids=["A", "B"], set=["carrier"] * 2, name=["甲", "乙"], **fields)
    plots = [square(10 * k, 0, 5) for k in range(len(segments) - 1)] + [square(9000, 0, 5)]
    columns = {"segment": segments} if also is None else {"segment": segments, "candidate": also}
    layers = make_layers(make_layer(plots, **columns), zones)
    found = join(layers)
    context = Measuring(layers, found, parcel_environment(layers.parcels, found, {}), layers.parcels, "it")
    column: Column = measures["chain_fit"].run(context, set="carrier", outside=0.3, **params)
    return column


def matrix_of(column: Column) -> ChainMatrix:
    assert isinstance(column.detail, ChainMatrix)
    return column.detail


def test_the_planners_own_marks_go_before_the_focus_of_a_zone() -> None:
    marks = {"B": {"strengthen": ["SiC"], "fill": ["激光雷达"], "extend": ["物流", "种花"]}}
    column = measured(["SiC", "SiC", "激光雷达", "SiC", "激光雷达", "种花", "SiC"], marks=marks, focus=["SiC", "热管理"])
    assert column.values == pytest.approx([1.0, 1.0, 0.5, 1.0, 0.8, 0.5, 0.3])
    assert column.note == "强链 3, 补链 1, 延链 2, 区外 1"
    matrix = matrix_of(column)
    assert matrix.segments == ("SiC", "激光雷达", "物流", "种花")
    assert matrix.mark.tolist() == [["强链", "强链"], ["", "补链"], ["", "延链"], ["", "延链"]]
    assert matrix.plots.tolist() == [[2, 1], [1, 1], [0, 0], [0, 1]]
    assert matrix.stated.tolist() == [False, True]
    assert column.issues == ()
    unplanned = measured(["种花", "数据安全", "x", "数据安全", "种花", "SiC", "SiC"], marks=marks, focus=["SiC", None])
    assert unplanned.values == pytest.approx([0.0, 0.5, 0.0, 0.0, 0.5, 1.0, 0.3])  # stated: what is not marked is other


def test_a_focus_segment_that_nobody_else_works_in_is_to_be_filled() -> None:
    column = measured(["SiC", "SiC", "热管理", None, "SiC", "物流", "物流"], lacks=["智能座舱", None])
    assert column.values == pytest.approx([1.0, 1.0, 0.8, NAN, NAN, NAN, 0.3], nan_ok=True)  # B has no focus: nobody knows
    matrix = matrix_of(column)
    assert matrix.known.tolist() == [True, False]
    assert (matrix.lacking(0), matrix.lacking(1)) == (("智能座舱",), ())
    assert [(issue.id, issue.values["zones"]) for issue in column.issues] == [("chain_segments_lacking", "甲: 智能座舱")]
    rows = list(matrix.rows())
    assert rows[0] == {"segment": "智能座舱", "zone": "A", "zone_name": "甲", "mark": "补链", "plots": 0}
    assert {(row["segment"], row["zone"]) for row in rows} == {
        ("智能座舱", "A"), ("SiC", "A"), ("热管理", "A"), ("SiC", "B"), ("物流", "B"),
    }  # fmt: skip


def test_a_candidate_is_judged_by_who_is_there_already() -> None:
    now, then = ["SiC", "物流", "物流", None, None, None, None], ["SiC", "SiC", "热管理", None, None, None, None]
    column = measured(now, also=then, segment="candidate", tenants="segment")
    assert column.values[:3] == pytest.approx([0.8, 1.0, 0.8])  # its own tenant leaves; another one stays; none is there
    assert matrix_of(column).plots[matrix_of(column).segments.index("SiC"), 0] == 1


def test_of_several_segments_the_best_counts() -> None:
    column = measured(["种花、SiC", "SiC;物流", "种花 / 物流", None, None, None, None])
    assert column.values[:3] == pytest.approx([1.0, 1.0, 0.5])
    upside_down = measured(["种花、SiC", "SiC", "x", None, None, None, None], strengthen=0.1, other=0.9)
    assert upside_down.values[0] == 0.9


def test_marks_that_make_no_sense_are_told_and_marks_alone_suffice() -> None:
    plots = ["SiC", "SiC", "SiC", None, None, None, None]
    with pytest.raises(SchemeError, match="strengthen"):
        measured(plots, marks={"A": {"strenghten": ["SiC"]}})
    with pytest.raises(SchemeError, match="SiC"):
        measured(plots, marks={"A": {"fill": ["SiC"], "extend": ["SiC"]}})
    with pytest.raises(SchemeError):
        measures["chain_fit"].check({"set": "carrier", "marks": {"A": ["SiC"]}}, "it")
    assert measured(plots, marks={"A": {"fill": ["SiC"]}}, focus=None).values[0] == 0.8
    with pytest.raises(NotMeasurable):
        measured(plots, focus=None)
    strange = measured(plots, marks={"Q": {"fill": ["SiC"]}})
    assert [(issue.id, issue.values.get("ids")) for issue in strange.issues][-1] == ("zone_ids_unknown", "Q")


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("SiC、热管理", ("SiC", "热管理")),
        (" SiC ,SiC ", ("SiC",)),
        ("热管理 SiC", ("热管理", "SiC")),
        ("Drive by wire; SiC", ("Drive by wire", "SiC")),
        (None, ()),
        ("、", ()),
    ],
)
def test_segments_are_read_from_a_text(text: str | None, segments: tuple[str, ...]) -> None:
    assert segments_of(text) == segments


@given(st.lists(st.sampled_from(["SiC", "热管理", "物流", "种花", None]), min_size=7, max_size=7), st.integers(0, 99))
def test_a_fit_is_one_of_the_stated_ones_and_follows_its_plot(segments: list[Any], seed: int) -> None:
    column = measured(segments)
    assert set(column.values[~np.isnan(column.values)].tolist()) <= {1.0, 0.8, 0.5, 0.0, 0.3}
    order = [*np.random.default_rng(seed).permutation(3).tolist(), 3, 4, 5, 6]
    again = measured([segments[k] for k in order])
    assert again.values == pytest.approx(column.values[order], nan_ok=True)
