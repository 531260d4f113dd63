"""The docks: one file is one panel."""
