"""Assemble: the scan and its words become one PDF/A-2u, proven before anyone signs it.

Source: TT 05/2025/TT-BNV Điều 8 (PDF/A of two layers, the image faithful to the paper at 100 %);
docs/adr/0007-pdfa-by-pikepdf.md.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np

from digitizer.assemble.compact import compact_picture
from digitizer.assemble.document import SpooledPage, spool_page, write
from digitizer.assemble.glyphless import Characters
from digitizer.assemble.page_image import page_image
from digitizer.assemble.picture import Picture
from digitizer.assemble.pixels import read_image
from digitizer.assemble.proof import prove
from digitizer.assemble.spool import Spool
from digitizer.assemble.text_layer import Frame, text_content
from digitizer.errors import DiskFull
from digitizer.model import PdfA, Recognized, RecognizedPage, Scanned, ScannedPage, StoredFile
from digitizer.settings import AssembleSettings, ImageProfile

VERSION: Final = 2
FILE_NAME: Final = "document.pdf"

Pairs = tuple[tuple[ScannedPage, RecognizedPage], ...]

log = logging.getLogger(__name__)


def assemble(
    scanned: Scanned, recognized: Recognized, *, folder: Path, settings: AssembleSettings
) -> PdfA:
    """Write `folder/document.pdf`: each page's image, its words invisibly in place.

    Equal input gives equal bytes. The file appears under its name only when it is whole, on disk
    and, if `settings.check` says so, proven.

    Args:
        scanned: the page images; in the faithful profile they stand in the PDF without loss.
        recognized: the words of the same pages, in the same order.
        folder: an existing folder of this document alone.
        settings: the image profile, and whether to prove the result.

    Raises:
        DamagedFile: a page image is not what it should be (TruncatedImage: cut short).
        UnsupportedFormat: an image PDF/A can't hold without a change of color.
        IntegrityError: a page image is gone or changed since it was scanned.
        UnprovenPdf: the result failed its checks.
        DiskFull: `folder` can't be written to.
        ValueError: `recognized` is not the reading of `scanned`.
    """
    pairs = _pairs(scanned, recognized)
    target = folder / FILE_NAME
    try:
        with _scratch(folder) as scratch:
            unproven = scratch / FILE_NAME
            pages = _write(scanned, pairs, unproven, settings)
            if settings.check:
                prove(unproven, scanned, pages)
            _put(unproven, target)
    except OSError as error:
        raise DiskFull(f"{FILE_NAME}: {error.strerror or error}") from error
    pdf = StoredFile.of(target)
    log.info("assembled", extra={"document": scanned.document_id, "size_bytes": pdf.size_bytes})
    return PdfA(scanned.document_id, pdf, len(pages))


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """Lend an empty folder beside the target; what a killed run left there goes first."""
    scratch = folder / ".assemble"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch)


def _pairs(scanned: Scanned, recognized: Recognized) -> Pairs:
    numbers = [page.number for page in scanned.pages]
    if (scanned.document_id, numbers) != (
        recognized.document_id,
        [page.number for page in recognized.pages],
    ):
        raise ValueError("the words are not those of these pages")
    return tuple(zip(scanned.pages, recognized.pages, strict=True))


def _write(
    scanned: Scanned, pairs: Pairs, target: Path, settings: AssembleSettings
) -> tuple[SpooledPage, ...]:
    characters = Characters()
    spool_path = target.with_suffix(".spool")
    with spool_path.open("wb") as stream:
        spool = Spool(stream)
        pages = tuple(_spooled(spool, pairs, characters, settings.images))
        spool.finish()
    write(spool_path, target, scanned.document_id, pages, characters)
    return pages


def _spooled(
    spool: Spool, pairs: Pairs, characters: Characters, profile: ImageProfile
) -> Iterator[SpooledPage]:
    for scanned, recognized in pairs:
        frame = Frame.of(scanned, recognized)
        text = text_content(recognized, frame, characters)
        yield spool_page(spool, scanned.number, _picture(scanned, profile), frame, text)


def _picture(page: ScannedPage, profile: ImageProfile) -> Picture:
    own = page_image(page)
    if profile == "faithful":
        return Picture.own(own)
    return compact_picture(own, np.asarray(read_image(page)), page.dpi)


def _put(source: Path, target: Path) -> None:
    """Move a finished file to its name so that a power cut leaves all of it or none."""
    with source.open("rb") as stream:
        os.fsync(stream.fileno())
    source.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
