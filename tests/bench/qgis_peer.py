"""QGIS as a peer, where the system's own Python has it: a process beside this one that draws a layer when it is told to.

Run by that Python, this file is the process: a line of JSON asks (a file, a rectangle, a size, whether outlined), a line of
JSON answers. It imports nothing of landplan.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

PLACES = ("/usr/bin/python3", "/opt/homebrew/bin/python3")
"""Interpreters that a packaged QGIS belongs to."""


@cache
def interpreter() -> str | None:
    """The Python that has QGIS, or None."""
    for place in PLACES:
        words = [place, "-c", "import qgis.core"]
        if Path(place).exists() and not subprocess.run(words, capture_output=True, env=_clean(), check=False).returncode:
            return place
    return None


class Drawing:
    """A call that has QGIS draw a layer afresh, antialiased, in five colours; `picture` gets what it drew last.

    The layer is opened, and drawn once, when this is made: what is measured is drawing; with `opening` it is opened anew at
    every call. The process ends with `close`, or with the one that began it.
    """

    def __init__(
        self,
        layer: Path,
        box: tuple[float, float, float, float],
        size: tuple[int, int],
        picture: Path,
        *,
        outlined: bool,
        opening: bool = False,
    ) -> None:
        place = interpreter()
        assert place is not None
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self._child = subprocess.Popen([place, __file__], **streams, text=True, env=_clean() | {"QT_QPA_PLATFORM": "offscreen"})
        self._wish = {"layer": str(layer), "box": box, "size": size, "picture": str(picture), "outlined": outlined}
        self._wish["opening"] = opening
        self.picture = picture
        self()

    def __call__(self) -> Path:
        asked, answered = self._child.stdin, self._child.stdout
        assert asked is not None
        assert answered is not None
        asked.write(json.dumps(self._wish) + "\n")
        asked.flush()
        if json.loads(answered.readline() or "{}") != {"drawn": True}:
            raise RuntimeError("QGIS did not draw")
        return self.picture

    def close(self) -> None:
        self._child.communicate()


def _clean() -> dict[str, str]:
    """The environment without what belongs to our own Python."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def _serve() -> None:
    """In the process of QGIS."""
    from qgis.core import QgsApplication

    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    layers: dict[str, Any] = {}
    for line in sys.stdin:
        wish = json.loads(line)
        if wish["opening"] or wish["layer"] not in layers:
            layers[wish["layer"]] = _layer(wish["layer"], wish["outlined"])
        _draw(layers[wish["layer"]], wish)
        sys.stdout.write('{"drawn": true}\n')
        sys.stdout.flush()


def _layer(path: str, outlined: bool) -> Any:
    from qgis.core import QgsCategorizedSymbolRenderer, QgsFillSymbol, QgsRendererCategory, QgsVectorLayer

    layer = QgsVectorLayer(path, "plots", "ogr")
    colours = ("#ffffcc", "#c2e699", "#78c679", "#31a354", "#006837")
    line = {"outline_style": "no"}
    if outlined:
        line = {"outline_style": "solid", "outline_color": "84,92,102", "outline_width": "0.26"}
    fills = [QgsFillSymbol.createSimple({"color": colour, **line}) for colour in colours]
    classes = "$id % 5"  # whatever fields the file has
    layer.setRenderer(QgsCategorizedSymbolRenderer(classes, [QgsRendererCategory(k, fill, "") for k, fill in enumerate(fills)]))
    return layer


def _draw(layer: Any, wish: dict[str, Any]) -> None:
    from qgis.core import QgsMapRendererParallelJob, QgsMapSettings, QgsRectangle
    from qgis.PyQt.QtCore import QSize
    from qgis.PyQt.QtGui import QColor

    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setOutputSize(QSize(*wish["size"]))
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(QgsRectangle(*wish["box"]))
    settings.setFlag(QgsMapSettings.UseRenderingOptimization, True)
    settings.setFlag(QgsMapSettings.Antialiasing, True)
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(wish["picture"], "BMP")


if __name__ == "__main__":
    _serve()
