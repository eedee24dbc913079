"""Grey from color without red ink, and a copy of the page small enough to think about."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
"""(H, W) uint8, 0 is ink, 255 is paper."""

OVERVIEW_SIDE: Final = 1240
"""About the longer side of an overview: A4 at 100 dpi, where a 14-point x is 9 pixels high."""


def gray(pixels: NDArray[np.uint8]) -> Gray:
    """Return the page without its red ink: of each pixel the lighter of red and green.

    Red stamps, red signatures and red number stamps pale; black and blue ink stays.

    Args:
        pixels: (H, W) grey, returned as it is, or (H, W, 3) blue-green-red; uint8.

    Source: of all preparation tried on real scans the one that pays most, docs/adr/0004.
    """
    if pixels.ndim == 2:
        return pixels
    return np.maximum(pixels[:, :, 1], pixels[:, :, 2])


def overview(page: Gray) -> Gray:
    """Return the page reduced by a whole number, its longer side near `OVERVIEW_SIDE`.

    Averaging whole blocks costs a third of any other area resampling, and the up to two pixels
    left over at the right and at the bottom matter to nobody. Smaller pages come back as they are.
    """
    factor = max(1, round(max(page.shape) / OVERVIEW_SIDE))
    if factor == 1:
        return page
    height, width = page.shape[0] // factor, page.shape[1] // factor
    whole = page[: height * factor, : width * factor]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
