"""A new delivery against the last: laws of any two layers, and each kind of change by its name."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.areas import ellipsoidal_m2
from landplan.core.errors import InputError
from landplan.core.layer_changes import CellChange, LayerChanges, Regrouped, layer_changes
from landplan.core.layers import Layer
from landplan.core.value_changes import unlike
from tests.factories import make_layer

EAST, NORTH = 530_000.0, 3_470_000.0


def plot(column: float, row: float, width: float = 1.0, height: float = 1.0) -> Any:
    x, y = EAST + 100 * column, NORTH + 100 * row
    return shapely.box(x, y, x + 100 * width, y + 100 * height)


def layer(shapes: list[Any], **columns: Any) -> Layer:
    return make_layer(shapes, **columns)


def names(found: LayerChanges, rows: Any, new: bool = False) -> list[str]:
    return [found.name(int(row), new) for row in rows]


PLACES = st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from([0.0, 0.2, 0.45]), st.sampled_from([1.0, 0.5]))
ROWS = st.lists(
    st.tuples(st.one_of(st.none(), st.sampled_from("ABCDEF")), PLACES | st.none(), st.one_of(st.none(), st.integers(0, 2))),
    max_size=8,
)


def of_rows(rows: list[tuple[Any, Any, Any]], keyed: bool) -> Layer:
    shapes = [None if at is None else plot(at[0] + at[2], at[1], at[3]) for _key, at, _value in rows]
    columns = {"far": pa.array([value for *_, value in rows], pa.int64())}
    if keyed:
        columns["地块编号"] = pa.array([key for key, *_ in rows], pa.string())
    return layer(shapes, **columns)


@settings(max_examples=40, deadline=None)
@given(ROWS, st.booleans())
def test_a_layer_has_no_changes_against_itself(rows: list[Any], keyed: bool) -> None:
    one = of_rows(rows, keyed)
    found = layer_changes(one, one)
    assert found.nothing
    assert found.pairs.tolist() == [[row, row] for row in range(len(rows))]


@settings(max_examples=60, deadline=None)
@given(ROWS, ROWS, st.booleans())
def test_every_row_is_kept_removed_or_added_and_swapping_swaps(old: list[Any], new: list[Any], keyed: bool) -> None:
    a, b = of_rows(old, keyed), of_rows(new, keyed)
    found, back = layer_changes(a, b), layer_changes(b, a)
    assert sorted([*found.pairs[:, 0], *found.removed]) == list(range(len(old)))
    assert sorted([*found.pairs[:, 1], *found.added]) == list(range(len(new)))
    assert {tuple(pair) for pair in found.pairs.tolist()} == {(i, j) for j, i in back.pairs.tolist()}
    assert (found.removed.tolist(), found.added.tolist()) == (back.added.tolist(), back.removed.tolist())
    assert {(one.old, one.new) for one in found.splits} == {(one.new, one.old) for one in back.merges}
    assert {(one.old, one.new) for one in found.renumbered} == {(one.new, one.old) for one in back.renumbered}
    assert (found.area_old_m2, found.area_new_m2) == (back.area_new_m2, back.area_old_m2)
    flipped = {"gained": "lost", "lost": "gained"}
    assert found.kinds() == {flipped.get(kind, kind): n for kind, n in back.kinds().items() for kind in [kind]}


def test_removed_added_and_changed_plots_have_their_names_and_values() -> None:
    old = layer([plot(0, 0), plot(1, 0), plot(2, 0)], dkbh=["A", "B", "C"], far=[1.0, 2.0, 3.0], use=["1001", None, "0902"])
    new = layer([plot(5, 5), plot(2, 0), plot(1, 0)], dkbh=["D", "C", "B"], far=[9.0, 3.0, 2.5], use=["1001", "0902", ""])
    found = layer_changes(old, new)
    assert found.key == ("dkbh", "dkbh")
    assert (names(found, found.removed), names(found, found.added, new=True)) == (["A"], ["D"])
    assert [(found.name(int(found.pairs[at][0])), list(found.cell_changes(at))) for at in found.changed] == [
        ("B", [CellChange("far", 2.0, 2.5)])
    ]


def test_moved_and_reshaped_plots_have_both_areas_and_what_is_not_in_common() -> None:
    old = layer([plot(0, 0), plot(2, 0), plot(4, 0), plot(6, 0), None], dkbh=list("ABCDE"))
    turned = shapely.Polygon(list(plot(6, 0).exterior.coords)[2:] + list(plot(6, 0).exterior.coords)[1:3])
    new = layer([plot(0, 0), plot(2.03, 0), plot(4, 0, 0.9), turned, plot(8, 0)], dkbh=list("ABCDE"))
    found = layer_changes(old, new)
    assert found.kinds() == {"same": 2, "moved": 1, "reshaped": 1, "gained": 1, "lost": 0}
    shapes = found.shapes
    assert shapes.shift_m[1] == pytest.approx(3.0, rel=1e-3)
    assert shapes.apart_m2[1] == pytest.approx(600.0, rel=1e-3)
    assert (shapes.area_old_m2[2], shapes.area_new_m2[2]) == pytest.approx((1e4, 9e3), rel=1e-3)
    assert shapes.apart_m2[2] == pytest.approx(1e3, rel=1e-3)


@pytest.mark.parametrize(("metres", "kind"), [(0.0005, "same"), (0.01, "reshaped")])
def test_a_boundary_within_the_tolerance_is_as_it_was(metres: float, kind: str) -> None:
    old, new = layer([plot(0, 0)], dkbh=["A"]), layer([plot(0, 0, 1 + metres / 100)], dkbh=["A"])
    assert layer_changes(old, new).kinds()[kind] == 1
    assert layer_changes(old, new, tolerance_m=0.1).kinds()["same"] == 1


def test_areas_are_those_on_the_ellipsoid_and_another_crs_moves_nothing() -> None:
    old = layer([plot(0, 0), plot(1, 0)], dkbh=["A", "B"])
    prefixed = [shapely.transform(one, lambda xy: xy + np.array([40e6, 0.0])) for one in old.shapes]
    other = make_layer(prefixed, crs="EPSG:4528", dkbh=["A", "B"])
    found = layer_changes(old, other)
    assert found.kinds()["same"] == 2
    assert found.ellipsoidal
    assert found.area_old_m2 == pytest.approx(float(ellipsoidal_m2(old).sum()), rel=1e-9)
    assert found.area_old_m2 != pytest.approx(2e4, rel=1e-6)


def test_a_plane_is_measured_as_it_stands() -> None:
    one = make_layer([shapely.box(0, 0, 10, 10)], crs="plane:local", dkbh=["A"])
    found = layer_changes(one, one)
    assert not found.ellipsoidal
    assert found.area_old_m2 == 100.0


def test_without_keys_plots_are_matched_by_more_than_half_of_their_ground() -> None:
    old = layer([plot(0, 0), plot(2, 0), plot(4, 0)], far=[1, 2, 3])
    new = layer([plot(4.6, 0), plot(2.2, 0), plot(0, 0)], far=[3, 2, 1])
    found = layer_changes(old, new)
    assert found.key is None
    assert found.pairs.tolist() == [[0, 2], [1, 1]]
    assert (found.removed.tolist(), found.added.tolist()) == ([2], [0])


def test_missing_and_repeated_keys_are_told_and_matched_by_shape() -> None:
    old = layer([plot(0, 0), plot(2, 0), plot(4, 0)], dkbh=["A", "A", None])
    new = layer([plot(4, 0), plot(2, 0), plot(0, 0)], dkbh=["C", "A", "A"])
    found = layer_changes(old, new)
    assert (found.repeated_old, found.repeated_new) == ({"A": 2}, {"A": 2})
    assert found.pairs.tolist() == [[0, 2], [1, 1]]
    assert found.by_shape.all()
    assert [one.new for one in found.renumbered] == [(0,)]


def test_renumbered_split_and_merged_plots_are_found_among_removed_and_added() -> None:
    old = layer([plot(0, 0), plot(2, 0), plot(4, 0), plot(5, 0)], dkbh=["A", "B", "C", "D"])
    new = layer([plot(0, 0), plot(2, 0, 0.4), plot(2.4, 0, 0.6), plot(4, 0, 2)], dkbh=["A2", "B1", "B2", "CD"])
    found = layer_changes(old, new)
    assert found.renumbered == (Regrouped((0,), (0,)),)
    assert found.splits == (Regrouped((1,), (1, 2)),)
    assert found.merges == (Regrouped((2, 3), (3,)),)
    assert len(found.pairs) == 0


def test_fields_added_removed_retyped_and_renamed() -> None:
    shapes = [plot(column, 0) for column in range(4)]
    old = layer(shapes, dkbh=[1, 2, 3, 4], code=["1001", "0902", "0802", "07"], far=[1, 2, 3, 4], gone=[1, 1, 1, 1])
    new = layer(
        shapes, dkbh=["1", "2", "3", "4"], use=["1001", "0902", "0802", "07"], far=[1.0, 2.0, 3.0, 4.5], came=[1, 1, 1, 1]
    )
    found = layer_changes(old, new)
    assert (found.fields.added, found.fields.removed) == (("use", "came"), ("code", "gone"))
    assert found.fields.retyped == (("dkbh", "whole", "text"), ("far", "whole", "number"))
    assert found.fields.renamed == (("code", "use"),)
    assert {field: flags.tolist() for field, flags in found.cells.items()} == {"far": [False, False, False, True]}


def test_tables_are_matched_by_key_or_by_equal_rows() -> None:
    old = layer([None] * 3, firm=["甲", "乙", "丙"], tax=[1, 2, 3])
    new = layer([None] * 3, tax=[3, 2, 9], firm=["丙", "乙", "甲"])
    assert layer_changes(old, new).pairs.tolist() == [[1, 1], [2, 0]]
    assert layer_changes(old, new, "firm").pairs.tolist() == [[0, 2], [1, 1], [2, 0]]


def test_a_key_may_be_named_as_the_dictionary_does_and_must_be_there() -> None:
    old, new = layer([plot(0, 0)], dkbh=["A"], far=[1]), layer([plot(0, 0)], 地块编号=["A"], far=[1])
    assert layer_changes(old, new, "id").key == ("dkbh", "地块编号")
    with pytest.raises(InputError, match="dkbh"):
        layer_changes(old, new, "dkbh_")
    assert layer_changes(old, layer([plot(0, 0)], far=[1])).key is None


def test_a_bow_tie_is_compared_and_not_refused() -> None:
    bow = shapely.Polygon([(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST + 100, NORTH), (EAST, NORTH + 100)])
    found = layer_changes(layer([bow, plot(3, 0)], dkbh=["A", "B"]), layer([plot(0, 0), bow], dkbh=["A", "B"]))
    assert found.kinds()["reshaped"] == 2
    assert found.shapes.area_old_m2[0] == pytest.approx(5e3, rel=1e-3)


@pytest.mark.parametrize(
    ("old", "new", "differ"),
    [
        ([1.0, None, float("nan"), 2.0], [1.0 + 1e-12, None, None, 2.1], [False, False, False, True]),
        (["a", "", None, "b"], ["a", None, "", "B"], [False, False, False, True]),
        (["1", "01", "1.5", "x"], [1.0, 1.0, 1.5, None], [False, True, False, True]),
        ([2**53 + 1, 5], [2**53, None], [True, True]),
        ([True, False, None], [1, 1, 0], [False, True, True]),
    ],
)
def test_values_are_alike_when_they_say_the_same(old: list[Any], new: list[Any], differ: list[bool]) -> None:
    assert unlike(pa.array(old), pa.array(new)).tolist() == differ


def test_a_day_is_the_same_at_midnight() -> None:
    days = pa.array([date(2031, 5, 6), date(2031, 5, 7)])
    times = pa.array([datetime(2031, 5, 6), datetime(2031, 5, 7, 10)], pa.timestamp("ms", "UTC"))  # noqa: DTZ001
    assert unlike(days, times).tolist() == [False, True]


def test_layers_as_wide_as_the_world_are_compared_too() -> None:
    old = make_layer([shapely.box(-180, -90, 180, 90)], crs="EPSG:4326", dkbh=["A"])
    new = make_layer([shapely.box(-180, -90, 180, 89)], crs="EPSG:4326", dkbh=["A"])
    found = layer_changes(old, new)
    assert found.kinds()["reshaped"] == 1
    assert found.area_old_m2 == pytest.approx(5.10066e14, rel=1e-5)
