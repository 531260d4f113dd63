"""A method is declared once, in its signature."""

from typing import Annotated

import pytest

from landplan.core.errors import LandplanError, SchemeError, UsageError
from landplan.core.messages import text
from landplan.core.registry import Method, Param, Registry


def made() -> Registry:
    registry: Registry = Registry("curve", "landplan.value_functions")
    registry._complete = True

    @registry.add("Ramp", zh="斜坡", unit="share")
    def ramp(x: float, *, low: Annotated[float, Param("start", unit="m", low=0, high=10)], mode: str = "clip") -> float:
        return x - low

    return registry


def test_arguments_come_from_the_signature() -> None:
    low, mode = made()["ramp"].arguments
    assert (low.name, low.type, low.param.unit, low.required) == ("low", float, "m", True)
    assert (mode.name, mode.default, mode.required) == ("mode", "clip", False)


def test_the_decorated_function_is_unchanged() -> None:
    assert made()["ramp"].run(3.0, low=1.0) == 2.0


@pytest.mark.parametrize(
    ("values", "id"),
    [({"lo": 1}, "unknown_key"), ({}, "missing_key"), ({"low": 11}, "value_out_of_bounds"), ({"low": -1}, "value_out_of_bounds")],
)
def test_wrong_values_are_scheme_errors(values: dict, id: str) -> None:
    with pytest.raises(SchemeError) as caught:
        made()["ramp"].check(values, "scheme.toml")
    assert caught.value.id == id
    if id == "unknown_key":
        assert caught.value.values["nearest"] == "low"


@pytest.mark.parametrize(("name", "said"), [("a", "≥ 0"), ("b", "≤ 5 m"), ("c", "-0.99 … 1 share")])
def test_bounds_are_said_as_far_as_there_are_any(name: str, said: str) -> None:
    def ramp(
        *,
        a: Annotated[float, Param("", low=0)] = 1,
        b: Annotated[float, Param("", high=5, unit="m")] = 1,
        c: Annotated[float, Param("", unit="share", low=-0.99, high=1)] = 1,
    ) -> None: ...

    with pytest.raises(SchemeError) as caught:
        Method("ramp", "test", "", "", ramp).check({name: -9.0 if name == "a" else 9.0}, "here")
    assert f" {said};" in text(caught.value.id, caught.value.values, "en")


def test_an_unknown_method_names_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        made()["rmap"]
    assert caught.value.values["nearest"] == "ramp"


def test_a_second_method_under_one_id_is_refused() -> None:
    registry = made()

    def ramp(x: float) -> float:
        return x

    ramp.__module__ = "elsewhere"
    with pytest.raises(LandplanError):
        registry.add("Ramp again", zh="又一个")(ramp)
