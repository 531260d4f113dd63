"""Windows without a screen; every warning of Qt fails the test (see pyproject). A desk with the sample on it."""

from __future__ import annotations

import os
from collections.abc import Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from settling import settled

from landplan.app.opening import Opened, open_file
from landplan.core.messages import set_language
from landplan.core.paths import sample
from landplan.core.project import Memo
from landplan.gui import theme
from landplan.gui.desk import Desk
from landplan.gui.garbage import keep_garbage_home


@pytest.fixture(scope="package", autouse=True)
def garbage(qapp: QApplication) -> Iterator[None]:
    """No worker may collect a widget of a test before; afterwards Python collects as it does elsewhere."""
    keep_garbage_home()
    yield
    if (kept := keep_garbage_home()) is not None:
        kept.end()


@pytest.fixture(scope="session")
def opened() -> Opened:
    """The sample, read once."""
    return open_file(sample("recipe.toml"))


@pytest.fixture(scope="session")
def kept_results() -> Memo:
    """What the steps gave for the sample, kept from test to test (a memo answers only for the very same inputs)."""
    return Memo(256)


@pytest.fixture(params=["zh"])
def lang(request: pytest.FixtureRequest) -> Iterator[str]:
    """The language of the window; parametrise a test with `indirect` for both."""
    set_language(request.param)
    yield request.param
    set_language("zh")


@pytest.fixture
def empty_desk(qtbot: QtBot, lang: str) -> Iterator[Desk]:
    """A desk with nothing on it."""
    theme.use("light")
    made = Desk()
    yield made
    made.close()


@pytest.fixture
def desk(qtbot: QtBot, empty_desk: Desk, opened: Opened, kept_results: Memo) -> Desk:
    """A desk with the sample, scored, and with the paths of every parcel."""
    empty_desk.put(opened, kept_results)
    settled(qtbot, empty_desk)
    return empty_desk


@pytest.fixture
def wait(qtbot: QtBot, desk: Desk) -> object:
    """`wait()`: until the desk has settled."""
    return lambda: settled(qtbot, desk)
