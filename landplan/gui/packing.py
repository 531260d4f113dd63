"""Where a package goes, and the command line that writes the same one. No Qt here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from landplan.app.command_line import job_line
from landplan.app.opening import PROJECT_SUFFIX, Opened
from landplan.core.paths import sample


@dataclass(frozen=True, slots=True)
class Line:
    """A command line, and the file that must be saved before it does what the window does; None where that is so already."""

    words: str
    save_first: Path | None = None


def package_folder(source: Opened) -> Path:
    """<name>_package beside the recipe or project; in the home folder where it cannot or should not be there."""
    name = source.folder.name if source.path is None or source.path.stem == "recipe" else source.path.stem
    if source.folder.is_relative_to(sample()):
        name = "sample"
    beside = not source.folder.is_relative_to(sample()) and not source.zipped and os.access(source.folder, os.W_OK)
    return (source.folder if beside else Path.home()) / f"{'plan' if source.zipped else name}_package"


def export_line(source: Opened, out: Path, *, unsaved: bool) -> Line:
    """`landplan run FILE --out OUT`. FILE holds the project as it is now, or will once it is saved under that name."""
    path = source.path
    if path is not None and not unsaved and not source.zipped:
        return Line(job_line("run", recipe=path, out=out))
    if path is not None and path.suffix.lower() == PROJECT_SUFFIX:
        kept = path
    elif path is not None and not source.zipped and not source.folder.is_relative_to(sample()):
        kept = path.with_suffix(PROJECT_SUFFIX)
    else:
        kept = out.with_name(out.name.removesuffix("_package") + PROJECT_SUFFIX)
    return Line(job_line("run", recipe=kept, out=out), kept)
