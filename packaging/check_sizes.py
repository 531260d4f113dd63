"""Say which Python files and functions have grown too long:  python packaging/check_sizes.py FOLDER…

A function has at most 60 lines (docstring and decorators counted), a file at most 400. A file that has to be longer says
why in one of its first five lines:  `# size: one table of the standard, row by row`. There is no excuse for a function.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

FUNCTION_LINES, FILE_LINES = 60, 400
EXCUSE = re.compile(r"^\s*# size: \S.*$", re.MULTILINE)


def long_functions(tree: ast.Module) -> Iterator[tuple[int, str, int]]:
    """First line, name and length of each function over the limit, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            length = (node.end_lineno or first) - first + 1
            if length > FUNCTION_LINES:
                yield first, node.name, length


def complaints(path: Path) -> Iterator[str]:
    """One line per limit that the file breaks, with the place an editor can jump to."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    if len(lines) > FILE_LINES and not EXCUSE.search("\n".join(lines[:5])):
        yield f"{path}:1: {len(lines)} lines, {FILE_LINES} are allowed: split it, or give a reason (# size: …)"
    for first, name, length in long_functions(ast.parse(text, str(path))):
        yield f"{path}:{first}: {name} has {length} lines, {FUNCTION_LINES} are allowed"


def main(folders: list[str]) -> int:
    """0 when every file keeps the limits, else 1 after the complaints; 2 when there is nothing to look at."""
    files = sorted(path for folder in folders for path in Path(folder).rglob("*.py"))
    if not files:
        print(f"No Python files in: {' '.join(folders) or '(no folder given)'}", file=sys.stderr)
        return 2
    found = [line for path in files for line in complaints(path)]
    print("\n".join(found) if found else f"Sizes: {len(files)} files keep the limits.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
