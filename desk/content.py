"""Pages and copies out of the archive: proven at this very moment, marked with who took them."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image, ImageDraw, ImageFont

from digitizer.errors import DigitizationError, IntegrityError, Unavailable
from digitizer.model import ArchivedObject, Capture, Intake, MediaType, ScannedPage, StoredFile
from digitizer.scan.stage import scan
from pipelines.settings import Settings
from signing.trust import Trust
from signing.typeface import FONT_FILE
from signing.verdict import Verdict
from signing.verify import verify
from storage.answer import VIET_NAM
from storage.entry import Entry
from storage.objects import open_store, retrieve

WIDTH = 1000
"""Pixels across; enough to read 13 point type on A4."""
_QUALITY = 80


class NoPicture(Exception):
    """The page can't be drawn; the copy may still be good."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A signed PDF as it left the archive, and what its signatures are worth now."""

    data: bytes
    verdict: Verdict


def verified_copy(settings: Settings, entry: Entry, now: datetime) -> Copy:
    """Return the signed PDF, its digest compared with the catalog and its signatures judged anew.

    Raises:
        IntegrityError: the bytes are gone or not those that were archived.
        Unavailable: the store does not answer.
        ConfigError: store or trust folder are not as the settings say.
    """
    trust = Trust.open(settings.signing, settings.keys_folder)
    with _fetched(settings, entry) as file:
        verdict = verify(file.path, trust=trust, expected_sha256=entry.signed_sha256, now=now)
        return Copy(file.path.read_bytes(), verdict)


def page_picture(settings: Settings, entry: Entry, mark: str) -> bytes:
    """Return page 1 as an upright JPEG, `mark` written across it.

    Raises:
        NoPicture: it can't be drawn.
        IntegrityError, Unavailable, ConfigError: as `verified_copy`.
    """
    with _fetched(settings, entry) as file:
        try:
            image = _drawn(file, entry, settings)
        except (IntegrityError, Unavailable):
            raise
        except (DigitizationError, pikepdf.PdfError, OSError, ValueError) as error:
            raise NoPicture(type(error).__name__) from error
    picture = io.BytesIO()
    _marked(image, mark).save(picture, "JPEG", quality=_QUALITY)
    return picture.getvalue()


def watermark(clerk: str, now: datetime) -> str:
    """Return what is written across a page: who looks at it, and when, in Việt Nam's time."""
    return f"{clerk} · {now.astimezone(VIET_NAM):%d/%m/%Y %H:%M}"


@contextmanager
def _fetched(settings: Settings, entry: Entry) -> Iterator[StoredFile]:
    store = open_store(settings.storage)
    with tempfile.TemporaryDirectory(prefix="sohoa-desk-") as name:
        # The size is not in the catalog; the digest decides.
        archived = ArchivedObject(entry.signed_key, entry.signed_sha256, 0)
        yield retrieve(store, archived, Path(name) / "signed.pdf")


def _drawn(file: StoredFile, entry: Entry, settings: Settings) -> Image.Image:
    folder = file.path.parent
    first, turn = _first_page(file.path, folder / "first.pdf")
    pages = folder / "pages"
    pages.mkdir()
    intake = Intake(entry.document_id, "", StoredFile.of(first), MediaType.PDF)
    page: ScannedPage = scan(intake, folder=pages, settings=settings.scan).pages[0]
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


def _marked(image: Image.Image, mark: str) -> Image.Image:
    """Write the mark again and again on a slant, pale enough to read the page through it."""
    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    font = ImageFont.truetype(str(FONT_FILE), image.width // 28)
    tile = Image.new("RGBA", (int(font.getlength(mark)) + 40, image.width // 14), (0, 0, 0, 0))
    ImageDraw.Draw(tile).text((20, 8), mark, font=font, fill=(150, 30, 60, 70))
    slanted = tile.rotate(30, expand=True)
    for top in range(0, image.height, slanted.height + image.width // 6):
        for left in range(0, image.width, slanted.width):
            layer.paste(slanted, (left, top))
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")
