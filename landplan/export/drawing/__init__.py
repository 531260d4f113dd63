"""A plan sheet is a list of plain frozen records in millimetres, replayed to PDF.

`records` what may stand on a sheet · `layout` where · `geometry` world to paper · `furniture`, `blocks` what surrounds a
map · `labels` names on it · `pdf` the bytes. Arrays in, bytes out: nothing here knows parcels, schemes or files.
"""
