"""`landplan gui`: the one sub-command that needs Qt; it is a job like the others, and lies here because Qt lies above them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, silent
from landplan.core.registry import Param, jobs


@jobs.add("Open the window", zh="打开窗口")
def gui(
    *,
    file: Annotated[
        Path | None,
        Param("a recipe, a project, a review package or a layer", zh="配方、工程、成果包或图层文件", positional=True),
    ] = None,
    progress: Progress = silent,
) -> Report:
    """Open the desktop application, on a file or on its first page; ends when the window is closed."""
    from landplan.cli.terminal import asked_language
    from landplan.core.errors import InputError, UsageError

    if file is not None and not Path(file).exists():
        raise InputError("file_not_found", Path(file).name, path=file)
    try:
        from landplan.gui.application import run
    except ImportError as error:
        raise UsageError("gui_missing", "gui", reason=error) from error
    return Report((), {}, exit_code=run(file, asked_language.get() or None))
