"""Fixtures every test may use."""

import json
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from landplan.core.messages import set_language
from landplan.core.paths import resource

_TESTS = count()


@pytest.fixture(autouse=True)
def _chinese() -> None:
    """Texts start in Chinese in every test, whatever the one before it chose."""
    set_language("zh")


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the settings or kept layers of whoever runs it (where these are found by XDG_CONFIG_HOME)."""
    folder = tmp_path_factory.getbasetemp() / "settings" / str(next(_TESTS))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    monkeypatch.setenv("LANDPLAN_KEPT_GB", "0")


@pytest.fixture(scope="session")
def worked_examples() -> dict[str, Any]:
    """The published worked examples that landplan ships, by id."""
    cases = json.loads(Path(resource("worked_examples.json")).read_text(encoding="utf-8"))["cases"]
    return {case["id"]: case for case in cases}
