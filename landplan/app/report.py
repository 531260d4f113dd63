"""Report: what a job did, for people and for programs."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

_LINE_ENDS = re.compile("[\x7f-\x9f\u2028\u2029]")
"""Characters that JSON allows in a text and some readers of lines take for the end of one."""


@dataclass(frozen=True)
class Report:
    """What a job did.

    lines: for people, in the current language. data: the same and more for programs; a tuple is printed as one JSON
    object a line, anything else as one JSON text. problems: one line each, what could not be done and what to do next.
    exit_code: 0 done, 2 some input could not be used, 6 a difference was found.
    """

    lines: tuple[str, ...] = ()
    data: Any = None
    problems: tuple[str, ...] = ()
    exit_code: int = 0

    @property
    def json(self) -> str:
        """`data` as strict JSON text: unknown numbers are null, never NaN."""
        rows = self.data if isinstance(self.data, tuple) else (self.data,)
        written = (json.dumps(plain(row), ensure_ascii=False, allow_nan=False) for row in rows)
        return "\n".join(_LINE_ENDS.sub(lambda end: f"\\u{ord(end[0]):04x}", line) for line in written)


def plain(value: Any) -> Any:
    """The value as JSON knows it: dates and paths as text, arrays as lists, NaN and infinity as None."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [plain(item) for item in items]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Path):
        return value.as_posix()
    return value.isoformat() if isinstance(value, date) else value
