"""The plan sheets: what a reader finds on each page, and that it is what the records say."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
import shapely

from landplan.app.main_job import results as run
from landplan.app.opening import open_recipe
from landplan.core.layers import LayerSet, take
from landplan.core.messages import pick, text
from landplan.core.registry import exporters
from landplan.core.results import Results
from landplan.core.tables import RESTRICTED, ZoneShares
from landplan.export.drawing.colours import CHOSEN
from landplan.export.drawing.geometry import extent_of, scale_text
from landplan.export.drawing.lettering import shipped_typeface
from landplan.export.drawing.records import Area, Box, Lines, Points, Polygons, Sheet, Table, Text
from landplan.export.plan_tables import by_year, path_summary
from landplan.export.sheets.atlas import Atlas, atlas, overview_parts, sheet_frame, sheets, zone_parts
from landplan.export.sheets.figures import indicator_figures, whole
from landplan.export.sheets.parcels import DARK_LIGHT, id_prefix, lettering_places, path_code
from landplan.export.sheets.words import crs_title, stamp_words
from landplan.export.zone_records import zone_indicators
from tests.factories import make_layer
from tests.small_plan import SIDE_M, SOUTH_M, WEST_M, write_plan


def asked(
    found: Results, *, lang: str = "zh", per: tuple[str, ...] = ("overview", "town"), note: str = "", **more: Any
) -> Results:
    """The results under another language, other sheets and other words in the recipe."""
    sheet = found.recipe.export.plan_sheets.model_copy(
        update={"per": per, "confidentiality": "内部", "maker": "规划所", "sign_off": ("编制", "审定"), **more}
    )
    export = found.recipe.export.model_copy(update={"plan_sheets": sheet})
    notes = {"zh": note, "en": note} if note else {}
    return replace(
        found,
        project=found.project.with_recipe(found.recipe.model_copy(update={"export": export, "lang": lang, "note": notes})),
    )


def with_layers(found: Results, *layers: Any, crs: str | None = None) -> Results:
    """The results with more layers of the ground, or all of them in another CRS."""
    every = dict(found.layers.layers) | {layer.id: layer for layer in layers}
    moved = {role: replace(layer, crs=crs) for role, layer in every.items()} if crs else every
    return replace(found, project=replace(found.project, layers=LayerSet(crs or found.layers.crs, moved)))


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Results:
    found = run(open_recipe(write_plan(tmp_path_factory.mktemp("plan"))))
    across = shapely.LineString([(WEST_M - 500, SOUTH_M + 145), (WEST_M + 2000, SOUTH_M + 145)])
    away = shapely.LineString([(WEST_M + 9e4, SOUTH_M), (WEST_M + 9.1e4, SOUTH_M)])
    roads = make_layer([across, across, away], id="roads", **{"class": ["主干路", None, "高速"]})
    wet = make_layer([shapely.box(WEST_M, SOUTH_M + 130, WEST_M + 960, SOUTH_M + 160)], id="constraints", kind=["water"])
    return with_layers(found, roads, wet)


@pytest.fixture(scope="module")
def drawn(plan: Results) -> tuple[Results, list[Sheet], list[str], bytes]:
    """Chinese sheets: results, records, words of every page, bytes."""
    found = asked(plan, note="虚构样例：不得用于任何真实决策。")
    data = written(found)
    return found, list(sheets(atlas(found))), pages(data), data


def written(found: Results, folder: Path | None = None) -> bytes:
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        [path] = exporters["plan_sheets"].run(found, folder or Path(place))
        return Path(path).read_bytes()


def pages(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    return [document[n].get_textpage().get_text_bounded() for n in range(len(document))]


def items(sheet: Sheet, kind: type) -> list[Any]:
    return [item for layer in sheet.layers for item in layer.items if isinstance(item, kind)]


def texts(sheet: Sheet) -> list[str]:
    return [one.text for one in items(sheet, Text)]


def cells(sheet: Sheet) -> dict[str, tuple[str, ...]]:
    return {row[0]: row[1:] for table in items(sheet, Table) for row in table.rows}


def test_there_is_a_page_for_the_whole_for_path_and_year_and_for_every_zone(drawn: Any) -> None:
    found, records, words, _ = drawn
    assert [sheet.title for sheet in records] == [
        "推荐用地模式总图",
        "更新路径总图",
        "分期实施总图",
        "西片 · 用地模式与更新路径图",
    ]
    assert len(words) == len(records) == 3 + found.zones.sets["town"].outside
    assert [sheet.label for sheet in records] == ["01", "02", "03", "04"]


def test_every_page_says_what_a_title_block_says(drawn: Any) -> None:
    _, records, words, _ = drawn
    for number, (sheet, said) in enumerate(zip(records, words, strict=True), 1):
        assert sheet.frame is not None
        wanted = ("小样", sheet.title, scale_text(sheet.frame.scale), "CGCS2000 3°带 中央经线 120°E", f"0{number} / 04")
        for words_ in (*wanted, "2025-11-22", "内部", "规划所", "编制", "审定", "签名", "虚构样例", "2025"):
            assert words_ in said, (number, words_)


def test_the_words_of_every_legend_are_on_its_page(drawn: Any) -> None:
    for said in drawn[2]:
        for name in ("主干路", "道路（等级不明）", "河道水域", "站点"):
            assert name in said, name
        for absent in ("高速公路", "生态保护红线", "铁路"):
            assert absent not in said, absent
    assert ["街镇界" in said for said in drawn[2]] == [True, True, True, False], "the only town is the zone itself"


def test_a_legend_shows_all_that_is_drawn_and_nothing_else(plan: Results) -> None:
    book = atlas(asked(plan))
    for subject in book.subjects:
        frame = sheet_frame(book, subject)
        parts, beside = (zone_parts if subject.set_id else overview_parts)(book, subject, frame)
        on_map = {
            item.palette[k]
            for part in parts
            if part.layer not in ("sheet_layer_zones", "sheet_layer_names")
            for item in part.items
            if isinstance(item, Polygons | Lines | Points)
            for k in np.unique(item.classes).tolist()
        } - {Area("FFFFFF"), CHOSEN}
        in_legend = {symbol for _, entry in beside.entries for symbol in flat(entry.symbol)}
        told = {symbol for symbol in in_legend if not isinstance(symbol, str)} - {*DARK_LIGHT, Area(None, None, CHOSEN)}
        zones = {entry.symbol for section, entry in beside.entries if section == "sheet_section_zones"}
        assert told - zones == on_map, subject


def flat(symbol: Any) -> tuple[Any, ...]:
    return symbol if isinstance(symbol, tuple) else (symbol,)


def test_legend_counts_are_those_of_the_records(drawn: Any) -> None:
    found, records, _, _ = drawn
    models, scores = [pick(model.title, "zh") for model in found.scheme.models], found.scores
    shown = texts(records[0])
    for k, name in enumerate(models):
        n = int((scores.recommended == k).sum())
        assert (name in shown) == (n > 0)
        if n:
            assert shown[shown.index(name) + 1] == f"{n:,}"
    busy = int((scores.status == RESTRICTED).all(axis=1).sum())
    assert busy > 0
    assert shown[shown.index("受限") + 1] == str(busy)


def test_the_zone_counts_its_own_parcels_and_those_in_the_plan(drawn: Any) -> None:
    found, records, _, _ = drawn
    inside = found.zones.sets["town"].main == 0
    chosen = np.zeros(len(inside), bool)
    chosen[found.options.parcel[found.portfolio.option]] = True
    shown = texts(records[-1])
    for k, model in enumerate(found.scheme.models):
        own = inside & (found.scores.recommended == k)
        if own.any():
            at = shown.index(pick(model.title, "zh"))
            assert shown[at + 1] == f"{(own & chosen).sum()} / {own.sum()}"
    assert shown[shown.index("本区块以外的地块") + 1] == str((~inside).sum())
    assert shown[shown.index("入选地块") + 1] == str((inside & chosen).sum())


def test_indicators_are_the_rounded_numbers_of_the_zone_records(drawn: Any) -> None:
    found, records, words, _ = drawn
    town, total = zone_indicators(found, "town"), whole(found)
    for sheet, said, table, position in ((records[-1], words[-1], town, 0), (records[0], words[0], total, 0)):
        printed = {cell.replace(",", "").lstrip("+") for row in cells(sheet).values() for cell in row}
        for one in table.indicators:
            figure = f"{one.values[position]:.{one.decimals}f}"
            assert figure in printed, one.name
            assert f"{one.values[position]:,.{one.decimals}f}" in said
    for one, of_town in zip(total.indicators, town.indicators, strict=True):
        assert one.total == of_town.total == one.values[0]


def test_the_tables_of_paths_and_years_are_the_workbooks(drawn: Any) -> None:
    found, records, _, _ = drawn
    for row in path_summary(found).rows:
        assert cells(records[1])[str(row[0])][:3] == (f"{row[1]}", f"{row[2]:,.2f}", f"{row[3]:,.2f}")
    area = next(row for row in by_year(found).rows if row[0] == "启动更新面积")
    for n, year in enumerate((2026, 2027, 2028)):
        assert cells(records[2])[str(year)][1] == f"{area[n + 2]:,.2f}"
    years = found.portfolio.start_year
    assert [int(cells(records[2])[str(year)][0]) for year in (2026, 2027, 2028)] == [
        int((years == y).sum()) for y in (2026, 2027, 2028)
    ]


def test_parcels_of_the_plan_are_lettered_with_path_and_year(drawn: Any) -> None:
    found, records, _, _ = drawn
    inside = found.zones.sets["town"].main == 0
    rows = found.options.parcel[found.portfolio.option]
    wanted = sorted(
        f"{path_code(int(path))}{year % 100}"
        for row, path, year in zip(rows, found.options.path[found.portfolio.option], found.portfolio.start_year, strict=True)
        if inside[row]
    )
    names = next(layer for layer in records[-1].layers if layer.title == "注记")
    codes = [one.text for one in names.items if one.bold and one.text in wanted]
    assert wanted
    assert sorted(codes) == wanted, "these parcels are wide enough for all of them"
    assert not any("因位置不足未注记" in said for said in texts(records[-1]))


def test_codes_without_room_are_counted_and_said(plan: Results) -> None:
    book = atlas(asked(plan))
    zone = book.subjects[-1]
    frame = replace(sheet_frame(book, zone), scale=100_000.0)
    _, beside = zone_parts(book, zone, frame)
    assert beside.unlabelled == int((book.states.chosen & (plan.zones.sets["town"].main == 0)).sum()) > 0


def test_nothing_stands_outside_its_place(drawn: Any) -> None:
    _, records, _, _ = drawn
    face = shipped_typeface()
    for sheet in records:
        place = Box(16, 8, 396, 280)
        for one in items(sheet, Text):
            if one.rotation_deg:
                continue
            width = face.width_mm(one.text, one.size_pt, one.bold)
            left = one.x - {"start": 0.0, "middle": width / 2, "end": width}[one.anchor]
            assert place.contains(Box(left, one.y - 0.5, width, 1.0), 0.3), one.text


def test_the_column_ends_above_the_sign_off(plan: Results) -> None:
    many = asked(plan, sign_off=tuple(f"第{n}个会签单位名称很长很长" for n in range(14)))
    for sheet in sheets(atlas(many)):
        side = next(layer for layer in sheet.layers if layer.title == "图例与表")
        head = next(one for one in side.items if isinstance(one, Text) and one.text == "签署")
        table = max(one.y for one in side.items if isinstance(one, Table))
        notes = [one.y for one in side.items if isinstance(one, Text) and one.size_pt == 6.0]
        assert table < head.y
        assert max(notes, default=0.0) < head.y


def test_two_runs_give_equal_bytes(drawn: Any) -> None:
    found, _, _, data = drawn
    assert written(found) == data


def test_bookmarks_layers_and_georeference(drawn: Any) -> None:
    _, records, _, data = drawn
    pdf = pikepdf.open(io.BytesIO(data))
    assert [str(item.title) for item in pdf.open_outline().root] == [sheet.title for sheet in records]
    assert all("/VP" in page.obj for page in pdf.pages)
    assert "图例与表" in [str(group.Name) for group in pdf.Root.OCProperties.OCGs]


def test_english_pages_have_no_chinese_of_ours(plan: Results) -> None:
    data = written(asked(plan, lang="en", confidentiality="internal", maker="bureau", sign_off=("made", "checked")))
    words = pages(data)
    allowed = {"西片", "站"}
    for said in words:
        left = "".join(part for part in said if "\u4e00" <= part <= "\u9fff")
        assert set(left) <= set("".join(allowed)), left
    assert "Recommended land-use models" in words[0]
    assert "Annual output, wan yuan" in words[0]
    assert str(pikepdf.open(io.BytesIO(data)).Root.Lang) == "en"


def test_without_zones_there_is_the_overview_alone(plan: Results) -> None:
    bare = asked(replace(plan, zones=ZoneShares({}), portfolio=None, options=None), per=("overview", "block"))
    kept = replace(bare, project=replace(bare.project, layers=LayerSet(bare.layers.crs, {"parcels": bare.layers.parcels})))
    words = pages(written(kept))
    assert len(words) == 1
    assert "没有区块集“block”，未出分图" in words[0]
    assert "更新与新增" not in words[0]
    assert "交通与设施" not in words[0]


def test_no_sheets_are_made_where_none_are_asked_for(plan: Results, tmp_path: Path) -> None:
    assert exporters["plan_sheets"].run(asked(plan, per=()), tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_an_unnamed_plane_has_ticks_and_no_georeference(plan: Results) -> None:
    data = written(asked(with_layers(plan, crs="plane:城建坐标")))
    assert not any("/VP" in page.obj for page in pikepdf.open(io.BytesIO(data)).pages)
    for said in pages(data):
        assert "未命名平面（城建坐标）" in said
        assert "600 400" in said


def test_parcels_without_geometry_are_counted_and_said(plan: Results) -> None:
    parcels = plan.layers.parcels
    geometry = take(parcels.geometry, np.arange(len(parcels)))
    row = geometry.row.copy()
    row[1:-1] -= 1  # the first row loses its part, the last row has two
    bare = replace(parcels, geometry=replace(geometry, row=row))
    lost = int((np.diff(row) == 0).sum())
    words = pages(written(asked(with_layers(plan, bare))))
    assert f"{lost} 个地块没有几何，未绘出" in words[0]


def test_no_parcel_recommended_still_draws(plan: Results) -> None:
    scores = replace(
        plan.scores,
        recommended=np.full_like(plan.scores.recommended, -1),
        status=np.full_like(plan.scores.status, RESTRICTED),
    )
    words = pages(written(asked(replace(plan, scores=scores, portfolio=None, options=None))))
    assert "受限" in words[0]
    assert "标准工业" not in words[0]


def test_a_quantity_no_parcel_knows_is_the_word_unknown(plan: Results) -> None:
    import pyarrow as pa

    parcels = plan.layers.parcels
    place = parcels.fields.index("tax_wan")
    empty = pa.array([None] * len(parcels), pa.float64())
    blank = replace(parcels, table=parcels.table.set_column(place, "tax_wan", empty))
    found = asked(with_layers(plan, blank))
    rows = {row[0]: row for row in indicator_figures(found, zone_indicators(found, "town"), 0).rows}
    assert rows["年税收　万元"][1] == "未知"
    assert rows["年产值　万元"][1] != "未知"


def test_a_note_without_a_short_head_stays_among_the_notes(plan: Results) -> None:
    face = shipped_typeface()
    assert stamp_words("虚构样例：不得用于任何真实决策。", face) == ("虚构样例", "不得用于任何真实决策。")
    assert stamp_words("Invented sample: not for any real decision.", face)[0] == "Invented sample"
    long = "本图依据二〇二四年度国土变更调查成果编制，数据截至二〇二四年十二月三十一日，仅供内部讨论使用"
    assert stamp_words(long, face) == ("", "")
    assert long in "".join(texts(next(sheets(atlas(asked(plan, note=long))))))


def test_the_key_map_hides_nothing_of_its_zone(drawn: Any) -> None:
    _, records, _, _ = drawn
    assert "位置示意" in texts(records[-1])
    assert "位置示意" not in texts(records[0])


def test_the_frame_holds_its_zone(drawn: Any) -> None:
    _, records, _, _ = drawn
    west, south, east, north = extent_of(records[-1].frame)
    assert west < WEST_M
    assert south < SOUTH_M
    assert east > WEST_M + 480
    assert north > SOUTH_M + 960


@pytest.mark.parametrize(
    ("crs", "said"),
    [
        ("EPSG:4549", "CGCS2000 3°带 中央经线 120°E"),
        ("plane:本地", "未命名平面（本地）"),
        ("EPSG:32651", "WGS 84 / UTM zone 51N"),
    ],
)
def test_crs_titles(crs: str, said: str) -> None:
    assert crs_title(crs, "zh") == said


def test_what_parcel_ids_share() -> None:
    assert id_prefix(["JD-0001", "JD-0032"]) == "JD-"
    assert id_prefix(["310114-1", "310115-2"]) == ""
    assert id_prefix(["A1"]) == ""
    assert [path_code(n) for n in (0, 25, 26, 52)] == ["A", "Z", "AA", "BA"]


def test_lettering_stands_in_the_wide_part_of_a_bent_parcel() -> None:
    bent = shapely.Polygon([(0, 0), (300, 0), (300, 100), (60, 100), (60, 300), (0, 300)])
    at, across, upright = lettering_places(np.array([bent], object))
    box = shapely.box(
        at[0, 0] - across[0] * 0.3, at[0, 1] - upright[0] * 0.3, at[0, 0] + across[0] * 0.3, at[0, 1] + upright[0] * 0.3
    )
    assert bent.contains(box)
    assert across[0] >= 100


def test_side_of_a_parcel_is_its_room() -> None:
    plot = shapely.box(0, 0, SIDE_M, 40.0)
    _, across, upright = lettering_places(np.array([plot], object))
    assert across[0] == pytest.approx(SIDE_M)
    assert upright[0] == pytest.approx(40.0, rel=0.05)


def test_sheets_are_made_only_for_sets_that_exist(plan: Results) -> None:
    book: Atlas = atlas(asked(plan, per=("carrier", "town")))
    assert [(one.theme, one.set_id) for one in book.subjects] == [("models", "town")]
    alone = atlas(asked(plan, per=("carrier",)))
    assert [one.set_id for one in alone.subjects] == ["", "", ""]


def test_texts_of_sheets_are_in_both_languages() -> None:
    assert text("sheet_legend", lang="zh") == "图例"
    assert text("sheet_legend", lang="en") == "Legend"
