"""The visible mark as PDF objects: an upright form XObject with its own embedded font.

pyHanko's text stamps need HarfBuzz and write a new font for every signature; precomposed
Vietnamese needs no shaping, and the same few glyphs come back on every document. Everything here
keeps to PDF/A-2: embedded font with ToUnicode, device grey under the file's output intent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import AnnotAppearances
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import BaseStampStyle

from digitizer.cmap import to_unicode
from digitizer.ink import Region
from signing.mark import Mark, PageFrame
from signing.placement import LEADING
from signing.typeface import EmbeddedFont, embed

NONSYMBOLIC = 32
SERIF = 2
STEM_V = 80
TALLEST = 0.91
"""Ems from the base line to the top of Ễ, the tallest letter; descenders have the rest."""


@dataclass(frozen=True)
class MarkStyle(BaseStampStyle):
    """Draws one `Mark` as the appearance of a signature field."""

    mark: Mark | None = None

    def create_stamp(
        self,
        writer: BasePdfFileWriter,
        box: BoxConstraints,  # noqa: ARG002 - pyHanko's signature; the mark knows its size
        text_params: dict[str, Any],  # noqa: ARG002
    ) -> Any:
        assert self.mark is not None
        return _Drawn(writer, self.mark)


@dataclass(frozen=True, slots=True)
class _Drawn:
    writer: BasePdfFileWriter
    mark: Mark

    def apply_appearance(self, annotation: generic.DictionaryObject) -> None:
        font = embed(frozenset("".join(self.mark.lines)))
        form = _form(self.mark, font, _font_objects(self.writer, font))
        annotation["/AP"] = AnnotAppearances(self.writer.add_object(form)).as_pdf_object()


def page_frame(reader: PdfFileReader) -> PageFrame:
    """Return how a viewer shows page 1. Raises pyHanko's PdfError on a broken page tree."""
    page = reader.find_page_for_modification(0)[0].get_object()
    media = _corners(_inherited(page, "/MediaBox"))
    crop = _corners(_inherited(page, "/CropBox") or _inherited(page, "/MediaBox"))
    rotation = int(_inherited(page, "/Rotate") or 0) % 360
    return PageFrame(
        left=max(media[0], crop[0]),
        bottom=max(media[1], crop[1]),
        right=min(media[2], crop[2]),
        top=min(media[3], crop[3]),
        rotation_deg=rotation,
        points_per_unit=float(page.get("/UserUnit", 1.0)),
    )


def annotation_boxes(reader: PdfFileReader) -> tuple[Region, ...]:
    """Return where annotations stand on page 1 as shown, earlier marks among them."""
    page = reader.find_page_for_modification(0)[0].get_object()
    frame = page_frame(reader)
    rects = [_corners(item.get_object()["/Rect"]) for item in page.get("/Annots", ())]
    return tuple(_shown(rect, frame) for rect in rects)


def _shown(rect: tuple[float, float, float, float], frame: PageFrame) -> Region:
    (u1, v1), (u2, v2) = frame.to_shown(*rect[:2]), frame.to_shown(*rect[2:])
    return Region(
        left=min(u1, u2) / frame.width,
        top=1 - max(v1, v2) / frame.height,
        right=max(u1, u2) / frame.width,
        bottom=1 - min(v1, v2) / frame.height,
    )


def _inherited(page: generic.DictionaryObject, key: str) -> Any:
    node, depth = page, 0
    while key not in node and "/Parent" in node and depth < 64:
        node, depth = node["/Parent"], depth + 1
    return node.get(key)


def _corners(box: Any) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = (float(value) for value in box)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _form(mark: Mark, font: EmbeddedFont, font_ref: generic.IndirectObject) -> generic.StreamObject:
    baseline = mark.height - TALLEST * mark.size
    shown = "".join(f"<{font.encode(line)}> Tj T*\n" for line in mark.lines)
    content = (
        f"q 0 g BT /F1 {mark.size:.3f} Tf {LEADING * mark.size:.3f} TL "
        f"0 {baseline:.3f} Td\n{shown}ET Q"
    )
    stream = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): _numbers((0, 0, mark.width, mark.height)),
            pdf_name("/Matrix"): _numbers(mark.matrix),
            pdf_name("/Resources"): generic.DictionaryObject(
                {pdf_name("/Font"): generic.DictionaryObject({pdf_name("/F1"): font_ref})}
            ),
        },
        stream_data=content.encode("ascii"),
    )
    stream.compress()
    return stream


def _numbers(values: tuple[float, ...]) -> generic.ArrayObject:
    return generic.ArrayObject(generic.FloatObject(f"{value:.4f}") for value in values)


def _font_objects(writer: BasePdfFileWriter, font: EmbeddedFont) -> generic.IndirectObject:
    """Write a Type 0 font (ISO 32000-1, 9.7) and return its reference."""
    program = generic.StreamObject(
        {
            pdf_name("/Filter"): pdf_name("/FlateDecode"),
            pdf_name("/Length1"): generic.NumberObject(font.program_length),
        },
        encoded_data=font.program,
    )
    descriptor = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/FontDescriptor"),
            pdf_name("/FontName"): pdf_name("/" + font.name),
            pdf_name("/Flags"): generic.NumberObject(NONSYMBOLIC | SERIF),
            pdf_name("/FontBBox"): generic.ArrayObject(map(generic.NumberObject, font.bbox)),
            pdf_name("/ItalicAngle"): generic.NumberObject(0),
            pdf_name("/Ascent"): generic.NumberObject(font.ascent),
            pdf_name("/Descent"): generic.NumberObject(font.descent),
            pdf_name("/CapHeight"): generic.NumberObject(font.cap_height),
            pdf_name("/StemV"): generic.NumberObject(STEM_V),
            pdf_name("/FontFile2"): writer.add_object(program),
        }
    )
    widths = [font.widths[glyph] for glyph in sorted(font.widths)]
    descendant = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/CIDFontType2"),
            pdf_name("/BaseFont"): pdf_name("/" + font.name),
            pdf_name("/CIDSystemInfo"): generic.DictionaryObject(
                {
                    pdf_name("/Registry"): generic.TextStringObject("Adobe"),
                    pdf_name("/Ordering"): generic.TextStringObject("Identity"),
                    pdf_name("/Supplement"): generic.NumberObject(0),
                }
            ),
            pdf_name("/FontDescriptor"): writer.add_object(descriptor),
            pdf_name("/DW"): generic.NumberObject(0),
            pdf_name("/W"): generic.ArrayObject(
                [
                    generic.NumberObject(0),
                    generic.ArrayObject(map(generic.NumberObject, widths)),
                ]
            ),
            pdf_name("/CIDToGIDMap"): pdf_name("/Identity"),
        }
    )
    characters = generic.StreamObject(stream_data=to_unicode(font.glyphs))
    characters.compress()
    return writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Font"),
                pdf_name("/Subtype"): pdf_name("/Type0"),
                pdf_name("/BaseFont"): pdf_name("/" + font.name),
                pdf_name("/Encoding"): pdf_name("/Identity-H"),
                pdf_name("/DescendantFonts"): generic.ArrayObject([writer.add_object(descendant)]),
                pdf_name("/ToUnicode"): writer.add_object(characters),
            }
        )
    )
