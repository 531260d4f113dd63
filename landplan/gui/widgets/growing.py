"""Dialogs tall enough for words that wrap: Qt asks a dialog for one size, not for a height at its width."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog


def grow(dialog: QDialog) -> None:
    """Make the dialog as tall as its words need at its width; never smaller than it is."""
    layout = dialog.layout()
    if layout is None:
        return
    layout.activate()
    width = max(dialog.width(), layout.minimumSize().width(), dialog.minimumWidth())
    needed = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.minimumSize().height()
    dialog.setMinimumHeight(needed)
    if dialog.height() < needed or dialog.width() < width:
        dialog.resize(width, max(dialog.height(), needed))
