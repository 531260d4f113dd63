"""Coordinate texts of plots (报盘): every dialect's plots, what is wrong with one is said of that one, and a round trip."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from landplan.core.errors import InputError
from landplan.core.recipe import LayerInput
from landplan.io.inspection import inspect
from landplan.io.plot_text import Plot, Ring, delivery, written
from landplan.io.raw_layer import RawLayer
from landplan.io.vector import read_layer, read_raw

HEAD = "[属性描述]\n坐标系={system}\n几度分带={width}\n投影类型=高斯克吕格\n计量单位=米\n带号={zone}\n[地块坐标]\n"
STANDARD = HEAD.format(system="2000国家大地坐标系", width=3, zone=40)
N, E = 3_463_000.0, 40_611_000.0


def ring(number: int, side: float, north: float = N, east: float = E, *, close: bool = True, start: int = 1) -> str:
    corners = [(north, east), (north + side, east), (north + side, east + side), (north, east + side)]
    names = [f"J{start + k}" for k in range(4)]
    if close:
        corners, names = [*corners, corners[0]], [*names, names[0]]
    return "".join(f"{name},{number},{x:.3f},{y:.3f}\n" for name, (x, y) in zip(names, corners, strict=True))


def plot(points: int = 5, area: str = "1.0000", number: str = "00123", name: str = "地块一") -> str:
    return f"{points},{area},{number},{name},面,H-51-37-(12),工业用地,1001,@\n"


def read(tmp_path: Path, content: str, codec: str = "gbk", name: str = "p.txt") -> RawLayer:
    path = tmp_path / name
    path.write_bytes(content.encode(codec))
    return read_raw(path, LayerInput(path=name), "parcels")


def codes(raw: RawLayer) -> list[str]:
    return [issue.id for issue in raw.issues if issue.id != "encoding_guessed"]


def shape(raw: RawLayer, row: int = 0) -> Any:
    return shapely.from_wkb(raw.wkb[row].as_py())


@pytest.mark.parametrize("codec", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
def test_the_usual_text_in_its_encodings(tmp_path: Path, codec: str) -> None:
    raw = read(tmp_path, STANDARD + plot() + ring(1, 100), codec)
    row = raw.table.to_pylist()[0]
    assert (raw.crs, raw.rows_in, codes(raw)) == ("EPSG:4528", 1, [])
    assert (row["地块编号"], row["地块名称"], row["图幅号"], row["地类编码"]) == ("00123", "地块一", "H-51-37-(12)", "1001")
    assert (row["area_declared_m2"], row["area_computed_m2"]) == (10_000, 10_000)
    assert shape(raw).bounds == (E, N, E + 100, N + 100)


def test_it_becomes_parcels_with_their_own_ids_and_a_plain_card(tmp_path: Path) -> None:
    path = tmp_path / "p.txt"
    path.write_text(STANDARD + plot() + ring(1, 100), "utf-8")
    layer = read_layer(path, LayerInput(path="p.txt"), "parcels", "EPSG:4549")
    assert (layer.ids.tolist(), layer.texts("land_use").tolist()) == (["00123"], ["1001"])
    assert layer.geometry.xy[:, 0].min() == pytest.approx(E - 40e6, abs=1e-3)
    card = inspect(path)
    assert (card["layers"][0]["features"], card["layers"][0]["geometry"], card["warnings"][1:]) == (1, "polygon", [])


@pytest.mark.parametrize(("system", "width", "zone", "east", "crs"), [
    ("2000国家大地坐标系", "3", "40", E, "EPSG:4528"),
    ("2000国家大地坐标系", "3", "40", E - 40e6, "EPSG:4549"),
    ("CGCS2000", "3", "", E, "EPSG:4528"),
    ("2000国家大地坐标系", "6", "21", 21_325_000.0, "EPSG:4499"),
    ("2000国家大地坐标系", "6", "21", 325_000.0, "EPSG:4510"),
    ("80国家大地坐标系", "3", "40", E, "EPSG:2364"),
    ("1980西安坐标系", "3", "40", E - 40e6, "EPSG:2385"),
    ("北京54坐标系", "3", "40", E, "EPSG:2416"),
])  # fmt: skip
def test_the_crs_is_that_of_header_and_zone(tmp_path: Path, system: str, width: str, zone: str, east: float, crs: str) -> None:
    raw = read(tmp_path, HEAD.format(system=system, width=width, zone=zone) + plot() + ring(1, 100, east=east))
    assert (raw.crs, codes(raw)) == (crs, [])


def test_what_does_not_settle_the_crs_is_said_and_nothing_is_guessed(tmp_path: Path) -> None:
    local = HEAD.format(system="上海城市坐标系", width=3, zone="")
    assert (read(tmp_path, local + plot() + ring(1, 100)).crs, codes(read(tmp_path, local + plot() + ring(1, 100)))) == (
        None, ["plot_crs_open"])  # fmt: skip
    headless = read(tmp_path, plot() + ring(1, 100))
    assert (headless.crs, codes(headless), len(headless)) == (None, ["plot_crs_open"], 1)
    other = read(tmp_path, STANDARD.replace("带号=40", "带号=39") + plot() + ring(1, 100))
    assert (other.crs, codes(other)) == ("EPSG:4528", ["plot_zone_differs"])
    kilometres = read(tmp_path, STANDARD.replace("计量单位=米", "计量单位=千米") + plot() + ring(1, 100))
    assert (kilometres.crs, codes(kilometres)) == (None, ["plot_plane_unknown"])


def test_east_before_north_is_said_and_not_turned(tmp_path: Path) -> None:
    raw = read(tmp_path, STANDARD + plot() + ring(1, 100, north=E, east=N))
    assert codes(raw) == ["plot_axes_turned"]
    assert shape(raw).bounds[:2] == (N, E)


def test_rings_are_holes_or_parts_by_where_they_lie(tmp_path: Path) -> None:
    text = plot(15, "1.9100") + ring(1, 100) + ring(2, 30, N + 10, E + 10, start=5) + ring(3, 100, N, E + 500, start=9)
    raw = read(tmp_path, STANDARD + text)
    assert codes(raw) == []
    assert shape(raw).area == 20_000 - 900
    assert len(shapely.get_parts(shape(raw))) == 2
    inside = ring(1, 10, N + 40, E + 40) + ring(2, 30, N + 30, E + 30)
    island = read(tmp_path, STANDARD + plot(15, "0.9200") + inside + ring(3, 100))
    assert shape(island).area == 10_000 - 900 + 100


def test_separators_full_width_and_rings_not_repeated_are_a_dialect(tmp_path: Path) -> None:
    text = (plot(4) + ring(1, 100, close=False)).replace("J2,1,", "J2，１，").replace("J3,1,", "J3\t1\t").replace("@", "＠")
    text = text.replace("J3\t1\t3463100.000,", "J3\t1\t3463100.000\t")
    raw = read(tmp_path, STANDARD.replace("[", "【").replace("]", "】") + text)
    assert codes(raw) == []
    assert (raw.crs, shape(raw).area) == ("EPSG:4528", 10_000)


@pytest.mark.parametrize(("bad", "cause", "has_shape"), [
    (plot(7) + ring(1, 100), "plot_points_differ", True),
    (plot(5, "1.0020") + ring(1, 100), "plot_area_differs", True),
    (plot(4) + ring(1, 100, close=False), "plot_ring_open", True),
    (plot(2) + "".join(ring(1, 100).splitlines(True)[:2]), "plot_ring_short", False),
    (plot(5) + ring(1, 100).replace("J3,1,3463100.000", "J3,1,34631oo.000"), "plot_line_unreadable", False),
    (plot(5) + ring(1, 100).replace("J3,1,3463100.000", "J3,1,nan"), "plot_line_unreadable", False),
])  # fmt: skip
def test_a_fault_costs_its_own_plot_only(tmp_path: Path, bad: str, cause: str, has_shape: bool) -> None:
    sound = "".join(plot(number=f"K{k}") + ring(1, 100, east=E + 1000 * (k + 1)) for k in range(3))
    raw = read(tmp_path, STANDARD + bad + sound)
    faults = [issue for issue in raw.issues if issue.id != "encoding_guessed"]
    assert cause in [issue.id for issue in faults]
    assert {issue.row for issue in faults} == {0}
    assert [one.is_valid for one in raw.wkb] == [has_shape, True, True, True]
    assert raw.rows_in == 4


def test_a_stated_area_has_the_unit_that_fits_and_its_rounding(tmp_path: Path) -> None:
    raw = read(tmp_path, STANDARD + plot(area="15") + ring(1, 100))
    assert codes(raw) == ["plot_area_unit"]
    assert raw.table.column("area_declared_m2")[0].as_py() == pytest.approx(10_000)
    assert codes(read(tmp_path, STANDARD + plot(area="1.0") + ring(1, 102))) == []


def test_lines_of_no_plot_and_a_text_without_plots(tmp_path: Path) -> None:
    assert codes(read(tmp_path, STANDARD + ring(1, 50) + plot() + ring(1, 100))) == ["plot_points_stray"]
    with pytest.raises(InputError, match="@"):
        read(tmp_path, STANDARD + ring(1, 50))


WORD = st.text(st.sampled_from("地块一华亭ABC019,，@[]= ()-"), max_size=8).map(str.strip)
MM = st.integers(0, 10**9).map(lambda mm: mm / 1000)


@st.composite
def plots(draw: st.DrawFn) -> Plot:
    rings = []
    for number in range(draw(st.integers(1, 3))):
        corners = draw(st.lists(st.tuples(MM, MM), min_size=3, max_size=7, unique=True))
        rings.append(Ring(str(number + 1), [(draw(WORD), N + x, E + y) for x, y in corners]))
    fields = [draw(WORD) for _ in range(5)]
    return Plot("", draw(st.sampled_from(["1.25", "", "30"])), fields[0], fields[1], "面", *fields[2:], rings)


@given(st.lists(plots(), min_size=1, max_size=4))
def test_what_is_written_is_read_back_to_the_millimetre(made: list[Plot]) -> None:
    header = {"坐标系": "2000国家大地坐标系", "带号": "40"}
    back = delivery(written(made, header))
    assert back.header | header == back.header
    assert back.strays == 0
    assert len(back.plots) == len(made)
    for before, after in zip(made, back.plots, strict=True):
        own = (before.number, before.name, before.use)
        texts = [" ".join(text.replace(",", "，").replace("@", "＠").split()) for text in own]
        assert [after.area, after.number, after.name, after.use] == [before.area, *texts]
        assert after.unreadable == []
        assert int(after.points) == sum(len(ring.points) for ring in after.rings)
        assert [len(ring.points) for ring in after.rings] == [len(ring.points) + (not ring.closed) for ring in before.rings]
        for old, new in zip(before.rings, after.rings, strict=True):
            xy = np.array([point[1:] for point in new.points])[: len(old.points)]
            assert np.abs(xy - np.array([point[1:] for point in old.points])).max() < 0.0005 + 1e-7
    assert delivery(written(back.plots, header)).plots == back.plots
