"""Plan sheets 图件 of a project: what is drawn on each, beside each, and in which order; `export.drawing` puts it on paper.

`features` rows of layers on a sheet · `ground`, `zones`, `parcels` what the map shows · `column` what stands beside it ·
`figures` its tables · `words` its texts · `atlas` the sheets.
"""
