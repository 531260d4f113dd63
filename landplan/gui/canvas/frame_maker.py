"""Frames made off the main thread: one at a time, always for the newest request."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from landplan.gui.canvas.plots import Frame, Request, frame
from landplan.gui.relay import post, ready


class FrameMaker(QObject):
    """`ask` for a frame; `made` brings it. A request that waits is forgotten when a newer one comes.

    The worker is a Python thread: one that Qt has to wait for while it holds Python's lock would never end.
    """

    made = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="map")
        self._running: Request | None = None
        self._waiting: tuple[Request, Frame | None] | None = None
        self._stopped = False
        ready()

    @property
    def busy(self) -> bool:
        return self._running is not None

    @property
    def newest(self) -> Request | None:
        """The request that will be answered last."""
        return self._waiting[0] if self._waiting else self._running

    def ask(self, request: Request, before: Frame | None) -> None:
        """Make a frame, from the one shown where that helps."""
        if self._stopped:
            return
        if self._running is not None:
            self._waiting = (request, before)
            return
        self._running = request
        self._pool.submit(self._make, request, before)

    def stop(self) -> None:
        """Answer nothing more."""
        self._stopped, self._waiting = True, None
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _make(self, request: Request, before: Frame | None) -> None:
        """In the worker. When the map is gone by then, nobody hears the answer."""
        try:
            answer: Frame | Exception = frame(request, before)
        except Exception as error:  # noqa: BLE001 - raised again on the main thread
            answer = error
        post(partial(self._receive, answer))

    def _receive(self, answer: Frame | Exception) -> None:
        if self._stopped or not isValid(self):
            return
        self._running = None
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            newest, before = waiting
            self.ask(newest, answer if isinstance(answer, Frame) else before)
        if isinstance(answer, Exception):
            raise answer
        self.made.emit(answer)
