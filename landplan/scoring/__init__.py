"""Scoring: one file = one way to combine criteria into a score, as its paper prints it."""
