"""Synthetic paper whose every word is where we say: each word is a bar of ink filling its box.

A page is drawn level and upright, then skewed and turned by Pillow, the way a careless hand lays
it on the glass. So where the text layer must lie is known without the code under test.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from digitizer.model import (
    Box,
    Capture,
    DocumentId,
    Geometry,
    MediaType,
    Origin,
    Recognized,
    RecognizedPage,
    Scanned,
    ScannedPage,
    Sha256,
    StoredFile,
    TextLine,
    Word,
)

DPI = 200.0
WIDTH, HEIGHT = 1654, 2339  # A4 at 200 dpi
DOCUMENT_ID = DocumentId("0123456789abcdef" * 2)
TEXT = (
    "ỦY BAN NHÂN DÂN XÃ MẪU",
    "Số: 12/QĐ-UBND",
    "QUYẾT ĐỊNH",
    "Điều 1. Công nhận ông Nguyễn Văn Mẫu, sinh ngày 01/02/1990",
    "“trích yếu” (kèm theo) [phụ lục] {a} < b > \\ / | # %",
    "- một , hai . – ba",
)


@dataclass(frozen=True)
class Sheet:
    """One page to be laid on the glass."""

    lines: tuple[str, ...] = TEXT
    mode: str = "L"
    suffix: str = ".jpg"
    rotation_deg: int = 0
    skew_deg: float = 0.0
    dpi: float = DPI


def text_lines(lines: tuple[str, ...]) -> tuple[TextLine, ...]:
    """Set lines of text on an A4 page: letters 20 pixels wide, lines 40 high."""
    return tuple(_text_line(text, 200 + 120 * row) for row, text in enumerate(lines))


def _text_line(text: str, top: int) -> TextLine:
    words, left = [], 150
    for token in text.split():
        right = left + 20 * len(token)
        words.append(Word(token, Box(left, top, right, top + 40), 0.9, accepted=True))
        left = right + 12
    return TextLine(tuple(words), words[0].box.union(words[-1].box))


def draw(sheet: Sheet) -> Image.Image:
    """Return the scan of a sheet, skewed and turned."""
    mode, paper = ("L", 250) if sheet.mode == "1" else (sheet.mode, _gray(sheet.mode, 250))
    page = Image.new(mode, (WIDTH, HEIGHT), paper)
    pen = ImageDraw.Draw(page)
    for line in text_lines(sheet.lines):
        for word in line.words:
            box = word.box
            pen.rectangle((box.left, box.top, box.right - 1, box.bottom - 1), _gray(mode, 20))
    page = page.rotate(-sheet.skew_deg, Image.Resampling.BICUBIC, fillcolor=paper)
    page = page.rotate(sheet.rotation_deg, expand=True)
    return page.convert(sheet.mode)


def _gray(mode: str, value: int) -> int | tuple[int, ...]:
    if mode == "L":
        return value
    return (value, value, value // 2, 255)[: len(mode)]


def scanned_page(number: int, path: Path, dpi: float = DPI) -> ScannedPage:
    """Describe an image file as the scan stage would."""
    with Image.open(path) as image:
        width, height = image.size
    media_type = MediaType.JPEG if path.suffix == ".jpg" else MediaType.PNG
    return ScannedPage(number, StoredFile.of(path), media_type, width, height, dpi, Capture.NATIVE)


def document(folder: Path, *sheets: Sheet) -> tuple[Scanned, Recognized]:
    """Scan and read sheets."""
    scans, readings = [], []
    for number, sheet in enumerate(sheets, start=1):
        path = folder / f"scan-{number}{sheet.suffix}"
        draw(sheet).save(path)
        scans.append(scanned_page(number, path, sheet.dpi))
        geometry = Geometry(WIDTH, HEIGHT, sheet.dpi, sheet.rotation_deg, sheet.skew_deg)
        lines = text_lines(sheet.lines)
        readings.append(RecognizedPage(number, geometry, not lines, lines))
    return of_pages(scans, readings)


def of_pages(
    scans: list[ScannedPage], readings: list[RecognizedPage]
) -> tuple[Scanned, Recognized]:
    return (
        Scanned(DOCUMENT_ID, Origin.SCAN, 0, tuple(scans)),
        Recognized(DOCUMENT_ID, "test 1", tuple(readings)),
    )


def unread(scan: ScannedPage) -> RecognizedPage:
    """A page on which nothing was read."""
    geometry = Geometry(scan.width, scan.height, scan.dpi, 0, 0.0)
    return RecognizedPage(scan.number, geometry, is_blank=True, lines=())


def sha256(data: bytes) -> Sha256:
    return Sha256(hashlib.sha256(data).hexdigest())
