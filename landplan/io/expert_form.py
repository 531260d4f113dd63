"""Filled forms of experts (.xlsx), read in the reading process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from landplan.core.errors import InputError
from landplan.core.expert_forms import ExpertForm, expert_form, is_form
from landplan.core.progress import Progress, silent
from landplan.io.apart import apart
from landplan.io.files import kind
from landplan.io.workbook import sheet_cells

_MOST_CELLS = 20_000
"""More than the longest form has: 190 pairs of six cells, and remarks."""


def read_expert_form(path: Path, progress: Progress = silent) -> ExpertForm:
    """The one sheet of a workbook that is a form; other sheets may be there.

    InputError names a cell of it that holds an error, or a formula that was never computed: that is no gap.
    """
    if kind(path) != "xlsx":
        raise InputError("expert_form_none", path.name)
    forms = apart("form", path, progress=progress)
    if len(forms) != 1:
        id = "expert_form_several" if forms else "expert_form_none"
        raise InputError(id, path.name, sheets=[form["sheet"] for form in forms])
    form = forms[0]
    if form["lost"]:
        raise InputError("expert_form_lost", f"{path.name} [{form['sheet']}!{form['lost']}]")
    return expert_form(path.name, form["sheet"], {(row, column): said for row, column, said in form["cells"]})


def form_sheets(path: Path) -> list[dict[str, Any]]:
    """The sheets that are forms, as plain data: sheet, cells as [row, column, text], lost = a cell without its value or ""."""
    found = []
    for sheet, cells, lost in sheet_cells(path):
        if not is_form(cells):
            continue
        if len(cells) > _MOST_CELLS:
            raise InputError("table_too_many_cells", path.name, rows=len({row for row, _ in cells}), columns=len(cells))
        flat = [[row, column, said] for (row, column), said in cells.items()]
        found.append({"sheet": sheet, "cells": flat, "lost": lost})
    return found
