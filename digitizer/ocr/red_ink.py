"""The red ink of a page, by itself.

Cleaning drops red, because stamps and signatures lie over the print. The mark of a state secret is
stamped in red, too (NĐ 30/2020 PL I, slot 10a), and has to be read before anything is kept.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from digitizer.errors import DamagedFile
from digitizer.model import Geometry, ScannedPage
from digitizer.ocr.engine import Gray

_RED_BY: Final = 30
"""How much redder than green and blue a pixel of red ink is, at least."""
_FULL_PERCENT: Final = 70
"""Red ink as strong as this share of it is drawn black, paler ink grey: a pale stamp is no less."""
_UPPER_SHARE: Final = 0.55
_LEAST_IN: Final = 0.02
"""Red ink worth reading, in square inches: three capitals of a stamp are twice that."""
_TURNS: Final = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


def upper_red_ink(scan: ScannedPage, geometry: Geometry) -> Gray | None:
    """Return the red ink of the upright page's upper half, dark on white, None without any.

    Args:
        scan: the page as scanned; grey scans have no red.
        geometry: how the scan was made upright. Skew is left: a stamp has its own.

    Returns:
        (H, W) uint8 of the whole upright page's size, the lower half empty.

    Raises:
        DamagedFile: our own copy of the page image can't be decoded.
    """
    flags = cv2.IMREAD_ANYCOLOR | cv2.IMREAD_IGNORE_ORIENTATION
    pixels = cv2.imdecode(np.fromfile(scan.image.path, np.uint8), flags)
    if pixels is None:
        raise DamagedFile("our copy of the page image can't be decoded", page=scan.number)
    if pixels.ndim == 2:
        return None
    blue, green, red = cv2.split(pixels)
    redness = cv2.subtract(red, cv2.max(blue, green))
    if geometry.rotation_deg:
        redness = cv2.rotate(redness, _TURNS[geometry.rotation_deg])
    redness[round(redness.shape[0] * _UPPER_SHARE) :] = 0
    is_red = redness > _RED_BY
    if np.count_nonzero(is_red) < _LEAST_IN * scan.dpi**2:
        return None
    full = float(np.percentile(redness[is_red], _FULL_PERCENT))
    graded = np.clip(redness.astype(np.float32) * (255 / full), 0, 255)
    return np.asarray(255 - graded, np.uint8)
