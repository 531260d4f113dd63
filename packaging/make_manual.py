"""Writes the generated parts of the manual from the registries and dictionaries:  python packaging/make_manual.py

docs/manual/{zh,en}/methods.md and commands.md are generated whole; in the other pages, the tables between
`<!-- generated: NAME -->` and `<!-- end -->`. packaging/manual_zh.toml holds Chinese explanations of methods by id; where
there is none, the page shows the English one. A test asserts that the files are up to date.
"""

from __future__ import annotations

import inspect
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from landplan.core.fields import PARCEL_FIELDS
from landplan.core.messages import pick
from landplan.core.registry import (
    Argument,
    Method,
    checks,
    commands,
    exporters,
    jobs,
    measures,
    scorings,
    value_functions,
    weightings,
)
from landplan.core.units import UNITS, unit_text

sys.path.append(str(Path(__file__).resolve().parent))
from manual_examples import example

ROOT = Path(__file__).resolve().parent.parent
MANUAL = ROOT / "docs" / "manual"
LANGUAGES = ("zh", "en")
_BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_KINDS = (
    ("measures", measures, 'measure = { kind = "…" }'),
    ("value_functions", value_functions, 'value = { kind = "…" }'),
    ("scorings", scorings, 'scoring = { method = "…" }'),
    ("weightings", weightings, "landplan.api.evaluate"),
    ("checks", checks, "landplan run, checks.csv"),
    ("exporters", exporters, "export.what"),
)
_WORDS = {
    "zh": {
        "methods": "方法目录", "commands": "命令目录", "jobs_title": "命令行的子命令", "edits_title": "`landplan edit` 的命令",
        "made": "本页由程序生成，请勿手改：`python packaging/make_manual.py`。",
        "measures": "量算", "value_functions": "价值函数", "scorings": "综合评分", "weightings": "赋权", "checks": "质检",
        "exporters": "成果输出", "used": "用在", "unit": "单位", "source": "来源",
        "relative": "相对方法：得分取决于表中还有哪些地块。",
        "head": "参数 | 含义 | 类型 | 单位 | 范围 | 默认", "required": "必填", "colon": "：", "english": "（英文说明）",
        "methods_intro": "每个已登记的方法：编号写进方案，参数与编号写在同一个 `{ }` 里。"
        "标“必填”的参数没有默认值。命令行同样可查：`landplan methods`。",
        "commands_intro": "每个子命令与修改命令。所有子命令都有 `--lang`、`--json`、`--quiet`、`--debug`、`--help`，"
        "见[命令行](command_line.md)。",
        "edits_intro": "作用于工程文件（`.landplan`）；给配方时须加 `--out 新工程.landplan`。每次修改都写入历史。",
        "fields": "字段 | 中文名 | 类型 | 单位 | 其他可识别的名称", "units": "单位 | 中文 | 英文",
    },
    "en": {
        "methods": "Methods", "commands": "Commands", "jobs_title": "Sub-commands", "edits_title": "Commands of `landplan edit`",
        "made": "This page is generated, do not edit it: `python packaging/make_manual.py`.",
        "measures": "Measures", "value_functions": "Value functions", "scorings": "Scoring methods", "weightings": "Weighting",
        "checks": "Data checks", "exporters": "Deliverables", "used": "used in", "unit": "Unit", "source": "Source",
        "relative": "Relative: a score depends on which other parcels are in the table.",
        "head": "parameter | meaning | type | unit | bounds | default", "required": "required", "colon": ": ", "english": "",
        "methods_intro": "Every registered method: its id goes into the scheme, its parameters into the same `{ }`. "
        "A parameter marked required has no default. The command line lists them too: `landplan methods`.",
        "commands_intro": "Every sub-command and every change. All sub-commands know `--lang`, `--json`, `--quiet`, "
        "`--debug` and `--help`, see [command line](command_line.md).",
        "edits_intro": "They act on a project file (`.landplan`); for a recipe add `--out new.landplan`. "
        "Every change enters the history.",
        "fields": "field | title | type | unit | other names it goes by", "units": "unit | Chinese | English",
    },
}  # fmt: skip
_TYPES = (
    ("list[list[float]]", "点的列表", "list of points"), ("list[float]", "数的列表", "list of numbers"),
    ("list[str]", "文字列表", "list of texts"), ("list[Path]", "文件，可多个", "files"), ("dict", "表 { }", "table { }"),
    ("Path", "文件", "file"), ("bool", "是/否", "true/false"), ("int", "整数", "whole number"), ("float", "数", "number"),
    ("str", "文字", "text"), ("number", "数", "number"), ("date", "日期", "date"), ("text", "文字", "text"),
)  # fmt: skip


def pages() -> dict[Path, str]:
    """Every page with generated parts, by its path, as it should be."""
    made: dict[Path, str] = {}
    for lang in LANGUAGES:
        made[MANUAL / lang / "methods.md"] = methods_page(lang)
        made[MANUAL / lang / "commands.md"] = commands_page(lang)
        for page in sorted((MANUAL / lang).glob("*.md")):
            body = page.read_text(encoding="utf-8")
            if page not in made and "<!-- generated:" in body:
                made[page] = _filled(body, lang)
    return made


def methods_page(lang: str) -> str:
    """All measures, value functions, scorings, weightings, checks and exports."""
    word = _WORDS[lang]
    parts = [f"# {word['methods']}", f"> {word['made']}", word["methods_intro"]]
    for kind, registry, used in _KINDS:
        parts += [f"## {word[kind]}", f"{word['used']}{word['colon']}`{used}`"]
        for method in registry:
            parts += _method(method, lang)
    return "\n\n".join(parts) + "\n"


