"""Parts of the schedule panel: the axis of years, rows of works, columns by year."""
