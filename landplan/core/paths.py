"""Where resources and the sample lie: in a checkout, an installed wheel or a frozen app."""

from __future__ import annotations

from pathlib import Path

from landplan.core.errors import LandplanError

_PACKAGE = Path(__file__).resolve().parent.parent


def resource(*names: str) -> Path:
    """The path of a file shipped in resources/."""
    return _shipped("_resources", "resources", names)


def sample(*names: str) -> Path:
    """The path of a file of the shipped, invented sample."""
    return _shipped("_sample_data", "sample_data", names)


def manual(*names: str) -> Path:
    """The path of a page of the manual: language, page."""
    return _shipped("_manual", "docs/manual", names)


def cache_folder(*names: str) -> Path:
    """A folder of the user's cache (compiled kernels, read layers); made when absent."""
    from platformdirs import user_cache_path

    folder = user_cache_path("landplan", appauthor=False).joinpath(*names)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def settings_file(name: str) -> Path:
    """A file of the user's own settings, which no project or package carries; it need not exist."""
    from platformdirs import user_config_path

    return user_config_path("landplan", appauthor=False) / name


def _shipped(installed: str, checkout: str, names: tuple[str, ...]) -> Path:
    for root in (_PACKAGE / installed, _PACKAGE.parent / checkout):
        if root.is_dir():
            return root.joinpath(*names)
    raise LandplanError("resources_missing", _PACKAGE)
