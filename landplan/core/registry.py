"""Param, Method, Registry, discover: one file = one method, found by its decorator.

    @measures.add("Distance to nearest", unit="m", needs=("layer",))
    def distance(context, *, reach_m: Annotated[float, Param("search radius", unit="m", low=0)] = 5000.0) -> Column: ...

Forms, options, validation and the manual are made from the keyword-only parameters of the signature.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

from landplan.core.errors import LandplanError, SchemeError, UsageError, suggestion

if TYPE_CHECKING:
    from landplan.core.blockwise import Blockwise

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Param:
    """What a parameter means: help text (English, `zh` Chinese), unit, bounds, choices. Written once, in the signature."""

    help: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    zh: str = ""
    positional: bool = False
    """On the command line: given by place (RECIPE), not by name (--out)."""
    by_criterion: Literal["", "rows", "columns"] = ""
    """What may be given for each criterion, as one row, or one column, of the value: a scheme does so by the criteria's ids."""

    @property
    def titles(self) -> dict[str, str]:
        """The help text by language, for `messages.pick`."""
        return {"zh": self.zh or self.help, "en": self.help}


@dataclass(frozen=True, slots=True)
class Argument:
    """One keyword-only parameter of a method: its type, default (`inspect.Parameter.empty` = required) and Param."""

    name: str
    type: Any
    default: Any
    param: Param

    @property
    def required(self) -> bool:
        return self.default is inspect.Parameter.empty


@dataclass(frozen=True)
class Method(Generic[F]):
    """A registered function: id = function name = file name."""

    id: str
    kind: str
    title: str
    title_zh: str
    run: F
    unit: str = ""
    source: str = ""
    relative: bool = False
    """True: by default, scores depend on which other plots are in the table (the method can reverse ranks)."""
    additive: bool = False
    """True: the contributions of the criteria add up to the score."""
    scaled: bool = False
    """True: relative through its normalisation alone; with normalisation "none" a score stands by itself."""
    scores: bool = True
    """False: gives a choice among a few plots and no score of each: for `evaluate`, not for a scheme."""
    blockwise: Blockwise | None = None
    """How it scores a table in blocks, for methods that can."""
    reach: float | tuple[str, ...] | None = None
    """Of a measure: how far from a parcel something that matters to it can lie, in metres, or the parameters whose sum says so;
    inf: other layers count as a whole; None: so do all parcels, and no part of them can be measured by itself."""

    def reach_m(self, params: Mapping[str, Any]) -> float | None:
        """The reach under these parameters, in metres."""
        if not isinstance(self.reach, tuple):
            return self.reach
        values = {argument.name: argument.default for argument in self.arguments} | dict(params)
        return float(sum(values[name] for name in self.reach))

    def relative_with(self, params: Mapping[str, Any]) -> bool:
        """Whether scores depend on the other plots under these parameters."""
        if self.scaled and "normalisation" in params:
            return bool(params["normalisation"] != "none")
        return self.relative

    @property
    def titles(self) -> dict[str, str]:
        """The title by language, for `messages.pick`."""
        return {"zh": self.title_zh, "en": self.title}

    @cached_property
    def arguments(self) -> tuple[Argument, ...]:
        """The keyword-only parameters, in order; `progress` is the caller's, not the user's."""
        hints = get_type_hints(self.run, include_extras=True)
        found = []
        for name, parameter in inspect.signature(self.run).parameters.items():
            if parameter.kind is not inspect.Parameter.KEYWORD_ONLY or name == "progress":
                continue
            hint = hints.get(name, Any)
            bare, param = hint, Param("")
            if get_origin(hint) is Annotated:
                bare, *notes = get_args(hint)
                param = next((note for note in notes if isinstance(note, Param)), param)
            found.append(Argument(name, bare, parameter.default, param))
        return tuple(found)

    def check(self, values: dict[str, Any], where: str) -> dict[str, Any]:
        """The given values when they fit the signature; SchemeError that names the parameter and what is wrong if not."""
        known = {argument.name: argument for argument in self.arguments}
        for name, value in values.items():
            if name not in known:
                raise SchemeError("unknown_key", where, key=name, nearest=suggestion(name, known))
            _check_type(known[name], value, where)
            _check_bounds(known[name], value, where)
        for argument in self.arguments:
            if argument.required and argument.name not in values:
                raise SchemeError("missing_key", where, key=argument.name)
        return values

    def check_bounds(self, values: Mapping[str, Any]) -> None:
        """UsageError for the first option that is none of its choices (a dash is as good as `_`) or beyond its bounds."""
        for argument in self.arguments:
            value = values.get(argument.name, argument.default)
            if value not in (None, argument.default):
                word = value.replace("-", "_").replace(" ", "_") if isinstance(value, str) else value
                _check_bounds(argument, word, self.id, UsageError)


