"""Small changes to frozen parts of a scheme or recipe, checked, sharing all that stays; and what changed, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from landplan.app.curve_text import curve_changes
from landplan.core.errors import InputError, SchemeError, UsageError, suggestion
from landplan.core.messages import language, pick, text
from landplan.core.project import Project
from landplan.core.recipe import LayerInput
from landplan.core.roles import role_title
from landplan.core.scheme import Criterion, WeightSource
from landplan.core.units import unit_text

M = TypeVar("M", bound=BaseModel)


_BOUNDS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def changed(part: M, where: str, **values: Any) -> M:
    """The part with other values, validated; the very same object when nothing differs.

    What is not named is shared, not copied, so a memo keyed by identity keeps what still holds.
    """
    if all(getattr(part, name) == value for name, value in values.items()):
        return part
    checked = made(type(part), where, **{**fields(part), **values})
    new = {name: getattr(checked, name) for name in values}
    return type(part).model_construct(part.model_fields_set | set(values), **{**fields(part), **new})


def fields(part: BaseModel) -> dict[str, Any]:
    """The keys and values of a table, a method's own parameters included; without what is cached on it."""
    return {name: getattr(part, name) for name in type(part).model_fields} | (part.model_extra or {})


def made(kind: type[M], where: str, **values: Any) -> M:
    """A new part of a scheme or recipe; SchemeError with the first reason when the values do not fit."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        if first["type"] == "string_pattern_mismatch":
            raise SchemeError("id_odd", where or "id", key=place, value=first["input"]) from error
        if bound := next((f"{sign} {first['ctx'][end]:g}" for end, sign in _BOUNDS.items() if end in first.get("ctx", {})), None):
            raise SchemeError("key_out_of_bounds", where, key=place, value=first["input"], bound=bound) from error
        raise SchemeError("change_refused", where, key=place, reason=first["msg"].removeprefix("Value error, ")) from error


def known_parcels(project: Project, ids: list[str]) -> tuple[str, ...]:
    """The ids when the parcel layer has them all; InputError that names the nearest to the first it lacks."""
    layer = project.layers.parcels
    known = set(layer.ids.tolist())
    for id in ids:
        if id not in known:
            raise InputError("no_such_parcel", layer.source.path, name=id, nearest=suggestion(id, sorted(known)))
    return tuple(dict.fromkeys(ids))


def member(parts: tuple[M, ...], id: str, kind: str) -> M:
    """The part of that id; SchemeError that names the nearest id."""
    known = {part.id: part for part in parts}  # type: ignore[attr-defined]
    if id not in known:
        raise SchemeError("no_such_part", kind, name=id, nearest=suggestion(id, known))
    return known[id]


def with_member(parts: tuple[M, ...], new: M) -> tuple[M, ...]:
    """The parts with the one of the same id replaced, or `new` at the end."""
    id = new.id  # type: ignore[attr-defined]
    if any(part.id == id for part in parts):  # type: ignore[attr-defined]
        return tuple(new if part.id == id else part for part in parts)  # type: ignore[attr-defined]
    return (*parts, new)


def signature(by: str | None, day: str | None, reason: str | None, where: str) -> WeightSource | None:
    """Who set a weight, when (YYYY-MM-DD) and why; None where nothing is said.

    UsageError when a day or a reason has nobody, or somebody no day: the clock is never asked.
    """
    if not (by or day or reason):
        return None
    if not (by and day):
        raise UsageError("weight_source_half", where)
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise SchemeError("date_unreadable", "day", value=day) from error
    return WeightSource(by=by, on=on, reason=reason or "")


def model_overruled(project: Project, model: str, key: str, id: str, weight: float | None) -> Project:
    """The project with a model's own weight of a criterion or group; None = none of its own. key: `weights`, `group_weights`."""
    old = member(project.scheme.models, model, "models")
    rest = {name: value for name, value in getattr(old, key).items() if name != id or weight is not None}
    own = rest if weight is None else {**rest, id: weight}
    return scheme_with(project, models=with_member(project.scheme.models, changed(old, model, **{key: own})))


def scheme_with(project: Project, **values: Any) -> Project:
    """The project with other values in the scheme of its active scenario; the same project when nothing differs."""
    scheme = changed(project.scheme, project.scheme.id, **values)
    return project if scheme is project.scheme else project.with_scheme(scheme)


