"""Coordinate texts of plots (报盘) in the dialects of offices and programs, and with what goes wrong in them."""

from pathlib import Path

from cases import Layers, Refused, add

HEAD = "[属性描述]\n格式版本号=1.01\n坐标系=2000国家大地坐标系\n几度分带=3\n投影类型=高斯克吕格\n"
HEAD += "计量单位=米\n带号=40\n精度=0.001\n[地块坐标]\n"
NORTH, EAST = 3_463_000.0, 40_611_000.0
M2 = 9_997.0


def ring(number: object = 1, north: float = NORTH, east: float = EAST, side: float = 100.0, *, close: bool = True) -> str:
    corners = [(north, east), (north, east + side), (north + side, east + side), (north + side, east), (north, east)]
    lines = [f"J{k % 4 + 1},{number},{x:.3f},{y:.3f}\n" for k, (x, y) in enumerate(corners)]
    return "".join(lines if close else lines[:-1])


def plot(points: object = 5, area: str = "1.0000", number: str = "001", name: str = "地块一", kind: str = "面") -> str:
    return f"{points},{area},{number},{name},{kind},I-1,工业用地,,@\n"


def added(name: str, content: str, expected: Layers | Refused, codec: str = "gbk", file: str = "plots.txt") -> None:
    def make(folder: Path) -> Path:
        path = folder / file
        path.write_bytes(content.encode(codec))
        return path

    add("plots", name, make, expected)


def read(n: int, *says: str, crs: str | None = "EPSG:4528", area_m2: float | None = M2, encoding: str = "GBK") -> Layers:
    return Layers(n, set(says), crs=crs, area_m2=area_m2, geometry="polygon", encoding=encoding)


SOUND = HEAD + plot() + ring()
OTHER = plot(number="002") + ring(north=NORTH + 300)
ONE, NONE = read(1), read(1, "crs_absent", "plot_crs_open", crs=None, area_m2=None)
for codec, name in (("gbk", "GBK"), ("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16")):
    added(f"in_{codec}", SOUND, read(1, encoding=name), codec)
added("in_gb18030_of_4_bytes", SOUND.replace("地块一", "㐀𠮷村"), read(1, encoding="GB18030"), "gb18030")
for name, end in (("windows", "\r\n"), ("old", "\r")):
    added(f"line_ends_{name}", SOUND.replace("\n", end), ONE)
added("file_name", SOUND, ONE, file="地块!报盘.txt")
added("called_csv", SOUND, ONE, file="plots.csv")

# Headers
added("no_header", plot() + ring(), NONE)
added("no_attributes", SOUND[SOUND.index("[地块坐标]") :], NONE)
added("no_heading_of_plots", SOUND.replace("[地块坐标]\n", ""), ONE)
added("zone_of_another", SOUND.replace("带号=40", "带号=39"), read(1, "plot_zone_differs"))
added("zone_in_the_header_only", SOUND.replace("40611", "611"), read(1, crs="EPSG:4549"))
added("no_zone", SOUND.replace("带号=40", "带号=").replace("40611", "611"), NONE)
added("six_degrees", HEAD.replace("几度分带=3", "几度分带=6").replace("带号=40", "带号=21") + plot() + ring(east=21_311_000.0),
      read(1, crs="EPSG:4499", area_m2=9_991.2))  # fmt: skip
added("xian_1980", SOUND.replace("2000国家", "80国家"), read(1, crs="EPSG:2364"))
added("grid_of_a_city", HEAD.replace("2000国家大地坐标系", "上海平面") + plot() + ring(north=3000, east=-5000), NONE)
added("header_only", HEAD, Refused("plots_none"))

# Points and rings
added("counts_that_lie", HEAD + plot(9) + ring() + OTHER, read(2, "plot_points_differ", area_m2=2 * M2))
added("count_in_words", HEAD + plot("五") + ring(), read(1, "plot_points_differ"))
added("hole", HEAD + plot(10, "0.9600") + ring() + ring(2, NORTH + 20, EAST + 20, 20), read(1, area_m2=0.96 * M2))
added("hole_without_a_number_of_its_own", HEAD + plot(10, "0.9600") + ring() + ring(1, NORTH + 20, EAST + 20, 20),
      read(1, area_m2=0.96 * M2))  # fmt: skip
