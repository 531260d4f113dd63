"""Every text by id and language: one catalogue a language in resources/i18n, for command line, window and exports."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from typing import Literal, cast

from landplan.core.paths import resource

Lang = Literal["zh", "en"]
_lang: ContextVar[Lang] = ContextVar("landplan_lang", default="zh")


def language() -> Lang:
    """The current language of texts."""
    return _lang.get()


def set_language(lang: str) -> None:
    """Use `lang` ("zh" or "en") for texts from here on."""
    _lang.set("en" if lang == "en" else "zh")


def locale_language() -> Lang:
    """English only where the locale asks for it by name; Chinese else: planners come first."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name, ""):
            return "en" if value.lower().startswith("en") else "zh"
    return "zh"


@cache
def catalogue(lang: str) -> dict[str, str]:
    """All texts of a language by id."""
    with resource("i18n", f"{lang}.toml").open("rb") as file:
        return cast(dict[str, str], tomllib.load(file))


def text(id: str, values: Mapping[str, object] | None = None, lang: str | None = None) -> str:
    """The text `id` with its placeholders filled; an unknown id shows itself and its facts, never an error."""
    template = catalogue(lang or language()).get(id)
    facts = dict(values or {})
    if template is None:
        return f"{id} {facts}" if facts else id
    try:
        return template.format(**{key: _shown(value) for key, value in facts.items()})
    except (KeyError, IndexError):
        return f"{template} {facts}"


def titles(id: str, default: str = "") -> dict[str, str]:
    """The text `id` in both languages; `default` (a user's own id, say) where the catalogue has none."""
    return {lang: catalogue(lang).get(id, default or id) for lang in ("zh", "en")}


def sentence(id: str, where: str, values: Mapping[str, object], lang: str | None = None) -> str:
    """The text of an error with its place in front and, where the catalogue has one, what to do about it: one line."""
    fix = f"{id}_fix"
    body = f"{text(id, values, lang)} {text(fix, values, lang) if fix in catalogue(lang or language()) else ''}"
    line = f"{where}: {body}" if where else body
    return " ".join(line.split())


def pick(titles: Mapping[str, str], lang: str | None = None) -> str:
    """The title in `lang` from {zh, en}; the other language where one is missing."""
    wanted = lang or language()
    return titles.get(wanted) or next(iter(titles.values()), "")


def _shown(value: object) -> object:
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(item) for item in value)
    return value
