"""The red ink of a page, by itself.

Cleaning drops red, because stamps and signatures lie over the print. The mark of a state secret is
stamped in red, too (NĐ 30/2020 PL I, slot 10a), and has to be read before anything is kept.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.errors import DamagedFile
from digitizer.model import Geometry, ScannedPage
from digitizer.ocr.engine import Gray
from digitizer.ocr.frames import SEEN_SHARE

_RED_BY: Final = 10
"""How much redder than the paper around it a place with red ink is, at least."""
_FULL_PERCENT: Final = 90
"""Ink as strong as this share of it is drawn black, paler ink grey: a pale stamp is no less."""
_NEUTRAL: Final = 0.75
"""Ink that darkens red this much as it darkens green, or more, is black and not red."""
_LEAST_IN: Final = 0.05
"""Red places worth reading, in square inches: three capitals of a stamp are more."""
_LOOK_DPI: Final = 150.0
_SPECK_IN: Final = 0.01
_REACH_IN: Final = 0.03
_PAPER_SHRINK: Final = 4
_PAPER_IN: Final = 0.8
"""Window over which the paper's own color is taken, in inches: wider than any stroke is."""
_TURNS: Final = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


def upper_red_ink(scan: ScannedPage, geometry: Geometry) -> Gray | None:
    """Return the red ink of the upright page's upper part, dark on white, None without any.

    Args:
        scan: the page as scanned; grey scans have no red.
        geometry: how the scan was made upright. Skew is left: a stamp has its own.

    Returns:
        (H, W) uint8 of the whole upright page's size, what is below `frames.SEEN_SHARE` empty.

    Raises:
        DamagedFile: our own copy of the page image can't be decoded.
    """
    flags = cv2.IMREAD_ANYCOLOR | cv2.IMREAD_IGNORE_ORIENTATION
    pixels = cv2.imdecode(np.fromfile(scan.image.path, np.uint8), flags)
    if pixels is None:
        raise DamagedFile("our copy of the page image can't be decoded", page=scan.number)
    if pixels.ndim == 2:
        return None
    if geometry.rotation_deg:
        pixels = cv2.rotate(pixels, _TURNS[geometry.rotation_deg])
    drawn = np.full(pixels.shape[:2], 255, np.uint8)
    upper = pixels[: round(pixels.shape[0] * SEEN_SHARE)]
    scale = min(1.0, _LOOK_DPI / scan.dpi)
    small = cv2.resize(upper, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    red_ink = _red_ink(np.asarray(small, np.uint8), scan.dpi * scale)
    if red_ink is None:
        return None
    size = (upper.shape[1], upper.shape[0])
    drawn[: upper.shape[0]] = cv2.resize(red_ink, size, interpolation=cv2.INTER_CUBIC)
    return drawn


def _red_ink(pixels: NDArray[np.uint8], dpi: float) -> Gray | None:
    """Return red ink dark on white; (H, W, 3) BGR in, (H, W) out.

    JPEG keeps color at half the resolution or less: it says where the ink is, and green, which
    red ink darkens most, what shape it has.
    """
    blue, green, red = cv2.split(pixels)
    redness = np.asarray(cv2.subtract(red, cv2.max(blue, green)), np.uint8)
    window = 2 * round(_SPECK_IN * dpi) + 1
    is_red = cv2.blur(_darker(255 - redness, dpi), (window, window)) > _RED_BY
    if np.count_nonzero(is_red) < _LEAST_IN * dpi**2:
        return None
    reach = 2 * round(_REACH_IN * dpi) + 1
    is_near = cv2.dilate(is_red.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    depth = _darker(np.asarray(green, np.uint8), dpi).astype(np.float32)
    in_red = _darker(np.asarray(red, np.uint8), dpi).astype(np.float32)
    is_drawn = is_near & (in_red < _NEUTRAL * depth)
    if not is_drawn.any():
        return None
    full = max(float(np.percentile(depth[is_drawn], _FULL_PERCENT)), 1.0)
    graded = 255 - np.clip(depth * (255 / full), 0, 255)
    return np.where(is_drawn, graded, 255).astype(np.uint8)


def _darker(plane: NDArray[np.uint8], dpi: float) -> NDArray[np.uint8]:
    """Return how much darker than the paper around it each pixel is."""
    small = cv2.resize(
        plane, None, fx=1 / _PAPER_SHRINK, fy=1 / _PAPER_SHRINK, interpolation=cv2.INTER_AREA
    )
    paper = cv2.medianBlur(small, 2 * round(_PAPER_IN * dpi / _PAPER_SHRINK / 2) + 1)
    whole = cv2.resize(paper, (plane.shape[1], plane.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.subtract(whole, plane), np.uint8)
