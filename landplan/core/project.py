"""The project: inputs only. Results are a bounded memo keyed by the step and the identity of its inputs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from landplan.core.errors import UsageError, suggestion
from landplan.core.layers import LayerSet
from landplan.core.policy import PolicyPack
from landplan.core.recipe import Recipe
from landplan.core.scheme import Scheme

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Scenario:
    """One way to plan: a scheme, and limits and decisions (`recipe.choose`). `weights` overrides the scheme's."""

    id: str
    scheme: Scheme


@dataclass(frozen=True, eq=False)
class Project:
    """Layers, recipe and scenarios; replaced, never changed."""

    layers: LayerSet
    recipe: Recipe
    scenarios: Mapping[str, Scenario]
    active: str
    history: tuple[str, ...] = field(default=())
    """What was done, in words, oldest first."""
    folder: Path | None = None
    """What the paths of the recipe are relative to."""
    policies: tuple[PolicyPack, ...] = ()
    """The packs that the recipe names, in its order."""

    @property
    def scenario(self) -> Scenario:
        return self.scenarios[self.active]

    @property
    def scheme(self) -> Scheme:
        return self.scenario.scheme

    def with_scheme(self, scheme: Scheme) -> Project:
        """The project with another scheme in the active scenario."""
        scenarios = {**self.scenarios, self.active: replace(self.scenario, scheme=scheme)}
        return replace(self, scenarios=scenarios)

    def with_recipe(self, recipe: Recipe) -> Project:
        return replace(self, recipe=recipe)

    def with_active(self, id: str) -> Project:
        if id not in self.scenarios:
            raise UsageError("no_such_scenario", id, nearest=suggestion(id, self.scenarios))
        return replace(self, active=id)


class Memo:
    """Results by (step, identity of inputs), the least used forgotten first. Setting an input asks for another key."""

    def __init__(self, size: int = 64) -> None:
        self._size = size
        self._kept: OrderedDict[tuple[Any, ...], tuple[tuple[Any, ...], Any]] = OrderedDict()
        self._making: dict[tuple[Any, ...], Lock] = {}

    def known(self, step: str, inputs: tuple[Any, ...]) -> Any:
        """The kept result of `step` on exactly these objects, or None."""
        kept = self._kept.get((step, *(id(item) for item in inputs)))
        return None if kept is None else kept[1]

    def get(
        self, step: str, inputs: tuple[Any, ...], make: Callable[[], T], whole: Callable[[T], bool] = lambda result: True
    ) -> T:
        """The kept result of `step` on exactly these objects, or a new one from `make`, which is kept if it is `whole`."""
        key = (step, *(id(item) for item in inputs))
        with self._making.setdefault(key, Lock()):  # who else asks for it meanwhile waits, and gets the same object
            try:
                kept: tuple[tuple[Any, ...], T] | None = self._kept.get(key)
                if kept is not None:
                    with suppress(KeyError):  # another thread has just forgotten it
                        self._kept.move_to_end(key)
                    return kept[1]
                made = make()
                if whole(made):
                    self._kept[key] = (inputs, made)  # the inputs are held, so an identity is never reused
                    if len(self._kept) > self._size:
                        self._kept.popitem(last=False)
                return made
            finally:
                self._making.pop(key, None)
