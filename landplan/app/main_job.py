"""The main job on a project: check → join → measure → score → propose → choose, each step only where its inputs changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from landplan.app.changes import fields
from landplan.app.pack_results import pack_results
from landplan.app.places import named_files
from landplan.core.errors import InputError, Issue
from landplan.core.fragile import Fragile
from landplan.core.layers import LayerSet
from landplan.core.progress import Progress, part, silent
from landplan.core.project import Memo, Project
from landplan.core.recipe import Choose
from landplan.core.results import Results
from landplan.core.scheme import Scheme
from landplan.core.tables import CriteriaTable, OptionTable, Portfolio, ScoreTable, ZoneShares

if TYPE_CHECKING:
    from landplan.steps.score import Basis
    from landplan.steps.utility import Utilities

Upto = Literal["score", "propose", "choose"]
_WORDS = {"title", "note", "experts", "uncertain"}
_MONEY = {"paths", "tenures", "parties", "funds", "land_value", "targets", "discount_rate"}
_WEIGHTS = {"title", "note", "weight", "weight_source", "weights", "group_weights"}
_SCORED = {"groups", "rules", "models", "scoring", "known_weight_min", "unknown"}
"""Keys of a scheme by the first step that looks at them; every step sees all that earlier steps see."""


def results(
    project: Project,
    memo: Memo | None = None,
    progress: Progress = silent,
    recorded: Mapping[str, Any] | None = None,
    upto: Upto = "choose",
    *,
    checked: bool = True,
) -> Results:
    """Every result of the project. With a memo, a step whose inputs are the same objects as before is not run again.

    recorded: a plan chosen before; it is re-checked and summed anew instead of being solved again. upto: the last step
    that is run; what later steps give is None. checked: False does not wait for the checks; those in the memo are taken.
    """
    from landplan.steps.join import join

    kept = memo or Memo()
    layers = project.layers
    refuse_blocked(layers)
    checks = kept.known("check", (layers,)) or ()
    if checked:
        checks = checked_layers(layers, kept, part(progress, 0.0, 0.10))
    zones = kept.get("join", (layers.parcels.geometry, layers.zones), lambda: join(layers, part(progress, 0.10, 0.20)))
    options = portfolio = None
    with named_files(project.recipe.scheme):
        criteria, scores = _scored(project, zones, kept, part(progress, 0.20, 0.60))
        if project.recipe.choose is not None and upto != "score":
            refuse_points(layers)
            tables = (zones, criteria, scores)
            options = _proposed(project, tables, kept, part(progress, 0.60, 0.80))
            if upto == "choose":
                portfolio = _chosen(project, zones, options, kept, part(progress, 0.80, 1.0), recorded)
    if portfolio is None or portfolio.status != "cancelled":  # who has cancelled still gets the best plan found
        progress(1.0, "progress_done")
    of_packs = pack_results(project, zones, criteria, kept)
    tables = (zones, criteria, scores)
    return Results(project, checks, *tables, options, portfolio, *of_packs, _deciding(project, tables, kept))


def _deciding(
    project: Project, tables: tuple[ZoneShares, CriteriaTable, ScoreTable], kept: Memo
) -> Callable[[Progress], Fragile] | None:
    """How the fragile decisions are found; None where the recipe does not ask for them."""
    asked, scheme, seed = project.recipe.robust, project.scheme, project.recipe.seed
    if asked is None:
        return None
    drawn_by = seed if asked.seed is None else asked.seed

    def found(progress: Progress) -> Fragile:
        from landplan.app.acceptability import Uncertainty, decisions
        from landplan.steps.data_range import data_range

        wanted = Uncertainty(asked.draws, drawn_by, asked.weights, asked.spread, least=asked.least)

        def drawn() -> Fragile:
            return decisions(tables[-1], scheme, wanted, progress, data_range(project.layers, *tables, scheme))

        return kept.get("robust", (project.layers, *tables, scheme, asked, drawn_by), drawn)

    return found


def checked_layers(layers: LayerSet, kept: Memo, progress: Progress = silent) -> tuple[Issue, ...]:
    """What the checks find; minutes for some hundred thousand parcels, so a window asks for it by itself."""
    from landplan.steps.check import check

    return kept.get("check", (layers,), lambda: check(layers, progress))


def refuse_blocked(layers: LayerSet) -> None:
    """InputError with the first thing that must be settled before anything is scored, such as an impossible CRS."""
    from landplan.io.layer_set import blocking

    for issue in blocking(layers):
        name = layers.layers[issue.layer].source.path if issue.layer in layers.layers else issue.layer
        raise InputError(issue.id, f"{name} [layers.{issue.layer}]", **dict(issue.values))


def refuse_points(layers: LayerSet) -> None:
    """InputError when what is planned has no areas: points can be scored, but money and sheets go by area."""
    if layers.parcels.geometry.kind == "point":
        raise InputError("plan_needs_areas", f"{layers.parcels.source.path} [layers.parcels]")


def _scored(project: Project, zones: ZoneShares, kept: Memo, progress: Progress) -> tuple[CriteriaTable, ScoreTable]:
    from landplan.steps.measure import Made, measure
    from landplan.steps.score import weighed

    layers, scheme = project.layers, project.scheme
    columns: dict[str, Made] = kept.get("columns", (layers.parcels.geometry,), dict)
    criteria = kept.get(
        "measure",
        (layers, zones, *measured_with(scheme)),
        lambda: measure(layers, zones, scheme, part(progress, 0.0, 0.8), columns),
    )
    scores = kept.get(
        "score",
        (layers, zones, criteria, project.policies, *_values(scheme, _WORDS | _MONEY)),
        lambda: weighed(score_basis(project, zones, criteria, kept, part(progress, 0.8, 0.9)), scheme, part(progress, 0.9, 1.0)),
    )
    return criteria, scores


def score_basis(project: Project, zones: ZoneShares, criteria: CriteriaTable, kept: Memo, progress: Progress = silent) -> Basis:
    """What the scores rest on. Rules are looked at again only where they changed, utilities only of the criteria whose value
    function did; of all utilities the newest alone are kept, for they are large and a drag makes many."""
    from landplan.steps.score import based, standing

    layers, scheme = project.layers, project.scheme
    progress(0.0, "progress_score", model="")
    packs = project.policies
    stand = kept.get(
        "standing",
        (layers, zones, criteria, packs, *_ruled(scheme)),
        lambda: standing(layers, zones, criteria, scheme, packs),
    )
    newest: dict[str, Utilities] = kept.get("utilities", (layers, zones), dict)
    base = based(stand, criteria, scheme, newest.get("newest"))
    newest["newest"] = base.known
    return base


def _proposed(
    project: Project, tables: tuple[ZoneShares, CriteriaTable, ScoreTable], kept: Memo, progress: Progress
) -> OptionTable:
    from landplan.steps.propose import propose

    layers, scheme, wanted = project.layers, project.scheme, _asked(project)
    zones, criteria, scores = tables
    return kept.get(
        "propose",
        (layers, *tables, *_values(scheme, _WORDS | {"targets"}), *proposed_with(wanted)),
        lambda: propose(layers, zones, criteria, scores, scheme, wanted, progress),
    )


def _chosen(
    project: Project,
    zones: ZoneShares,
    options: OptionTable,
    kept: Memo,
    progress: Progress,
    recorded: Mapping[str, Any] | None,
) -> Portfolio:
    from landplan.steps.choose import choose, recorded_portfolio

    layers, scheme, wanted = project.layers, project.scheme, _asked(project)
    if recorded is not None:
        return recorded_portfolio(layers, zones, options, scheme, wanted, recorded, progress)
    return kept.get(
        "choose",
        (layers, zones, options, *_values(scheme, _WORDS), wanted),
        lambda: choose(layers, zones, options, scheme, wanted, progress),
        whole=lambda plan: plan.status != "cancelled",
    )


def _asked(project: Project) -> Choose:
    wanted = project.recipe.choose
    assert wanted is not None  # noqa: S101  (the caller has just looked)
    return wanted


def measured_with(scheme: Scheme) -> tuple[Any, ...]:
    """What of a scheme measuring depends on: not weights, the shape of value functions, rules, models or money."""
    rest = _values(scheme, _WORDS | _MONEY | _SCORED | {"criteria"})
    return (*rest, *(value for one in scheme.criteria for value in (one.id, one.measure, one.missing, one.value is None)))


def _ruled(scheme: Scheme) -> tuple[Any, ...]:
    """What of a scheme rules, exclusions and zones depend on."""
    rest = _values(scheme, _WORDS | _MONEY | {"criteria", "groups", "models", "scoring", "known_weight_min", "missing"})
    return (*rest, *(part for one in scheme.models for name, part in fields(one).items() if name not in _WEIGHTS))


def proposed_with(choose: Choose) -> tuple[Any, ...]:
    """What of [choose] the options depend on: not budgets, limits, lists or goals."""
    return choose.years, choose.models_per_parcel


def _values(scheme: Scheme, without: set[str]) -> Iterator[Any]:
    return (value for name, value in fields(scheme).items() if name not in without)
