"""The set-up script asks for what is missing, in one line, and leaves the user's settings out. Stand-ins play the commands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYS = ["packaging/bootstrap.lock", "requirements.lock", "requirements-dev.lock", "pyproject.toml"]
NEEDED = ["bash", "env", "dirname", "cat", "grep", "cut", "sha256sum", "mkdir", "cp", "rm", "chmod"]
PYTHON = """#!/usr/bin/env bash
case "$*" in
  *"sys.exit(sys.version_info"*) exit "$OLD" ;;
  *sys.version_info*) echo "$VERSION" ;;
  *ensurepip*) exit "$NO_VENV" ;;
  "-m venv "*) mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; echo "VIRTUAL_ENV=$4" >"$4/bin/activate" ;;
  *--target*) mkdir -p .venv/.tools/bin; echo 'echo "uv $*" >>calls; exit '"$FAILING_UV" >.venv/.tools/bin/uv
              chmod +x .venv/.tools/bin/uv ;;
esac
echo "python $*" >>calls
env >environment
"""
LIBRARY = re.compile(r"^\S+ (lib\S+\.so\S*)$", re.MULTILINE)
DEFAULTS = {"OLD": "0", "VERSION": "3.12", "NO_VENV": "0", "FAILING_UV": "0"}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the script, its locks, and `commands/`, which is all of PATH."""
    folder = tmp_path / "a clone"
    (folder / "packaging").mkdir(parents=True)
    for name in ("packaging/bootstrap.sh", *KEYS):
        shutil.copy(ROOT / name, folder / name)
    (folder / "commands").mkdir()
    for name in NEEDED:
        (folder / "commands" / name).symlink_to(shutil.which(name) or name)
    stand_in(folder, "python3", PYTHON)
    libraries = LIBRARY.findall((folder / "packaging" / "bootstrap.sh").read_text(encoding="utf-8"))
    stand_in(folder, "ldconfig", "\n".join(f"echo {library}" for library in libraries))
    return folder


