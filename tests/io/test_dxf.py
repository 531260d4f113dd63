"""DXF: areas and places of every kind of outline, texts to their plots, text and binary alike, nothing lost without a word."""

from __future__ import annotations

import math
import random
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_drawings import (
    Tags,
    X,
    Y,
    attribute,
    block,
    circle,
    drawing,
    entity,
    hatch,
    heavy,
    insert,
    layer,
    line,
    mtext,
    polyline,
    square,
    text,
    written,
    written_binary,
)

from landplan.core.errors import InputError
from landplan.core.recipe import LayerInput
from landplan.io import dxf, dxf_tags
from landplan.io.dxf_account import account
from landplan.io.dxf_curves import axes, spline
from landplan.io.dxf_model import model
from landplan.io.gdal import heard, ogr
from landplan.io.raw_layer import RawLayer
from landplan.io.vector import list_layers, read_layer

SIZES = st.floats(1.0, 500.0).map(lambda size: round(size, 3))
PLACES = st.integers(-300, 300)
BULGES = st.floats(-1.2, 1.2).map(lambda bulge: round(bulge, 3))


def read(path: Path, layer: str | None = None, encoding: str | None = None) -> RawLayer:
    return dxf.read(path, LayerInput(path=path.name, layer=layer, encoding=encoding), "parcels")


def made(folder: Path, *entities: Tags, **more: object) -> Path:
    return written(folder / "a.dxf", drawing(*entities, **more))  # type: ignore[arg-type]


def shapes(raw: RawLayer) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    assert raw.wkb is not None
    return np.asarray(shapely.from_wkb(raw.wkb.to_pylist()), object)


def codes(raw: RawLayer) -> dict[str, object]:
    return {issue.id: issue.values.get("n") for issue in raw.issues}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(SIZES, SIZES, st.text("嘉定华亭0A-·", min_size=1, max_size=8)), min_size=1, max_size=8), st.booleans())
def test_plots_keep_their_areas_and_get_their_texts(
    tmp_path_factory: pytest.TempPathFactory, plots: list[tuple[float, float, str]], binary: bool
) -> None:
    entities = []
    for k, (wide, tall, name) in enumerate(plots):
        x = X + 1000 * k
        entities.append(polyline([(x, Y), (x + wide, Y), (x + wide, Y + tall), (x, Y + tall)]))
        entities.append(text(name, x + wide / 2, Y + tall / 2))
    path = tmp_path_factory.mktemp("d") / "a.dxf"
    raw = read((written_binary if binary else written)(path, drawing(*entities)), "plots")
    assert raw.table.column("名称").to_pylist() == [name for _, _, name in plots]
    assert shapely.area(shapes(raw)) == pytest.approx([wide * tall for wide, tall, _ in plots], rel=1e-6)
    assert not {issue.id for issue in raw.issues if issue.weight == "data"} - {"encoding_guessed", "encoding_declared_wrong"}


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-300, 300), st.integers(-300, 300), BULGES), min_size=2, max_size=6, unique_by=lambda p: p[:2])
)
@example([(0, 0, 0.004), (0, 1, 0.0)])
def test_bulges_enclose_what_their_arcs_do(
    tmp_path_factory: pytest.TempPathFactory, points: list[tuple[int, int, float]]
) -> None:
    """By Green: the polygon of the chords, and a segment of a circle for each bulge."""
    exact = off = 0.0
    for (x, y, bulge), (u, v, _) in zip(points, [*points[1:], points[0]], strict=True):
        angle, chord = 4 * math.atan(bulge), math.hypot(u - x, v - y)
        radius = chord / (2 * math.sin(angle / 2)) if bulge else 0.0
        exact += (x * v - u * y) / 2 + radius**2 / 2 * (angle - math.sin(angle))
        off += abs(radius * angle) * abs(radius) / 26_262
    raw = read(made(tmp_path_factory.mktemp("d"), polyline(points, closed=True)))
    if raw.name == "plots":
        xy = shapely.get_coordinates(shapes(raw)[0])
        area = float(np.sum(xy[:-1, 0] * xy[1:, 1] - xy[1:, 0] * xy[:-1, 1]) / 2)
        assert area == pytest.approx(exact, abs=off + 1e-6)
    else:
        assert not any(bulge for _, _, bulge in points)


