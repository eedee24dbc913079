"""The same marks as a PDF with real text, as a word processor would export them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

import pikepdf
from fontTools import subset
from fontTools.ttLib import TTFont

from samples import typeface
from samples.layout import Line, PlacedWord, Rule, Sheet, dashes
from samples.typeface import Face

_PT = 72 / 25.4
_UNITS = 1000


@dataclass(slots=True)
class _Fonts:
    """Faces used so far and the letters each has drawn."""

    letters: dict[Face, set[str]] = field(default_factory=dict)

    def note(self, word: PlacedWord) -> None:
        self.letters.setdefault(word.style.face, {" "}).update(word.text)


def pdf(sheets: Sequence[Sheet]) -> bytes:
    """Return a PDF of `sheets`: text and rules; seals and signatures are left out."""
    fonts = _Fonts()
    for sheet in sheets:
        for line in sheet.lines:
            for word in line.words:
                fonts.note(word)
    document = pikepdf.new()
    table = {face: _Embedded(document, face, fonts.letters[face]) for face in sorted(fonts.letters)}
    for sheet in sheets:
        _page(document, sheet, table)
    stream = io.BytesIO()
    document.save(stream, deterministic_id=True)
    return stream.getvalue()


class _Embedded:
    """One face, cut down to the letters used, as a composite font with a Unicode map."""

    def __init__(self, document: pikepdf.Pdf, face: Face, letters: set[str]) -> None:
        options = subset.Options(retain_gids=True, hinting=False, layout_features=[])
        font = TTFont(typeface.path(face), recalcTimestamp=False)
        cutter = subset.Subsetter(options)
        cutter.populate(text="".join(sorted(letters)))
        cutter.subset(font)
        self.font = font
        self.glyphs = {chr(c): font.getGlyphID(name) for c, name in font.getBestCmap().items()}
        self.object = document.make_indirect(self._type0(document, face))

    def shown(self, text: str) -> bytes:
        return "".join(f"{self.glyphs[letter]:04X}" for letter in text).encode()

    def _type0(self, document: pikepdf.Pdf, face: Face) -> pikepdf.Dictionary:
        stream = io.BytesIO()
        self.font.save(stream)
        scale = _UNITS / self.font["head"].unitsPerEm
        box = [round(value * scale) for value in self._box()]
        name = pikepdf.Name(f"/SOHOAA+Tinos-{face}")
        flags = 4 | (64 if "italic" in face else 0)
        descriptor = pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor,
            FontName=name,
            Flags=flags,
            FontBBox=box,
            ItalicAngle=-12 if "italic" in face else 0,
            Ascent=round(self.font["hhea"].ascent * scale),
            Descent=round(self.font["hhea"].descent * scale),
            CapHeight=662,
            StemV=140 if "bold" in face else 80,
            FontFile2=pikepdf.Stream(document, stream.getvalue()),
        )
        descendant = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.CIDFontType2,
            BaseFont=name,
            CIDSystemInfo=pikepdf.Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
            FontDescriptor=document.make_indirect(descriptor),
            CIDToGIDMap=pikepdf.Name.Identity,
            W=self._widths(scale),
        )
        return pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type0,
            BaseFont=name,
            Encoding=pikepdf.Name("/Identity-H"),
            DescendantFonts=[document.make_indirect(descendant)],
            ToUnicode=pikepdf.Stream(document, self._to_unicode()),
        )

    def _box(self) -> tuple[int, int, int, int]:
        head = self.font["head"]
        return head.xMin, head.yMin, head.xMax, head.yMax

    def _widths(self, scale: float) -> pikepdf.Array:
        metrics, order = self.font["hmtx"].metrics, self.font.getGlyphOrder()
        widths = pikepdf.Array()
        for glyph in sorted(set(self.glyphs.values())):
            widths.append(glyph)
            widths.append(pikepdf.Array([round(metrics[order[glyph]][0] * scale)]))
        return widths

    def _to_unicode(self) -> bytes:
        pairs = [
            f"<{glyph:04X}> <{letter.encode('utf-16-be').hex().upper()}>"
            for letter, glyph in sorted(self.glyphs.items())
        ]
        blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
        body = "\n".join(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar" for b in blocks)
        return (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
            "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
            f"{body}\nendcmap CMapName currentdict /CMap defineresource pop end end"
        ).encode()


def _page(document: pikepdf.Pdf, sheet: Sheet, table: dict[Face, _Embedded]) -> None:
    height = sheet.size_mm[1]
    parts = [_rule(rule, height) for rule in sheet.rules]
    parts += [_line(line, height, table) for line in sheet.lines]
    page = document.add_blank_page(page_size=(sheet.size_mm[0] * _PT, height * _PT))
    names = {f"/{face}": font.object for face, font in table.items()}
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(names))
    page.Contents = pikepdf.Stream(document, b"\n".join(parts))


def _rule(rule: Rule, height_mm: float) -> bytes:
    strokes = [
        f"{x0 * _PT:.2f} {(height_mm - y0) * _PT:.2f} m "
        f"{x1 * _PT:.2f} {(height_mm - y1) * _PT:.2f} l S"
        for (x0, y0), (x1, y1) in dashes(rule)
    ]
    return f"{rule.width_mm * _PT:.2f} w {' '.join(strokes)}".encode()


def _line(line: Line, height_mm: float, table: dict[Face, _Embedded]) -> bytes:
    parts = [b"BT"]
    for word in line.words:
        x, y = word.left_mm * _PT, (height_mm - word.baseline_mm) * _PT
        font = f"/{word.style.face} {word.style.size_pt:g} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm"
        # The space is part of the text so that a copy of the page has its words apart.
        parts.append(
            font.encode() + b" <" + table[word.style.face].shown(word.text + " ") + b"> Tj"
        )
    return b" ".join([*parts, b"ET"])
