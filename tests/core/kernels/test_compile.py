"""The kernel wrapper: nothing compiled or imported before the first call, compiled code in the user's cache only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def run(code, folder, **variables):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folder / "cache"), **variables}
    work = folder / "work"
    work.mkdir(exist_ok=True)
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], env=environment, cwd=work, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split(), work


def test_importing_kernels_does_not_import_numba(tmp_path):
    code = """
import importlib, pkgutil, sys
import landplan.core.kernels as room
names = [m.name for m in pkgutil.iter_modules(room.__path__)]
for name in names:
    importlib.import_module(f"landplan.core.kernels.{name}")
print(len(names) > 3, "numba" in sys.modules, "scipy" in sys.modules, "shapely" in sys.modules)
"""
    assert run(code, tmp_path)[0] == ["True", "False", "False", "False"]


CALL = """
import numpy as np
from landplan.core.kernels import rings
from landplan.core.layers import Geometry
xy = np.array([[0, 0], [2, 0], [2, 2], [0, 2], [0, 0.0]])
one = np.array([0, 1])
print(rings.area_m2(Geometry("polygon", xy, np.array([0, 5]), one, one))[0])
"""


def test_compiled_code_is_kept_in_the_users_cache_and_nowhere_else(tmp_path):
    before = set((ROOT / "landplan" / "core" / "kernels").rglob("*.nb?"))
    out, work = run(CALL, tmp_path, NUMBA_CACHE_DIR=str(tmp_path / "planted"))
    assert out == ["4.0"]
    kept = [path for path in (tmp_path / "cache").rglob("*.nbi") if "rings" in path.name]
    assert {path.name.split(".")[1].split("-")[0] for path in kept} == {"_areas", "_ring_area"}
    assert list(work.iterdir()) == []
    assert not (tmp_path / "planted").exists()
    assert set((ROOT / "landplan" / "core" / "kernels").rglob("*.nb?")) == before
    stamps = [path.stat().st_mtime_ns for path in kept]
    assert run(CALL, tmp_path)[0] == ["4.0"]
    assert [path.stat().st_mtime_ns for path in kept] == stamps  # the second run found it


def test_without_a_cache_it_still_runs(tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert run(CALL, tmp_path)[0] == ["4.0"]