def stand_in(checkout: Path, name: str, text: str) -> None:
    path = checkout / "commands" / name
    path.write_text(text if text.startswith("#!") else f"#!/usr/bin/env bash\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


def run(checkout: Path, level: str = "demo", **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(checkout / "commands"), "HOME": str(checkout), "LC_ALL": "C.UTF-8", **DEFAULTS, **settings}
    call = [str(checkout / "packaging" / "bootstrap.sh"), level]
    return subprocess.run(call, env=environment, capture_output=True, text=True, timeout=60, check=False)


def calls(checkout: Path) -> str:
    path = checkout / "calls"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def test_first_run_installs_and_second_does_nothing(checkout: Path) -> None:
    first = run(checkout)
    assert first.returncode == 0, first.stderr
    assert "uv --quiet pip sync" in calls(checkout)
    assert "requirements.lock" in calls(checkout)
    assert "pip --quiet install --no-deps --no-build-isolation" in calls(checkout)
    (checkout / "calls").unlink()
    second = run(checkout)
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert "pip" not in calls(checkout)


@pytest.mark.parametrize("name", ["requirements.lock", "packaging/bootstrap.lock", "pyproject.toml"])
def test_a_changed_lock_installs_again(checkout: Path, name: str) -> None:
    run(checkout)
    (checkout / "calls").unlink()
    with (checkout / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert run(checkout).returncode == 0
    assert "uv --quiet pip sync" in calls(checkout)


def test_demo_after_test_keeps_the_checkers(checkout: Path) -> None:
    stand_in(checkout, "pdftotext", "exit 0")
    stand_in(checkout, "ogrinfo", "exit 0")
    stand_in(checkout, "Xvfb", "exit 0")
    stand_in(checkout, "xauth", "exit 0")
    assert run(checkout, "test").returncode == 0
    assert "requirements-dev.lock" in calls(checkout)
    (checkout / "calls").unlink()
    assert run(checkout, "demo").returncode == 0
    assert "uv" not in calls(checkout)


def test_a_moved_checkout_is_set_up_anew(checkout: Path) -> None:
    run(checkout)
    moved = checkout.rename(checkout.with_name("moved"))
    (moved / "calls").unlink()
    assert run(moved).returncode == 0
    assert "-m venv --clear" in calls(moved)


def test_pip_takes_over_from_uv(checkout: Path) -> None:
    result = run(checkout, FAILING_UV="2")
    assert result.returncode == 0
    assert "pip --quiet install --require-hashes -r requirements.lock" in calls(checkout)


def test_settings_of_the_user(checkout: Path) -> None:
    strays = dict.fromkeys(["PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "PIP_TARGET", "PIP_PREFIX", "PIP_NO_DEPS", "UV_PYTHON"], "/x")
    kept = dict.fromkeys(["PIP_INDEX_URL", "PIP_CERT", "PIP_FIND_LINKS", "UV_CACHE_DIR", "HTTPS_PROXY"], "/y")
    assert run(checkout, **strays, **kept, PIP_USER="1", PYTHONPATH="/x").returncode == 0
    lines = (checkout / "environment").read_text(encoding="utf-8").splitlines()
    seen = dict(line.split("=", 1) for line in lines if "=" in line)
    assert {name: seen.get(name) for name in kept} == kept
    assert seen["PIP_USER"] == "0"
    assert seen["PYTHONPATH"].endswith(".venv/.tools")  # for the build of landplan alone
    assert not strays.keys() & seen.keys()


def test_old_python_is_named(checkout: Path) -> None:
    result = run(checkout, OLD="1", VERSION="3.9")
    assert result.returncode == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert "Python 3.11 or newer" in line
    assert "3.9" in line


def test_another_python_serves(checkout: Path) -> None:
    stand_in(checkout, "python3.13", PYTHON.replace('"$OLD"', "0"))
    assert run(checkout, OLD="1").returncode == 0


@pytest.mark.parametrize("sudo", [None, "exit 1"])
def test_without_rights_one_line_says_what_to_install(checkout: Path, sudo: str | None) -> None:
    stand_in(checkout, "apt-get", "exit 0")
    stand_in(checkout, "id", "echo 1000")
    if sudo:
        stand_in(checkout, "sudo", sudo)
    result = run(checkout, "test", NO_VENV="1")
    packages = "python3.12-venv poppler-utils gdal-bin xvfb xauth"
    expected = f"landplan: run this first: sudo apt-get install --no-install-recommends {packages}\n"
    assert (result.returncode, result.stdout, result.stderr) == (1, "", expected)


@pytest.mark.parametrize(("user", "prefix"), [("0", ""), ("1000", "sudo -n ")])
def test_with_rights_the_line_is_printed_then_run(checkout: Path, user: str, prefix: str) -> None:
    fails_before_update = 'grep -q " update" calls || case "$*" in *install*) exit 100 ;; esac'
    stand_in(checkout, "apt-get", f'echo "apt-get $*" >>calls; {fails_before_update}')
    stand_in(checkout, "id", f"echo {user}")
    stand_in(checkout, "sudo", '[ "$2" = true ] || { echo sudo >>calls; shift; exec "$@"; }')
    result = run(checkout, "demo", NO_VENV="1")
    assert result.returncode == 0, result.stderr
    expected = f"landplan: system packages: {prefix}apt-get install --no-install-recommends python3.12-venv"
    assert result.stdout.splitlines()[0] == expected
    lines = [line for line in calls(checkout).splitlines() if line.startswith("apt-get ")]
    assert [line.split()[5] for line in lines] == ["install", "update", "install"]
    assert ("sudo" in calls(checkout).splitlines()) == bool(prefix)


def test_without_apt_the_packages_are_named(checkout: Path) -> None:
    result = run(checkout, "test")
    assert result.returncode == 1
    assert result.stderr.endswith("poppler-utils gdal-bin xvfb xauth\n")
    assert len(result.stderr.splitlines()) == 1


def test_the_window_asks_for_its_libraries_and_no_checker(checkout: Path) -> None:
    stand_in(checkout, "ldconfig", "echo libGL.so.1")
    result = run(checkout, "app")
    packages = result.stderr.split(": ")[-1].split()
    assert result.returncode == 1
    assert {"libegl1", "libxcb-cursor0", "libxkbcommon0"} <= set(packages)
    assert not {"libgl1", "poppler-utils", "xvfb"} & set(packages)


def test_unknown_level(checkout: Path) -> None:
    result = run(checkout, "moon")
    assert result.returncode == 2
    assert result.stderr == "landplan: no such level: moon. Use demo, test or app.\n"


def test_script_is_executable() -> None:
    assert os.access(ROOT / "packaging" / "bootstrap.sh", os.X_OK)
