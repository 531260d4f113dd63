"""Job: the main job on the shipped, invented sample."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, silent
from landplan.core.registry import Param, jobs


@jobs.add("The invented sample, from data to review package", zh="虚构样例：从数据到成果包")
def demo(
    *,
    out: Annotated[Path, Param("folder of the package", zh="成果包文件夹")] = Path("landplan_demo"),
    progress: Progress = silent,
) -> Report:
    """Run the main job on the sample shipped with landplan; every parcel in it is invented."""
    from landplan.core.paths import sample
    from landplan.core.registry import jobs

    report: Report = jobs["run"].run(recipe=sample("recipe.toml"), out=out, progress=progress)
    return report