added(
    "parts_with_a_gap_in_numbers", HEAD + plot(10, "1.0400") + ring() + ring(7, NORTH + 500, EAST, 20), read(1, area_m2=1.04 * M2)
)
added("rings_called_by_letters", HEAD + plot() + ring("A"), ONE)
added("rings_not_repeated", HEAD + plot(4) + ring(close=False), ONE)
added("one_ring_open", HEAD + OTHER + plot(4) + ring(close=False) + plot(number="003") + ring(north=NORTH + 600),
      read(3, "plot_ring_open", area_m2=3 * M2))  # fmt: skip
added("ring_of_2", HEAD + plot(2) + "".join(ring().splitlines(keepends=True)[:2]) + OTHER,
      read(2, "plot_ring_short", "geometry_missing"))  # fmt: skip
added("no_points", HEAD + plot(0) + OTHER, read(2, "geometry_missing"))
BROKEN = ("plot_line_unreadable", "plot_points_differ", "geometry_missing")
added("letters_in_a_number", HEAD + plot() + ring().replace("3463100", "34631OO", 1) + OTHER, read(2, *BROKEN))
added("nan", HEAD + plot() + ring().replace("3463100.000", "NaN", 1) + OTHER, read(2, *BROKEN))
added("crossing", HEAD + plot() + ring().replace("J3,1,3463100.000,40611100.000\nJ4,1,3463100.000,40611000.000",
      "J3,1,3463100.000,40611000.000\nJ4,1,3463100.000,40611100.000"), Layers(1, {"plot_area_differs", "invalid_geometries",
      "area_mismatch", "invalid_crosses_itself", "sliver"}))  # fmt: skip

# Marks between, names
added("full_width_marks", SOUND.replace(",", "，").replace("@", "＠"), ONE)
added("blanks_between", HEAD + plot() + ring().replace(",", " "), ONE)
added("tabs_between", HEAD + plot() + ring().replace(",", "\t"), ONE)
added("comma_in_a_name", HEAD + plot(name="一,二") + ring(), ONE)
added("remarks_below", SOUND + "\n\n备注：无\n", read(1, "plot_points_stray"))
added("zero_byte", SOUND.replace("地块一", "地块\0一"), read(1, "text_control_characters"))
added("number_twice", HEAD + plot() + ring() + plot() + ring(north=NORTH + 300), read(2, "duplicate_id", area_m2=2 * M2))

# Areas and axes
for name, area, notes in (
    ("square_metres", "10000.00", {"plot_area_unit"}),
    ("mu", "15.0000", {"plot_area_unit"}),
    ("none", "", set()),
):
    added(f"area_in_{name}", HEAD + plot(area=area) + ring(), Layers(1, notes=notes, crs="EPSG:4528", area_m2=M2))
added("area_of_another", HEAD + plot(area="2.0000") + ring(), read(1, "plot_area_differs", "area_mismatch", "areas_differ"))
added("east_first", HEAD + plot() + ring(north=EAST, east=NORTH), read(1, "plot_axes_turned", "axes_swapped", area_m2=None))
added("one_plot_east_first", HEAD + OTHER + OTHER.replace("002", "003").replace("34633", "34639").replace("34634", "34640")
      + plot() + ring(north=EAST, east=NORTH), read(3, "plot_axes_turned_one", "outside_area_of_use", area_m2=None))  # fmt: skip
added("degrees", HEAD + plot() + ring(north=31.3, east=121.2, side=0.001),
      read(1, "plot_area_differs", "degrees_as_metres", crs="EPSG:4549", area_m2=None))  # fmt: skip
added("cut", (HEAD + plot() + ring())[:-30] + "\n", read(1, "plot_points_differ"))
