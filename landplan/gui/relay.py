"""From a worker to the main thread: calls that wait for the event loop.

A worker may end after the widget that asked is gone. A signal of that widget would then be one of a dying object, which
crashes now and then; this relay lives as long as the program.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QThread, Signal


class _Relay(QObject):
    posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.posted.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def _call(self, call: Callable[[], None]) -> None:
        call()


_relay: _Relay | None = None


def ready() -> None:
    """Make the relay; call it on the main thread, before a worker posts."""
    global _relay
    if _relay is None:
        _relay = _Relay()
    assert _relay.thread() is QThread.currentThread()  # noqa: S101


def post(call: Callable[[], None]) -> None:
    """Have the main thread make this call, in the order of posting."""
    if _relay is not None:
        _relay.posted.emit(call)
