"""What is warmed up is what the first picture needs."""

from __future__ import annotations

import pytest

from landplan.core.kernels import ramp, row_scores
from landplan.core.kernels.compile import Kernel
from landplan.gui import warm


def test_the_kernels_of_map_and_scores_are_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ramp, "_paint", Kernel(ramp._paint.python))
    monkeypatch.setattr(row_scores, "_sums", Kernel(row_scores._sums.python))
    warm._map()
    warm._scores()
    assert ramp._paint._compiled is not None
    assert row_scores._sums._compiled is not None


def test_nothing_fails_aloud(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []

    def broken() -> None:
        called.append("map")
        raise RuntimeError

    monkeypatch.setattr(warm, "_map", broken)
    monkeypatch.setattr(warm, "_scores", lambda: called.append("scores"))
    warm.warm_up()
    assert called == ["map", "scores"]
