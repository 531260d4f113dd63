"""The locked requirements name no place to fetch from, hold a hash for each package, and cover what pyproject asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock", "packaging/bootstrap.lock"]
PLACES = re.compile(r"://|file:|--?(?:extra-)?index-url|--find-links|--trusted-host|(?:^|\s)/\w|\b[\w-]+\.(?:com|org|net|io|cn)\b")


def entries(text: str) -> list[str]:
    """One text per package: its name, version and marker, with its hashes."""
    return [entry for entry in re.split(r"\n(?=\w)", text) if not entry.startswith("#")]


def names(requirements: list[str]) -> set[str]:
    found = (re.match(r"[\w.-]+", requirement) for requirement in requirements)
    return {match[0].lower().replace("_", "-") for match in found if match}


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_place(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert PLACES.findall(text) == []


@pytest.mark.parametrize("line", ["--index-url https://mirror", "-f /opt/wheels", "a @ file:b", "# from pypi.example.org"])
def test_a_place_is_seen(line: str) -> None:
    assert PLACES.search(f"numpy==2.0\n{line}\n")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_and_hashed(lock: str) -> None:
    packages = entries((ROOT / lock).read_text(encoding="utf-8"))
    pinned = re.compile(r"[\w.-]+==[\w.!+-]+ .*?--hash=sha256:[0-9a-f]{64}", re.DOTALL)
    assert packages
    assert [entry for entry in packages if not pinned.match(entry)] == []


def test_locks_cover_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    runtime = names(entries((ROOT / "requirements.lock").read_text(encoding="utf-8")))
    develop = names(entries((ROOT / "requirements-dev.lock").read_text(encoding="utf-8")))
    assert names(project["dependencies"]) - runtime == set()
    extras = project["optional-dependencies"]
    assert (names([*extras["dev"], *extras["gui"], *extras["cluster"]]) | runtime) - develop == set()
