"""Widgets that several panels use; one file each."""
