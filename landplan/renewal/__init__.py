"""Renewal paths: feasibility, cash flows and what they are worth."""
