"""Clean every page for the reading. The archive keeps the scan; this raster is thrown away."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from digitizer.clean import blank, faint, received_stamp, seal, show_through
from digitizer.clean.ink import Gray, gray, overview
from digitizer.clean.letters import find_letters
from digitizer.clean.orientation import UPRIGHT, Posture, find_posture, turn
from digitizer.clean.osd import detect_rotation
from digitizer.clean.skew import level
from digitizer.errors import DamagedFile, DiskFull
from digitizer.model import Cleaned, CleanedPage, Geometry, Scanned, ScannedPage, StoredFile
from digitizer.settings import CleanSettings

VERSION: Final = 4

_DECODE: Final = cv2.IMREAD_ANYCOLOR | cv2.IMREAD_IGNORE_ORIENTATION
"""Grey stays grey (half the work of color); an EXIF turn is left to `find_posture`, because the
archive's PDF shows the JPEG as it is stored."""
_QUICK_PNG: Final = (
    cv2.IMWRITE_PNG_COMPRESSION,
    1,
    cv2.IMWRITE_PNG_STRATEGY,
    cv2.IMWRITE_PNG_STRATEGY_RLE,
    cv2.IMWRITE_PNG_FILTER,
    cv2.IMWRITE_PNG_FILTER_NONE,
)
"""Paper is long runs of one value: without row filters writing and reading take half the time."""


def clean(scanned: Scanned, *, folder: Path, settings: CleanSettings) -> Cleaned:
    """Make each page grey without red ink, upright and level, its print dark and on white.

    Args:
        folder: ours; gets one `page-0001.png` for each page, 8-bit grey.

    Raises:
        DamagedFile: a page image of ours can't be decoded; names the page.
        MissingDependency: an unsure page asked for Tesseract's orientation detector.
        DiskFull: a raster can't be written.
    """
    # One process per core is the pipelines' business; threads of ours would only get in its way.
    cv2.setNumThreads(1)
    pages = tuple(_clean_page(page, folder, settings) for page in scanned.pages)
    return Cleaned(scanned.document_id, pages)


def _clean_page(page: ScannedPage, folder: Path, settings: CleanSettings) -> CleanedPage:
    scan = gray(_decode(page))
    uncovered = None
    if page.text_layer:
        # A born-digital page is as its maker drew it, and its words' boxes lie on that drawing.
        posture, is_blank, raster = UPRIGHT, False, scan
    else:
        legible, small, is_retouched = _legible(scan)
        posture, is_blank = _judge(legible, small, settings)
        raster = legible
        if not is_blank:
            straight = _upright(legible, posture)
            bare = _without_stamp(straight, _upright(small, posture), page.dpi)
            raster = seal.without_seals(bare, dpi=page.dpi)
            if is_retouched:
                uncovered = _upright(scan, posture)
            elif raster is not straight:
                uncovered = straight
    height, width = raster.shape
    stem = f"page-{page.number:04}"
    return CleanedPage(
        page.number,
        _store(raster, folder / f"{stem}.png", page.number),
        Geometry(width, height, page.dpi, posture.rotation_deg, posture.skew_deg),
        is_blank,
        None if uncovered is None else _store(uncovered, folder / f"{stem}-all.png", page.number),
    )


def _legible(scan: Gray) -> tuple[Gray, Gray, bool]:
    """Return the page as it lies, with dark print of this side only; its overview.

    And whether pale ink may have gone, taken for the other side's or for dirt.
    """
    small = overview(scan)
    near = show_through.print_of_this_side(small)
    if near is not None:
        page = show_through.whiten(scan, near)
    elif faint.is_faint(darkness := faint.darkness(small)):
        page = faint.deepen(scan, small, darkness)
    else:
        return scan, small, False
    return page, overview(page), True


def _upright(page: Gray, posture: Posture) -> Gray:
    return level(turn(page, posture.rotation_deg), posture.skew_deg)


def _without_stamp(page: Gray, small: Gray, dpi: float) -> Gray:
    """Return an upright page without the receiving office's stamp, itself where it bears none."""
    factor = page.shape[1] // small.shape[1]
    frames = received_stamp.find_frames(small, dpi=dpi / factor)
    erased = (received_stamp.erase(page, frame.scaled(factor), dpi=dpi) for frame in frames)
    return next((bare for bare in erased if bare is not page), page)


def _judge(scan: Gray, small: Gray, settings: CleanSettings) -> tuple[Posture, bool]:
    letters = find_letters(small)
    if len(letters) < blank.PLENTY and blank.written_marks(small) <= settings.blank_marks:
        return UPRIGHT, True
    posture = find_posture(letters, limit_deg=settings.limit_skew_deg)
    if not posture.is_sure and (detected := detect_rotation(scan)) is not None:
        # A quarter turn against the letters' own rows would make their skew meaningless.
        same_axis = (detected - posture.rotation_deg) % 180 == 0
        skew_deg = posture.skew_deg if same_axis else 0.0
        posture = Posture(detected, skew_deg, posture.axis_ratio, posture.lean)
    return posture, False


def _decode(page: ScannedPage) -> Gray:
    try:
        pixels = cv2.imdecode(np.fromfile(page.image.path, np.uint8), _DECODE)
    except (OSError, cv2.error) as error:
        raise DamagedFile("our copy of the page image can't be read", page=page.number) from error
    if pixels is None or pixels.shape[:2] != (page.height, page.width):
        raise DamagedFile("our copy of the page image can't be decoded", page=page.number)
    return np.asarray(pixels, np.uint8)


def _store(raster: Gray, path: Path, number: int) -> StoredFile:
    encoded, data = cv2.imencode(".png", raster, _QUICK_PNG)
    if not encoded:
        raise DamagedFile("the page can't be stored as PNG", page=number)
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as stream:
            stream.write(data.data)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        raise DiskFull(f"{path.parent}: {error.strerror}") from error
    return StoredFile.of(path)
