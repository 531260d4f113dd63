"""The public Python interface: everything the command line and the window can do.

    from landplan import api

    project = api.open_recipe("recipe.toml")                    # layers, scheme, limits: inputs only, frozen
    session = api.Session(project)                              # history: every change is a command, and can be undone
    session.do("set_weight", criterion="metro_m", weight=4)
    results = api.results(session.project)                      # check, join, measure, score, propose, choose
    best = results.scores.recommended                           # (n,) position in results.scores.models, -1 = none
    print(results.scores.models, results.scores.best_score.max())
    print(api.planned(results))                                 # chosen options, proven gap, targets
    print(api.evaluate("topsis", matrix=[[1, 2], [3, 1]], weights=[0.5, 0.5], types=[1, -1])["scores"])
    report = api.score(recipe="recipe.toml", out="scores.csv")  # jobs: files in, files out, as `landplan score`

Jobs (demo, run, score, …) take paths and return a Report; arguments are those of the command line.
"""

from __future__ import annotations

from landplan.app.evaluation import evaluate, evaluated
from landplan.app.jobs.alternatives import alternatives
from landplan.app.jobs.close_gap import close_gap
from landplan.app.jobs.codes import codes
from landplan.app.jobs.convert import convert
from landplan.app.jobs.demo import demo
from landplan.app.jobs.diff import diff
from landplan.app.jobs.edit import edit
from landplan.app.jobs.experts import experts
from landplan.app.jobs.firms import firms
from landplan.app.jobs.fit import fit
from landplan.app.jobs.fit_test import fit_test
from landplan.app.jobs.frontier import frontier
from landplan.app.jobs.grids import grids
from landplan.app.jobs.inspect import inspect
from landplan.app.jobs.join_table import join_table
from landplan.app.jobs.match import match
from landplan.app.jobs.methods import methods
from landplan.app.jobs.money import money
from landplan.app.jobs.new import new
from landplan.app.jobs.relink import relink
from landplan.app.jobs.robust import robust
from landplan.app.jobs.run import run
from landplan.app.jobs.score import score
from landplan.app.jobs.self_test import self_test
from landplan.app.jobs.survey import survey
from landplan.app.jobs.sweep import sweep
from landplan.app.jobs.verify import verify
from landplan.app.jobs.why import why
from landplan.app.main_job import results
from landplan.app.opening import open_any, open_recipe, save_project
from landplan.app.report import Report
from landplan.app.session import Session, applied
from landplan.app.summary import planned, scored
from landplan.core.errors import (
    ExportError,
    InputError,
    Issue,
    LandplanError,
    MethodError,
    SchemeError,
    SolveError,
    UsageError,
)
from landplan.core.layers import Layer, LayerSet, Raster
from landplan.core.messages import set_language
from landplan.core.progress import Cancelled
from landplan.core.project import Memo, Project, Scenario
from landplan.core.recipe import Recipe
from landplan.core.registry import commands, jobs
from landplan.core.results import Results
from landplan.core.scheme import Scheme
from landplan.core.tables import CriteriaTable, OptionTable, Portfolio, ScoreTable, ZoneShares
from landplan.steps.check import check
from landplan.steps.choose import choose
from landplan.steps.join import join
from landplan.steps.measure import measure
from landplan.steps.propose import propose
from landplan.steps.score import score as score_step

__all__ = [
    "Cancelled",
    "CriteriaTable",
    "ExportError",
    "InputError",
    "Issue",
    "LandplanError",
    "Layer",
    "LayerSet",
    "Memo",
    "MethodError",
    "OptionTable",
    "Portfolio",
    "Project",
    "Raster",
    "Recipe",
    "Report",
    "Results",
    "Scenario",
    "Scheme",
    "SchemeError",
    "ScoreTable",
    "Session",
    "SolveError",
    "UsageError",
    "ZoneShares",
    "alternatives",
    "applied",
    "check",
    "choose",
    "close_gap",
    "codes",
    "commands",
    "convert",
    "demo",
    "diff",
    "edit",
    "evaluate",
    "evaluated",
    "experts",
    "firms",
    "fit",
    "fit_test",
    "frontier",
    "grids",
    "inspect",
    "jobs",
    "join",
    "join_table",
    "match",
    "measure",
    "methods",
    "money",
    "new",
    "open_any",
    "open_recipe",
    "planned",
    "propose",
    "relink",
    "results",
    "robust",
    "run",
    "save_project",
    "score",
    "score_step",
    "scored",
    "self_test",
    "set_language",
    "survey",
    "sweep",
    "verify",
    "why",
]
