"""Fixtures every test may use."""

import json
from pathlib import Path
from typing import Any

import pytest

from landplan.core.messages import set_language
from landplan.core.paths import resource


@pytest.fixture(autouse=True)
def _chinese() -> None:
    """Texts start in Chinese in every test, whatever the one before it chose."""
    set_language("zh")


@pytest.fixture(scope="session")
def worked_examples() -> dict[str, Any]:
    """The published worked examples that landplan ships, by id."""
    cases = json.loads(Path(resource("worked_examples.json")).read_text(encoding="utf-8"))["cases"]
    return {case["id"]: case for case in cases}
