"""Firms and the holders of plots, as tables tell of them: a firm in several rows is one firm, and counts once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from landplan.core.credit_code import CreditCode, credit_code
from landplan.core.fields import PARCEL_FIELDS, Field
from landplan.core.firm_names import several

AMOUNTS = ("output_wan", "tax_wan", "jobs", "energy_tce", "emissions_tco2", "investment_wan")
"""What a firm brings to its plots, under the names of parcel fields."""
COUNTED = ("firms", "jobs")
"""Those that are counts; they go to the main plot unless shares are asked for."""
_PLOT = ("地块编码", "所在地块", "宗地编号", "dkbh", "dkbm", "plot_id", "parcel_id", "plots", "plot")
FIRM_FIELDS: tuple[Field, ...] = (
    Field("code", "text", "", "统一社会信用代码", "Credit code",
          ("社会信用代码", "信用代码", "纳税人识别号", "税号", "tyshxydm", "uscc", "credit_code")),
    Field("name", "text", "", "企业名称", "Firm",
          ("单位名称", "单位详细名称", "公司名称", "纳税人名称", "企业", "单位", "名称", "qymc", "company", "name")),
    Field("former", "text", "", "曾用名", "Former name", ("原名称", "原名", "former_name")),
    Field("address", "text", "", "地址", "Address",
          ("经营地址", "生产经营地址", "注册地址", "单位地址", "企业地址", "详细地址", "住所", "坐落", "zl")),
    Field("plots", "text", "", "地块编号", "Parcel id", _PLOT),
    *(one for one in PARCEL_FIELDS if one.name in AMOUNTS),
)  # fmt: skip
"""Fields of a table of firms."""
HOLDER_FIELDS: tuple[Field, ...] = (
    Field("plots", "text", "", "地块编号", "Parcel id", _PLOT),
    Field("owner", "text", "", "权利人", "Right holder",
          ("土地使用权人", "权利人名称", "qlr", "qlrmc", "权属单位", "企业名称", "业主")),
    Field("owner_code", "text", "", "权利人代码", "Holder's credit code",
          ("权利人证件号", "证件号码", "证件号", "统一社会信用代码", "信用代码", "qlrzjh", "zjh")),
    Field("address", "text", "", "坐落", "Address", ("土地坐落", "宗地坐落", "地址", "详细地址", "zl", "tdzl")),
)  # fmt: skip
"""Fields of a layer, or of a table of holders, that say who is on a plot."""
LIST_FIELDS: tuple[Field, ...] = (
    Field("firm", "text", "", "企业", "Firm", ("企业名称",)),
    Field("code", "text", "", "统一社会信用代码", "Credit code"),
    Field("address", "text", "", "企业地址", "Firm's address"),
    Field("holder", "text", "", "权利人", "Right holder"),
    Field("holder_address", "text", "", "坐落", "Plot's address"),
    Field("plots", "text", "", "候选地块", "Candidate plots", ("地块", "plots")),
    Field("score", "number", "", "得分", "Score"),
    Field("reasons", "text", "", "依据", "Why"),
    Field("decision", "text", "", "决定（是/否）", "Decision (yes/no)", ("决定", "决定(是/否)", "decision")),
)
"""Columns of the list that people confirm."""
_PLOTS = re.compile(r"[、;；,，\s]+")


@dataclass(frozen=True, slots=True)
class Firm:
    """rows: of the table, from 0. stated: ids of plots that the table gives. amounts by field, None unknown; `torn`: fields in
    which its rows say different things."""

    name: str
    code: CreditCode
    former: str = ""
    address: str = ""
    stated: tuple[str, ...] = ()
    amounts: Mapping[str, float | None] = field(default_factory=dict)
    rows: tuple[int, ...] = ()
    torn: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What a list of decisions knows it by."""
        return self.name, self.code.text


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds plots: `plots` are rows of the layer."""

    name: str
    code: CreditCode
    address: str
    plots: tuple[int, ...]


def firms_of(columns: Mapping[str, Sequence[str | None]], amounts: Mapping[str, Sequence[float | None]]) -> tuple[Firm, ...]:
    """The firms of a table (n rows), in its order. Rows of one valid code, or of the same name where none has such a code,
    are one firm: on all the plots they state, with amounts that count once where they agree and are unknown where not."""
    size = max(map(len, (*columns.values(), *amounts.values())), default=0)
    cells = {name: columns.get(name, [None] * size) for name in ("name", "code", "former", "address", "plots")}
    groups: dict[tuple[str, str], list[int]] = {}
    codes = [credit_code(text) for text in cells["code"]]
    for row in range(size):
        name = (cells["name"][row] or "").strip()
        if name or codes[row].kind != "none":
            key = ("", codes[row].text) if codes[row].valid else (name, codes[row].text)
            groups.setdefault(key, []).append(row)
    return tuple(_firm(rows, cells, codes, amounts) for rows in groups.values())


def plot_ids(written: str | None, known: Mapping[str, int]) -> tuple[str, ...]:
    """The ids in a cell: all of it where that is one, else what stands between 、 ; , and blanks."""
    text = (written or "").strip()
    return (text,) if text in known else tuple(dict.fromkeys(one for one in _PLOTS.split(text) if one))


def holders_of(rows: Iterable[tuple[int, str | None, str | None, str | None]]) -> tuple[Holder, ...]:
    """Holders from (plot row, holder's name, code, address); one that holds several plots is one holder. Several names in a
    cell are several holders; a code beside them is that of none."""
    found: dict[tuple[str, str, str], list[int]] = {}
    codes: dict[str, CreditCode] = {}
    for plot, name, code, address in rows:
        names = several(name) or ("",)
        text = (code or "").strip() if len(names) == 1 else ""
        codes.setdefault(text, credit_code(text))
        for one in names:
            if one or text or (address or "").strip():
                found.setdefault((one, text, (address or "").strip()), []).append(plot)
    return tuple(
        Holder(name, codes[text], address, tuple(dict.fromkeys(plots))) for (name, text, address), plots in found.items()
    )


def _firm(
    rows: list[int],
    cells: Mapping[str, Sequence[str | None]],
    codes: Sequence[CreditCode],
    amounts: Mapping[str, Sequence[float | None]],
) -> Firm:
    def first(name: str) -> str:
        return next((text.strip() for row in rows if (text := cells[name][row]) and text.strip()), "")

    names = list(dict.fromkeys((cells["name"][row] or "").strip() for row in rows))
    former = "、".join(filter(None, dict.fromkeys((*names[1:], first("former")))))
    stated = dict.fromkeys(text for row in rows if (text := (cells["plots"][row] or "").strip()))
    values: dict[str, float | None] = {}
    torn = []
    for field_name, column in amounts.items():
        told = {column[row] for row in rows} - {None}
        values[field_name] = told.pop() if len(told) == 1 else None
        torn += [field_name] if told and values[field_name] is None else []
    return Firm(first("name"), codes[rows[0]], former, first("address"), tuple(stated), values, tuple(rows), tuple(torn))
