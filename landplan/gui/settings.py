"""What the window remembers of its user: language, theme, recent files, where the docks are."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from landplan.core.messages import Lang, locale_language
from landplan.gui.theme import THEMES, Name

RECENT = 10
LAYOUT = 1
"""Changed when docks of an older layout no longer fit."""


class Settings:
    """An INI file in the user's configuration folder; a damaged one is as good as none."""

    def __init__(self, file: Path | None = None) -> None:
        if file is None:
            from platformdirs import user_config_path

            file = user_config_path("landplan", appauthor=False) / "window.ini"
        self._kept = QSettings(str(file), QSettings.Format.IniFormat)

    @property
    def lang(self) -> Lang:
        value = self._kept.value("lang")
        return value if value in ("zh", "en") else locale_language()

    @lang.setter
    def lang(self, value: Lang) -> None:
        self._kept.setValue("lang", value)

    @property
    def theme(self) -> Name:
        value = self._kept.value("theme")
        return value if value in THEMES else "light"

    @theme.setter
    def theme(self, value: Name) -> None:
        self._kept.setValue("theme", value)

    @property
    def recent(self) -> tuple[Path, ...]:
        """Files opened before, newest first, that are still there."""
        value = self._kept.value("recent") or []
        names = [value] if isinstance(value, str) else list(value)
        return tuple(path for path in map(Path, names) if path.exists())

    def visited(self, path: Path) -> None:
        """Put a file first among the recent ones."""
        path = path.resolve()
        names = [str(path), *(str(one) for one in self.recent if one != path)]
        self._kept.setValue("recent", names[:RECENT])

    def forget_recent(self) -> None:
        self._kept.remove("recent")

    @property
    def layout(self) -> tuple[QByteArray, QByteArray] | None:
        """Geometry and docks of the window, as it was left."""
        geometry, state = self._kept.value("geometry"), self._kept.value("docks")
        whole = isinstance(geometry, QByteArray) and isinstance(state, QByteArray)
        return (geometry, state) if whole and str(self._kept.value("layout")) == str(LAYOUT) else None

    def keep_layout(self, geometry: QByteArray, state: QByteArray) -> None:
        self._kept.setValue("geometry", geometry)
        self._kept.setValue("docks", state)
        self._kept.setValue("layout", LAYOUT)
