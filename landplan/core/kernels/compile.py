"""`@kernel`: a loop over arrays, compiled by numba at its first call.

Compiled code is kept in the user's cache folder, never beside the source or in the working folder: a planted cache file
would be code. Kernels hold no lock while they run (nogil), keep IEEE arithmetic (no fastmath: the same bits on every
run), and are single-threaded: callers split rows over a small pool.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from threading import Lock
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
_lock = Lock()


class Kernel(Generic[P, R]):
    """A function that is compiled when first called; `python` is the plain function, for tests."""

    def __init__(self, python: Callable[P, R]) -> None:
        self.python = python
        self.__doc__ = python.__doc__
        self.__name__ = python.__name__
        self.__module__ = python.__module__
        self._compiled: Callable[P, R] | None = None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return (self._compiled or self.compiled())(*args, **kwargs)

    def compiled(self) -> Callable[P, R]:
        """The numba dispatcher; the kernels that the function calls are compiled into it."""
        if self._compiled is None:
            called = {name: self.python.__globals__.get(name) for name in self.python.__code__.co_names}
            inner = {name: value.compiled() for name, value in called.items() if isinstance(value, Kernel)}
            with _lock:
                self._compiled = self._compiled or _njit(self.python, {**self.python.__globals__, **inner})
        return self._compiled


def kernel(function: Callable[P, R]) -> Kernel[P, R]:
    """Compile `function` at its first call. It may use numpy arrays, numbers, and kernels of its own module above it."""
    return Kernel(function)


def _njit(function: Callable[P, R], names: dict[str, Any]) -> Callable[P, R]:
    import numba

    folder = _cache_folder()
    if folder:
        numba.config.CACHE_DIR = folder
    clone = types.FunctionType(function.__code__, names, function.__name__, function.__defaults__)
    clone.__module__, clone.__qualname__ = function.__module__, function.__qualname__
    compiled: Callable[P, R] = numba.njit(cache=bool(folder), nogil=True, fastmath=False, error_model="numpy")(clone)
    return compiled


def _cache_folder() -> str:
    """Where compiled code is kept; "" where the user's cache cannot be written, and it is compiled anew each time."""
    from landplan.core.paths import cache_folder

    try:
        return str(cache_folder("kernels"))
    except OSError:
        return ""
