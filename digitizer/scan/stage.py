"""The first stage: from a file that came in to page images."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import Final

from digitizer.errors import DigitizationError
from digitizer.model import Capture, Intake, Origin, Scanned, ScannedPage, StoredFile
from digitizer.scan.answers import Job, PageImage, Summary
from digitizer.scan.sandbox import decode_sandboxed
from digitizer.settings import ScanSettings

VERSION: Final = 2

log = logging.getLogger(__name__)


def scan(intake: Intake, *, folder: Path, settings: ScanSettings) -> Scanned:
    """Return the page images of a document, decoded in a sandboxed child process.

    Images are what the scanner wrote wherever a page is one image: JPEG bytes untouched, other
    codings without loss; never scaled down. Other pages are drawn at `settings.render_dpi`,
    without annotations. An EXIF orientation in a JPEG, and a PDF's /Rotate over one, are not
    applied: width and height are those of the stored pixels.

    Args:
        intake: the document; `intake.media_type` must be what `sniff` found.
        folder: empty, exists, ours alone. Gets `page-0001.jpg` / `.png` …, each synced to disk;
            emptied again when the document is refused.
        settings: budgets.

    Raises:
        DocumentError: naming the page where known; the document's name is the caller's to add.
        DiskFull: the page images do not fit.
        MissingDependency: the decoding process does not start.
    """
    job = Job(intake.original.path.absolute(), intake.media_type, folder.absolute(), settings)
    try:
        pages, summary = decode_sandboxed(job)
    except DigitizationError:
        _empty(folder)
        raise
    _report(intake, summary)
    return Scanned(
        document_id=intake.document_id,
        origin=_origin(pages),
        signed_input=summary.signed_input,
        pages=tuple(_stored(page, folder) for page in pages),
    )


def _empty(folder: Path) -> None:
    for leftover in folder.iterdir():
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()


def _origin(pages: tuple[PageImage, ...]) -> Origin:
    """Return BORN_DIGITAL when every page that is not blank has a proven text layer."""
    marked = [page for page in pages if not (page.is_blank and page.capture is Capture.RENDERED)]
    if marked and all(page.text_layer for page in marked):
        return Origin.BORN_DIGITAL
    return Origin.SCAN


def _stored(page: PageImage, folder: Path) -> ScannedPage:
    return ScannedPage(
        number=page.number,
        image=StoredFile.of(folder / page.file),
        media_type=page.media_type,
        width=page.width,
        height=page.height,
        dpi=page.dpi,
        capture=page.capture,
        text_layer=page.text_layer,
    )


def _report(intake: Intake, summary: Summary) -> None:
    facts = {"document": intake.document_id, "pages": summary.page_count}
    if summary.problem_count:
        facts["problems"] = summary.problem_count
        log.warning("scanned, though the PDF has errors in its structure", extra=facts)
    else:
        log.info("scanned", extra=facts)