@settings(max_examples=30, deadline=None)
@given(st.tuples(SIZES, SIZES), st.floats(-720, 720), st.sampled_from([(1, 1), (-1, 1), (1, -1)]), st.sampled_from([1.0, -1.0]))
def test_blocks_are_turned_scaled_mirrored_and_moved(
    tmp_path_factory: pytest.TempPathFactory, scale: tuple[float, float], turn: float, sign: tuple[int, int], up: float
) -> None:
    """Against the rule done by hand for one corner, and the area."""
    sx, sy = scale[0] * sign[0], scale[1] * sign[1]
    reference = insert("B", 7.0, 9.0, g41=sx, g42=sy, g50=turn, g210=0.0, g220=0.0, g230=up)
    outer = block("OUT", reference)
    path = made(
        tmp_path_factory.mktemp("d"), insert("OUT", 100.0, 200.0), blocks=[block("B", square(3, 5, 2), base=(1.0, 1.0)), outer]
    )
    (shape,) = shapes(read(path))
    assert shapely.area(shape) == pytest.approx(4 * abs(sx * sy), rel=1e-6)
    a, (x, y) = math.radians(turn), ((3 - 1) * sx, (5 - 1) * sy)
    own = np.array([7.0 + x * math.cos(a) - y * math.sin(a), 9.0 + x * math.sin(a) + y * math.cos(a)])
    corner = own * (up, 1.0) + (100.0, 200.0)
    assert np.abs(shapely.get_coordinates(shape) - corner).sum(axis=1).min() < 1e-6 * (1 + abs(sx) + abs(sy))


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1), st.booleans())
def test_a_cut_drawing_never_loses_a_plot_silently(tmp_path_factory: pytest.TempPathFactory, share: float, binary: bool) -> None:
    path = tmp_path_factory.mktemp("d") / "a.dxf"
    (written_binary if binary else written)(path, drawing(*[square(X + 200 * k) for k in range(6)]))
    whole = path.read_bytes()
    path.write_bytes(whole[: max(int(len(whole) * share), 30)])
    try:
        raw = read(path)
    except InputError as error:
        assert error.id in ("dxf_not", "dxf_no_entities")
        return
    assert shapely.area(shapes(raw)) == pytest.approx([10_000.0] * len(raw)) if len(raw) else raw.wkb is not None
    assert len(raw) == 6 or "dxf_cut" in codes(raw)


def test_changed_bytes_are_read_or_refused_in_one_line(tmp_path: Path) -> None:
    chance = random.Random(20261123)
    content = [square(), text("一号"), hatch([(X, Y, 0.5), (X + 9, Y), (X + 9, Y + 9)]), insert("B", X, Y, g70=2, g44=50.0)]
    tags = drawing(*content, blocks=[block("B", circle(0, 0, 5.0))])
    originals = [written(tmp_path / "t.dxf", tags).read_bytes(), written_binary(tmp_path / "b.dxf", tags).read_bytes()]
    path, read_well = tmp_path / "m.dxf", 0
    for number in range(160):
        raw = bytearray(originals[number % 2])
        for _ in range(chance.choice((1, 1, 3))):
            at = chance.randrange(len(raw))
            raw[at : at + chance.choice((0, 1, 1, 9))] = bytes(chance.randrange(256) for _ in range(chance.choice((0, 1, 1, 4))))
        path.write_bytes(raw)
        try:
            read_well += sum(len(read(path, name)) for name in dxf.layers(path)) > 0
        except InputError as error:
            assert "\n" not in str(error)
            assert "m.dxf" in str(error)
    assert read_well > 100


def test_polygons_written_by_another_program_keep_their_areas(tmp_path: Path) -> None:
    """GDAL writes polygons as hatches, holes and all, and its own template around them."""
    ring = shapely.box(X, Y, X + 300, Y + 200) - shapely.box(X + 10, Y + 10, X + 20, Y + 30)
    island = shapely.union(ring, shapely.box(X + 12, Y + 12, X + 14, Y + 14))
    wanted = [ring, island, shapely.Point(X, Y + 900).buffer(50, quad_segs=3), shapely.box(-5, -5, 5, 5)]
    table = pa.table({"geometry": pa.array(shapely.to_wkb(wanted), pa.binary())})
    with heard():
        ogr().raw.write_arrow(
            table, tmp_path / "g.dxf", driver="DXF", geometry_name="geometry", geometry_type="Unknown", crs=None
        )
    raw = read(tmp_path / "g.dxf", "fills")
    found = shapes(raw)
    assert sum(float(shapely.area(one)) for one in found) == pytest.approx(sum(one.area for one in wanted), rel=1e-9)
    assert shapely.symmetric_difference(shapely.union_all(found), shapely.union_all(wanted)).area < 1e-3


@pytest.mark.parametrize(
    ("written_as", "seen"),
    [
        (r"%%c50%%d%%p%%%", "Ø50°±%"),
        (r"%%u下划线%%u %%o上划线%%O", "下划线 上划线"),
        (r"\U+5609\U+5b9A", "嘉定"),
        (r"\M+5BCCE\M+5B6A8", "嘉定"),
        (r"\U+D800 \M+5FFFF %%xyz 100%", r"\U+D800 \M+5FFFF %%xyz 100%"),
        ("一^J二", "一 / 二"),
        (r"C:\路径", r"C:\路径"),
    ],
)
def test_codes_of_a_line(tmp_path: Path, written_as: str, seen: str) -> None:
    raw = read(made(tmp_path, text(written_as)), "points")
    assert raw.table.column("text").to_pylist() == [seen]


