"""The built wheel carries the resources and the sample, and works in an environment that has no checkout."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import landplan, importlib.metadata
from landplan.core.paths import resource, sample
print(landplan.__file__)
print(importlib.metadata.version("landplan") == landplan.__version__)
print(resource("fonts", "NotoSansSC-Regular.ttf").stat().st_size)
print(sample("recipe.toml").is_file())
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as `pip install .` builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    call = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    result = subprocess.run(call, capture_output=True, text=True, timeout=300, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    (path,) = folder.glob("landplan-*.whl")
    return path


def shipped(folder: str) -> set[str]:
    """Files of a folder of the checkout that git knows, but for scripts."""
    call = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", folder]
    listed = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return {name for name in listed if name and not name.endswith(".py") and (ROOT / name).is_file()}


def test_contents(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert len(names) == len(set(names))
    for folder, inside in (("resources/", "landplan/_resources/"), ("sample_data/", "landplan/_sample_data/")):
        expected = {inside + name.removeprefix(folder) for name in shipped(folder) if not name.startswith("sample_data/_make/")}
        assert {name for name in names if name.startswith(inside)} == expected
    wanted = {"fonts/NotoSansSC-Regular.ttf", "fonts/NotoSansSC-Bold.ttf", "fonts/OFL.txt", "i18n/zh.toml", "i18n/en.toml"}
    assert {f"landplan/_resources/{name}" for name in wanted} <= set(names)
    assert any(name.startswith("landplan/_resources/schemes/") for name in names)
    assert "landplan/_sample_data/recipe.toml" in names


def test_nothing_else_is_inside(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"landplan"}
    sample = [name for name in names if name.startswith("landplan/_sample_data/")]
    assert [name for name in sample if name.endswith(".py") or "_make" in name] == []
    assert [name for name in names if "__pycache__" in name] == []
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/resources/fonts/OFL.txt") for name in names)


@pytest.mark.slow
def test_installed_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    """The packages that landplan needs are lent by a path file; landplan itself comes from the wheel alone."""
    home = tmp_path / "空 env"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    call = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(call, check=True, timeout=300)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(home)}))
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    ask = subprocess.run([str(python), "-I", "-c", ASK], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert ask.returncode == 0, ask.stderr
    assert ask.stdout.splitlines() == [str(packages / "landplan" / "__init__.py"), "True", str(font_size()), "True"]
    assert b"demo" in said(home / "bin" / "landplan", tmp_path, "--help")
    examples = json.loads(said(home / "bin" / "landplan", tmp_path, "self-test", "--json"))
    assert examples
    sample = packages / "landplan" / "_sample_data" / "data"
    looked = said(home / "bin" / "landplan", tmp_path, "inspect", str(sample / "parcels.shp"), "--lang", "en")
    assert b"parcels" in looked


def said(command: Path, folder: Path, *words: str) -> bytes:
    """What the installed command prints, run outside the checkout."""
    result = subprocess.run([str(command), *words], cwd=folder, capture_output=True, timeout=120, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


def font_size() -> int:
    """Bytes of the Regular font of the checkout."""
    return (ROOT / "resources" / "fonts" / "NotoSansSC-Regular.ttf").stat().st_size
