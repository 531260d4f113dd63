"""The part of the card about obstacles (堵点): open ones first, who is to clear them and by when."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QVBoxLayout, QWidget

from landplan.core.messages import text
from landplan.core.obstacles import Obstacle, of_plot, register
from landplan.core.results import Results
from landplan.export.obstacle_table import against, standing
from landplan.gui.card.paths import planned
from landplan.gui.desk import Desk
from landplan.gui.widgets.row_list import Mood, Row, RowList
from landplan.gui.widgets.section import Section


class ObstaclesPart(QWidget):
    """Hidden where the project has no register."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown: tuple[tuple[Obstacle, ...] | None, int, int | None] | None = None
        self.rows = RowList(text("obstacles_card"))
        section = Section(text("obstacles_card"), tip=text("obstacles_card_why"))
        section.body.addWidget(self.rows)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(section)

    def show_parcel(self, results: Results, row: int) -> None:
        """Another parcel, another register or another plan; nothing is done where they are the same."""
        found = register(results.layers)
        self.setVisible(found is not None)
        done = planned(self._desk.plan if self._desk.plan_current else None, str(results.scores.ids[row]))
        now = found, row, None if done is None else done.start_year
        if found is not None and (self._shown is None or now != self._shown):
            self.rows.set_rows(list(obstacle_rows(of_plot(found, row), now[2])))
        self._shown = now


def obstacle_rows(found: tuple[Obstacle, ...], start: int | None) -> Iterator[Row]:
    """A row each: what and until when, below by whom; red where it is cleared only after works start, faint once cleared."""
    if not found:
        yield Row(text("obstacles_none"), mood="faint")
    for one in found:
        told = against(one, start)
        due = one.due.isoformat() if one.due else one.written or text("obstacle_no_due")
        state, against_plan = one.state or text(standing(one)), text(told) if told else ""
        why = "\n".join(filter(None, (one.kind, one.what, one.responsible, state, against_plan)))
        detail = " · ".join(filter(None, (one.kind if one.what else "", one.responsible or text("obstacle_nobody"))))
        mood: Mood = "faint" if not one.open else "bad" if told == "obstacle_after_start" else "data"
        note = against_plan or state if one.open else ""
        yield Row(one.what or one.kind or "–", due if one.open else state, detail, note, why, mood=mood)
