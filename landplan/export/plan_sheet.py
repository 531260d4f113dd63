"""The plan sheets 图件: one PDF, a page a sheet."""

from __future__ import annotations

from pathlib import Path

from landplan.core.messages import pick, text
from landplan.core.registry import exporters
from landplan.core.results import Results
from landplan.io.files import replacing


@exporters.add("Plan sheets", zh="图件")
def plan_sheets(results: Results, folder: Path) -> list[Path]:
    """FOLDER/plan_sheets.pdf: overviews of the whole, then a sheet for each zone of the sets in export.plan_sheets.per.

    Each: map, legend of what is on it, scale bar, north arrow, coordinates, title block, indicators, sign-off. Vector,
    text searchable, layers switchable, georeferenced unless in an unnamed plane. The same results give the same bytes.
    """
    from landplan.export.drawing.pdf import pdf_bytes
    from landplan.export.drawing.records import Metadata
    from landplan.export.sheets.atlas import atlas, sheets

    book = atlas(results)
    if not book.subjects:
        return []
    lang, imprint = results.lang, book.imprint
    metadata = Metadata(
        imprint.project,
        imprint.maker or "landplan",
        text("sheet_subject", lang=lang),
        imprint.date,
        (pick(results.scheme.title, lang),),
        "zh-CN" if lang == "zh" else "en",
        text("sheet_layers", lang=lang),
        text("sheet_map", lang=lang),
    )
    path = folder / "plan_sheets.pdf"
    with replacing(path) as draft:
        draft.write_bytes(pdf_bytes(tuple(sheets(book)), metadata=metadata, typeface=book.typeface))
    return [path]
