"""Bring the số and the ngày that a clerk's signing tool stamped onto a born-digital page.

Agencies number and date an electronic paper while they sign it: the tool writes the number and
the day into the appearance of signature fields, so they are annotations though they belong to
the text. These one-line text stamps are made part of the page; pictures of seals and signatures,
and the paragraphs of signature details, are not.

Source: Decree 30/2020/NĐ-CP, articles 15 and 18 (number and date are given on issue).
"""

from __future__ import annotations

from io import BytesIO
from typing import Final

import pikepdf

from digitizer.scan.pdf_content import operators

_TALLEST_PT: Final = 32.0
_WIDEST_PT: Final = 160.0
_DEEPEST_FORM: Final = 5
_LONGEST_STREAM: Final = 20_000
_TEXT: Final = ("Tj", "TJ", "'", '"')
_PAINT: Final = ("BI", "sh", "f", "F", "f*", "B", "B*", "b", "b*")


def page_with_stamps(pdf: pikepdf.Pdf, number: int) -> bytes | None:
    """Return page `number` (from 1) as a PDF of its own with its stamps flattened in.

    None when it has none. `pdf` is left as it was.
    """
    annotations = pdf.pages[number - 1].obj.get("/Annots")
    if not isinstance(annotations, pikepdf.Array):
        return None
    stamps = [index for index, item in enumerate(list(annotations)) if _is_stamp(item)]
    if not stamps:
        return None
    with pikepdf.new() as single:
        single.pages.append(pdf.pages[number - 1])
        page = single.pages[0]
        kept = [page.obj["/Annots"][index] for index in stamps]
        for stamp in kept:
            # Without these the field machinery would draw the appearance anew.
            for key in ("/FT", "/V", "/Parent"):
                if key in stamp:
                    del stamp[key]
            stamp["/Subtype"] = pikepdf.Name.Stamp
        page.obj["/Annots"] = pikepdf.Array(kept)
        single.flatten_annotations("all")
        stream = BytesIO()
        single.save(stream)
        return stream.getvalue()


def _is_stamp(annotation: pikepdf.Object) -> bool:
    """Say whether it is a signed signature field that shows one line of text and nothing else."""
    if not isinstance(annotation, pikepdf.Dictionary):
        return False
    if str(annotation.get("/FT", "")) != "/Sig" or "/V" not in annotation:
        return False
    try:
        left, bottom, right, top = (float(value) for value in list(annotation.Rect))
        is_small = abs(top - bottom) <= _TALLEST_PT and abs(right - left) <= _WIDEST_PT
        return is_small and _marks(annotation.AP.get("/N"), 0) == {"text"}
    except (pikepdf.PdfError, AttributeError, TypeError, ValueError):
        # An odd annotation is left out, as annotations are.
        return False


def _marks(form: pikepdf.Object | None, depth: int) -> set[str]:
    """Return what a form paints: "text", "other" or both."""
    if not isinstance(form, pikepdf.Stream) or depth > _DEEPEST_FORM:
        return {"other"}
    found: set[str] = set()
    resources = form.get("/Resources", pikepdf.Dictionary())
    inner = resources.get("/XObject", pikepdf.Dictionary())
    if len(form.read_bytes()) > _LONGEST_STREAM:
        return {"other"}
    for name, operands in operators(form):
        if name in _TEXT:
            found.add("text")
        elif name in _PAINT:
            found.add("other")
        elif name == "Do" and operands:
            found |= _marks(inner.get(str(operands[0])), depth + 1)
    return found
