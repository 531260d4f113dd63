"""XML of strangers: bombs, foreign entities, endless nesting and cut files are refused in one line, at once."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.errors import InputError
from landplan.core.recipe import LayerInput
from landplan.io import gml, kml
from landplan.io.files import kind
from landplan.io.raw_layer import unharmed
from landplan.io.xml_text import edited, utf8, walked

LAUGHS = "".join(f'<!ENTITY l{k} "{f"&l{k - 1};" * 10}">' for k in range(1, 10))
BOMBS = {
    "laughs": f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>',
    "quadratic": f'<!DOCTYPE x [<!ENTITY l9 "{"a" * 100_000}">]>',
    "file": '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
    "parameter": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
    "outside": '<!DOCTYPE kml SYSTEM "http://127.0.0.1:9/x.dtd">',
}
BODY = {
    ".kml": "<kml><Document><name>a</name><Placemark><name>&l9;</name></Placemark></Document></kml>",
    ".gml": '<c xmlns:gml="http://www.opengis.net/gml"><gml:featureMember><p><n>&l9;</n></p></gml:featureMember></c>',
}
READERS = {".kml": kml, ".gml": gml}


class Nothing:
    def start(self, name: str, attributes: dict[str, str], at: int) -> None: ...
    def end(self, name: str, at: int) -> None: ...


@pytest.mark.parametrize("suffix", BODY)
@pytest.mark.parametrize("bomb", BOMBS)
def test_declarations_are_refused_at_once(tmp_path: Path, bomb: str, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_text('<?xml version="1.0"?>\n' + BOMBS[bomb] + BODY[suffix])
    started = time.monotonic()
    with pytest.raises(InputError) as caught:
        READERS[suffix].layers(path)
    assert (caught.value.id, caught.value.values["line"]) == ("xml_doctype", 2)
    assert time.monotonic() - started < 5
    assert "root:" not in str(caught.value)


def test_endless_nesting_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    path.write_text("<kml>" + "<Folder>" * 1_000_000)
    with pytest.raises(InputError) as caught:
        kml.layers(path)
    assert caught.value.id == "xml_too_deep"


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("landplan.io.xml_text._BYTES", 1000)
    path = tmp_path / "a.kml"
    path.write_text("<kml>" + " " * 2000 + "</kml>")
    with pytest.raises(InputError) as caught:
        kml.layers(path)
    assert caught.value.id == "xml_too_large"


@pytest.mark.parametrize("suffix", BODY)
@settings(max_examples=40, deadline=None)
@given(share=st.floats(0.02, 0.98))
def test_a_cut_file_names_its_line(tmp_path_factory: pytest.TempPathFactory, suffix: str, share: float) -> None:
    path = tmp_path_factory.mktemp("cut") / f"a{suffix}"
    whole = BODY[suffix].replace("&l9;", "华").replace("><", ">\n<").encode()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(InputError) as caught:
        READERS[suffix].layers(path)
    assert caught.value.id == "xml_broken"
    assert 1 <= caught.value.values["line"] <= whole.count(b"\n") + 1


@pytest.mark.parametrize(("codec", "declared", "name", "told"), [
    ("utf-8", None, "UTF-8", []), ("utf-8-sig", "UTF-8", "UTF-8", []), ("utf-16", "UTF-16", "UTF-16", []),
    ("gbk", "GB2312", "GBK", []), ("gb18030", "gb18030", "GB18030", []), ("gbk", "UTF-8", "GBK", ["encoding_declared_wrong"]),
    ("gbk", None, "GBK", ["encoding_declared_wrong"]), ("utf-8", "GBK", "UTF-8", ["encoding_declared_wrong"]),
])  # fmt: skip
def test_text_is_chinese_whatever_it_is_in(tmp_path: Path, codec: str, declared: str | None, name: str, told: list[str]) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
    text = "<kml><Document><name>华亭镇工业区</name><Placemark><name>安亭汽车城零部件园</name></Placemark></Document></kml>"
    path = tmp_path / "a.kml"
    path.write_bytes((head + text).encode(codec))
    assert kind(path) == "kml"
    raw = kml.read(path, LayerInput(path="a.kml"), "parcels")
    assert (raw.name, raw.encoding) == ("华亭镇工业区", name)
    assert raw.table.column("Name").to_pylist() == ["安亭汽车城零部件园"]
    assert [issue.id for issue in raw.issues] == told


def test_lines_keep_their_numbers_without_the_declaration(tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    path.write_text('<?xml version="1.0"\n encoding="UTF-8"?>\n<kml>\n<a></b></kml>')
    with pytest.raises(InputError) as caught:
        walked(utf8(path, "", None)[0], Nothing(), path)
    assert caught.value.values["line"] == 4


SPAN = st.tuples(st.integers(0, 30), st.integers(0, 30), st.sampled_from([b"", b"X", b"YZ"]))


@given(st.text("abcdef", min_size=1), st.lists(SPAN))
def test_edits_are_those_of_each_byte_by_itself(text: str, edits: list[tuple[int, int, bytes]]) -> None:
    raw, taken, wanted = text.encode(), [False] * len(text), []
    for low, high, instead in edits:
        first, last = sorted((min(low, len(raw)), min(high, len(raw))))
        if first < last and not any(taken[first:last]):
            taken[first:last] = [True] * (last - first)
            wanted.append((first, last, instead))
    starts = {first: instead for first, _, instead in wanted}
    slow = b"".join(starts.get(k, b"") + (b"" if taken[k] else raw[k : k + 1]) for k in range(len(raw)))
    assert edited(raw, wanted) == slow


def test_no_mutant_gets_through_as_a_traceback(tmp_path: Path) -> None:
    random_ = random.Random("xml 1")
    place = "<coordinates>121.2,31.3</coordinates>"
    body = f"<Placemark><name>华</name><NetworkLink/><Point>{place}</Point></Placemark>" * 3
    whole = {
        ".kml": f'<?xml version="1.0"?><kml><Document><Folder><name>a</name>{body}</Folder><Folder/></Document></kml>'.encode(),
        ".gml": BODY[".gml"].replace("&l9;", "华" * 40).encode(),
    }
    for number in range(120):
        suffix = random_.choice(list(whole))
        raw = bytearray(whole[suffix])
        for _ in range(random_.choice((1, 4))):
            at = random_.randrange(len(raw))
            raw[at : at + random_.randrange(3)] = random_.choice((b"", b"<", b"9", b"/>", b"\xff", b"<!-- -->", b"<a/>"))
        path = tmp_path / f"{number}{suffix}"
        path.write_bytes(raw)
        try:
            with unharmed("", path):
                for name in READERS[suffix].layers(path):
                    one = READERS[suffix].read(path, LayerInput(path=path.name, layer=name), "parcels")
                    assert one.rows_in == len(one) + sum(one.dropped.values())
        except InputError as error:
            assert path.name in str(error)
            assert "\n" not in str(error)
        assert path.read_bytes() == raw
    assert len(list(tmp_path.iterdir())) == 120