def choose_with(project: Project, **values: Any) -> Project:
    """The project with other values in [choose] of its recipe; the same project when nothing differs."""
    if project.recipe.choose is None:
        raise SchemeError("recipe_chooses_nothing", "recipe")
    choose = changed(project.recipe.choose, "choose", **values)
    return project if choose is project.recipe.choose else recipe_with(project, choose=choose)


def recipe_with(project: Project, **values: Any) -> Project:
    """The project with other values in its recipe; the same project when nothing differs."""
    recipe = changed(project.recipe, "recipe", **values)
    return project if recipe is project.recipe else project.with_recipe(recipe)


_SAID_BY_THE_COMMAND = ("weight", "value", "choose", "export", "robust")
"""Keys that add nothing to the sentence of a change."""


_LISTED = 8
"""So many members of a list are named; of a longer one the count is said."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs: where (keys and ids, and the nearest title a planner knows), before and after."""

    path: tuple[str, ...]
    title: str
    before: Any
    after: Any
    unit: str = ""

    def __str__(self) -> str:
        unit = unit_text(self.unit, language()) if self.unit not in ("", "ratio") else ""
        return f"{self.title} {_shown(self.before)} → {_shown(self.after)} {unit}".rstrip()


def differences(old: Project, new: Project) -> tuple[Difference, ...]:
    """What differs between two projects' recipes and schemes, in the order of the files."""
    found = list(_differences(old.recipe, new.recipe, ("recipe",), ""))
    for id in dict.fromkeys([*old.scenarios, *new.scenarios]):
        before, after = old.scenarios.get(id), new.scenarios.get(id)
        found += _differences(before.scheme if before else None, after.scheme if after else None, (id,), "")
    if old.active != new.active:
        found.append(Difference(("active",), "", old.active, new.active))
    return tuple(found)


def _differences(old: Any, new: Any, path: tuple[str, ...], title: str) -> Iterator[Difference]:
    if old is new or old == new:
        return
    before, after = _members(old), _members(new)
    if before is None or after is None:
        yield Difference(path, title or path[-1], old, new)
        return
    for key in dict.fromkeys([*before, *after]):
        one, other = before.get(key), after.get(key)
        if key == "value" and isinstance(old, Criterion) and isinstance(new, Criterion):
            changes = curve_changes(old, new) if one != other else ()
            name = pick(new.title) or new.id  # one path for all of a curve: a drag of a point moves it both ways
            yield from (Difference((*path, key), f"{name} {what}", a, b, unit) for what, a, b, unit in changes)
            continue
        yield from _differences(one, other, (*path, key), _title(other if other is not None else one, title, key))


def _members(value: Any) -> Mapping[str, Any] | None:
    """The parts of a value by key: fields of a table, items by id, entries of a mapping; None for a single value."""
    if isinstance(value, BaseModel):
        return fields(value)
    if isinstance(value, Mapping):
        return {str(key): item for key, item in value.items()}
    if isinstance(value, tuple) and all(isinstance(item, BaseModel) for item in value):
        return {str(getattr(item, "id", place)): item for place, item in enumerate(value)}
    return None


def _title(value: Any, above: str, key: str) -> str:
    if isinstance(value, LayerInput):
        return role_title(key, value.title)
    titles = getattr(value, "title", None)
    if isinstance(titles, Mapping) and titles:
        return pick(titles)
    if key in _SAID_BY_THE_COMMAND or (isinstance(value, BaseModel) and above):
        return above
    known = text(f"said_key_{key}")
    return f"{above} {key if known == f'said_key_{key}' else known}".strip()


def _shown(value: Any) -> str:
    if value is None or value == ():
        return "–"
    if isinstance(value, bool):
        return text("yes" if value else "no")
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, tuple):
        listed = ", ".join(_shown(item) for item in value[:_LISTED])
        return listed if len(value) <= _LISTED else f"{listed} … ({len(value):,})"
    if isinstance(value, LayerInput):
        return PurePath(value.path).name
    if isinstance(value, BaseModel):
        return str(getattr(value, "id", "")) or ", ".join(f"{key}={_shown(item)}" for key, item in value if item is not None)
    return str(value)
