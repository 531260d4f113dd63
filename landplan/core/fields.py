"""The dictionary of parcel fields: canonical name, unit, type, and the aliases under which layers carry them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "date"]


@dataclass(frozen=True, slots=True)
class Field:
    """One canonical field. `aliases` are matched without regard to case, spaces and underscores."""

    name: str
    kind: Kind
    unit: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()


PARCEL_FIELDS: tuple[Field, ...] = (
    Field(
        "id", "text", "", "地块编号", "Parcel id", ("地块编码", "编号", "parcel_id", "dkbh", "dkbm", "pid", "plot_id", "fid_1")
    ),
    Field("name", "text", "", "地块名称", "Name", ("名称", "dkmc", "parcel_name")),
    Field("land_use", "text", "", "用地代码", "Land-use code", ("用地性质代码", "地类编码", "ydyhfldm", "dlbm", "landuse")),
    Field("land_use_version", "text", "", "代码版本", "Version of the land-use code", ("用地代码版本",)),
    Field("planned_use", "text", "", "规划用途", "Planned use", ("规划用地性质", "规划用地代码", "ghyt")),
    Field("planned_far", "number", "ratio", "规划容积率", "Planned FAR", ("ghrjl", "plan_far")),
    Field("height_limit_m", "number", "m", "限高", "Height limit", ("建筑限高", "控高", "height_limit")),
    Field("area_declared_m2", "number", "m2", "证载面积", "Declared area", ("宗地面积", "登记面积", "zzmj", "area_m2", "area")),
    Field("gfa_m2", "number", "m2", "建筑面积", "Gross floor area", ("总建筑面积", "jzmj", "gfa")),
    Field("far_area_m2", "number", "m2", "计容面积", "Floor area counted for FAR", ("计容建筑面积", "jrmj")),
    Field("building_density", "number", "share", "建筑系数", "Building coverage", ("建筑密度", "jzmd", "bcr")),
    Field("built_year", "number", "year", "建成年份", "Year built", ("建成年代", "jcnf", "built")),
    Field("condition", "number", "class", "建筑质量", "Building condition 1-5", ("jzzl",)),
    Field("owner", "text", "", "权利人", "Right holder", ("土地使用权人", "qlr", "权属单位")),
    Field("owner_kind", "text", "", "权利人性质", "Kind of right holder", ("企业性质", "qlrxz")),
    Field("right_kind", "text", "", "权利性质", "Kind of right", ("使用权类型", "qlxz")),
    Field("tenure_end", "date", "date", "到期日", "End of tenure", ("终止日期", "土地到期日", "dqr", "zzrq")),
    Field("encumbrance", "text", "", "抵押查封", "Encumbrance", ("抵押", "查封", "dycf")),
    Field("willingness", "text", "", "意愿", "Owner's willingness", ("更新意愿", "gxyy")),
    Field("output_wan", "number", "wan", "年产值", "Annual output", ("工业总产值", "产值", "ncz", "output")),
    Field("tax_wan", "number", "wan", "年税收", "Annual tax", ("税收", "nss", "tax")),
    Field("energy_tce", "number", "tce", "能耗", "Annual energy", ("综合能耗", "nh", "energy")),
    Field("emissions_tco2", "number", "tco2", "排放", "Annual emissions", ("碳排放", "pf", "emissions")),
    Field("safety", "text", "", "安全等级", "Safety class", ("aqdj",)),
    Field("jobs", "number", "person", "从业人数", "Jobs", ("职工人数", "cyrs", "employees")),
    Field("firms", "number", "count", "企业数", "Firms", ("qys",)),
    Field("investment_wan", "number", "wan", "投资额", "Investment", ("固定资产投资", "tze", "investment")),
    Field("segment", "text", "", "产业环节", "Chain segment", ("产业链环节", "cyhj")),
    Field("contamination", "text", "", "污染状况", "Contamination", ("土壤污染", "wrzk")),
    Field("vacant_share", "number", "share", "空置率", "Vacant share", ("空置", "kzl", "vacant")),
    Field("floor_load_kn_m2", "number", "kn_m2", "楼面荷载", "Floor load", ("楼板荷载", "活荷载", "lmhz")),
    Field("storey_height_m", "number", "m", "层高", "Storey height", ("标准层高",)),
    Field("column_span_m", "number", "m", "柱距", "Column span", ("柱网", "跨度")),
    Field("goods_lift_t", "number", "t", "货梯载重", "Goods lift capacity", ("货梯吨位",)),
    Field("vibration", "text", "", "振动要求", "Vibration", ("振动",)),
    Field("rights", "number", "count", "宗地数", "Land rights on the parcel", ("zds",)),
    Field("power_kva", "number", "kva", "供电容量", "Power supply", ("配电容量", "gdrl")),
    Field("price_wan", "number", "wan", "土地总价", "Price of the land", ("地价总额", "tdzj")),
    Field("available_year", "number", "year", "可供年份", "Year it is available", ("可供地年份", "kgnf")),
    Field("responsible_unit", "text", "", "责任单位", "Responsible unit", ("牵头单位", "实施主体", "zrdw")),
    Field("due_date", "date", "date", "完成时限", "Due date", ("完成日期", "责任时限", "wcsx")),
)
"""Fields of a parcel layer that landplan understands [domain.md §4]; every other column is kept under its own name."""


def folded(name: str) -> str:
    """A field name as it is compared: lower case, no spaces, underscores or hyphens."""
    return "".join(ch for ch in name.strip().lower() if ch not in " _-")


def match_fields(columns: list[str], fields: tuple[Field, ...] = PARCEL_FIELDS) -> dict[str, str]:
    """canonical → source column, by name, Chinese title or alias; then DBF names cut at 10 bytes by their stem."""
    by_folded = {folded(column): column for column in reversed(columns)}
    found: dict[str, str] = {}
    for forms in (_whole, _stems):
        for field in fields:
            named = (by_folded.get(form) for name in (field.name, field.zh, field.en, *field.aliases) for form in forms(name))
            column = next((one for one in named if one is not None and one not in found.values()), None)
            if column is not None and field.name not in found:
                found[field.name] = column
    return found


def _whole(name: str) -> tuple[str, ...]:
    return (folded(name),)


def _stems(name: str) -> tuple[str, ...]:
    """What is left of a name in 10 bytes: 地块编号 is 地块编 in UTF-8; whole in GBK, where five characters fit."""
    return tuple(folded(name.encode(codec, "ignore")[:10].decode(codec, "ignore")) for codec in ("utf-8", "gbk"))
