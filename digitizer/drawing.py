"""Sheets that we print ourselves: text, rules, shades and QR codes, as vector PDF.

Millimeters, origin top left. The typeface is the caller's to bring; it is embedded, with its
letters' Unicode, so that the text can be searched and copied.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

import numpy as np
import pikepdf
import zxingcpp

from digitizer.cmap import to_unicode

POINT_MM: Final = 25.4 / 72
A4_MM: Final = (210.0, 297.0)
# The typeface has one weight; a thin outline in the same ink makes the other.
_BOLD_STROKE_EM: Final = 0.028
_STEM_V: Final = 80
_FLAGS: Final = 0x22  # serif, non-symbolic: ISO 32000-1 table 123
_CURVE: Final = 0.5523


class Font(Protocol):
    """The part of a typeface that one file embeds; all lengths in thousandths of an em."""

    @property
    def name(self) -> str: ...
    @property
    def program(self) -> bytes: ...
    @property
    def program_length(self) -> int: ...
    @property
    def glyphs(self) -> dict[str, int]: ...
    @property
    def widths(self) -> dict[int, int]: ...
    @property
    def ascent(self) -> int: ...
    @property
    def descent(self) -> int: ...
    @property
    def cap_height(self) -> int: ...
    @property
    def bbox(self) -> tuple[int, int, int, int]: ...
    def encode(self, text: str) -> str: ...


class Typeface(Protocol):
    """What writes: it knows how wide a text is, and cuts out the glyphs that a file needs."""

    def width_em(self, text: str) -> float: ...
    def embed(self, characters: frozenset[str]) -> Font: ...


@dataclass(frozen=True, slots=True)
class Text:
    """One line; `x` is its left end, center or right end, `y` its baseline."""

    x: float
    y: float
    text: str
    size_pt: float = 12.0
    bold: bool = False
    align: Literal["left", "center", "right"] = "left"
    shade: float = 0.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float = 0.25
    shade: float = 0.0


@dataclass(frozen=True, slots=True)
class Panel:
    """A filled rectangle, its corners rounded by `radius`; shade 0 is black, 1 paper."""

    x: float
    y: float
    width: float
    height: float
    shade: float = 0.9
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR code, `size` millimeters a side, without its quiet zone (4 modules, left to you)."""

    x: float
    y: float
    size: float
    text: str


