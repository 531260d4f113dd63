"""Measures: one file = one kind of raw criterion, a value and a unit for each parcel."""
