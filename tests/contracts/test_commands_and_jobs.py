"""Contracts of every registered command and job, those to come included."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from landplan import api
from landplan.app.report import Report
from landplan.core.errors import UsageError
from landplan.core.project import Project
from landplan.core.registry import Method, Param, commands, jobs

HEAVY = (
    "numpy",
    "pandas",
    "pyarrow",
    "shapely",
    "pyproj",
    "geopandas",
    "duckdb",
    "numba",
    "scipy",
    "typer",
    "rich",
    "landplan.io",
    "landplan.export",
    "landplan.steps",
    "landplan.core.project",
    "landplan.core.layers",
    "landplan.core.results",
)
FOR_FORMS = ("near", "goals", "planning_lacks")
"""What a form of the window asks of a command's file besides the command: which values there are, what is lacking."""
BOTH = [
    *(pytest.param(method, id=f"command-{method.id}") for method in commands),
    *(pytest.param(job, id=f"job-{job.id}") for job in jobs),
]


@pytest.mark.parametrize("method", BOTH)
def test_one_file_one_verb_with_titles_in_both_languages(method: Method[Any]) -> None:
    assert Path(inspect.getfile(inspect.unwrap(method.run))).stem == method.id
    assert method.title and method.title_zh != method.title
    assert inspect.getdoc(method.run)
    public = [
        name
        for name, value in vars(inspect.getmodule(method.run)).items()
        if inspect.isfunction(value) and value.__module__ == method.run.__module__ and not name.startswith("_")
    ]
    assert set(public) <= {method.id, *FOR_FORMS}


@pytest.mark.parametrize("method", BOTH)
def test_all_parameters_are_named_and_explained(method: Method[Any]) -> None:
    kinds = [parameter.kind for parameter in inspect.signature(method.run).parameters.values()]
    assert kinds.count(inspect.Parameter.POSITIONAL_OR_KEYWORD) == (1 if method.kind == "command" else 0)
    assert inspect.signature(method.run).parameters["progress"].default is not inspect.Parameter.empty
    for argument in method.arguments:
        assert argument.param.help, argument.name
        assert argument.param.zh, argument.name
    wanted = Project if method.kind == "command" else Report
    assert get_type_hints(method.run)["return"] is wanted


def beyond(param: Param) -> list[Any]:
    """Values that a parameter does not take."""
    numbers = [] if param.low is None else [param.low - 1, float("nan")]
    numbers += [] if param.high is None else [param.high + 1]
    return [*numbers, *(["none_of_them"] if param.choices else [])]


@pytest.mark.parametrize("job", [pytest.param(job, id=job.id) for job in jobs])
def test_options_beyond_their_bounds_are_refused_from_python_too(job: Method[Any]) -> None:
    """Before anything else is looked at: what a job needs besides is not given here."""
    call = getattr(api, job.id, job.run)
    for argument in job.arguments:
        for value in beyond(argument.param):
            with pytest.raises(UsageError, match=argument.name):
                call(**{argument.name: value})


def test_commands_and_jobs_share_no_name() -> None:
    assert not set(commands.all()) & set(jobs.all())


@pytest.mark.parametrize("job", [pytest.param(job, id=job.id) for job in jobs])
def test_a_job_loads_nothing_heavy_before_it_runs(job: Method[Any]) -> None:
    tree = ast.parse(Path(inspect.getfile(inspect.unwrap(job.run))).read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [str(node.module)]
            assert not [name for name in names if name.startswith(HEAVY)], ast.unparse(node)
