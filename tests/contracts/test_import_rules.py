"""The import rules of pyproject.toml hold, and each of them bites when it is broken."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"

ROOMS, QT, GDAL, DASK, METHODS = (
    "Rooms import downwards only; each module has its room",
    "Qt and pyqtgraph only in gui",
    "GDAL's readers and writers only in io and export",
    "Dask only in engine, which runs without it",
    "Methods do not import each other",
)
VIOLATIONS = {  # what is wrong → the rule that must say so, and the files (path → text) that make it so
    "core imports io": (ROOMS, {"core/planted.py": "import landplan.io.other", "io/other.py": ""}),
    "io imports a step": (ROOMS, {"io/planted.py": "import landplan.steps.other", "steps/other.py": ""}),
    "a measure imports a score": (ROOMS, {"measures/planted.py": "import landplan.scoring.other", "scoring/other.py": ""}),
    "the interface imports the command line": (ROOMS, {"api.py": "import landplan.cli", "cli.py": ""}),
    "a stray module": (ROOMS, {"helpers.py": ""}),
    "a stray room": (ROOMS, {"common/planted.py": ""}),
    "a measure imports its sibling": (METHODS, {"measures/planted.py": "from . import other", "measures/other.py": ""}),
    "a check imports its sibling inside a function": (
        METHODS,
        {"checks/planted.py": "def f() -> None:\n    from landplan.checks import other", "checks/other.py": ""},
    ),
    "Qt in app": (QT, {"app/planted.py": "from PySide6.QtCore import QObject"}),
    "pyqtgraph in core": (QT, {"core/planted.py": "import pyqtgraph"}),
    "Dask in a step": (DASK, {"steps/planted.py": "def f() -> None:\n    import distributed"}),
    "GDAL in a measure": (GDAL, {"measures/planted.py": "def f() -> None:\n    import fiona"}),
}
ALLOWED = {
    "Dask in engine": {"engine/planted.py": "def f() -> None:\n    from distributed import Client"},
    "Qt in gui": {"gui/canvas/planted.py": "from PySide6.QtCore import QObject", "gui/panel.py": "import pyqtgraph"},
    "GDAL in io and export": {"io/planted.py": "import pyogrio", "export/drawing/planted.py": "import rasterio.features"},
    "a step imports methods": {"steps/planted.py": "import landplan.measures.one", "measures/one.py": ""},
}


def planted(folder: Path, files: dict[str, str]) -> Path:
    """A copy of the package's Python files and of pyproject.toml, with `files` (path → text) laid over it."""
    shutil.copytree(ROOT / "landplan", folder / "landplan", ignore=shutil.ignore_patterns("_sample_data", "_resources", "*.pyc"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name, text in files.items():
        path = folder / "landplan" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        for room in path.relative_to(folder).parents[:-1]:
            (folder / room / "__init__.py").touch()
        path.write_text(text + "\n", encoding="utf-8")
    return folder


def linted(folder: Path) -> subprocess.CompletedProcess[str]:
    """What import-linter says of the copy in `folder` (not of the checkout: the copy comes first on the path)."""
    call = [sys.executable, "-c", LINT, "--no-cache"]
    return subprocess.run(call, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("name", ["nothing planted", *ALLOWED])
def test_rules_pass(name: str, tmp_path: Path) -> None:
    result = linted(planted(tmp_path, ALLOWED.get(name, {})))
    assert result.returncode == 0, result.stdout + result.stderr
    assert "5 kept, 0 broken" in result.stdout


@pytest.mark.parametrize("name", VIOLATIONS)
def test_violation_is_found(name: str, tmp_path: Path) -> None:
    rule, files = VIOLATIONS[name]
    result = linted(planted(tmp_path, files))
    assert result.returncode == 1
    assert f"{rule} BROKEN" in result.stdout
    module = next(iter(files)).removesuffix(".py").split("/")[0 if "room" in name else -1]
    assert module in result.stdout.partition("Broken contracts")[2]


def test_no_test_imports_from_a_conftest() -> None:
    """Every folder of tests may have one; which of them the name means hangs on what else is run."""
    files = (Path(__file__).parents[1]).rglob("*.py")
    assert [file.name for file in files if re.search(r"^(from|import) conftest\b", file.read_text("utf-8"), re.MULTILINE)] == []
