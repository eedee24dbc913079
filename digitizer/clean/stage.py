"""Clean every page for the reading. The archive keeps the scan; this raster is thrown away."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from digitizer.clean import blank
from digitizer.clean.ink import Gray, gray, sketch
from digitizer.clean.orientation import find_rotation, turn
from digitizer.clean.skew import find_skew, level
from digitizer.errors import DamagedFile, DiskFull
from digitizer.model import Cleaned, CleanedPage, Geometry, Scanned, ScannedPage, StoredFile
from digitizer.settings import CleanSettings

VERSION: Final = 1
_QUICK_PNG: Final = (cv2.IMWRITE_PNG_COMPRESSION, 1)


def clean(scanned: Scanned, *, folder: Path, settings: CleanSettings) -> Cleaned:
    """Make each page grey without red ink, upright and level.

    Args:
        folder: ours and empty; gets one `page-0001.png` for each page.

    Raises:
        DamagedFile: a page image of ours can't be decoded; names the page.
        MissingDependency: an unsure page asked for Tesseract's orientation detector.
        DiskFull: a raster can't be written.
    """
    cv2.setNumThreads(1)
    pages = tuple(_clean_page(page, folder, settings) for page in scanned.pages)
    return Cleaned(scanned.document_id, pages)


def _clean_page(page: ScannedPage, folder: Path, settings: CleanSettings) -> CleanedPage:
    upright = gray(_decode(page))
    rotation_deg, skew_deg = 0, 0.0
    found = sketch(upright)
    if not page.text_layer:
        # A born-digital page is as its maker drew it, and its words' boxes lie on that drawing.
        rotation_deg = find_rotation(upright, found.ink, len(found.boxes))
        upright = turn(upright, rotation_deg)
        ink = turn(found.ink.astype(np.uint8), rotation_deg).astype(bool)
        skew_deg = find_skew(ink, settings.limit_skew_deg)
    is_blank = not page.text_layer and blank.written_marks(found) <= settings.blank_marks
    height, width = upright.shape
    return CleanedPage(
        page.number,
        _store(level(upright, skew_deg), folder / f"page-{page.number:04}.png"),
        Geometry(width, height, page.dpi, rotation_deg, skew_deg),
        is_blank,
    )


def _decode(page: ScannedPage) -> Gray:
    data = np.fromfile(page.image.path, np.uint8)
    # EXIF turns are not applied: the scan keeps its stored pixels, find_rotation sees for itself.
    flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    pixels = cv2.imdecode(data, flags)
    if pixels is None or pixels.shape[:2] != (page.height, page.width):
        raise DamagedFile("page image", page=page.number)
    return np.asarray(pixels, np.uint8)


def _store(raster: Gray, path: Path) -> StoredFile:
    encoded, data = cv2.imencode(".png", raster, _QUICK_PNG)
    if not encoded:
        raise DamagedFile("raster", page=None)
    try:
        with path.open("wb") as stream:
            stream.write(data.tobytes())
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise DiskFull(f"{path.parent}: {error.strerror}") from error
    return StoredFile.of(path)
