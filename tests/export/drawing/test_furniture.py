"""What surrounds a map: nothing overflows, overlaps or is cut."""

import itertools

import numpy as np
import pytest
from drawn_town import town_frame, typeface
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.export.drawing import blocks, colours, furniture, labels
from landplan.export.drawing.layout import layout
from landplan.export.drawing.lettering import LEVEL_EM, MM_PER_PT
from landplan.export.drawing.records import Area, Box, Column, Item, Lines, MapFrame, Marker, Pen, Points, Rectangle, Table, Text
from landplan.export.drawing.tables import PADDING_MM, row_heights_mm, table_height_mm, table_parts

FACE = typeface()
han = st.text(st.sampled_from("嘉定区产业用地更新规划外冈园（）、。，安亭 ABC-123.5%"), max_size=60)


def ink(text: Text) -> Box:
    """The box a text fills, turned or not."""
    width = FACE.width_mm(text.text, text.size_pt, text.bold)
    height = text.size_pt * MM_PER_PT
    x = text.x - {"start": 0.0, "middle": width / 2, "end": width}[text.anchor]
    y = text.y + (LEVEL_EM[text.level] - 0.88) * height
    if text.rotation_deg == 90:
        return Box(text.x + (LEVEL_EM[text.level] - 0.88) * height, text.y - width / 2, height, width)
    return Box(x, y, width, height)


def texts(items: tuple[Item, ...]) -> list[Text]:
    parts = [part for item in items for part in (table_parts(item, FACE) if isinstance(item, Table) else (item,))]
    return [part for part in parts if isinstance(part, Text)]


def assert_clear(found: list[Text], within: Box) -> None:
    boxes = [ink(text) for text in found if text.text.strip()]
    for text, box in zip((t for t in found if t.text.strip()), boxes, strict=True):
        assert within.contains(box, 0.01), text
    for (a, one), (b, other) in itertools.combinations(enumerate(boxes), 2):
        assert not one.overlaps(other, 0.05), (found[a], found[b])


@settings(deadline=None)
@given(st.lists(st.tuples(han, han, han), min_size=1, max_size=6), st.booleans())
def test_cells_do_not_overflow(rows: list[tuple[str, str, str]], wrap: bool) -> None:
    columns = (
        Column("地块", 18, wrap=wrap),
        Column("名称 很长的表头也要放下", 30, "middle", wrap),
        Column("面积", 14, "end", wrap),
    )
    table = Table(10, 10, columns, tuple(rows), (-1,))
    edges = [10, 28, 58, 72]
    heights = [4.0, *row_heights_mm(table, FACE)]
    tops = 10 + np.concatenate([[0], np.cumsum(heights)])
    for text in texts(table_parts(table, FACE)):
        box = ink(text)
        column = next(k for k in range(3) if edges[k] - 1e-6 <= box.x and box.right <= edges[k + 1] + 1e-6)
        assert edges[column] + PADDING_MM - 1e-6 <= box.x
        row = int(np.searchsorted(tops, text.y, "right")) - 1
        assert tops[row] - 0.2 <= box.y
        assert box.bottom <= tops[row + 1] + 0.2
    assert tops[-1] - 10 == pytest.approx(table_height_mm(table, FACE))


@settings(deadline=None)
@given(han, st.floats(8, 60))
def test_wrapping_loses_no_letter_and_keeps_the_width(text: str, width: float) -> None:
    lines = FACE.wrapped(text, width, 7.0)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(FACE.width_mm(line, 7.0) <= width + 1e-6 for line in lines)


@settings(deadline=None)
@given(han, st.floats(3, 60))
def test_cut_text_fits_and_says_so(text: str, width: float) -> None:
    cut = FACE.cut(text, width, 7.0)
    assert FACE.width_mm(cut, 7.0) <= width + 1e-6
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))


def test_a_line_does_not_begin_with_a_closing_mark_and_words_stay_whole() -> None:
    lines = FACE.wrapped("坐标系为国家大地坐标系，投影 EPSG 4549 中央子午线，单位米。", 24, 7.0)
    assert len(lines) > 2
    assert not any(line[0] in "，。" for line in lines)
    assert any("4549" in line for line in lines)


def test_coordinates_stand_in_the_gutter() -> None:
    place = layout("A3")
    for scale in (2_000, 15_000, 75_000, 100_000):
        frame = MapFrame(place.map, scale, 620_123, 3_470_456, 4549)
        found = texts(furniture.coordinates(frame, FACE))
        assert len(found) >= 12
        assert_clear(found, place.map.inset(-4))
        for text in found:
            assert not ink(text).overlaps(place.map), text


