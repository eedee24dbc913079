"""A stack as the scanner left it, looked through for what parts one document from the next.

Only symbols and emptiness are looked for; nothing is read.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from digitizer.clean.blank import written_marks
from digitizer.errors import DamagedFile
from digitizer.extract.codes import is_case_code
from digitizer.model import Scanned, ScannedPage
from digitizer.ocr.barcodes import find_barcodes
from digitizer.separator import BadSeparator, Separator, StackPage, parse

_LOOK_DPI: Final = 150
_OVERVIEW_DPI: Final = 100
_BLANK_MARKS: Final = 2
_SPARSE: Final = 8
_DARKER_BY: Final = 90
"""Grey levels between paper and the palest ink of a code: toner is 150 or more."""


def look_through(scanned: Scanned) -> tuple[StackPage, ...]:
    """Return what parts the documents, page by page. Raises DamagedFile."""
    pages: list[StackPage] = []
    for page in scanned.pages:
        pages.append(_look(page, follows_sheet=bool(pages and pages[-1].sheet)))
    return tuple(pages)


def _look(page: ScannedPage, *, follows_sheet: bool) -> StackPage:
    gray = _gray(page)
    symbols = find_barcodes(_ink(gray), page=page.number, rare=False)
    texts = [symbol.text for symbol in symbols]
    sheet, is_spoiled = _sheet(texts)
    size = (page.width / page.dpi * 25.4, page.height / page.dpi * 25.4)
    return StackPage(
        page.number,
        sheet,
        is_spoiled,
        "" if sheet else _case_code(texts),
        follows_sheet and not sheet and _is_blank(gray, page),
        (round(size[0], 1), round(size[1], 1)),
    )


def _gray(page: ScannedPage) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Return the page at 150 dpi or a little more: a JPEG is decoded no further than that."""
    half = page.dpi >= 2 * _LOOK_DPI
    flag = cv2.IMREAD_REDUCED_GRAYSCALE_2 if half else cv2.IMREAD_GRAYSCALE
    pixels = cv2.imdecode(
        np.fromfile(page.image.path, np.uint8), flag | cv2.IMREAD_IGNORE_ORIENTATION
    )
    if pixels is None:
        raise DamagedFile(page.image.path.name, page=page.number)
    return np.asarray(pixels, np.uint8)


def _ink(
    gray: np.ndarray[tuple[int, int], np.dtype[np.uint8]],
) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Return the page without what shines through: a sheet's code can be read from its back."""
    paper = int(np.median(gray[::_SPARSE, ::_SPARSE]))
    return np.where(gray > paper - _DARKER_BY, np.uint8(255), gray)


def _sheet(texts: list[str]) -> tuple[Separator | None, bool]:
    """Return the sheet that the page's symbols agree on, and whether any of ours is spoiled."""
    sheets, is_spoiled = set(), False
    for text in texts:
        try:
            sheet = parse(text)
        except BadSeparator:
            is_spoiled = True
        else:
            sheets |= {sheet} if sheet else set()
    if len(sheets) == 1:
        return sheets.pop(), False
    return None, is_spoiled or len(sheets) > 1


def _case_code(texts: list[str]) -> str:
    codes = {
        part for text in texts for part in text.replace("|", " ").split() if is_case_code(part)
    }
    return codes.pop() if len(codes) == 1 else ""


def _is_blank(gray: np.ndarray[tuple[int, int], np.dtype[np.uint8]], page: ScannedPage) -> bool:
    seen_dpi = page.dpi * gray.shape[1] / page.width
    scale = _OVERVIEW_DPI / seen_dpi
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return written_marks(np.asarray(small, np.uint8)) <= _BLANK_MARKS
