"""The sections of the portfolio panel."""
