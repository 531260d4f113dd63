"""Choosing a portfolio: at most one option and start year per parcel, under limits, with a proven gap."""