class Registry(Generic[F]):
    """Methods of one kind by id; refuses a second method under one id."""

    def __init__(self, kind: str, package: str, *, bounded: bool = False) -> None:
        """bounded: the functions themselves refuse options beyond their bounds, whoever calls them."""
        self.bounded = bounded
        self.kind = kind
        self.package = package
        self._methods: dict[str, Method[F]] = {}
        self._complete = False

    def add(self, title: str, *, zh: str, **facts: Any) -> Callable[[F], F]:
        """Register the decorated function under its own name."""

        def register(run: F) -> F:
            id = run.__name__.strip("_")
            known = self._methods.get(id)
            if known is not None and known.run.__module__ != run.__module__:
                raise LandplanError("registered_twice", self.kind, name=id)
            method = Method(id, self.kind, title, zh, run, **facts)
            self._methods[id] = replace(method, run=_bounded(method)) if self.bounded else method
            return self._methods[id].run

        return register

    def __getitem__(self, id: str) -> Method[F]:
        methods = self.all()
        if id not in methods:
            raise UsageError("unknown_method", self.kind, name=id, nearest=suggestion(id, methods))
        return methods[id]

    def __contains__(self, id: str) -> bool:
        return id in self.all()

    def __iter__(self) -> Iterator[Method[F]]:
        return iter(self.all().values())

    def all(self) -> dict[str, Method[F]]:
        """Every method of this kind, sorted by id; the first call imports the room's files."""
        if not self._complete:
            discover(self.package)
            self._complete = True
        return dict(sorted(self._methods.items()))


def _bounded(method: Method[F]) -> F:
    @wraps(method.run)
    def run(**values: Any) -> Any:
        method.check_bounds(values)
        return method.run(**values)

    return cast(F, run)


def discover(package: str) -> None:
    """Import every module of a room of landplan; import errors go through."""
    room = importlib.import_module(package)
    for module in sorted(info.name for info in pkgutil.iter_modules(room.__path__)):
        if not module.startswith("_"):
            importlib.import_module(f"{package}.{module}")


def _check_type(argument: Argument, value: Any, where: str) -> None:
    from pydantic import ConfigDict, TypeAdapter, ValidationError

    try:
        TypeAdapter(argument.type, config=ConfigDict(allow_inf_nan=False)).validate_python(value, strict=True)
    except ValidationError:
        wanted = getattr(argument.type, "__name__", None) if not get_args(argument.type) else str(argument.type)
        raise SchemeError("value_wrong_type", where, key=argument.name, value=value, wanted=wanted) from None


def _check_bounds(argument: Argument, value: Any, where: str, error: type[LandplanError] = SchemeError) -> None:
    """A value, or each of a list of them, among the choices and within the bounds."""
    if isinstance(value, list):
        for one in value:
            _check_bounds(argument, one, where, error)
        return
    param = argument.param
    if param.choices and value not in param.choices:
        raise error("value_not_offered", where, key=argument.name, value=value, choices=param.choices)
    if isinstance(value, int | float) and not isinstance(value, bool):
        too_low = param.low is not None and not value >= param.low
        too_high = param.high is not None and not value <= param.high
        if too_low or too_high:
            raise error("value_out_of_bounds", where, key=argument.name, value=value, bounds=_bounds(param))


def _bounds(param: Param) -> str:
    """What a value must be, as an error shows it: ≥ 0, ≤ 5, or 0 … 5000 m."""
    low, high = param.low, param.high
    shown = f"{low:g} … {high:g}" if low is not None and high is not None else f"≥ {low:g}" if low is not None else f"≤ {high:g}"
    return f"{shown} {param.unit}".strip()


measures: Registry[Callable[..., Any]] = Registry("measure", "landplan.measures")
value_functions: Registry[Callable[..., Any]] = Registry("value function", "landplan.value_functions")
weightings: Registry[Callable[..., Any]] = Registry("weighting", "landplan.weighting")
scorings: Registry[Callable[..., Any]] = Registry("scoring", "landplan.scoring")
checks: Registry[Callable[..., Any]] = Registry("check", "landplan.checks")
exporters: Registry[Callable[..., Any]] = Registry("export", "landplan.export")
commands: Registry[Callable[..., Any]] = Registry("command", "landplan.app.commands")
jobs: Registry[Callable[..., Any]] = Registry("job", "landplan.app.jobs", bounded=True)