@pytest.mark.parametrize(
    ("written_as", "seen"),
    [
        (r"{\fSimSun|b0|i0|c134|p2;\H1.5x;\C1;红}\P第二行", "红 / 第二行"),
        (r"\A1;1200\H0.7x;\S2^ ;\H1x;\~m", "12002/ m"),
        (r"花括号\{x\}与\\", r"花括号{x}与" + "\\"),
        (r"\S1/2; \S3#4; \pxqc;中", "1/2 3/4 中"),
        (r"\LA\l\OB\o\KC\k", "ABC"),
        (r"{\f宋体;没有结束", "没有结束"),
    ],
)
def test_codes_of_a_paragraph(tmp_path: Path, written_as: str, seen: str) -> None:
    raw = read(made(tmp_path, mtext(written_as)), "points")
    assert raw.table.column("text").to_pylist() == [seen]


def test_a_long_paragraph_cut_inside_a_character_is_whole(tmp_path: Path) -> None:
    path = made(tmp_path, mtext("前", "后"))
    raw = path.read_bytes()
    one, two = "前".encode("gbk"), "后".encode("gbk")
    path.write_bytes(raw.replace(b"\r\n" + one + b"\r\n", b"\r\n" + one + two[:1] + b"\r\n").replace(
        b"\r\n" + two + b"\r\n", b"\r\n" + two[1:] + b"\r\n"))  # fmt: skip
    assert read(path, encoding="GBK").table.column("text").to_pylist() == ["前后"]


def test_the_smallest_plot_has_the_text_and_several_are_joined(tmp_path: Path) -> None:
    inner, labels = (
        square(X + 20, Y + 20, 30, layer="楼"),
        [text("楼", X + 30, Y + 30), text("甲", X + 70), text("乙", X + 90, Y + 90)],
    )
    path = made(tmp_path, square(layer="地块"), inner, *labels, text("外", X - 5, Y), text("角", X, Y + 100, layer="0"))
    raw = read(path)
    assert raw.table.column("名称").to_pylist() == ["甲 / 乙", "楼"]
    assert raw.table.column("text").to_pylist() == ["角", None]
    assert codes(raw)["dxf_texts_outside"] == 1
    alone = read(path, "plots/地块")
    assert (len(alone), alone.name) == (1, "plots/地块")
    assert alone.table.column("名称").to_pylist() == ["楼 / 甲 / 乙"]
    with pytest.raises(InputError, match="plots/地块, plots/楼"):
        read(path, "plots/没有")


def test_ends_that_meet_and_ends_that_nearly_do(tmp_path: Path) -> None:
    corners = [(X, Y), (X + 10, Y), (X + 10, Y + 10)]
    path = made(
        tmp_path, line(*corners, corners[0]), line(*corners, (X, Y + 0.02)), line(*corners), line(*corners, (X + 5, Y + 9))
    )
    raw = read(path)
    assert (len(raw), codes(raw)["dxf_nearly_closed"], codes(raw)["dxf_lines_open"]) == (1, 1, 3)
    assert next(issue.values["gap"] for issue in raw.issues if issue.id == "dxf_nearly_closed") == 0.02
    assert len(read(path, "lines")) == 3


def test_a_rational_spline_that_is_a_circle() -> None:
    corner = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0)]
    weights = [1.0, math.sqrt(0.5)] * 4 + [1.0]
    points = spline(2, [0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 4], [(x, y, 0.0) for x, y in corner], weights)
    assert np.hypot(points[:, 0], points[:, 1]) == pytest.approx(np.ones(len(points)))
    assert shapely.area(shapely.polygons(points[:, :2])) == pytest.approx(math.pi, rel=1e-4)


def test_axes_of_a_plane_are_at_right_angles() -> None:
    for normal in ((0.0, 0.0, -1.0), (0.01, 0.0, 1.0), (1.0, 2.0, 3.0), (0.0, 1.0, 0.0)):
        turn = axes(normal)
        assert turn is not None
        assert turn @ turn.T == pytest.approx(np.eye(3))
        assert np.linalg.det(turn) == pytest.approx(1)
    assert axes((0.0, 0.0, 1.0)) is None