def test_a_figure_that_would_pass_the_corner_is_left_out() -> None:
    frame = MapFrame(Box(20, 12, 316, 256), 25_000, 623_925, 3_470_456 // 2000 * 2000 + 3_225, 4549)
    items = furniture.coordinates(frame, FACE)
    for text in texts(items):
        box = ink(text)
        along = (box.x, box.right, 20, 336) if text.rotation_deg == 0 else (box.y, box.bottom, 12, 268)
        assert along[2] <= along[0], text
        assert along[1] <= along[3], text
    assert "620 000" not in [text.text for text in texts(items)], "its tick stands 1 mm from the corner"


def test_ticks_stand_at_the_coordinate_they_name() -> None:
    frame = MapFrame(Box(20, 12, 316, 256), 25_000, 620_123, 3_470_456, 4549)
    found = {text.text: text for text in texts(furniture.coordinates(frame, FACE)) if text.rotation_deg == 0}
    assert found["620 000"].x == pytest.approx(178 - 123 / 25)


def test_scale_bar_is_as_long_as_it_says() -> None:
    frame = town_frame(20, layout("A3").map)
    items = furniture.scale_bar(frame, 100, 50, 60)
    figures = [text for text in texts(items) if text.text[0].isdigit() and ":" not in text.text]
    last = figures[-1]
    metres = float(last.text.split()[0].replace(",", "")) * (1000 if last.text.endswith("km") else 1)
    assert (last.x - 100) * frame.scale / 1000 == pytest.approx(metres)
    assert_clear(texts(items), Box(99, 50, 70, 9))


def test_a_legend_with_long_names_keeps_its_column() -> None:
    long = "特别长的土地利用模式名称，一行肯定放不下，所以要截断"
    entries = (
        furniture.Entry(Area("FF0000"), long, "12,345"),
        furniture.Entry(Pen("000000", 0.4), "轨道交通", "3"),
        furniture.Entry(Marker("star", 2, "000000"), "实验室"),
    )
    block = furniture.legend((furniture.Section("模式", entries), furniture.Section("空", ())), Box(340, 20, 64, 0), FACE)
    found = texts(block.items)
    assert_clear(found, Box(340, 20, 64, block.bottom - 20))
    assert "空" not in [text.text for text in found], "a section with nothing on the sheet is not printed"
    assert sum(isinstance(item, Points) for item in block.items) == 1
    assert sum(isinstance(item, Lines) for item in block.items) == 2, "the rule and the line entry"


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(han, han), min_size=1, max_size=9))
def test_a_title_block_holds_whatever_is_written_in_it(pairs: list[tuple[str, str]]) -> None:
    strip = layout("A3").strip
    lead = (blocks.Field("项目", "嘉定区产业用地更新规划" * 4, 2.6), blocks.Field("图名", "图", bold=True))
    assert_clear(texts(blocks.title_block(strip, lead, [blocks.Field(a, b) for a, b in pairs], FACE)), strip)


def test_sign_off_has_a_line_per_role() -> None:
    roles = ("编制", "校核", "审核", "审定", "上海市嘉定区规划和自然资源局")
    block = blocks.sign_off(roles, Box(340, 200, 64, 0), FACE)
    found = texts(block.items)
    assert_clear(found, Box(340, 200, 64, block.bottom - 200))
    assert [text.text for text in found].count("签名") == len(roles)
    assert block.bottom == pytest.approx(200 + 4.4 + 8 * len(roles))


def test_notes_and_headings_follow_each_other() -> None:
    box = Box(340, 20, 64, 0)
    head = blocks.sheet_heading("嘉定区产业用地更新规划", "上海市嘉定区产业用地更新规划推荐用地模式总图", box, FACE)
    below = blocks.notes("说明", ("面积为投影面积。" * 6, "虚构样例。"), Box(340, head.bottom, 64, 0), FACE)
    assert_clear([*texts(head.items), *texts(below.items)], Box(340, 20, 64, below.bottom - 20))


def test_a_key_map_marks_the_part_shown() -> None:
    square = np.array([[0, 0], [1000, 0], [1000, 800], [0, 800], [0, 0]], float)
    block = blocks.key_map("位置示意", (0, 0, 1000, 800), (square, np.array([0, 5])), (500, 400, 750, 600), Box(340, 150, 50, 60))
    mark = next(item.box for item in block.items if isinstance(item, Rectangle))
    top = block.bottom - 40
    assert (mark.x, mark.y, mark.width, mark.height) == pytest.approx((365, top + 10, 12.5, 10))
    assert block.bottom <= 210


def test_the_stamp_holds_its_words() -> None:
    items = blocks.stamp("虚构样例", 400, 20, FACE, note="数据为虚构，不作依据")
    frame = next(item.box for item in items if not isinstance(item, Text))  # type: ignore[union-attr]
    assert frame.right == 400
    assert_clear(texts(items), frame)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 80), st.integers(0, 3), st.booleans()), max_size=40))
def test_names_do_not_collide_and_none_is_lost(places: list[tuple[float, float, int, bool]]) -> None:
    wanted = [
        labels.Label(f"嘉定工业区{k}号", x, y, priority, 6.5, beside_mm=1.0 if beside else 0.0)
        for k, (x, y, priority, beside) in enumerate(places)
    ]
    frame, symbol = Box(0, 0, 100, 80), Box(40, 40, 10, 10)
    placed = labels.placed_labels(wanted, frame, FACE, avoid=[symbol])
    for box in placed.boxes:
        assert frame.contains(box)
        assert not box.overlaps(symbol)
    for one, other in itertools.combinations(placed.boxes, 2):
        assert not one.overlaps(other)
    assert len(placed.boxes) + len(placed.left_out) == len(wanted)
    for text in placed.texts:
        assert any(box.contains(ink(text), 0.4) for box in placed.boxes)


