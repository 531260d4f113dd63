"""Job: what is in a file, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from landplan.app.report import Report
from landplan.core.progress import Progress, silent, still
from landplan.core.registry import Param, jobs


@jobs.add("Inspect files: encoding, CRS, fields, faults", zh="检视文件：编码、坐标系、字段、问题")
def inspect(
    *,
    path: Annotated[list[Path], Param("files to look at", zh="要检视的文件", positional=True)],
    strict: Annotated[bool, Param("a warning that affects numbers is an error", zh="有影响数值的警告即视为错误")] = False,
    encoding: Annotated[str | None, Param("read texts in this encoding", zh="按这个编码读文字")] = None,
    crs: Annotated[str | None, Param("CRS in place of what the files declare", zh="坐标系（代替文件所述）")] = None,
    progress: Progress = silent,
) -> Report:
    """A health card for every file, with what the data checks find in a layer of parcels; as JSON one object a line.

    Several files are compared: a layer that fits another only once the shift of Chinese web maps is undone is named.
    Exit code 2 when a file cannot be read (one line on stderr names it), or with --strict when a warning affects numbers.
    """
    from landplan.app.file_checks import check_warnings, with_shifts, without_remedies
    from landplan.app.health_card import card_lines
    from landplan.core.errors import LandplanError
    from landplan.core.messages import text
    from landplan.io.inspection import inspect as inspected

    cards: list[dict[str, Any]] = []
    problems: list[str] = []
    for done, file in enumerate(path):
        told = still(progress, done / len(path), "progress_inspect", path=file)
        told(None, "")
        try:
            card = inspected(Path(file), encoding=encoding, crs=crs, progress=told)
            cards.append({**card, "warnings": [*card["warnings"], *check_warnings(Path(file), card, encoding, crs)]})
        except LandplanError as error:
            problems.append(f"{file}: {text(error.id, error.values)}")
    if len(cards) > 1:
        cards = with_shifts(cards)
    cards = [without_remedies(card) for card in cards]
    lines = [line for card in cards for line in card_lines(card)]
    worrying = strict and any(one["weight"] != "note" for card in cards for one in card["warnings"])
    return Report(tuple(lines), tuple(cards), tuple(problems), 2 if problems or worrying else 0)
