"""Bytes of strangers are read in a process of their own: whatever they do to a library, the program and its work stay.

A reading has a limit of time and of memory; a crash of the process, too much time or memory is one line about the file.
Rows come back as an Arrow file and pixels as a bare one, both mapped, not through the pipe; all else is JSON. One process is
kept for the next file; two threads that read at the same time have one each. On Windows the time is limited, the memory is not.
"""

from __future__ import annotations

import atexit
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from landplan.core.errors import InputError, LandplanError
from landplan.core.messages import language
from landplan.core.progress import Progress, silent
from landplan.io.apart_answer import pixels_mapped, plain, restored, retold

if TYPE_CHECKING:
    from landplan.core.recipe import LayerInput
    from landplan.io.raw_layer import RawLayer

Reading = Literal["layers", "raw", "inspect", "raster", "pixels", "form"]
SECONDS, MEGABYTES = 20.0, 1500
"""What a small file may take; every MB of a file adds a second and 16 MB."""
_DATABASE_MB = 400.0
"""What a table of a database is taken for: its file is a few lines."""
_START_S, _TICK_S = 120.0, 0.1
_RESTORED: dict[str, Callable[[Any, Path], Any]] = {"raw": restored, "pixels": pixels_mapped}
"""How the bulk of an answer is taken from the process's folder; any other answer is plain data."""
_inside: ContextVar[bool] = ContextVar("landplan_reads_inside", default=False)


def inside() -> bool:
    """Whether files are read in this process: in the reading process itself, and within `reading_inside`."""
    return _inside.get()


def stay_inside() -> None:
    """From here on files are read in this process."""
    _inside.set(True)


@contextmanager
def reading_inside() -> Iterator[None]:
    """Within the block this thread reads files itself: our own, or where an endless file does no harm."""
    before = _inside.set(True)
    try:
        yield
    finally:
        _inside.reset(before)


def layers(path: Path) -> tuple[str, ...]:
    """`list_layers` apart."""
    return tuple(apart("layers", path))


def raw_layer(path: Path, spec: LayerInput, role: str, progress: Progress = silent) -> RawLayer:
    """`read_raw` apart."""
    arguments = {"spec": spec.model_dump(mode="json", exclude_unset=True), "role": role}
    found: RawLayer = apart("raw", path, arguments, progress=progress)
    return found


def apart(
    reading: Reading,
    path: Path,
    arguments: Mapping[str, Any] | None = None,
    *,
    seconds: float | None = None,
    megabytes: int | None = None,
    progress: Progress = silent,
) -> Any:
    """What a reading of the file gives, read in another process. InputError that names the file when that process crashes,
    takes longer than `seconds` or more than `megabytes` (10^6 bytes) of new memory; errors of the reading as they are.

    progress is asked ten times a second; when it raises, the process is ended.
    """
    size = _size_mb(path)
    seconds = SECONDS + size if seconds is None else seconds
    megabytes = round(MEGABYTES + 16 * size) if megabytes is None else megabytes
    request = {
        "reading": reading, "path": str(path), "arguments": arguments or {}, "seconds": seconds, "megabytes": megabytes,
        "language": language(), "folder": str(Path.cwd()),
    }  # fmt: skip
    child, tick = _processes.taken(), lambda: progress(None, "reading_layer", layer=path.name)
    try:
        if not child.accepts(request, tick):  # it died while it waited: that is not the file's fault
            child.end()
            child = _Process()
            if not child.accepts(request, tick):
                child.end()
                raise LandplanError("reading_process_missing", path.name)
        value = child.answer(request, path, tick)
    except LandplanError:
        raise
    except BaseException:
        child.end()
        raise
    finally:
        _processes.given_back(child)
    return value


