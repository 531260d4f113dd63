"""What the status bar says of the measuring CRS: that areas are planar, where they are, and never parameters."""

from __future__ import annotations

import pytest

from landplan.core.messages import set_language
from landplan.gui.status import _system


@pytest.mark.parametrize(("lang", "word"), [("zh", "平面面积"), ("en", "planar areas")])
def test_planes_and_own_grids_say_that_areas_are_planar(lang: str, word: str) -> None:
    set_language(lang)
    assert word in _system("plane:local")
    assert word in _system("grid:上海2000")
    assert "上海2000" in _system("grid:上海2000")
    assert _system("EPSG:4549") == "EPSG:4549"
