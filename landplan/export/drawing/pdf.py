"""Sheets to PDF: pikepdf joins painted forms and lettering as switchable layers, georeferences and bookmarks the pages."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from landplan.export.drawing.geometry import extent_of
from landplan.export.drawing.lettering import Typeface
from landplan.export.drawing.pages import PT_PER_MM, lettering_pdf, split_layer
from landplan.export.drawing.records import Box, Layer, MapFrame, Metadata, Sheet, Text, Vector
from landplan.export.drawing.strokes import UNITS_PER_MM, stream

PRODUCER = "landplan"


def pdf_bytes(sheets: Sequence[Sheet], *, metadata: Metadata, typeface: Typeface) -> bytes:
    """A PDF with one page per sheet.

    Vector graphics; text searchable in an embedded subset of `typeface`; one switchable layer per layer title; a bookmark
    and a page label per sheet; each page with a frame in an EPSG system georeferenced (ISO 32000-2, 12.10). Equal sheets
    give equal bytes: no clock is read, and the file identifier is made from the content.
    """
    import pikepdf

    if not sheets:
        raise ValueError("a PDF needs at least one sheet")
    parts = [[split_layer(layer, typeface) for layer in sheet.layers] for sheet in sheets]
    written: list[tuple[Sheet, Sequence[Text]]] = [
        (sheet, texts) for sheet, layers in zip(sheets, parts, strict=True) for _, texts in layers if texts
    ]
    lettering = pikepdf.open(io.BytesIO(lettering_pdf(written or [(sheets[0], [])], typeface)))
    pdf = pikepdf.new()
    letters = iter(lettering.pages)
    groups = _layer_groups(pdf, sheets, metadata.layers)
    for sheet, layers in zip(sheets, parts, strict=True):
        pairs = zip(sheet.layers, layers, strict=True)
        joined = [(layer, painted, next(letters) if texts else None) for layer, (painted, texts) in pairs]
        _add_page(pdf, sheet, joined, groups, metadata.map)
    _describe(pdf, sheets, metadata)
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, min_version="1.7")
    return out.getvalue()


def _layer_groups(pdf: Any, sheets: Sequence[Sheet], name: str) -> dict[str, Any]:
    """An optional-content group per layer title, in order of first appearance; listed for the reader's layer panel."""
    from pikepdf import Array, Dictionary, Name, String

    visible: dict[str, bool] = {}
    for sheet in sheets:
        for layer in sheet.layers:
            visible.setdefault(layer.title, layer.visible)
    groups = {title: pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(title))) for title in visible}
    off = [group for title, group in groups.items() if not visible[title]]
    shown = Dictionary(
        Name=String(name), Order=Array(list(groups.values())), OFF=Array(off), ListMode=Name.VisiblePages, BaseState=Name.ON
    )
    pdf.Root.OCProperties = Dictionary(OCGs=Array(list(groups.values())), D=shown)
    return groups


def _add_page(
    pdf: Any, sheet: Sheet, layers: list[tuple[Layer, list[Vector], Any]], groups: dict[str, Any], map_name: str
) -> None:
    """A page whose content paints each layer's form and then its lettering, inside that layer's marks."""
    import pikepdf
    from pikepdf import Array, Dictionary, Name, Stream

    width, height = sheet.width_mm * PT_PER_MM, sheet.height_mm * PT_PER_MM
    forms, names, contents = Dictionary(), Dictionary(), []
    fonts: Any = None
    for number, (layer, painted, lettered) in enumerate(layers):
        names[f"/L{number}"] = groups[layer.title]
        begin, end = f"/OC /L{number} BDC q {_clip(layer.clip, height)}", "Q EMC"
        if painted:
            forms[f"/V{number}"] = _form(pdf, painted, layer.clip or Box(0, 0, sheet.width_mm, sheet.height_mm), height)
            begin += f" q /V{number} Do Q"
        if lettered is not None:
            fonts = fonts or pdf.copy_foreign(lettered.obj.Resources.Font)
            text = b"\n".join([begin.encode(), lettered.obj.Contents.read_bytes(), end.encode()])
        else:
            text = f"{begin} {end}".encode()
        contents.append(Stream(pdf, text))
    resources = Dictionary(XObject=forms, Properties=names)
    if fonts is not None:
        resources.Font = fonts
    page = Dictionary(Type=Name.Page, MediaBox=Array([0, 0, _number(width), _number(height)]), Resources=resources)
    page.Contents = Array([pdf.make_indirect(part) for part in contents])
    if sheet.frame is not None and sheet.frame.epsg is not None:
        page.VP = Array([_viewport(pdf, sheet.frame, height, map_name)])
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))