class _Process:
    """One reading process, its private folder (also its folder for temporary files) and what it says."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="landplan-"))
        command = [sys.executable, "-P", "-m", "landplan.io.apart_child", str(self.home)]
        own: dict[str, Any] = {"start_new_session": True}  # Ctrl+C is for the asking process
        if sys.platform == "win32":
            own = {"creationflags": subprocess.CREATE_NO_WINDOW}
        pipe, env = subprocess.PIPE, _environment(self.home)
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=env, **own)
        self.lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.ready = False
        self.listener = threading.Thread(target=self._listen, name="apart", daemon=True)
        self.listener.start()

    def accepts(self, request: Mapping[str, Any], tick: Callable[[], None]) -> bool:
        """Hand a request over; whether the process was there to take it."""
        if not self.ready:
            self.ready = self._line(_START_S, tick) not in (None, b"")
        if not self.ready:
            return False
        with suppress(OSError):  # it is gone: its output ends too
            assert self.process.stdin is not None  # noqa: S101
            self.process.stdin.write(json.dumps(request, default=plain).encode() + b"\n")
            self.process.stdin.flush()
        return self._line(request["seconds"], tick) != b""

    def answer(self, request: Mapping[str, Any], path: Path, tick: Callable[[], None]) -> Any:
        """What comes back for an accepted request; the process is ended when the reading did not end well."""
        line = self._line(request["seconds"], tick)
        found = json.loads(line) if line else {}
        if "value" in found:
            value = found["value"]
            back = _RESTORED.get(request["reading"])
            return back(value, self.home) if back else value
        if "error" in found:
            raise retold(found["error"])
        if "bug" in found:
            raise RuntimeError(found["bug"])
        self.end()
        raise self._failure(request, path, line, "memory" in found)

    def end(self) -> None:
        """End the process whatever it does, and remove what it made."""
        self.process.kill()
        self.process.wait()
        self.listener.join()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def _failure(self, request: Mapping[str, Any], path: Path, line: bytes | None, memory: bool) -> InputError:
        if memory:
            return InputError("reading_too_big", path.name, megabytes=request["megabytes"])
        if line is None or self.process.returncode in _TOO_SLOW:
            return InputError("reading_too_slow", path.name, seconds=request["seconds"])
        return InputError("reading_crashed", path.name)

    def _line(self, seconds: float, tick: Callable[[], None]) -> bytes | None:
        """The next line it says; b"" when it has ended, None when it says nothing for that long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with suppress(queue.Empty):
                return self.lines.get(timeout=min(_TICK_S, max(end - time.monotonic(), 0.001)))
            tick()
        return None

    def _listen(self) -> None:
        assert self.process.stdout is not None  # noqa: S101
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(b"")


class _Processes:
    """The processes that wait for a file: one, kept warm; more only while several threads read at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Process] = []

    def taken(self) -> _Process:
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.process.poll() is None:
                    return process
                process.end()
        return _Process()

    def given_back(self, process: _Process) -> None:
        with self._lock:
            if process.process.poll() is None and not self._idle:
                self._idle.append(process)
                return
        process.end()

    def end(self) -> None:
        with self._lock:
            while self._idle:
                self._idle.pop().end()


_processes = _Processes()
atexit.register(_processes.end)
_TOO_SLOW = (-14, -24)
"""Ended by the timer (SIGALRM) or by the limit of processor time (SIGXCPU)."""


def start() -> None:
    """Have a reading process ready before the first file is opened; returns at once."""
    _processes.given_back(_processes.taken())


def _environment(home: Path) -> dict[str, str]:
    """The own environment, with the folder for temporary files private, one thread a library, and this landplan findable."""
    folders = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(home))
    calm = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2", "ARROW_DEFAULT_MEMORY_POOL": "system"}
    found = {**os.environ, **folders, **calm}
    root = Path(__file__).resolve().parents[2]
    if not root.name.endswith("-packages"):
        found["PYTHONPATH"] = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH", "")])])
    return found


def _size_mb(path: Path) -> float:
    """The size of a file with what belongs to it, or of all files of a folder, MB."""
    if path.suffix.lower() == ".postgis":  # what it names is elsewhere
        return _DATABASE_MB
    with suppress(OSError):
        files = path.rglob("*") if path.is_dir() else path.parent.glob(f"{_literal(path.stem)}.*")
        return sum(file.stat().st_size for file in files if file.is_file()) / 1e6
    return 0.0


def _literal(name: str) -> str:
    from glob import escape

    return escape(name)
