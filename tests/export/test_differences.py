"""What counts as different between two deliverables, file by file."""

from __future__ import annotations

from pathlib import Path

import pytest

from landplan.core.errors import InputError
from landplan.export.differences import differences


def compare(folder: Path, name: str, old: str, new: str) -> list[str]:
    """Where the second text differs from the first."""
    paths = [folder / part / name for part in ("old", "new")]
    for path, text in zip(paths, (old, new), strict=True):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return [one.where for one in differences(paths[0], paths[1], name)]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("id,use\nP1,0902\n", "id,use\nP1,902\n", ["P1 · use"]),
        ("id,use\nP1,1e3\n", "id,use\nP1,1000.0\n", []),
        ("id,use\nP1,1_000\n", "id,use\nP1,1000\n", ["P1 · use"]),
        ("id,a\nP1,1.0000000000001\n", "id,a\nP1,1\n", []),
        ("id,a\nP1,0.000001\n", "id,a\nP1,0.000002\n", ["P1 · a"]),
        ("id,a,a\nP1,1,2\n", "id,a,a\nP1,3,2\n", ["P1 · 1"]),
        ("id,a\nP1,1,9\n", "id,a\nP1,1\n", ["P1 · 2"]),
        ("id,a\nP1,\n", "id,a\nP1,0\n", ["P1 · a"]),
        ("id,a\nP1,1\nP1,2\n", "id,a\nP1,3\nP1,2\n", ["row 1 · a"]),
        ("id,a\nP1,1\n", "id,b\nP1,1\n", ["P1 · a", "column 1", "P1 · b"]),
    ],
)
def test_csv(old: str, new: str, where: list[str], tmp_path: Path) -> None:
    assert compare(tmp_path, "t.csv", old, new) == where


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('{"a": 1}', '{"a": 1.0}', []),
        ('{"a": 1}', '{"a": true}', ["a"]),
        ('{"a": 1}', '{"a": "1"}', ["a"]),
        ('{"a": null}', "{}", ["· n", "a"]),
        ('{"a": []}', '{"a": {}}', []),
        ('[{"id": "x", "v": 1}, {"id": "x", "v": 2}]', '[{"id": "x", "v": 3}, {"id": "x", "v": 2}]', ["x.v"]),
        ('[{"id": "x", "v": 1}, {"id": "x", "v": 2}]', '[{"id": "x", "v": 1}, {"id": "x", "v": 3}]', ["x#2.v"]),
        ('[{"id": "x", "v": 1}]', '[{"id": "y", "v": 1}]', ["x · n", "x.id", "x.v", "y · n", "y.id", "y.v"]),
    ],
)
def test_json(old: str, new: str, where: list[str], tmp_path: Path) -> None:
    assert compare(tmp_path, "t.json", old, new) == where


def test_a_key_told_twice_is_unreadable_not_the_last_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="score"):
        compare(tmp_path, "t.json", '{"score": 9, "score": 1}', '{"score": 1}')


def test_text_is_compared_by_line(tmp_path: Path) -> None:
    assert compare(tmp_path, "t.toml", "a = 1\nb = 2\n", "a = 1\nb = 3\n") == ["line 2"]


def test_a_line_more_or_less_is_one_difference_and_moves_no_other(tmp_path: Path) -> None:
    words = [f"line of {k}" for k in range(500)]
    old, new = "\n".join(words), "\n".join([*words[:7], "another", *words[7:300], *words[301:]])
    assert compare(tmp_path, "t.txt", old, new) == ["line 8", "line 301"]