def _clip(box: Box | None, height_pt: float) -> str:
    if box is None:
        return ""
    x, y, w, h = (value * PT_PER_MM for value in (box.x, box.bottom, box.width, box.height))
    return f"{x:.3f} {height_pt - y:.3f} {w:.3f} {h:.3f} re W n"


def _form(pdf: Any, painted: list[Vector], box: Box, height_pt: float) -> Any:
    """Vector records as a form in hundredths of a millimetre; what lies outside `box` is not seen."""
    from pikepdf import Array, Name, Stream

    k = PT_PER_MM / UNITS_PER_MM
    bounds = [round(value * UNITS_PER_MM) for value in (box.x, box.y, box.right, box.bottom)]
    form = Stream(pdf, stream(painted))
    form.Type, form.Subtype = Name.XObject, Name.Form
    form.BBox = Array(bounds)
    form.Matrix = Array([_number(value, 9) for value in (k, 0, 0, -k, 0, height_pt)])
    return pdf.make_indirect(form)


def _viewport(pdf: Any, frame: MapFrame, height_pt: float, name: str) -> Any:
    """The map frame with the latitude and longitude of its corners and its projected system."""
    from pikepdf import Array, Dictionary, Name, String
    from pyproj import CRS, Transformer

    crs = CRS.from_epsg(frame.epsg)
    west, south, east, north = extent_of(frame)
    corners = [(west, south), (west, north), (east, north), (east, south)]
    to_degrees = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    degrees = [to_degrees.transform(*corner) for corner in corners]
    kind = Name.PROJCS if crs.is_projected else Name.GEOGCS
    system = Dictionary(Type=kind, EPSG=frame.epsg, WKT=String(crs.to_wkt("WKT1_ESRI")))
    square = Array([0, 0, 0, 1, 1, 1, 1, 0])
    measure = Dictionary(Type=Name.Measure, Subtype=Name.GEO, Bounds=square, LPTS=square, GCS=pdf.make_indirect(system))
    measure.GPTS = Array([_number(value, 10) for lon, lat in degrees for value in (lat, lon)])
    measure.PDU = Array([Name.M, Name.SQM, Name.DEG])
    box = frame.box
    edges = (box.x * PT_PER_MM, height_pt - box.bottom * PT_PER_MM, box.right * PT_PER_MM, height_pt - box.y * PT_PER_MM)
    bbox = Array([_number(value) for value in edges])
    return Dictionary(Type=Name.Viewport, BBox=bbox, Name=String(name), Measure=pdf.make_indirect(measure))


def _describe(pdf: Any, sheets: Sequence[Sheet], metadata: Metadata) -> None:
    """Bookmarks, page labels, language, document information and its XMP twin."""
    from pikepdf import Array, Dictionary, Name, OutlineItem, String

    with pdf.open_outline() as outline:
        outline.root.extend(OutlineItem(sheet.title, number) for number, sheet in enumerate(sheets))
    labels: list[Any] = []
    for number, sheet in enumerate(sheets):
        labels += [number, Dictionary(P=String(sheet.label)) if sheet.label else Dictionary(S=Name.D, St=number + 1)]
    pdf.Root.PageLabels = Dictionary(Nums=Array(labels))
    pdf.Root.Lang = String(metadata.language)
    pdf.Root.PageMode = Name.UseOutlines if len(sheets) > 1 else Name.UseOC
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    with pdf.open_metadata(set_pikepdf_as_editor=False) as xmp:
        xmp["dc:title"], xmp["dc:creator"], xmp["dc:description"] = metadata.title, [metadata.author], metadata.subject
        xmp["dc:language"] = [metadata.language]
        xmp["pdf:Producer"], xmp["xmp:CreatorTool"] = PRODUCER, PRODUCER
        xmp["xmp:CreateDate"] = xmp["xmp:ModifyDate"] = metadata.date
        if metadata.keywords:
            xmp["pdf:Keywords"] = ", ".join(metadata.keywords)
    stamp = f"D:{metadata.date.replace('-', '')}"
    facts = {
        "Title": metadata.title,
        "Author": metadata.author,
        "Subject": metadata.subject,
        "Keywords": ", ".join(metadata.keywords),
    }
    facts |= {"Creator": PRODUCER, "Producer": PRODUCER, "CreationDate": stamp, "ModDate": stamp}
    for key, value in facts.items():
        if value:
            pdf.docinfo[f"/{key}"] = String(value)


def _number(value: float, digits: int = 4) -> Any:
    from decimal import Decimal

    return Decimal(f"{value:.{digits}f}")
