"""Files are read in a process of their own: the same rows, and whatever happens to that process is one line about the file."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import made_files
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from landplan.core.errors import InputError, LandplanError
from landplan.core.progress import Cancelled
from landplan.core.recipe import LayerInput
from landplan.io import apart
from landplan.io.apart_answer import kept, restored, retold, told
from landplan.io.inspection import inspect
from landplan.io.raw_layer import RawLayer
from landplan.io.shapes import in_one_piece
from landplan.io.vector import list_layers, read_raw

posix = pytest.mark.skipif(os.name == "nt", reason="signals and limits of POSIX")
COLUMNS = {
    "编号": pa.array(["00123", None, "甲", "1-2"]),
    "n": pa.array([1, None, 2**53 + 1, -1]),
    "x": pa.array([0.5, None, -0.0, 1e300]),
}
FORMATS = ("plots.shp", "plots.gpkg", "plots.geojson", "plots.fgb", "plots.parquet", "plots.zip", "表格.csv", "plots.dbf",
           "bare.gpkg", "big.gpkg", "dictionary.parquet")  # fmt: skip


def made(folder: Path, name: str) -> Path:
    """A file of every format, by name."""
    path, squares = folder / name, made_files.squares(4)
    if name == "plots.parquet":
        geo = {"version": "1.1.0", "primary_column": "g", "columns": {"g": {"encoding": "WKB", "crs": "EPSG:4549"}}}
        table = pa.table({**COLUMNS, "g": pa.array(shapely.to_wkb(squares).tolist())})
        pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path, row_group_size=3)
    elif name == "dictionary.parquet":
        words = pa.chunked_array([pa.array(["a", "b"]).dictionary_encode(), pa.array(["c", "a"]).dictionary_encode()])
        pq.write_table(pa.table({"w": words, "t": pa.array([1, 2, 3, 4], pa.timestamp("ns"))}), path)
    elif name == "表格.csv":
        path.write_text("编号,亩\n001,1.5\n002,\n", "gb18030")
    elif name in ("plots.zip", "plots.dbf"):
        made_files.shapefile(folder)
        if name == "plots.zip":
            with zipfile.ZipFile(path, "w") as archive:
                for file in sorted(folder.glob("plots.*")):
                    archive.write(file, file.name) if file != path else None
    elif name == "bare.gpkg":
        made_files.write(path, squares, {})
    elif name == "big.gpkg":
        made_files.write(path, made_files.squares(70_000), {"n": pa.array(range(70_000))})
    else:
        made_files.write(path, squares, COLUMNS, **({"encoding": "GBK"} if name.endswith(".shp") else {}))
    return path


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A GeoPackage whose rows take ten seconds to count."""
    path = made_files.write(tmp_path / "无尽 é.gpkg", made_files.squares(2), {"id": pa.array(["a", "b"])})
    with sqlite3.connect(path) as database:
        database.execute("CREATE VIEW v AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c")
        entry = "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (?, ?, ?)"
        database.execute(entry, ("v", "attributes", "v"))
    database.close()
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An empty folder for temporary files, and no process that was started before."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(apart, "_processes", apart._Processes())
    yield folder
    apart._processes.end()
    assert list(folder.iterdir()) == []


def warm_pid() -> int:
    """The id of the process that reads next."""
    apart.start()
    return apart._processes._idle[0].process.pid


def is_gone(pid: int) -> bool:
    """Whether a process ends within ten seconds."""
    for _ in range(200):
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def asked_of(path: Path, **limits: Any) -> RawLayer:
    layer: RawLayer = apart.apart("raw", path, {"spec": {"path": path.name, "layer": "v"}, "role": "parcels"}, **limits)
    return layer


def same(one: RawLayer, other: RawLayer) -> bool:
    """Whether two layers are equal to the last byte and batch, notices too."""
    facts = [field.name for field in fields(RawLayer) if field.name not in ("table", "wkb")]
    batches = [[len(batch) for batch in layer.table.to_batches()] for layer in (one, other)]
    wkb = [None if layer.wkb is None else in_one_piece(layer.wkb) for layer in (one, other)]
    geometry = wkb[0] is wkb[1] is None or (wkb[0].equals(wkb[1]) and wkb[0].type == wkb[1].type)
    tables = one.table.equals(other.table, check_metadata=True) and one.table.schema.equals(
        other.table.schema, check_metadata=True
    )
    return tables and geometry and batches[0] == batches[1] and all(getattr(one, name) == getattr(other, name) for name in facts)


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_read_apart_is_what_is_read_here(tmp_path: Path, name: str) -> None:
    path = made(tmp_path, name)
    spec = LayerInput(path=name)
    far, names = read_raw(path, spec, "parcels"), list_layers(path)
    card = inspect(path) if len(far) < 100 else None
    with apart.reading_inside():
        near = read_raw(path, spec, "parcels")
        assert names == list_layers(path)
        assert card is None or card == inspect(path)
    assert same(far, near)
    assert len(far) == far.rows_in > 0


