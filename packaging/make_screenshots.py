"""Pictures of the whole window for docs/images, README and a designer's eye:  python packaging/make_screenshots.py [FOLDER]

The sample in Chinese and English, light and dark, at 100 and 200 %; the first page, a loading and a failed state, panels and
dialogs. All twice: painted by Qt's offscreen platform into FOLDER/offscreen, and by the X platform under Xvfb, where that is
installed, into FOLDER/x11. The pictures that the documents show (SHOWN) are offscreen ones and go to docs/images.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from landplan.gui.window import Window

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
SIZE = (1440, 900)
SHOTS = (
    ("zh", "light", 1), ("en", "light", 1), ("zh", "dark", 1), ("zh", "contrast", 1), ("zh", "light", 2), ("en", "dark", 2),
)  # fmt: skip
"""Language, theme, scaling; each in a process of its own, because scaling is read once."""


SHOWN = {
    "plan_zh_light_1x.png": "window_plan_zh.png",
    "model_en_light_1x.png": "window_model_en.png",
    "score_zh_dark_1x.png": "window_score_dark.png",
}


def main(folder: Path) -> int:
    """Every picture into a folder; those the documents show go to docs/images under names of their own."""
    platforms = {"offscreen": ((), "offscreen")}
    if shutil.which("xvfb-run"):
        platforms["x11"] = (("xvfb-run", "-a", "-s", "-screen 0 3200x2000x24"), "xcb")
    for name, (before, plugin) in platforms.items():
        into = folder / name
        into.mkdir(parents=True, exist_ok=True)
        for lang, theme, scale in SHOTS:
            given = {**os.environ, "QT_QPA_PLATFORM": plugin, "QT_SCALE_FACTOR": str(scale), "PYTHONPATH": str(ROOT)}
            words = [*before, sys.executable, __file__, "--one", lang, theme, str(scale), str(into)]
            if code := subprocess.run(words, env=given, check=False).returncode:
                return code
    for name, shown in SHOWN.items():
        (IMAGES / shown).write_bytes((folder / "offscreen" / name).read_bytes())
    sys.stdout.write(f"{folder}\n")
    return 0


def one(lang: str, theme: str, scale: str, folder: Path) -> None:
    """The pictures of one language, theme and scaling."""
    import numpy as np
    from PySide6.QtWidgets import QApplication, QWidget

    from landplan.core.messages import set_language
    from landplan.core.paths import sample
    from landplan.gui import theme as themes
    from landplan.gui.program import Program
    from landplan.gui.settings import Settings

    application = QApplication.instance() or QApplication(["landplan"])
    settings = Settings(Path(tempfile.mkdtemp()) / "window.ini")
    settings.lang, settings.theme = lang, theme
    set_language(lang)
    themes.use(settings.theme)
    program = Program(settings, warm=False)
    window, desk = program.window, program.desk
    window.resize(*SIZE)

    def wait(until: Callable[[], object], seconds: float = 120.0) -> None:
        end = time.monotonic() + seconds
        while not until() and time.monotonic() < end:
            application.processEvents()
            time.sleep(0.005)
        for _ in range(10):
            application.processEvents()
            time.sleep(0.01)

    def shot(name: str, what: QWidget = window) -> None:
        wait(lambda: window.map.still)
        what.grab().save(str(folder / f"{name}_{lang}_{theme}_{scale}x.png"))

    wait(lambda: False, 0.3)
    shot("start")
    window.files.open(sample("recipe.toml"))
    wait(lambda: desk.long.running is not None and bool(desk.long.running.said), 10)
    shot("loading")
    wait(lambda: desk.results is not None and desk.options is not None and window.map.still)
    window.show_panel("plot_card")
    row = int(np.argmax(np.nan_to_num(desk.results.scores.best_score)))
    desk.select(np.array([row]))
    shot("model")
    window.actions_["show_score"].trigger()
    shot("score")
    window.actions_["solve"].trigger()
    wait(lambda: desk.plan_current and desk.display.theme == "path")
    shot("plan")
    near = desk.results.layers.parcels.geometry.xy[desk.results.layers.parcels.geometry.ring[row]]
    window.map.zoom_to((near[0] - 900.0, near[1] - 600.0, near[0] + 900.0, near[1] + 600.0))
    window.show_panel("plot_card")
    window.show_panel("checks")
    shot("near")
    for panel in ("history", "log", "tasks", "targets", "scatter", "robustness", "survey", "money", "reasons", "alternatives"):
        window.show_panel(panel)
        shot(f"panel_{panel}")
    desk.map_layers.show([one.id for one in desk.map_layers.entries])
    shot("layers")
    window.map.zoom_full()
    shot("layers_full")
    dialogs(window, shot, wait)
    window.files.open(Path(folder) / "not there.shp")
    wait(lambda: window.messages.isVisible(), 10)
    shot("failed")
    window.leaving = True
    window.close()
    program.end()


def dialogs(window: Window, shot: Callable[..., None], wait: Callable[..., None]) -> None:
    """The dialogs, each by itself."""
    from PySide6.QtWidgets import QDialog

    from landplan.core.paths import sample
    from landplan.gui.add_layer_dialog import AddLayerDialog
    from landplan.gui.open_layers_dialog import OpenLayersDialog

    window.actions_["export"].trigger()
    window.form("set_figure")
    layers = OpenLayersDialog(window.desk, window)
    layers.parcels.show_path(sample("data", "parcels.shp"))
    layers.zones.show_path(sample("data", "plan.gpkg"))
    layer = AddLayerDialog(sample("dirty", "bow_ties.shp"), window.desk, window)
    for one in (layers, layer):
        one.show()
    wait(lambda: layers.open_button.isEnabled() and layer.panel.card is not None)
    for k, one in enumerate(each for each in window.findChildren(QDialog) if each.isVisible()):
        shot(f"dialog_{k}_{type(one).__name__}", one)
        one.close()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(*sys.argv[2:5], Path(sys.argv[5]))
    else:
        sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp(prefix="landplan-shots-"))))
