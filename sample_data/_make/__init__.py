"""Generator of the invented Jiading: nothing here is traced from a source."""
