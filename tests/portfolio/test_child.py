"""The solver process finds landplan however the parent was started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import landplan

SCRIPT = """
from unittest import mock
from landplan.portfolio import milp
from landplan.portfolio.problem import Problem
one = Problem([3.0, 2.0, 2.0], [0, 1, 2], [2.0, 1.0, 1.0], [0, 1, 2], [0, 3], [-float("inf")], [2.5], ("budget",))
with mock.patch.object(milp, "filled", return_value=None):
    print(milp.solve(one, gap=0).objective)
"""


def test_a_script_given_on_the_command_line_can_search() -> None:
    """There sys.path starts with an empty text, which means the folder the parent was started in."""
    root = Path(landplan.__file__).parent.parent
    run = subprocess.run([sys.executable, "-c", SCRIPT], cwd=root, capture_output=True, text=True, timeout=120, check=False)
    assert run.stdout.strip() == "4.0", run.stderr
