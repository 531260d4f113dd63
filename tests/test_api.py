"""The public interface: its names, and the example in its docstring."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
import small_plan

from landplan import api
from landplan.core.registry import jobs


def test_all_names_exist_are_sorted_and_are_all_there_is() -> None:
    assert list(api.__all__) == sorted(set(api.__all__))
    public = {name for name in vars(api) if not name.startswith("_") and name != "annotations"}
    assert public == set(api.__all__)


def test_every_job_is_public() -> None:
    assert set(jobs.all()) - {"gui"} <= set(api.__all__)  # the window lies above the API


def test_the_example_of_the_docstring_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small_plan.write_plan(tmp_path)
    monkeypatch.chdir(tmp_path)
    lines = (inspect.getdoc(api) or "").split("\n\n")
    example = "\n".join(line[4:] for block in lines for line in block.splitlines() if line.startswith("    "))
    assert example.count("\n") >= 8
    exec(compile(example, "docstring", "exec"), {})  # noqa: S102  (our own text)
    told = capsys.readouterr().out
    assert "factory" in told
    assert "[0.0, 1.0]" in told
    assert (tmp_path / "scores.csv").is_file()


@pytest.mark.parametrize("name", sorted(set(api.__all__) - {"commands", "jobs"}))
def test_every_public_name_says_what_it_is(name: str) -> None:
    assert (inspect.getdoc(getattr(api, name)) or "").strip(), name
