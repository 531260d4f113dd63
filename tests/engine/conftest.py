"""The town as files, once for all tests of the engine."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from town import SOME, layers, scheme, write

from landplan.core.recipe import Recipe
from landplan.core.scheme import Scheme


@pytest.fixture(scope="session")
def town_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Recipe]:
    folder = tmp_path_factory.mktemp("town")
    return folder, write(folder, layers())


@pytest.fixture
def own_files(town_files: tuple[Path, Recipe], tmp_path: Path) -> tuple[Path, Recipe]:
    """A copy that a test may change."""
    folder, recipe = town_files
    return Path(shutil.copytree(folder, tmp_path / "own")), recipe


@pytest.fixture
def judged() -> Scheme:
    return scheme(only=SOME)
