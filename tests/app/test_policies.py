"""Policy packs of a recipe: their results, packages, saved projects, moved files, and the commands that change them."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from landplan.app.main_job import results
from landplan.app.opening import moved, open_any, open_recipe, save_project
from landplan.app.packaging import package
from landplan.app.relinking import lost_files, open_relinked
from landplan.app.session import Session
from landplan.app.verification import verify
from landplan.core.errors import InputError, SchemeError
from landplan.core.paths import resource
from landplan.core.project import Memo, Project
from landplan.core.registry import jobs
from landplan.core.tables import RESTRICTED
from landplan.export.score_columns import reason_lines
from tests.small_plan import write_plan

TAX_A = "survey_tax_a = { value = 30,"


def with_policies(recipe: Path, *names: str) -> Path:
    words = recipe.read_text("utf-8")
    listed = ", ".join(f'"{name}"' for name in names)
    recipe.write_text(words.replace('crs = "EPSG:4549"', f'policies = [{listed}]\ncrs = "EPSG:4549"', 1), "utf-8")
    return recipe


def own_pack(path: Path, id: str = "own", tax_a: float = 12.5) -> Path:
    words = resource("policies", "survey_illustrative.toml").read_text("utf-8")
    assert TAX_A in words
    words = words.replace(TAX_A, TAX_A.replace("30", f"{tax_a}"), 1)
    path.write_text(words.replace('id = "survey_illustrative"', f'id = "{id}"', 1), "utf-8")
    return path


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    own_pack(tmp_path / "own.toml")
    return with_policies(write_plan(tmp_path), "own.toml")


def classes(project: Project) -> list[int]:
    found = results(project, upto="score", checked=False).survey
    assert found is not None
    return found.code.tolist()  # type: ignore[no-any-return]


def test_a_recipe_without_packs_has_no_classes(tmp_path: Path) -> None:
    project = open_recipe(write_plan(tmp_path))
    assert project.policies == ()
    assert results(project, upto="score", checked=False).survey is None


def test_classes_are_found_once_for_as_long_as_nothing_they_rest_on_changes(recipe: Path) -> None:
    project, memo = open_recipe(recipe), Memo()
    first = results(project, memo, upto="score", checked=False).survey
    again = results(project.with_recipe(project.recipe), memo, upto="score", checked=False).survey
    assert first is again
    assert first is not None
    session = Session(project)
    other = results(session.do("add_policy", pack="builtin:survey_illustrative"), memo, upto="score", checked=False).survey
    assert other is not first
    assert other is not None
    assert other.code.tolist() != first.code.tolist()


def test_the_option_overrides_the_recipe(recipe: Path, tmp_path: Path) -> None:
    job, out = jobs["survey"], tmp_path / "list.csv"
    own = job.run(recipe=recipe, out=out).data
    given = job.run(recipe=recipe, out=out, policy="builtin:survey_illustrative").data
    assert (own["policy"], given["policy"]) == ("own", "survey_illustrative")
    assert own["classes"] != given["classes"]
    empty = tmp_path / "empty.toml"
    empty.write_text('format = "landplan-policy/1"\nid = "none"\ntitle = { zh = "空", en = "Empty" }\n', "utf-8")
    with pytest.raises(SchemeError, match="none"):
        job.run(recipe=recipe, out=out, policy=str(empty))


def test_a_package_carries_its_packs_and_is_recomputed_with_them(recipe: Path, tmp_path: Path) -> None:
    made = package(open_recipe(recipe), recipe.parent, tmp_path / "out").package
    assert 'policies = ["policies/own.toml"]' in (made / "recipe.toml").read_text("utf-8")
    shutil.rmtree(tmp_path / "elsewhere", ignore_errors=True)
    (tmp_path / "own.toml").unlink()
    assert verify(made).equal
    pack = made / "policies" / "own.toml"
    pack.write_text(pack.read_text("utf-8").replace("value = 12.5", "value = 70.0"), "utf-8")
    found = {one.file for one in verify(made).differences}
    assert {"policies/own.toml", "numbers/survey.csv"} <= found


def test_a_package_reads_no_pack_outside_itself(recipe: Path, tmp_path: Path) -> None:
    made = package(open_recipe(recipe), recipe.parent, tmp_path / "out").package
    text = (made / "recipe.toml").read_text("utf-8")
    (made / "recipe.toml").write_text(text.replace("policies/own.toml", "../../own.toml"), "utf-8")
    with pytest.raises(InputError, match=r"own\.toml"):
        verify(made)


def test_a_saved_project_holds_its_packs_wherever_it_goes(recipe: Path, tmp_path: Path) -> None:
    project = open_recipe(recipe)
    (tmp_path / "there").mkdir()
    path = tmp_path / "there" / "plan.landplan"
    save_project(project.with_recipe(moved(project.recipe, tmp_path, path.parent)), path)
    (tmp_path / "own.toml").unlink()
    again = open_any(path)
    assert again.policies == project.policies
    assert again.recipe.policies == ("../own.toml",)
    assert classes(again) == classes(project)


def test_a_pack_that_has_moved_is_found_again(recipe: Path, tmp_path: Path) -> None:
    before = classes(open_recipe(recipe))
    (tmp_path / "laws").mkdir()
    (tmp_path / "own.toml").rename(tmp_path / "laws" / "own.toml")
    with pytest.raises(InputError, match=r"own\.toml"):
        open_recipe(recipe)
    (lost,) = lost_files(recipe)
    assert (lost.place, lost.roles, lost.near) == ("own.toml", ("policies",), tmp_path / "laws" / "own.toml")
    opened = open_relinked(recipe, {lost.place: lost.near})
    assert classes(opened.project) == before


def test_packs_that_cannot_be_told_apart_are_refused(recipe: Path, tmp_path: Path) -> None:
    own_pack(tmp_path / "second.toml", id="own")
    words = recipe.read_text("utf-8")
    recipe.write_text(words.replace('"own.toml"]', '"own.toml", "second.toml"]'), "utf-8")
    with pytest.raises(SchemeError, match="own"):
        open_recipe(recipe)
    own_pack(tmp_path / "second.toml", id="second")
    with pytest.raises(SchemeError, match=r"own.*second.*survey"):
        open_recipe(recipe)
    with pytest.raises(InputError, match="survey_illustrative"):
        open_recipe(with_policies(write_plan(tmp_path), "builtin:survey_ilustrative"))


def test_a_pack_is_added_replaced_removed_and_all_undone(recipe: Path, tmp_path: Path) -> None:
    session = Session(open_recipe(recipe))
    before = classes(session.project)
    session.do("add_policy", pack="builtin:survey_illustrative")  # rules the same, so it takes the place of the other
    assert [pack.id for pack in session.project.policies] == ["survey_illustrative"]
    assert "survey_illustrative" in session.project.history[-1]
    assert not np.array_equal(classes(session.project), before)
    assert session.do("add_policy", pack="builtin:survey_illustrative") is session.project
    session.do("remove_policy", pack="survey_illustrative")
    assert session.project.policies == session.project.recipe.policies == ()
    with pytest.raises(SchemeError, match="own"):
        session.do("remove_policy", pack="own")
    session.undo()
    session.undo()
    assert classes(session.project) == before


def test_a_model_over_a_share_cap_is_infeasible_with_its_reason(tmp_path: Path) -> None:
    recipe = write_plan(tmp_path)
    scheme = tmp_path / "scheme.toml"
    scheme.write_text(
        scheme.read_text("utf-8").replace('use = { "0802" = 1.0 }', 'use = { "0802" = 0.5, "1001" = 0.5 }'), "utf-8"
    )
    words = resource("policies", "land_use_illustrative.toml").read_text("utf-8")
    first, _rest = words.split('\n[[mix.rows]]\nid = "research"')
    (tmp_path / "caps.toml").write_text(first.replace('codes = ["1001"]\nfree', "free"), "utf-8")  # a row for any zoning
    found = results(open_recipe(with_policies(recipe, "caps.toml")), upto="score", checked=False)
    lab = found.scores.models.index("lab")
    assert (found.scores.status[:, lab] == RESTRICTED).all()
    (reason,) = [one for one in found.scores.reasons if one.row == 0 and one.model == "lab"]
    assert (reason.rule, reason.by, reason.unit) == ("industrial.research", pytest.approx(0.2), "share")
    (line,) = {line for line in [reason_lines(found)[0]] if line}
    assert "Laboratories: Planned industrial: research 50% over 30%, illustrative (0.2 share)" in line
    assert {issue.id for issue in found.issues} >= {"policy_illustrative"}
