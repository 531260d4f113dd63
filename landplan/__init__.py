"""landplan: score industrial parcels, propose renewal paths, choose a portfolio, hand over a reviewable package."""

__version__ = "0.1.0"
