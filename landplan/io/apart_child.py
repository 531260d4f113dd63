"""The process that reads bytes of strangers: one line of JSON asks, one says that it is taken, one answers, until its input ends.

It ends itself when the asking process is gone, when a reading takes longer than allowed (a timer and a limit of processor
time of the system, so also inside a library), and it gets no more memory than allowed on top of what it starts with. Limits
of memory and processor time are POSIX only; on Windows the asking process watches the time.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from landplan.core.errors import LandplanError
from landplan.core.messages import set_language
from landplan.io import apart
from landplan.io.apart_answer import kept, pixels_kept, plain, told
from landplan.io.encoding import CODECS
from landplan.io.gdal import harden
from landplan.io.raw_layer import lacks_memory


def main() -> None:
    """Answer requests until there are no more."""
    home, answers = Path(sys.argv[1]), _channel()
    asked: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(asked, home), daemon=True).start()
    _load()
    _say(answers, {"ready": os.getpid()})
    while True:
        request = json.loads(asked.get())
        _say(answers, {"taken": True})
        _say(answers, _answer(request, home))
        _written.clear()


def _channel() -> BinaryIO:
    """Where answers go: standard output, which from here on nobody else in the process can write to."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _listen(asked: queue.SimpleQueue[bytes], home: Path) -> None:
    """Hand requests on; when the other side is gone, leave at once and leave nothing."""
    for line in sys.stdin.buffer:
        asked.put(line)
    shutil.rmtree(home, ignore_errors=True)
    os._exit(0)


def _load() -> None:
    """Import what reading needs, before there is a limit of memory."""
    harden()
    sys.meta_path.insert(0, _Without())
    import pyarrow.compute
    import pyarrow.csv
    import pyarrow.parquet  # noqa: F401

    from landplan.io import inspection, vector  # noqa: F401
    from landplan.io.gdal import ogr, rasters

    ogr()
    rasters()
    for name in CODECS:  # their tables are modules, which cannot be loaded once memory is short
        "a".encode(name)
    apart.stay_inside()


class _Without:
    """Data frames, which pyogrio and pyarrow load where they can, are two thirds of the start and of no use in reading."""

    @staticmethod
    def find_spec(name: str, *_place: object) -> None:
        if name in ("pandas", "geopandas"):
            raise ModuleNotFoundError(name=name)


def _say(answers: BinaryIO, answer: Mapping[str, Any]) -> None:
    answers.write(json.dumps(answer, default=plain).encode() + b"\n")
    answers.flush()


def _answer(request: Mapping[str, Any], home: Path) -> dict[str, Any]:
    """{"value"} as JSON, or {"error"}: of the file, {"memory"}: not enough of it, {"bug"}: a traceback of ours."""
    set_language(request["language"])
    try:
        with _limited(request["seconds"], request["megabytes"]), _at(request["folder"], home):
            return {"value": _READINGS[request["reading"]](Path(request["path"]), request["arguments"], home)}
    except MemoryError:
        return {"memory": True}
    except LandplanError as error:
        return {"memory": True} if lacks_memory(error) else {"error": told(error)}
    except Exception:  # noqa: BLE001  (told over there, as a bug)
        return {"bug": traceback.format_exc()}


@contextmanager
def _at(folder: str, home: Path) -> Iterator[None]:
    """Paths inside the block mean what they mean to the asking process."""
    with suppress(OSError):
        os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(home)


@contextmanager
def _limited(seconds: float, megabytes: int) -> Iterator[None]:
    """Limits of the system around the block: time by clock and by processor, and new memory."""
    if sys.platform == "win32":
        yield
        return
    import resource
    import signal

    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    most = _virtual_bytes() + megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _lower(resource.RLIMIT_CPU, int(used + 2 * seconds) + 2)
    _lower(resource.RLIMIT_AS, most)
    signal.setitimer(signal.ITIMER_REAL, seconds + 2.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        for kind in (resource.RLIMIT_CPU, resource.RLIMIT_AS):
            hard = resource.getrlimit(kind)[1]
            resource.setrlimit(kind, (hard, hard))


def _lower(kind: int, soft: int) -> None:
    import resource

    hard = resource.getrlimit(kind)[1]
    with suppress(OSError, ValueError):  # a system that has no such limit
        resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _virtual_bytes() -> int:
    """What the process holds by now."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 4 << 30
    return pages * os.sysconf("SC_PAGE_SIZE")


def _layers(path: Path, _arguments: Mapping[str, Any], _home: Path) -> Any:
    from landplan.io.vector import list_layers

    return list_layers(path)


def _raw(path: Path, arguments: Mapping[str, Any], home: Path) -> Any:
    from landplan.core.recipe import LayerInput
    from landplan.io.vector import read_raw

    raw = read_raw(path, LayerInput.model_validate(arguments["spec"]), arguments["role"])
    _written.append(raw)
    return kept(raw, home)


def _inspect(path: Path, arguments: Mapping[str, Any], _home: Path) -> Any:
    from landplan.io.inspection import inspect

    return inspect(path, encoding=arguments["encoding"], crs=arguments["crs"])


def _raster(path: Path, arguments: Mapping[str, Any], _home: Path) -> Any:
    from landplan.io.raster_header import read_header

    return read_header(path, arguments["role"], arguments["band"]).plain()


def _pixels(path: Path, arguments: Mapping[str, Any], home: Path) -> Any:
    from landplan.io.raster import read_pixels

    return pixels_kept(read_pixels(path, **arguments), home)


def _form(path: Path, _arguments: Mapping[str, Any], _home: Path) -> Any:
    from landplan.io.expert_form import form_sheets

    return form_sheets(path)


_written: list[object] = []
"""What the answer in hand was made from: giving back so much memory takes time, which the asking process need not wait for."""
_READINGS: dict[str, Callable[[Path, Mapping[str, Any], Path], Any]] = {
    "layers": _layers, "raw": _raw, "inspect": _inspect, "raster": _raster, "pixels": _pixels,
    "form": _form,
}  # fmt: skip


if __name__ == "__main__":
    main()
