"""Page 1 of one of our own PDFs as a picture for a person, with who looks at it written across.

The page is decoded in the sandbox, as anything that came from outside once.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image, ImageDraw, ImageFont

from digitizer.errors import DigitizationError, IntegrityError, Unavailable
from digitizer.model import Capture, DocumentId, Intake, MediaType, ScannedPage, StoredFile
from digitizer.scan.stage import scan
from digitizer.settings import ScanSettings

WIDTH = 1000
"""Pixels across; enough to read 13 point type on A4."""
_QUALITY = 80
_INK = (150, 30, 60, 70)


class NoPicture(Exception):
    """The page can't be drawn; the document may still be good."""


def marked_first_page(
    pdf: Path, document_id: DocumentId, mark: str, typeface: Path, settings: ScanSettings
) -> bytes:
    """Return page 1 as an upright JPEG, `WIDTH` pixels wide, `mark` written across it.

    Args:
        pdf: in a folder of its own, where parts may be written.
        typeface: a TrueType file that has the mark's letters.

    Raises:
        NoPicture: it can't be drawn.
        IntegrityError, Unavailable: not the page's fault.
    """
    try:
        image = _drawn(pdf, document_id, settings)
    except (IntegrityError, Unavailable):
        raise
    except (DigitizationError, pikepdf.PdfError, OSError, ValueError) as error:
        raise NoPicture(type(error).__name__) from error
    picture = io.BytesIO()
    _marked(image, mark, typeface).save(picture, "JPEG", quality=_QUALITY)
    return picture.getvalue()


def _drawn(pdf: Path, document_id: DocumentId, settings: ScanSettings) -> Image.Image:
    first, turn = _first_page(pdf, pdf.with_name("first.pdf"))
    pages = pdf.with_name("pages")
    pages.mkdir()
    intake = Intake(document_id, "", StoredFile.of(first), MediaType.PDF)
    page: ScannedPage = scan(intake, folder=pages, settings=settings).pages[0]
    with Image.open(page.image.path) as opened:
        opened.draft("RGB", (WIDTH, WIDTH * 2))
        image = opened.convert("RGB")
    if page.capture is not Capture.RENDERED and turn:
        image = image.rotate(-turn, expand=True)
    return image.resize((WIDTH, max(1, round(image.height * WIDTH / image.width))))


def _first_page(pdf: Path, target: Path) -> tuple[Path, int]:
    """Write page 1 as a PDF of its own; return it and the clockwise turn it is shown with."""
    with pikepdf.open(pdf) as whole, pikepdf.new() as single:
        page = whole.pages[0]
        turn: Any = page.obj.get("/Rotate", 0)
        if "/Annots" in page.obj:
            del page.obj["/Annots"]  # form fields of the signatures belong to the whole document
        single.pages.append(page)
        single.save(target)
    return target, int(turn) % 360


def _marked(image: Image.Image, mark: str, typeface: Path) -> Image.Image:
    """Write the mark again and again on a slant, pale enough to read the page through it."""
    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    font = ImageFont.truetype(str(typeface), image.width // 28)
    tile = Image.new("RGBA", (int(font.getlength(mark)) + 40, image.width // 14), (0, 0, 0, 0))
    ImageDraw.Draw(tile).text((20, 8), mark, font=font, fill=_INK)
    slanted = tile.rotate(30, expand=True)
    for top in range(0, image.height, slanted.height + image.width // 6):
        for left in range(0, image.width, slanted.width):
            layer.paste(slanted, (left, top))
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")