def test_arcs_and_ellipses_have_the_areas_of_the_book(tmp_path: Path) -> None:
    whole = entity("ELLIPSE", (10, 0), (20, 0), (11, 30), (21, 40), (40, 0.4), (41, 0), (42, 2 * math.pi))
    half = entity("ELLIPSE", (10, 0), (20, 0), (11, 50), (21, 0), (40, 0.4), (41, 0), (42, math.pi))
    arc = entity("ARC", (10, 0), (20, 0), (40, 10), (50, 350), (51, 10))
    path = made(tmp_path, whole, half, arc, circle(0, 0, 25.0))
    raw = read(path)
    assert shapely.area(shapes(raw)) == pytest.approx([math.pi * 50 * 20, math.pi * 625], rel=1e-4)
    assert codes(raw)["curves_stroked"] == 2
    assert shapely.length(shapes(read(path, "lines")))[1] == pytest.approx(10 * math.radians(20), rel=1e-4)


def test_edges_of_a_hatch_are_chained_whichever_way_they_run(tmp_path: Path) -> None:
    """A half disc: a line drawn backwards and an arc, clockwise or not."""
    edge: Tags = [(72, 1), (10, 10), (20, 0), (11, -10), (21, 0)]
    arc: Tags = [(72, 2), (10, 0), (20, 0), (40, 10), (50, 0), (51, 180), (73, 1)]
    clock: Tags = [(72, 2), (10, 0), (20, 0), (40, 10), (50, 180), (51, 360), (73, 0)]
    made_of = [[edge, arc], [arc, edge], [edge, clock], [arc, [(72, 1), (10, -10), (20, 0), (11, 10), (21, 0)]]]
    head: Tags = [(0, "HATCH"), (8, "0"), (10, 0), (20, 0), (30, 0), (91, 1), (92, 1), (93, 2)]
    tail: Tags = [(97, 0), (75, 0), (76, 1), (98, 1), (10, 0), (20, 0)]
    raw = read(made(tmp_path, *[[*head, *edges[0], *edges[1], *tail] for edges in made_of]))
    assert shapely.area(shapes(raw)) == pytest.approx([50 * math.pi] * 4, rel=1e-4)
    assert shapely.is_valid(shapes(raw)).all()


def test_a_drawing_is_scored_in_the_crs_that_is_given_or_in_a_plane(tmp_path: Path) -> None:
    path = made(tmp_path, square(), text("甲"))
    layer = read_layer(path, LayerInput(path="a.dxf", layer="plots", crs="EPSG:4549"), "parcels", "EPSG:4528")
    assert layer.geometry.xy[:, 0].min() == pytest.approx(40_000_000 + X, abs=1e-3)
    assert layer.texts("name").tolist() == ["甲"]
    plane = read_layer(path, LayerInput(path="a.dxf", layer="plots"), "parcels", "plane:local")
    assert shapely.area(plane.shapes) == pytest.approx([10_000])
    with pytest.raises(InputError) as caught:
        read_layer(path, LayerInput(path="a.dxf", layer="plots"), "parcels", "EPSG:4549")
    assert caught.value.id == "crs_missing"


def test_an_old_polyline_in_a_tilted_plane_has_its_own_elevation(tmp_path: Path) -> None:
    """Seen from above, x is that of the plane and y its height: a plane with the normal y stands upright."""
    corners = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]
    tilted = [*heavy(corners)]
    tilted[1:1] = [(10, 0.0), (20, 0.0), (30, 7.0), (210, 0.0), (220, 0.6), (230, 0.8)]
    (shape,) = shapes(read(made(tmp_path, tilted)))
    assert shapely.area(shape) == pytest.approx(100 * 0.8)
    assert shape.bounds[1] == pytest.approx(7 * 0.6 - 8)


def test_drawings_in_a_zip_are_layers_like_others(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("one.dxf", "two.dxf"):
            archive.write(made(tmp_path, square()), name)
    assert list_layers(tmp_path / "a.zip") == ("plots", "two/plots")


@pytest.mark.parametrize("binary", [False, True])
def test_entities_are_counted_a_second_way(tmp_path: Path, binary: bool) -> None:
    """The bytes of names against the records read; what is in members, blocks and tables is none of them."""
    entities = [square(), heavy([(X, Y), (X + 9, Y), (X, Y + 9)]), insert("B", X, Y, attribute("T", "一", X, Y)), text("0")]
    tags = drawing(*entities, layers=[layer("DK")], blocks=[block("B", square(), circle(0, 0, 1.0))])
    found = dxf_tags.drawing((written_binary if binary else written)(tmp_path / "a.dxf", tags).read_bytes())
    assert found.counted == dxf_tags.counted_again(found) == 4
    assert not [issue for issue in account(found, model(found), "x", first=False) if issue.id == "rows_lost"]
    found.entities.pop()
    assert "rows_lost" in {issue.id for issue in account(found, model(found), "x", first=False)}
