"""The rules of a plan that have an id, whatever their kind: found, changed, removed; and what they may name."""

from __future__ import annotations

from typing import Any, Literal, cast

from landplan.app.changes import changed, choose_with, member, with_member
from landplan.core.errors import SchemeError, suggestion
from landplan.core.project import Project
from landplan.core.recipe import Connected, Fairness, Limit

Group = Literal["limits", "connected", "fairness"]
Rule = Limit | Connected | Fairness
GROUPS: tuple[Group, ...] = ("limits", "connected", "fairness")


def rules(project: Project) -> dict[str, tuple[Group, Rule]]:
    """Every rule by id with the group it is in, in the order of the recipe."""
    choose = project.recipe.choose
    return {} if choose is None else {one.id: (group, one) for group in GROUPS for one in getattr(choose, group)}


def rule_of(project: Project, id: str) -> tuple[Group, Rule]:
    """The rule of that id; SchemeError that names the nearest."""
    known = rules(project)
    if id not in known:
        raise SchemeError("no_such_part", "choose", name=id, nearest=suggestion(id, known))
    return known[id]


def rule_with(project: Project, id: str, **values: Any) -> Project:
    """The project with other values in the rule of that id."""
    group, old = rule_of(project, id)
    return _with(project, group, changed(old, id, **values))


def with_rule(project: Project, group: Group, new: Rule) -> Project:
    """The project with a rule added, or in place of the one of its id; SchemeError where a rule of another kind has the id."""
    place, _old = rules(project).get(new.id, (group, new))
    if place != group:
        raise SchemeError("id_twice", "recipe", group=f"choose.{group}", name=new.id)
    return _with(project, group, new)


def without_rule(project: Project, id: str) -> Project:
    """The project without the rule of that id."""
    group, old = rule_of(project, id)
    return choose_with(project, **{group: tuple(one for one in getattr(project.recipe.choose, group) if one is not old)})


def kept(project: Project, group: Group, id: str, names: tuple[str, ...]) -> dict[str, Any]:
    """Values of a rule that stay as they are when it is set anew; none of a new one."""
    place, old = rules(project).get(id, (group, None))
    return {} if old is None or place != group else {name: getattr(old, name) for name in names}


def known_set(project: Project, id: str) -> str:
    """The id when the layer of zones has such a set; SchemeError that names the nearest."""
    sets = zone_sets(project)
    if id not in sets:
        raise SchemeError("unknown_name", "zones", name=id, nearest=suggestion(id, sets))
    return id


def zone_sets(project: Project) -> tuple[str, ...]:
    """The ids of the sets of zones: towns, blocks …"""
    zones = project.layers.zones
    field = None if zones is None else next((name for name in ("set", "kind") if name in zones.fields), None)
    if zones is None or field is None:
        return ()
    return tuple(dict.fromkeys(str(one) for one in zones.texts(field) if one is not None))


def known_kinds(project: Project, path: str | None, model: str | None) -> None:
    """SchemeError that names the nearest where the scheme has no such path or model."""
    if path:
        member(project.scheme.paths, path, "paths")
    if model:
        member(project.scheme.models, model, "models")


def _with(project: Project, group: Group, new: Rule) -> Project:
    old = getattr(project.recipe.choose, group) if project.recipe.choose else ()
    return choose_with(project, **{group: with_member(cast("tuple[Any, ...]", old), new)})
