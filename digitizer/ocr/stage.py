"""The reading stage: cleaned page images in, words out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from PIL import Image

from digitizer.errors import CertifiedCopy, DocumentError, PageTimedOut, StateSecret, UnreadableScan
from digitizer.model import (
    Cleaned,
    CleanedPage,
    Recognized,
    RecognizedPage,
    Scanned,
    ScannedPage,
    StoredFile,
    TextLine,
)
from digitizer.ocr.barcodes import find_barcodes
from digitizer.ocr.engine import Gray, OcrEngine
from digitizer.ocr.frames import (
    READ_DPI,
    SEEN_SHARE,
    FramedWord,
    framed_words,
    stacked,
    stamped_words,
    unstacked,
)
from digitizer.ocr.red_ink import upper_red_ink
from digitizer.scope import find_certification
from digitizer.secrecy import bears_mark, begins_document, find_mark, is_unreadable
from digitizer.settings import OcrSettings

VERSION: Final = 8

log = logging.getLogger(__name__)

# Plenty of ink: above this share of dark pixels a page must give at least one word.
_DARK: Final = 128
_PLENTY: Final = 0.01
_DARKEST: Final = 0.5
"""Percent of a page that are ink, even of a sparse one."""


def _nothing(_number: int) -> None:
    """Leave no breadcrumb."""


def recognize(
    scanned: Scanned,
    cleaned: Cleaned,
    *,
    engine: OcrEngine,
    settings: OcrSettings,
    on_page: Callable[[int], None] = _nothing,
) -> Recognized:
    """Read every page of a document; stop at the first page that may not be digitized.

    Args:
        scanned: gives the text layer of born-digital pages, which are not read again.
        cleaned: the rasters to read.
        engine: what reads; see `digitizer.ocr.engines.open_engine`.
        settings: the time a page may take.
        on_page: called with each page's number before the work on it begins.

    Raises:
        StateSecret: a page bears the mark of a state secret; nothing read is kept.
        CertifiedCopy: a page bears a copy's certificate, and such copies are to be refused.
        PageTimedOut: a page was not read in its time.
        UnreadableScan: a page with plenty of ink on it gave no word.
    """
    layers = {page.number: page for page in scanned.pages}
    pages = []
    for page in cleaned.pages:
        on_page(page.number)
        if _bears_red_mark(layers[page.number], page, engine, settings):
            raise StateSecret(page=page.number)
        recognized = _recognize_page(layers[page.number], page, engine, settings)
        if find_mark(recognized) is not None:
            raise StateSecret(page=page.number)
        if begins_document(recognized) and (
            _bears_framed_mark(page, engine, settings)
            or _bears_covered_mark(page, engine, settings)
        ):
            raise StateSecret(page=page.number)
        if settings.certified_copies == "refuse" and find_certification(recognized) is not None:
            raise CertifiedCopy(page=page.number)
        log.info("read page", extra={"page": page.number, "lines": len(recognized.lines)})
        pages.append(recognized)
    return Recognized(cleaned.document_id, engine.name, tuple(pages))


def _recognize_page(
    scan: ScannedPage, page: CleanedPage, engine: OcrEngine, settings: OcrSettings
) -> RecognizedPage:
    if page.is_blank:
        return RecognizedPage(page.number, page.geometry, True, ())
    gray = _open(page)
    lines = scan.text_layer or _read(gray, page, engine, settings)
    _check_readable(gray, lines, page.number)
    barcodes = find_barcodes(gray, page=page.number)
    return RecognizedPage(page.number, page.geometry, False, lines, barcodes)


def _bears_red_mark(
    scan: ScannedPage, page: CleanedPage, engine: OcrEngine, settings: OcrSettings
) -> bool:
    """Read the red ink by itself: the raster has none, and a secrecy stamp is red."""
    red = upper_red_ink(scan, page.geometry)
    if red is None:
        return False
    lines = _read(red, page, engine, settings)
    if find_mark(RecognizedPage(page.number, page.geometry, False, lines)) is not None:
        return True
    words = (*framed_words(red, dpi=page.geometry.dpi), *stamped_words(red, dpi=page.geometry.dpi))
    # On later pages a red patch that can't be read is a seal's edge or a signature.
    return _any_mark(words, engine, settings, is_strict=page.number == 1)


def _bears_framed_mark(page: CleanedPage, engine: OcrEngine, settings: OcrSettings) -> bool:
    """Read each small frame by itself: a stamp may be lost in the line of print it lies over."""
    if page.is_blank:
        return False
    words = tuple(framed_words(_open(page), dpi=page.geometry.dpi))
    return _any_mark(words, engine, settings, is_strict=True)


def _bears_covered_mark(page: CleanedPage, engine: OcrEngine, settings: OcrSettings) -> bool:
    """Look for a mark in what cleaning took out of the upper part: a stamp, a seal, pale ink.

    Fields of the stamp that can't be read are no marks.
    """
    if page.uncovered is None:
        return False
    whole = _open(page, page.uncovered)
    upper = slice(round(whole.shape[0] * SEEN_SHARE))
    if np.array_equal(whole[upper], _open(page)[upper]):
        return False
    gray = _with_contrast(whole)
    words = tuple(framed_words(gray, dpi=page.geometry.dpi))
    if _any_mark(words, engine, settings, is_strict=False):
        return True
    lines = _read(gray[upper], page, engine, settings)
    return find_mark(RecognizedPage(page.number, page.geometry, False, lines)) is not None


def _with_contrast(gray: Gray) -> Gray:
    """Return a page with white paper, its darkest ink black."""
    dark, paper = np.percentile(gray, (_DARKEST, 50))
    stretched = (gray - dark) * (255 / max(paper - dark, 1.0))
    return np.asarray(np.clip(stretched, 0, 255), np.uint8)


def _any_mark(
    words: Sequence[FramedWord], engine: OcrEngine, settings: OcrSettings, *, is_strict: bool
) -> bool:
    """Read all the words at once, one below the other, each judged by itself.

    `is_strict`: a stamp that can't be read is taken for a mark.
    """
    if not words:
        return False
    lines = engine.read(stacked(words), dpi=READ_DPI, timeout_s=settings.page_timeout_s)
    return any(
        bears_mark(of_word, is_stamp=word.is_stamp)
        or (is_strict and word.is_stamp and is_unreadable(of_word, word.width_mm))
        for word, of_word in zip(words, unstacked(lines, words), strict=True)
    )


def _read(
    gray: Gray, page: CleanedPage, engine: OcrEngine, settings: OcrSettings
) -> tuple[TextLine, ...]:
    try:
        return engine.read(gray, dpi=page.geometry.dpi, timeout_s=settings.page_timeout_s)
    except PageTimedOut as error:
        raise PageTimedOut(error.detail, page=page.number) from error


def _check_readable(gray: Gray, lines: tuple[TextLine, ...], number: int) -> None:
    share = float(np.mean(gray < _DARK))
    if not any(line.words for line in lines) and share >= _PLENTY:
        raise UnreadableScan(f"{share:.1%} of the page is ink", page=number)


def _open(page: CleanedPage, raster: StoredFile | None = None) -> Gray:
    """Open our own cleaned raster; it was written by the stage before and needs no budget."""
    try:
        with Image.open((raster or page.raster).path, formats=("PNG",)) as image:
            return np.asarray(image.convert("L"), dtype=np.uint8)
    except (OSError, ValueError) as error:
        raise DocumentError(
            f"the cleaned raster can't be opened: {error}", page=page.number
        ) from error
