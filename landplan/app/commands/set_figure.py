"""Command: a figure of the scheme."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import changed, scheme_with
from landplan.core.errors import SchemeError, suggestion
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Set figure", zh="设置参数值")
def set_figure(
    project: Project,
    *,
    figure: Annotated[str, Param("name of the figure", zh="参数名")],
    value: Annotated[float, Param("its value, in the unit of the scheme", zh="数值（单位见方案）")],
    progress: Progress = silent,
) -> Project:
    """A constant that expressions of the scheme use, such as a price; without a source it stays illustrative."""
    figures = project.scheme.figures
    if figure not in figures:
        raise SchemeError("no_such_part", "figures", name=figure, nearest=suggestion(figure, figures))
    new = changed(figures[figure], figure, value=value)
    return scheme_with(project, figures={**figures, figure: new})
