"""Job: weights from a committee of experts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, part, silent
from landplan.core.registry import Param, jobs


@jobs.add("Weights from a committee of experts", zh="专家组定权重")
def experts(
    *,
    recipe: Annotated[Path, Param("the recipe, or a saved project", zh="配方或工程", positional=True)],
    blank: Annotated[
        Path | None, Param("folder for the blank forms, one .xlsx an expert", zh="写空白表的文件夹，每位专家一份 .xlsx")
    ] = None,
    expert: Annotated[list[str] | None, Param("name of an expert; may be repeated", zh="专家姓名；可重复")] = None,
    form: Annotated[
        str,
        Param(
            "pairs, how many times as important one criterion is as another; points, 0 to 100 a criterion",
            zh="pairs 两两比较；points 每个指标 0 至 100 分",
            choices=("pairs", "points"),
        ),
    ] = "pairs",
    group: Annotated[
        str | None, Param("only the criteria of this group, which share its weight", zh="只评此类别的指标，分配该类别的总权重")
    ] = None,
    read: Annotated[list[Path] | None, Param("a form filled in; may be repeated", zh="填好的表；可重复")] = None,
    how: Annotated[
        str, Param("how the experts' answers become one", zh="合并各专家意见的方法", choices=("geometric_mean", "median"))
    ] = "geometric_mean",
    out: Annotated[
        Path | None,
        Param(
            "new scheme (.toml) with the merged weights, or table (.csv) of all that was said",
            zh="写出的新方案（.toml，含合并权重），或全部意见的表（.csv）",
        ),
    ] = None,
    progress: Progress = silent,
) -> Report:
    """Write a blank form for each expert (--blank), or read the filled ones and merge them (--read).

    Forms name the scored criteria in Chinese and English and leave room for a reason beside each answer. A pair left empty is
    not judged; the others fill it. Merged: per pair the geometric mean or the median, then the principal eigenvector; of
    points the mean or median of shares. Says each expert's weights and consistency ratio with the judgement to look at again,
    the pairs they disagree on most, and who is outvoted. The new scheme keeps who set each weight, when, how and why; the
    merged weights share what these criteria had together, models' own weights stay. Inputs and filled forms are kept.

    In a scheme whose groups have weights a form is about one level: the groups at the top, or with --group what stands in one.
    """
    from landplan.core.errors import UsageError

    if (blank is None) == (not read):
        raise UsageError("experts_blank_or_read", "experts")
    if blank is not None:
        return _blank(Path(recipe), Path(blank), expert or [], form, group or "", progress)
    return _read(Path(recipe), [Path(one) for one in read or ()], how, None if out is None else Path(out), progress)


def _blank(recipe: Path, folder: Path, names: list[str], form: str, group: str, progress: Progress) -> Report:
    from landplan.app.committee import group_contents, judged_criteria
    from landplan.app.opening import open_scheme
    from landplan.core.errors import ExportError, UsageError
    from landplan.core.messages import pick, text
    from landplan.export.expert_form import form_path, write_expert_form

    names = list(dict.fromkeys(" ".join(name.split()) for name in names if name.strip()))
    if not names:
        raise UsageError("experts_no_name", "experts")
    scheme, made = open_scheme(recipe, progress)
    criteria = judged_criteria(scheme, group, form)
    files = {name: form_path(folder, name) for name in names}
    names_used = [path.name.casefold() for path in files.values()]
    for path in files.values():
        if path.exists() or names_used.count(path.name.casefold()) > 1:
            raise ExportError("expert_form_exists", path)
    for name, path in files.items():
        about = {"title": pick(scheme.title), "group": group}
        write_expert_form(path, form, criteria, name, stamp=made.export.stamp, inside=group_contents(scheme), **about)
    said = text("experts_blank", {"n": len(names), "m": len(criteria), "folder": folder})
    return Report((said,), {"files": list(files.values()), "criteria": [one.id for one in criteria]})


def _read(recipe: Path, files: list[Path], how: str, out: Path | None, progress: Progress) -> Report:
    from landplan.app.committee import verdict, with_weights
    from landplan.app.committee_report import verdict_data, verdict_lines, write_verdict
    from landplan.app.opening import keep_inputs, open_scheme
    from landplan.core.errors import ExportError
    from landplan.core.messages import text
    from landplan.io.expert_form import read_expert_form
    from landplan.io.scheme_file import scheme_path, write_scheme

    suffix = "" if out is None else out.suffix.lower()
    if out is not None and suffix not in (".toml", ".csv"):
        raise ExportError("score_format_unknown", out, suffix=out.suffix or "–", known=".toml, .csv")
    scheme, made = open_scheme(recipe, part(progress, 0.0, 0.2))
    if out is not None:
        _keep([recipe, *files, scheme_path(made.scheme, recipe.parent)], out)
        keep_inputs(made, recipe.parent, out)
    forms = [read_expert_form(file, part(progress, 0.2, 0.6)) for file in files]
    judged = verdict(forms, scheme, how)
    lines = list(verdict_lines(judged))
    if out is not None and suffix == ".csv":
        write_verdict(out, judged)
    elif out is not None:
        write_scheme(with_weights(scheme, judged), out)
    return Report((*lines, *([text("said_saved", {"path": out})] if out else [])), {**verdict_data(judged), "file": out})


def _keep(inputs: list[Path], out: Path) -> None:
    from landplan.core.errors import ExportError

    if out.resolve() in {path.resolve() for path in inputs}:
        raise ExportError("would_overwrite_input", out)