Item = Text | Rule | Panel | Symbol


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page, drawn in the order of its items."""

    items: tuple[Item, ...]
    size_mm: tuple[float, float] = A4_MM


def wrapped(text: str, width_mm: float, size_pt: float, typeface: Typeface) -> tuple[str, ...]:
    """Break a text into lines no wider than `width_mm`; one over-long word stays whole."""
    room = width_mm / (size_pt * POINT_MM)
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and typeface.width_em(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


def pdf(sheets: Sequence[Sheet], typeface: Typeface, *, title: str) -> bytes:
    """Return the sheets as one PDF; equal sheets give equal bytes.

    Raises:
        ConfigError: a character that the typeface can't write.
        ValueError: a symbol's text is too long for a QR code.
    """
    characters = frozenset(
        character
        for sheet in sheets
        for item in sheet.items
        if isinstance(item, Text)
        for character in item.text
    )
    for character in characters:
        typeface.width_em(character)
    with pikepdf.new() as document:
        font = typeface.embed(characters | {" "})
        written = document.make_indirect(_font(document, font))
        for sheet in sheets:
            page = document.add_blank_page(
                page_size=(sheet.size_mm[0] / POINT_MM, sheet.size_mm[1] / POINT_MM)
            )
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=written))
            page.Contents = pikepdf.Stream(document, _content(sheet, font, typeface))
        document.docinfo["/Title"] = title
        document.Root["/Lang"] = pikepdf.String("vi-VN")
        stream = io.BytesIO()
        document.save(stream, deterministic_id=True, compress_streams=True)
    return stream.getvalue()


def _content(sheet: Sheet, font: Font, typeface: Typeface) -> bytes:
    height = sheet.size_mm[1]
    # From here on millimeters; the page is turned top down for lines, not for letters.
    parts = [f"{1 / POINT_MM:.5f} 0 0 {1 / POINT_MM:.5f} 0 0 cm"]
    for item in sheet.items:
        match item:
            case Text():
                parts.append(_text(item, height, font, typeface))
            case Rule():
                parts.append(
                    f"{item.shade:.3f} G {item.width:.3f} w {item.x1:.3f} {height - item.y1:.3f} m"
                    f" {item.x2:.3f} {height - item.y2:.3f} l S"
                )
            case Panel():
                parts.append(_panel(item, height))
            case Symbol():
                parts.append(_symbol(item, height))
    return "\n".join(parts).encode("ascii")


def _text(item: Text, height: float, font: Font, typeface: Typeface) -> str:
    size = item.size_pt * POINT_MM
    back = {"left": 0.0, "center": 0.5, "right": 1.0}[item.align]
    x = item.x - back * typeface.width_em(item.text) * size
    mode = f"2 Tr {_BOLD_STROKE_EM * size:.4f} w" if item.bold else "0 Tr"
    return (
        f"BT {item.shade:.3f} g {item.shade:.3f} G {mode} /F1 {size:.4f} Tf"
        f" {x:.3f} {height - item.y:.3f} Td <{font.encode(item.text)}> Tj ET"
    )


def _panel(item: Panel, height: float) -> str:
    x, y, width, tall = item.x, height - item.y - item.height, item.width, item.height
    if not item.radius:
        return f"{item.shade:.3f} g {x:.3f} {y:.3f} {width:.3f} {tall:.3f} re f"
    r, k = item.radius, item.radius * (1 - _CURVE)
    right, top = x + width, y + tall
    points = (
        f"{x + r:.3f} {y:.3f} m {right - r:.3f} {y:.3f} l",
        f"{right - k:.3f} {y:.3f} {right:.3f} {y + k:.3f} {right:.3f} {y + r:.3f} c",
        f"{right:.3f} {top - r:.3f} l",
        f"{right:.3f} {top - k:.3f} {right - k:.3f} {top:.3f} {right - r:.3f} {top:.3f} c",
        f"{x + r:.3f} {top:.3f} l",
        f"{x + k:.3f} {top:.3f} {x:.3f} {top - k:.3f} {x:.3f} {top - r:.3f} c",
        f"{x:.3f} {y + r:.3f} l",
        f"{x:.3f} {y + k:.3f} {x + k:.3f} {y:.3f} {x + r:.3f} {y:.3f} c",
    )
    return f"{item.shade:.3f} g {' '.join(points)} f"


def _symbol(item: Symbol, height: float) -> str:
    dark = modules(item.text)
    step = item.size / len(dark)
    bars = [
        # One bar a run of modules, overlapping a hair: viewers leave white seams between squares.
        f"{item.x + start * step:.4f} {height - item.y - (row + 1) * step - 0.005:.4f}"
        f" {(end - start) * step + 0.005:.4f} {step + 0.01:.4f} re"
        for row, line in enumerate(dark)
        for start, end in _runs(line)
    ]
    return f"0 g {' '.join(bars)} f"


def modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """Return the modules of a QR code row by row, True is dark, error correction Q (25 %).

    Raises:
        ValueError: the text is too long.
    """
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    pixels = np.array(zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=False))
    return tuple(tuple(bool(pixel < 128) for pixel in row) for row in pixels)


def _runs(line: Sequence[bool]) -> Iterator[tuple[int, int]]:
    start = None
    for place, is_dark in enumerate((*line, False)):
        if is_dark and start is None:
            start = place
        elif not is_dark and start is not None:
            yield start, place
            start = None


def _font(document: pikepdf.Pdf, font: Font) -> pikepdf.Dictionary:
    """Return a Type 0 font (ISO 32000-1, 9.7) with the Unicode of its glyphs."""
    name = pikepdf.Name(f"/{font.name}")
    program = pikepdf.Stream(document, font.program)
    program["/Filter"] = pikepdf.Name.FlateDecode
    program["/Length1"] = font.program_length
    box: Any = [*font.bbox]
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor,
        FontName=name,
        Flags=_FLAGS,
        FontBBox=pikepdf.Array(box),
        ItalicAngle=0,
        Ascent=font.ascent,
        Descent=font.descent,
        CapHeight=font.cap_height,
        StemV=_STEM_V,
        FontFile2=document.make_indirect(program),
    )
    widths: Any = [font.widths[glyph] for glyph in sorted(font.widths)]
    descendant = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=pikepdf.Dictionary(
            Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
        ),
        FontDescriptor=document.make_indirect(descriptor),
        DW=0,
        W=pikepdf.Array([0, pikepdf.Array(widths)]),
        CIDToGIDMap=pikepdf.Name.Identity,
    )
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type0,
        BaseFont=name,
        Encoding=pikepdf.Name("/Identity-H"),
        DescendantFonts=pikepdf.Array([document.make_indirect(descendant)]),
        ToUnicode=document.make_indirect(pikepdf.Stream(document, to_unicode(font.glyphs))),
    )
