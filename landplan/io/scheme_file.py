"""Schemes as TOML files: read with every cross-reference checked, and written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from landplan.core.errors import InputError, MethodError, SchemeError, nearest
from landplan.core.paths import resource
from landplan.core.recipe import BUILTIN
from landplan.core.scheme import Criterion, LandUseModel, RenewalPath, Scheme, Target, Tenure
from landplan.core.scheme_weights import group_chains
from landplan.io.files import replacing
from landplan.io.toml_model import checked, parsed, toml_data, toml_text


def read_scheme(spec: str, folder: Path) -> Scheme:
    """The scheme at a path relative to `folder`, or a shipped one ("builtin:jiading_default").

    Checked: shape, types and bounds; ids unique; weights name criteria, models name tenures and paths, money names parties.
    Names of measures, value functions and scorings are checked by the steps that use them.
    """
    path = scheme_path(spec, folder)
    return consistent(checked(Scheme, toml_data(path), path.name), path.name)


def scheme_path(spec: str, folder: Path) -> Path:
    """Where a scheme lies; InputError with the shipped names when a built-in one does not exist."""
    if not spec.startswith(BUILTIN):
        return folder / spec
    name = spec.removeprefix(BUILTIN)
    shipped = sorted(file.stem for file in resource("schemes").glob("*.toml"))
    if name not in shipped:
        raise InputError("no_such_scheme", spec, nearest=nearest(name, shipped) or ", ".join(shipped))
    return resource("schemes", f"{name}.toml")


def scheme_of_text(text: str, where: str) -> Scheme:
    """A scheme from its TOML text."""
    return consistent(checked(Scheme, parsed(text.encode(), where), where), where)


def scheme_text(scheme: Scheme) -> str:
    """The scheme as TOML that reads back equal."""
    return toml_text(scheme)


def write_scheme(scheme: Scheme, path: Path) -> None:
    """Write the scheme as a file, whole or not at all."""
    with replacing(path) as draft:
        draft.write_text(scheme_text(scheme), encoding="utf-8", newline="\n")


def consistent(scheme: Scheme, where: str) -> Scheme:
    """The scheme when every name in it names something; SchemeError with the nearest name if not."""
    for group, ids in _groups(scheme):
        repeated = [id for id, n in Counter(ids).items() if n > 1]
        if repeated:
            raise SchemeError("id_twice", where, group=group, name=repeated[0])
    clash = sorted({criterion.id for criterion in scheme.criteria} & set(scheme.figures))
    if clash:
        raise SchemeError("id_twice", where, group="figures, criteria", name=clash[0])
    clash = sorted({criterion.id for criterion in scheme.criteria} & {group.id for group in scheme.groups})
    if clash:
        raise SchemeError("id_twice", where, group="groups, criteria", name=clash[0])
    for key, name, known in _references(scheme):
        if name not in known:
            raise SchemeError("names_nothing", where, key=key, name=name, nearest=nearest(name, known) or ", ".join(known) or "-")
    try:
        group_chains(scheme)
    except MethodError as error:  # a group that stands in itself
        raise SchemeError(error.id, where, **error.values) from error
    return scheme


def _groups(scheme: Scheme) -> Iterator[tuple[str, list[str]]]:
    parts: dict[str, Iterable[Criterion | LandUseModel | Tenure | RenewalPath | Target]] = {
        "criteria": scheme.criteria, "models": scheme.models, "tenures": scheme.tenures, "paths": scheme.paths,
        "targets": scheme.targets,
    }  # fmt: skip
    for group, items in parts.items():
        yield group, [item.id for item in items]
    yield "groups", [group.id for group in scheme.groups]
    yield "experts", [f"{one.by} ({one.group})" if one.group else one.by for one in scheme.experts]
    yield "rules", [rule.id for rule in scheme.rules]
    yield "parties", [party.id for party in scheme.parties]
    yield "funds", [fund.id for fund in scheme.funds]
    for path in scheme.paths:
        yield f"paths[{path.id}].lines", [line.id for line in path.lines]


def _references(scheme: Scheme) -> Iterator[tuple[str, str, list[str]]]:
    """(key, name it uses, names there are)."""
    criteria, tenures = [one.id for one in scheme.criteria], [one.id for one in scheme.tenures]
    paths, parties, funds = ([one.id for one in part] for part in (scheme.paths, scheme.parties, scheme.funds))
    groups = [one.id for one in scheme.groups]
    if groups:
        yield from ((f"criteria[{one.id}].group", one.group, groups) for one in scheme.criteria if one.group)
    yield from ((f"groups[{one.id}].parent", one.parent, groups) for one in scheme.groups if one.parent)
    for expert in scheme.experts:
        here = f"experts[{expert.by}]"
        yield from ((f"{here}.weights", name, [*criteria, *groups]) for name in expert.weights)
        if groups and expert.group:
            yield f"{here}.group", expert.group, groups
    for model in scheme.models:
        here = f"models[{model.id}]"
        yield from ((f"{here}.group_weights", name, groups) for name in model.group_weights)
        yield from ((f"{here}.weights", name, criteria) for name in model.weights)
        yield from ((f"{here}.tenures", name, tenures) for name in model.tenures)
        yield from ((f"{here}.paths", name, paths) for name in model.paths or ())
    for path in scheme.paths:
        here = f"paths[{path.id}]"
        yield from ((f"{here}.tenures", name, tenures) for name in path.tenures or ())
        for line in path.lines:
            named = {"party": line.party, "from": line.payer, "to": line.receiver}
            yield from ((f"{here}.lines[{line.id}].{key}", name, parties) for key, name in named.items() if name)
            if line.fund is not None and funds:
                yield f"{here}.lines[{line.id}].fund", line.fund, funds
