"""Compiled array code that lets other threads run: rings, scan lines, adjacency, exact sums, WKB.

Geometry is flat (`core.layers.Geometry`). Nothing here imports numba before the first call.
"""
