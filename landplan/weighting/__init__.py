"""Weighting: one file = one way to get weights of criteria."""