def test_nothing_is_copied_out_of_the_mapped_file(tmp_path: Path) -> None:
    path = made(tmp_path, "big.gpkg")
    before = pa.total_allocated_bytes()
    layer = read_raw(path, LayerInput(path=path.name), "parcels")
    assert pa.total_allocated_bytes() - before < layer.wkb.nbytes / 10


@given(st.lists(st.lists(st.none() | st.binary(max_size=9)), min_size=1), st.booleans(), st.integers(0, 3))
def test_a_column_in_chunks_comes_back_in_one_piece(chunks: list[list[bytes | None]], wide: bool, cut: int) -> None:
    kind = pa.large_binary() if wide else pa.binary()
    column = pa.chunked_array([pa.array(chunk, kind) for chunk in chunks], kind).slice(cut)
    table = pa.table({"row": pa.array(range(len(column)), pa.int64())})
    with tempfile.TemporaryDirectory() as folder:
        facts = kept(RawLayer("v", table, column, None, "UTF-8", len(column)), Path(folder))
        back = restored(facts, Path(folder))
        assert not any(Path(folder).iterdir())
    assert isinstance(back.wkb, pa.Array)
    assert back.wkb.to_pylist() == column.to_pylist()
    assert (len(back), back.rows_in, back.wkb.null_count) == (len(column), len(column), column.null_count)


