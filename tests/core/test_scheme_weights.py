"""What each criterion of a scheme weighs, and the groups it stands in."""

from __future__ import annotations

from typing import Any

import pytest
from factories import make_model, make_scheme

from landplan.core.errors import MethodError, SchemeError
from landplan.core.scheme import Scheme
from landplan.core.scheme_weights import group_chains, group_shares, groups_in_order, model_weights
from landplan.io.scheme_file import consistent, scheme_of_text, scheme_text

LINEAR = {"kind": "linear", "worst": 0, "best": 1}


def made(criteria: dict[str, tuple[float, str]], groups: dict[str, tuple[float, str]], **parts: Any) -> Scheme:
    measured = {"measure": {"kind": "field", "expression": "area_mu"}, "value": LINEAR}
    rows = [{"id": id, "weight": weight, "group": group, **measured} for id, (weight, group) in criteria.items()]
    tables = [{"id": id, "title": {"zh": id}, "weight": weight, "parent": parent} for id, (weight, parent) in groups.items()]
    return make_scheme(rows, groups=tables, **parts)


NESTED = made(
    {"metro": (3, "access"), "road": (1, "access"), "output": (1, "money"), "flood": (1, "")},
    {"access": (1, "place"), "money": (1, ""), "place": (2, "")},
)


def test_shares_of_criteria_and_groups() -> None:
    found = model_weights(NESTED).weights
    assert found == pytest.approx({"metro": 0.375, "road": 0.125, "output": 0.25, "flood": 0.25})
    assert group_shares(NESTED, found) == pytest.approx({"access": 0.5, "money": 0.25, "place": 0.5})
    assert group_chains(NESTED)["metro"] == ("access", "place")
    assert list(groups_in_order(NESTED)) == [("money", 0), ("place", 0), ("access", 1)]


def test_without_groups_weights_stay_on_their_own_scale() -> None:
    flat = made({"a": (3, "Lage"), "b": (1, "")}, {}, models=[make_model("m", weights={"b": 5}, tenures=[])])
    assert model_weights(flat).weights == {"a": 3, "b": 1}
    assert model_weights(flat, flat.models[0]).weights == {"a": 3, "b": 5}
    assert group_chains(flat) == {} == group_shares(flat, {"a": 1.0})


def test_nothing_above_0_is_0_everywhere_but_other_faults_are_told() -> None:
    assert model_weights(made({"a": (1, "x")}, {"x": (0, "")})).weights == {"a": 0.0}
    with pytest.raises(MethodError, match="xx"):
        model_weights(made({"a": (1, "xx")}, {"x": (1, "")}))


def test_a_file_of_groups_reads_back_equal() -> None:
    assert consistent(scheme_of_text(scheme_text(NESTED), "x"), "x") == NESTED


@pytest.mark.parametrize(
    ("criteria", "groups", "own", "said"),
    [
        ({"a": (1, "acess")}, {"access": (1, "")}, {}, "access"),
        ({"a": (1, "access")}, {"access": (1, "plce"), "place": (1, "")}, {}, "place"),
        ({"a": (1, "access")}, {"access": (1, "place"), "place": (1, "access")}, {}, "access"),
        ({"a": (1, "")}, {"a": (1, "")}, {}, "a"),
        ({"a": (1, "access")}, {"access": (1, "")}, {"acces": 1}, "access"),
        ({"a": (1, "access")}, {}, {"access": 1}, "group_weights"),
    ],
)
def test_what_names_no_group_is_refused_and_the_nearest_named(
    criteria: dict[str, tuple[float, str]], groups: dict[str, tuple[float, str]], own: dict[str, float], said: str
) -> None:
    models = [make_model("m", group_weights=own, tenures=[])]
    with pytest.raises(SchemeError, match=said):
        consistent(made(criteria, groups, models=models), "scheme.toml")


def test_an_id_stands_for_one_group() -> None:
    scheme = made({"a": (1, "x")}, {"x": (1, "")})
    with pytest.raises(SchemeError, match="groups"):
        consistent(scheme.model_copy(update={"groups": scheme.groups * 2}), "scheme.toml")
