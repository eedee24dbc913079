"""Small pictures of a page for people: the report's thumbnails and the review's crops."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from digitizer.errors import DamagedFile
from digitizer.model import Box

_FRAME = (0, 120, 242)
_GAP = 6
_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


def thumbnail(image: Path, rotation_deg: int, *, width: int = 220, quality: int = 60) -> bytes:
    """Return a small upright JPEG of one of our own page images.

    Args:
        image: a JPEG or PNG that the scan stage made.
        rotation_deg: clockwise turn that makes it upright: 0, 90, 180, 270.
        width: of the picture, in pixels.

    Raises:
        DamagedFile: the image can't be decoded.
    """
    pixels = cv2.imdecode(np.fromfile(image, np.uint8), cv2.IMREAD_REDUCED_COLOR_4)
    if pixels is None:
        raise DamagedFile(image.name)
    if rotation_deg:
        pixels = cv2.rotate(pixels, _TURNS[rotation_deg])
    height = max(1, round(pixels.shape[0] * width / pixels.shape[1]))
    small = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def crop(raster: Path, box: Box, *, margin: int = 20) -> bytes:
    """Return a PNG of one place of a cleaned page, with some paper around it.

    Raises:
        DamagedFile: the raster can't be decoded.
    """
    pixels = cv2.imdecode(np.fromfile(raster, np.uint8), cv2.IMREAD_GRAYSCALE)
    if pixels is None:
        raise DamagedFile(raster.name)
    top, left = max(0, box.top - margin), max(0, box.left - margin)
    return bytes(
        cv2.imencode(".png", pixels[top : box.bottom + margin, left : box.right + margin])[1]
    )


def framed(raster: Path, box: Box | None, *, width: int = 620) -> bytes:
    """Return a small PNG of a whole cleaned page, one place of it framed.

    Args:
        box: in pixels of the raster; None frames nothing.
        width: of the picture, in pixels.

    Raises:
        DamagedFile: the raster can't be decoded.
    """
    pixels = cv2.imdecode(np.fromfile(raster, np.uint8), cv2.IMREAD_GRAYSCALE)
    if pixels is None:
        raise DamagedFile(raster.name)
    scale = width / pixels.shape[1]
    height = max(1, round(pixels.shape[0] * scale))
    small = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    colored = cv2.cvtColor(small, cv2.COLOR_GRAY2BGR)
    if box is not None:
        corners = [round(edge * scale) for edge in (box.left, box.top, box.right, box.bottom)]
        left, top, right, bottom = corners
        cv2.rectangle(
            colored, (left - _GAP, top - _GAP), (right + _GAP, bottom + _GAP), _FRAME, _GAP // 2
        )
    return bytes(cv2.imencode(".png", colored)[1])