def commands_page(lang: str) -> str:
    """All jobs and commands with the line to type."""
    word = _WORDS[lang]
    parts = [f"# {word['commands']}", f"> {word['made']}", word["commands_intro"], f"## {word['jobs_title']}"]
    for job in jobs:
        parts += _method(job, lang, _line(job, ""))
    parts += [f"## {word['edits_title']}", word["edits_intro"]]
    for command in commands:
        parts += _method(command, lang, _line(command, "edit PROJECT "))
    return "\n\n".join(parts) + "\n"


def _method(method: Method[Any], lang: str, line: str = "") -> Iterator[str]:
    """Heading, line to type, explanation, parameters, source of one method."""
    word = _WORDS[lang]
    unit = f" [{unit_text(method.unit, lang)}]" if method.unit else ""
    yield f"### {pick(method.titles, lang)} `{method.id}`{unit}"
    if line:
        yield f"```text\n{line}\n```"
    yield from _explanation(method, lang)
    if method.relative:
        yield word["relative"]
    rows = [_row(argument, lang, bool(line)) for argument in method.arguments if argument.name != "values"]
    if rows:
        yield _table(word["head"], rows)
    if shown := example(method, lang):
        yield shown
    if method.source:
        yield f"{word['source']}{word['colon']}{method.source}"


def _explanation(method: Method[Any], lang: str) -> Iterator[str]:
    """The paragraphs that explain a method: Chinese from manual_zh.toml, English from its docstring."""
    doc = inspect.cleandoc(method.run.__doc__ or "")
    chinese = _chinese().get(method.kind, {}).get(method.id)
    if lang == "zh" and chinese:
        yield chinese
    else:
        yield _escaped(_WORDS[lang]["english"] + doc)


def _row(argument: Argument, lang: str, typed: bool) -> tuple[str, ...]:
    """One parameter as the cells of a table; `typed`: as it is typed on the command line."""
    from landplan.cli.pages import option_of

    word, param = _WORDS[lang], argument.param
    name = (argument.name.upper() if param.positional else option_of(argument)) if typed else argument.name
    bounds = [f"{sign} {bound:g}" for sign, bound in (("≥", param.low), ("≤", param.high)) if bound is not None]
    limits = ", ".join(f"`{one}`" for one in param.choices) or ", ".join(bounds)
    default = word["required"] if argument.required else _default(argument.default)
    unit = unit_text(param.unit, lang)
    return (f"`{name}`", pick(param.titles, lang), _type(argument.type, lang), unit, limits, default)


def _default(value: object) -> str:
    return "–" if value is None or value == "" else f"`{value}`"


def _type(kind: object, lang: str) -> str:
    name = getattr(kind, "__name__", "") if isinstance(kind, type) and "[" not in str(kind) else str(kind)
    found = next((names for names in _TYPES if names[0] in name.replace("pathlib.", "")), (name, name, name))
    return found[1 if lang == "zh" else 2]


def _line(method: Method[Any], prefix: str) -> str:
    """What is typed: landplan NAME PLACE --required X [--optional X]."""
    from landplan.cli.pages import option_of

    words = [f"landplan {prefix}{method.id.replace('_', '-')}"]
    arguments = sorted(method.arguments, key=lambda one: not one.param.positional)
    for argument in (one for one in arguments if one.name != "values"):
        many = "…" if "list[" in str(argument.type) else ""
        shown = argument.name.upper() if argument.param.positional else option_of(argument)
        if not argument.param.positional and argument.type not in (bool, bool | None):
            shown = f"{shown} {argument.name.upper() if argument.name != 'layer' else 'NAME=PATH'}"
        words.append(f"{shown}{many}" if argument.required else f"[{shown}{many}]")
    return " ".join(words)


def _filled(body: str, lang: str) -> str:
    """A page with its generated tables made anew."""
    return _BLOCK.sub(lambda found: f"{found[1]}{_BLOCKS[found[2]](lang)}\n{found[3]}", body)


def _fields(lang: str) -> str:
    rows = []
    for field in PARCEL_FIELDS:
        title, other = (field.zh, field.en) if lang == "zh" else (field.en, field.zh)
        names = "、".join([other, *field.aliases]) if lang == "zh" else ", ".join([other, *field.aliases])
        rows.append((f"`{field.name}`", title, _type(field.kind, lang), unit_text(field.unit, lang), names))
    return _table(_WORDS[lang]["fields"], rows)


def _units(lang: str) -> str:
    return _table(_WORDS[lang]["units"], [(f"`{unit}`", zh, en) for unit, (zh, en) in UNITS.items() if unit])


_BLOCKS: dict[str, Callable[[str], str]] = {"fields": _fields, "units": _units}


def _table(head: str, rows: Iterable[tuple[str, ...]]) -> str:
    titles = head.split(" | ")
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(_escaped(cell).replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _escaped(words: str) -> str:
    """Text as Markdown shows it: no accidental emphasis or markup, code left as it is."""
    return "".join(
        piece if piece.startswith("`") else re.sub(r"([*<_])", r"\\\1", piece) for piece in re.split(r"(`[^`]*`)", words)
    )


@cache
def _chinese() -> dict[str, dict[str, str]]:
    with Path(__file__).with_name("manual_zh.toml").open("rb") as file:
        return tomllib.load(file)


def main() -> None:
    """Write every page that differs."""
    for page, body in pages().items():
        if not page.is_file() or page.read_text(encoding="utf-8") != body:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(body, encoding="utf-8", newline="\n")
            print(page.relative_to(ROOT))


if __name__ == "__main__":
    main()