def test_the_more_important_name_wins() -> None:
    crowd = [labels.Label(f"地块{k}", 50, 40, 0) for k in range(30)] + [labels.Label("安亭镇", 50, 40, 9)]
    placed = labels.placed_labels(crowd, Box(0, 0, 100, 80), FACE)
    first = next(text for text in placed.texts if text.text == "安亭镇")
    assert (first.x, first.y) == pytest.approx((50, 40))
    assert 20 < len(placed.left_out) < 30


def test_a_name_stands_beside_its_own_symbol_and_off_the_others() -> None:
    stations = [labels.Label(f"样例{k}站", 20 + 6 * k, 40, beside_mm=1.2) for k in range(8)]
    placed = labels.placed_labels(stations, Box(0, 0, 100, 80), FACE)
    assert len(placed.boxes) >= 6
    for label in stations:
        symbol = Box(label.x - 1.2, label.y - 1.2, 2.4, 2.4)
        assert not any(box.overlaps(symbol) for box in placed.boxes)


def test_a_name_that_has_no_room_is_broken_then_left_out() -> None:
    frame = Box(0, 0, 100, 80)
    wide = FACE.width_mm("外冈产业园北区", 7)
    for room, lines in ((wide + 1, 1), (wide * 0.7, 2), (wide * 0.3, 0)):
        placed = labels.placed_labels([labels.Label("外冈产业园北区", 50, 40, room_mm=room)], frame, FACE)
        assert len(placed.texts) == lines
        assert "".join(text.text for text in placed.texts) in ("外冈产业园北区", "")


# Machado, Oliveira, Fernandes (2009), severity 1.0, in linear RGB.
EYES = {
    "normal": np.eye(3),
    "red-blind": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "green-blind": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "blue-blind": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}


def oklab(linear: np.ndarray) -> np.ndarray:
    """Ottosson's perceptually even space; a distance of 0.02 is just noticed."""
    cones = np.array([[0.41222, 0.53633, 0.05145], [0.21190, 0.68070, 0.10740], [0.08830, 0.28172, 0.62998]])
    axes = np.array([[0.21045, 0.79362, -0.00407], [1.97800, -2.42859, 0.45059], [0.02590, 0.78277, -0.80868]])
    return np.cbrt(np.clip(linear, 0, 1) @ cones.T) @ axes.T


@pytest.mark.parametrize("eye", EYES)
def test_model_hues_stay_apart(eye: str) -> None:
    srgb = np.array([list(bytes.fromhex(hue)) for hue in colours.MODEL_HUES]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = oklab(linear @ EYES[eye].T)
    apart = np.linalg.norm(seen[:, None] - seen[None], axis=2)[np.triu_indices(8, 1)]
    assert apart.min() > (0.12 if eye == "normal" else 0.065)


def test_model_hues_have_similar_weight() -> None:
    srgb = np.array([list(bytes.fromhex(hue)) for hue in colours.MODEL_HUES]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    lightness = oklab(linear)[:, 0]
    assert lightness.min() > 0.64
    assert lightness.max() < 0.92


def test_a_legend_in_two_columns_is_shorter_and_keeps_its_order() -> None:
    area = Area("EDB571")
    sections = tuple(furniture.Section(f"组{k}", (furniture.Entry(area, f"类{k}", "1"),) * (k + 1)) for k in range(4))
    one, two = (furniture.legend(sections, Box(320, 20, 84, 0), FACE, columns=columns) for columns in (1, 2))
    assert two.bottom - 20 < 0.75 * (one.bottom - 20)
    heads = [item for item in two.items if isinstance(item, Text) and item.text.startswith("组")]
    assert [item.text for item in heads] == ["组0", "组1", "组2", "组3"]
    assert {item.x for item in heads} == {320, 320 + 44}
    assert all(item.x <= 320 + 84 for item in two.items if isinstance(item, Text))


def test_a_long_name_takes_two_lines_and_is_whole() -> None:
    name = "New industrial (R&D and production)"
    block = furniture.legend((furniture.Section("", (furniture.Entry(Area("EDB571"), name, "267"),)),), Box(320, 20, 40, 0), FACE)
    lines = [item.text for item in block.items if isinstance(item, Text)][1:-1]
    assert " ".join(lines) == name
    assert block.bottom == 20 + 6.0 + furniture.ROW_MM + furniture.LINE_MM


def test_surfaces_share_a_swatch_and_letters_stand_in_it() -> None:
    pair = (Area("EDB571"), Area("F8E4CC"))
    entries = (furniture.Entry(pair, "深浅"), furniture.Entry("A27", "代号"))
    items = furniture.legend((furniture.Section("", entries),), Box(320, 20, 40, 0), FACE).items
    halves = [item.box for item in items if isinstance(item, Rectangle)]
    assert [box.width for box in halves] == [4.0, 4.0]
    assert halves[0].right == halves[1].x
    assert any(isinstance(item, Text) and item.text == "A27" and item.bold for item in items)