@pytest.mark.parametrize(
    "content", [b"", b"SQLite format 3\x00 but not one", b'{"type": "FeatureCollection"', b"PK\x03\x04 no zip", b"PAR1"]
)
def test_errors_are_those_of_reading_here(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "坏文件.bin"
    path.write_bytes(content)
    errors = []
    for where in (apart.reading_inside, threading.Lock):
        with where(), pytest.raises(InputError) as caught:
            inspect(path)
        errors.append(str(told(caught.value)["kind"]) + str(caught.value))
    assert errors[0] == errors[1]
    assert path.name in errors[0]


def test_an_error_of_an_unknown_class_is_a_plain_one() -> None:
    error = retold({"kind": "SystemExit", "id": "file_empty", "where": "a", "values": {}})
    assert type(error) is LandplanError


@posix
def test_a_crash_is_one_line_and_the_next_file_is_read(endless: Path, home: Path) -> None:
    list_layers(endless)
    pid = warm_pid()

    def crash(*_told: object, **_values: object) -> None:
        os.kill(pid, signal.SIGSEGV)

    with pytest.raises(InputError, match=r"无尽 é\.gpkg: .*崩溃") as caught:
        asked_of(endless, progress=crash)
    assert (caught.value.id, "\n" in str(caught.value)) == ("reading_crashed", False)
    assert list_layers(endless) == ("无尽 é", "v")
    assert warm_pid() != pid


@posix
def test_a_process_that_died_while_it_waited_is_replaced(endless: Path, home: Path) -> None:
    pid = warm_pid()
    assert len(list_layers(endless)) == 2
    os.kill(pid, signal.SIGSEGV)
    assert is_gone(pid)
    assert len(list_layers(endless)) == 2


@posix
@pytest.mark.parametrize("used", [False, True])
def test_so_is_one_that_still_looks_alive(endless: Path, home: Path, monkeypatch: pytest.MonkeyPatch, used: bool) -> None:
    pid = warm_pid()
    if used:
        assert len(list_layers(endless)) == 2
    dying = apart._processes._idle[0].process
    monkeypatch.setattr(dying, "poll", lambda: None)
    os.kill(pid, signal.SIGSEGV)
    assert is_gone(pid)
    assert len(list_layers(endless)) == 2
    assert warm_pid() != pid


@posix
def test_too_much_time(endless: Path, home: Path) -> None:
    list_layers(endless)
    pid, began = warm_pid(), time.monotonic()
    with pytest.raises(InputError, match=r"无尽 é\.gpkg") as caught:
        asked_of(endless, seconds=0.4)
    assert caught.value.id == "reading_too_slow"
    assert time.monotonic() - began < 3.0
    assert is_gone(pid)


@posix
def test_a_stopped_process_is_too_slow_as_well(endless: Path, home: Path) -> None:
    list_layers(endless)
    pid = warm_pid()
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(InputError) as caught:
        asked_of(endless, seconds=0.4)
    assert caught.value.id == "reading_too_slow"
    assert is_gone(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="a limit of memory that the system keeps")
def test_too_much_memory(tmp_path: Path, home: Path) -> None:
    path = tmp_path / "大.csv"
    path.write_text("id,text\n" + "".join(f"{n},{'字' * 40}\n" for n in range(150_000)), "utf-8")
    with pytest.raises(InputError, match=r"大\.csv") as caught:
        apart.apart("raw", path, {"spec": {"path": path.name}, "role": "parcels"}, megabytes=20)
    assert caught.value.id == "reading_too_big", str(caught.value)
    assert len(list_layers(made(tmp_path, "plots.gpkg"))) == 1


def test_a_wish_to_stop_ends_the_process(endless: Path, home: Path) -> None:
    list_layers(endless)
    pid, began = warm_pid(), time.monotonic()

    def stop(*_told: object, **_values: object) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        asked_of(endless, progress=stop)
    assert time.monotonic() - began < 3.0
    assert is_gone(pid)


@posix
def test_a_process_whose_asker_is_killed_goes_and_takes_its_folder_along(endless: Path, home: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from landplan.io import apart\n"
        "def tell(*a, **k):\n    print(apart_pid, flush=True)\n"
        "apart.start(); apart_pid = apart._processes._idle[0].process.pid; path = Path(sys.argv[1]); apart.layers(path)\n"
        "apart.apart('raw', path, {'spec': {'path': 'x', 'layer': 'v'}, 'role': 'parcels'}, progress=tell)\n"
    )
    root = str(Path(apart.__file__).parents[2])
    settings = {**os.environ, "TMPDIR": str(home), "PYTHONPATH": root}
    with subprocess.Popen([sys.executable, "-c", program, str(endless)], stdout=subprocess.PIPE, env=settings) as asker:
        assert asker.stdout is not None
        pid = int(asker.stdout.readline())
        assert len(list(home.iterdir())) == 1
        asker.kill()
    assert is_gone(pid)
    assert list(home.iterdir()) == []


def test_two_threads_read_at_once(endless: Path, home: Path, tmp_path: Path) -> None:
    path, found, errors = made(tmp_path, "plots.gpkg"), [], []

    def slow() -> None:
        with pytest.raises(InputError) as caught:
            asked_of(endless, seconds=3.0)
        errors.append(caught.value.id)

    def quick() -> None:
        found.append(read_raw(path, LayerInput(path=path.name), "parcels"))

    threads = [threading.Thread(target=work) for work in (slow, quick, quick)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == ["reading_too_slow"]
    assert same(*found)
    assert len(apart._processes._idle) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text")
def test_a_name_that_is_no_text_and_a_relative_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = tmp_path / os.fsdecode(b"\xb5\xd8.csv")
    odd.write_text("id\n1\n")
    assert len(read_raw(odd, LayerInput(path="x"), "parcels")) == 1
    monkeypatch.chdir(tmp_path)
    assert len(read_raw(Path(odd.name), LayerInput(path="x"), "parcels")) == 1
    assert inspect(Path(odd.name))["path"] == odd.name


def test_texts_come_in_the_language_of_the_asker(tmp_path: Path) -> None:
    from landplan.core.messages import set_language

    path = made_files.shapefile(tmp_path, prj=False)
    assert "坐标系" in inspect(path)["warnings"][0]["message"]
    set_language("en")
    assert "coordinate" in inspect(path)["warnings"][0]["message"]


def test_modules_of_the_working_folder_are_not_run(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyarrow.py").write_text("raise SystemExit")
    (tmp_path / "json.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    assert list_layers(made(tmp_path, "plots.gpkg")) == ("plots",)


def test_help_knows_nothing_of_it() -> None:
    program = (
        "import sys; from landplan.cli import main; code = main(['--help'])\n"
        "print('landplan.io.apart' in sys.modules, end=' ', file=sys.stderr); from landplan.io import apart, vector\n"
        "print([name for name in sys.modules if name.startswith('PySide6')], code, file=sys.stderr)\n"
    )
    settings = {**os.environ, "PYTHONPATH": str(Path(apart.__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=settings, check=False)
    assert done.stderr.splitlines()[-1] == "False [] 0"
