"""Frames made off the main thread: one at a time, always for the newest request."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from landplan.gui.canvas.plots import Frame, Request, frame


class _Job(QRunnable):
    """One request in a worker; the answer goes back as a signal."""

    def __init__(self, maker: FrameMaker, request: Request, before: Frame | None) -> None:
        super().__init__()
        self._maker, self._request, self._before = maker, request, before

    def run(self) -> None:
        try:
            answer: Frame | Exception = frame(self._request, self._before)
        except Exception as error:  # noqa: BLE001 - it is raised again on the main thread
            answer = error
        self._maker._answered.emit(self._request, answer)


class FrameMaker(QObject):
    """`ask` for a frame; `made` brings it. A request that waits is forgotten when a newer one comes."""

    made = Signal(object)
    _answered = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._running: Request | None = None
        self._waiting: tuple[Request, Frame | None] | None = None
        self._answered.connect(self._receive)

    @property
    def busy(self) -> bool:
        return self._running is not None

    @property
    def newest(self) -> Request | None:
        """The request that will be answered last."""
        return self._waiting[0] if self._waiting else self._running

    def ask(self, request: Request, before: Frame | None) -> None:
        """Make a frame, from the one shown where that helps."""
        if self._running is not None:
            self._waiting = (request, before)
            return
        self._running = request
        self._pool.start(_Job(self, request, before))

    def stop(self) -> None:
        """Forget what waits and let the running one end."""
        self._waiting = None
        self._pool.waitForDone()

    def _receive(self, request: Request, answer: Frame | Exception) -> None:
        self._running = None
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            newest, before = waiting
            self.ask(newest, answer if isinstance(answer, Frame) else before)
        if isinstance(answer, Exception):
            raise answer
        self.made.emit(answer)
