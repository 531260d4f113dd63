"""Worked examples of the generated manual: inputs from manual_examples.toml, results computed here and now."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from landplan.core.registry import Method
from landplan.core.units import unit_text

_WORDS = {
    "zh": {"example": "算例", "sample": "示例数据中", "colon": "：", "unknown": "未知", "in": " 为 ", "between": "，"},
    "en": {"example": "Example", "sample": "In the sample", "colon": ": ", "unknown": "unknown", "in": " is ", "between": "; "},
}
_PARCELS = 3
"""Parcels of the sample whose values a measure's example shows."""


def example(method: Method[Any], lang: str) -> str:
    """The worked example of a method; "" for methods that compute no numbers (checks, deliverables)."""
    given = _inputs().get(method.kind, {}).get(method.id)
    if given is None:
        return ""
    shown = {"measure": _measured, "value function": _valued}.get(method.kind, _evaluated)
    return f"{_WORDS[lang]['example']}{_WORDS[lang]['colon']}{shown(method, given, lang)}"


def without_example() -> tuple[str, ...]:
    """Methods that compute numbers and have no example."""
    from landplan.core.registry import measures, scorings, value_functions, weightings

    given = _inputs()
    every = [method for registry in (measures, value_functions, scorings, weightings) for method in registry]
    return tuple(method.id for method in every if method.id not in given.get(method.kind, {}))


def _measured(method: Method[Any], given: Mapping[str, Any], lang: str) -> str:
    """As a line of a scheme, and what it is for the sample's first parcels that know it."""
    word, column = _WORDS[lang], _sample().columns[method.id]
    known = np.flatnonzero(np.nan_to_num(column.values) > 0)
    rows = known[:: max(len(known) // _PARCELS, 1)][:_PARCELS]
    unit = unit_text(column.unit, lang)
    values = word["between"].join(f"{_sample().ids[row]}{word['in']}{column.values[row]:.4g} {unit}".rstrip() for row in rows)
    line = _toml({"kind": method.id, **given})
    return f"`measure = {line}`{word['colon'] if lang == 'zh' else ' → '}{word['sample']} {values}"


def _valued(method: Method[Any], given: Mapping[str, Any], lang: str) -> str:
    raw = given["raw"]
    params = {name: value for name, value in given.items() if name != "raw"}
    worth = np.asarray(method.run(np.array(raw, object if isinstance(raw[0], str) else float), **params), float)
    unknown = _WORDS[lang]["unknown"]
    pairs = ", ".join(f"{x} → {unknown if np.isnan(u) else f'{u:.4g}'}" for x, u in zip(raw, worth, strict=True))
    return f"`value = {_toml({'kind': method.id, **params})}`{_WORDS[lang]['colon'] if lang == 'zh' else ' gives '}{pairs}"


def _evaluated(method: Method[Any], given: Mapping[str, Any], lang: str) -> str:
    """The call, and every result of it to four digits."""
    from landplan.app.evaluation import evaluate

    inputs = ", ".join(f"{name}={value!r}" for name, value in given.items())
    found = evaluate(method.id, **given)
    results = "\n".join(f"{name} = {_rounded(value)}" for name, value in found.items() if _is_told(value))
    return f"\n\n```text\nevaluate(\"{method.id}\", {inputs})\n{results}\n```"


def _is_told(value: Any) -> bool:
    return value is not None and value != [] and value != {} and value != ""


def _rounded(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(_rounded(one) for one in value)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_rounded(one)}' for key, one in value.items())}}}"
    return f"{value + 0.0:.4g}" if isinstance(value, float) else str(value)  # no −0


def _toml(table: Mapping[str, Any]) -> str:
    import tomlkit

    line = tomlkit.inline_table()
    line.update(table)
    return str(line.as_string())


@cache
def _sample() -> Any:
    """The criteria that the examples of measures are, for the sample."""
    from landplan.api import open_recipe
    from landplan.core.scheme import Criterion
    from landplan.steps.join import join
    from landplan.steps.measure import measure

    project = open_recipe(Path(__file__).resolve().parent.parent / "sample_data" / "recipe.toml")
    criteria = [
        Criterion.model_validate({"id": id, "title": {"zh": id, "en": id}, "measure": {"kind": id, **given}})
        for id, given in _inputs()["measure"].items()
    ]
    scheme = project.scheme.model_copy(update={"criteria": tuple(criteria), "rules": (), "models": ()})
    return measure(project.layers, join(project.layers), scheme)


@cache
def _inputs() -> dict[str, dict[str, dict[str, Any]]]:
    with Path(__file__).with_name("manual_examples.toml").open("rb") as file:
        return tomllib.load(file)
