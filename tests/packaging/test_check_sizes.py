"""The size check finds what is too long, and only that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CHECK = Path(__file__).resolve().parents[2] / "packaging" / "check_sizes.py"


def function(lines: int, head: str = "def planted():", indent: str = "") -> str:
    """A function of this many lines, its first line included."""
    body = [indent + head, indent + '    """A docstring counts."""', *[indent + "    pass"] * (lines - 2)]
    return "\n".join(body) + "\n"


def checked(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    (folder / "room").mkdir()
    (folder / "room" / "file.py").write_text(text, encoding="utf-8")
    call = [sys.executable, str(CHECK), str(folder)]
    return subprocess.run(call, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)


@pytest.mark.parametrize(
    "text",
    [
        function(60),
        "x = 1\n" * 400,
        '"""One table."""\n\n# size: the code list of the standard, row by row\n' + "x = 1\n" * 500,
    ],
)
def test_within_limits(text: str, tmp_path: Path) -> None:
    result = checked(tmp_path, text)
    assert (result.returncode, result.stdout) == (0, "Sizes: 1 files keep the limits.\n")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (function(61), "file.py:1: planted has 61 lines, 60 are allowed"),
        (function(61, "async def planted():"), "file.py:1: planted has 61 lines"),
        ("@decorated\n" + function(60), "file.py:1: planted has 61 lines"),
        ("class Room:\n" + function(61, indent="    "), "file.py:2: planted has 61 lines"),
        ("# size: a reason excuses a file only\n" + function(61), "file.py:2: planted has 61 lines"),
        ("x = 1\n" * 401, "file.py:1: 401 lines, 400 are allowed"),
        ("x = 1\n" * 401 + "# size: too late\n", "file.py:1: 402 lines"),
        ("# size:\n" + "x = 1\n" * 400, "file.py:1: 401 lines"),
    ],
)
def test_over_limits(text: str, complaint: str, tmp_path: Path) -> None:
    result = checked(tmp_path, text)
    assert result.returncode == 1
    assert complaint in result.stdout


def test_nothing_to_look_at(tmp_path: Path) -> None:
    call = [sys.executable, str(CHECK), str(tmp_path / "absent")]
    assert subprocess.run(call, capture_output=True, timeout=60, check=False).returncode == 2
