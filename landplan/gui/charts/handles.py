"""The handles of a value function on its chart: where they are, which numbers they move, and what a drag makes of them. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import log
from typing import Any, Literal

from landplan.app.curve_text import Path, with_number
from landplan.core.scheme import MethodCall

_HIGH = 0.9
"""Utility at which an S-shaped curve is held to make it steeper."""
_BELL = 0.6065306597126334
"""Utility of a bell one width from its best value."""
Axis = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Handle:
    """A place that can be dragged: x in the unit of the criterion (or the number of a category), y a utility."""

    x: float
    y: float
    moves: Literal["x", "y", "xy"]
    paths: tuple[Path, ...]
    """The numbers of the value function that follow it."""


def handles(value: MethodCall, axis: Axis) -> tuple[Handle, ...]:
    """The handles of a curve, in the order of its numbers; axis: the values in view, where classes without an end stop."""
    way = _HANDLES.get(value.kind)
    return tuple(way(value.params, axis)) if way is not None else ()


def dragged(value: MethodCall, k: int, x: float, y: float, axis: Axis, step: float) -> MethodCall:
    """The curve with its k-th handle at (x, y), as near as neighbours and bounds let it; step: the least distance in x."""
    places = handles(value, axis)
    one, y = places[k], min(max(y, 0.0), 1.0)
    if value.kind in ("piecewise", "step", "quantile") and "x" in one.moves:
        x = _between(places, k, x, 0.0 if value.kind == "quantile" else step)
    numbers = _NUMBERS.get(value.kind, _plain)(value.params, one, x, y, step)
    for path, number in zip(one.paths, numbers, strict=True):
        value = value if number is None else with_number(value, path, number)
    return value


def with_point(value: MethodCall, x: float, y: float) -> MethodCall:
    """A curve of points with one more; as it is where there is one at x."""
    xs, ys = list(value.params["x"]), list(value.params["y"])
    if x in xs:
        return value
    k = sum(one < x for one in xs)
    return _points(value, [*xs[:k], x, *xs[k:]], [*ys[:k], min(max(y, 0.0), 1.0), *ys[k:]])


def without_point(value: MethodCall, k: int) -> MethodCall:
    """A curve of points without one; as it is where only two are left."""
    xs, ys = list(value.params["x"]), list(value.params["y"])
    return value if len(xs) <= 2 else _points(value, xs[:k] + xs[k + 1 :], ys[:k] + ys[k + 1 :])


def _points(value: MethodCall, xs: list[float], ys: list[float]) -> MethodCall:
    return MethodCall(kind=value.kind, **{**value.params, "x": xs, "y": ys})


def _between(places: tuple[Handle, ...], k: int, x: float, step: float) -> float:
    """A value kept between the handles before and after that move the same way."""
    own = [j for j, one in enumerate(places) if "x" in one.moves]
    at = own.index(k)
    low = places[own[at - 1]].x + step if at else x
    high = places[own[at + 1]].x - step if at + 1 < len(own) else x
    return min(max(x, low), high) if low <= high else places[k].x


# Where they are


def _linear(params: dict[str, Any], _axis: Axis) -> Iterator[Handle]:
    yield Handle(params["worst"], 0.0, "x", (("worst",),))
    yield Handle(params["best"], 1.0, "x", (("best",),))


def _power(params: dict[str, Any], axis: Axis) -> Iterator[Handle]:
    yield from _linear(params, axis)
    yield Handle((params["worst"] + params["best"]) / 2, 0.5 ** params["exponent"], "y", (("exponent",),))


def _gaussian(params: dict[str, Any], _axis: Axis) -> Iterator[Handle]:
    yield Handle(params["best"], 1.0, "x", (("best",),))
    yield Handle(params["best"] + params["width"], _BELL, "x", (("width",),))


def _logistic(params: dict[str, Any], _axis: Axis) -> Iterator[Handle]:
    if params.get("anchors") is not None:
        for k, (x, y) in enumerate(params["anchors"]):
            yield Handle(x, y, "xy", (("anchors", k, 0), ("anchors", k, 1)))
        return
    yield Handle(params["midpoint"], 0.5, "x", (("midpoint",),))
    if params["steepness"]:
        yield Handle(params["midpoint"] + log(_HIGH / (1 - _HIGH)) / params["steepness"], _HIGH, "x", (("steepness",),))


def _piecewise(params: dict[str, Any], _axis: Axis) -> Iterator[Handle]:
    for k, (x, y) in enumerate(zip(params["x"], params["y"], strict=True)):
        yield Handle(x, y, "xy", (("x", k), ("y", k)))


def _step(params: dict[str, Any], axis: Axis) -> Iterator[Handle]:
    breaks, values = params["breaks"], params["values"]
    ends = [min(axis[0], breaks[0]), *breaks, max(axis[1], breaks[-1])]
    for k, y in enumerate(values):
        yield Handle((ends[k] + ends[k + 1]) / 2, y, "y", (("values", k),))
        if k < len(breaks):
            yield Handle(breaks[k], (y + values[k + 1]) / 2, "x", (("breaks", k),))


def _quantile(params: dict[str, Any], _axis: Axis) -> Iterator[Handle]:
    breaks = params["breaks"]
    for k, x in enumerate(breaks):
        share = k / (len(breaks) - 1)
        yield Handle(x, 1 - share if params.get("less_is_better") else share, "x", (("breaks", k),))


def _category(params: dict[str, Any], _axis: Axis) -> Iterator[Handle]:
    for k, (name, y) in enumerate(params["table"].items()):
        yield Handle(float(k), y, "y", (("table", name),))


_HANDLES: dict[str, Callable[[dict[str, Any], Axis], Iterator[Handle]]] = {
    "linear": _linear, "power": _power, "gaussian": _gaussian, "logistic": _logistic, "piecewise": _piecewise, "step": _step,
    "quantile": _quantile, "category": _category,
}  # fmt: skip


# What a drag makes of the numbers: None leaves one as it is


def _plain(_params: dict[str, Any], one: Handle, x: float, y: float, _step: float) -> tuple[float | None, ...]:
    return (x, y) if one.moves == "xy" else (x,) if one.moves == "x" else (y,)


def _apart(params: dict[str, Any], one: Handle, x: float, y: float, _step: float) -> tuple[float | None, ...]:
    """Worst and best are never the same; an exponent by what half of the way is worth."""
    if one.paths == (("exponent",),):
        return (max(round(log(min(max(y, 0.01), 0.99)) / log(0.5), 2), 0.01),)
    other = params["best" if one.paths == (("worst",),) else "worst"]
    return (None if x == other else x,)


def _wide(params: dict[str, Any], one: Handle, x: float, _y: float, step: float) -> tuple[float | None, ...]:
    """A width is never 0."""
    return (max(round(abs(x - params["best"]), 12), step),) if one.paths == (("width",),) else (x,)


def _steep(params: dict[str, Any], one: Handle, x: float, y: float, _step: float) -> tuple[float | None, ...]:
    if one.moves == "xy":  # the curve goes through both anchors: they may not share a value or a utility
        others = [anchor for k, anchor in enumerate(params["anchors"]) if k != one.paths[0][1]]
        taken = any(x == a or y == b for a, b in others)
        return (None, None) if taken else (x, min(max(y, 0.01), 0.99))
    if one.paths == (("midpoint",),):
        return (x,)
    away = x - params["midpoint"]
    return (float(f"{log(_HIGH / (1 - _HIGH)) / away:.3g}") if away else None,)


_NUMBERS: dict[str, Callable[[dict[str, Any], Handle, float, float, float], tuple[float | None, ...]]] = {
    "linear": _apart, "power": _apart, "gaussian": _wide, "logistic": _steep,
}  # fmt: skip
