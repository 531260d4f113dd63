"""Where the map has been: previous and next extent."""

from __future__ import annotations

from landplan.core.kernels.plot_index import Box

KEPT = 100


class Extents:
    """Views in the order they were visited, and the place among them."""

    def __init__(self) -> None:
        self._visited: list[Box] = []
        self._at = -1

    @property
    def has_previous(self) -> bool:
        return self._at > 0

    @property
    def has_next(self) -> bool:
        return self._at + 1 < len(self._visited)

    def visit(self, box: Box) -> None:
        """A new view; those after the present place are forgotten. The view we are at is no new one."""
        size = max(box[2] - box[0], box[3] - box[1])
        if self._at >= 0 and max(abs(a - b) for a, b in zip(box, self._visited[self._at], strict=True)) < size * 1e-3:
            return
        self._visited = [*self._visited[: self._at + 1], box][-KEPT:]
        self._at = len(self._visited) - 1

    def previous(self) -> Box | None:
        """Step back; None at the first."""
        if not self.has_previous:
            return None
        self._at -= 1
        return self._visited[self._at]

    def next(self) -> Box | None:
        """Step on; None at the last."""
        if not self.has_next:
            return None
        self._at += 1
        return self._visited[self._at]
