"""What the jobs of a policy pack do first: take the pack that is given, else the recipe's, else the shipped one, and measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from landplan.app.main_job import results
from landplan.app.opening import keep_inputs, open_any
from landplan.core.policy import PolicyPack, ruling
from landplan.core.progress import Progress, part
from landplan.core.results import Results
from landplan.export.csv_table import csv_only
from landplan.io.policy_file import read_policy


def measured_under(
    recipe: Path,
    out: Path,
    policy: str | None,
    ruled: str,
    shipped: str,
    progress: Progress,
    alone: Callable[[PolicyPack], PolicyPack] = lambda pack: pack,
) -> tuple[Results, PolicyPack]:
    """The results of a recipe, up to the scores, under one pack alone. out: a .csv to write, which is none of the inputs.

    alone: what of the pack is to count.
    """
    csv_only(out)
    given = None if policy is None else read_policy(policy, Path.cwd())
    project = open_any(recipe, part(progress, 0.0, 0.3))
    keep_inputs(project.recipe, recipe.resolve().parent, out)
    pack = given or ruling(project.policies, ruled) or read_policy(shipped, Path.cwd())
    under = replace(project, policies=(alone(pack),))
    return results(under, progress=part(progress, 0.3, 0.8), upto="score", checked=False), pack
