"""Ink from paper: which pixels of a page are print, pen or line.

Each pixel is compared with its surroundings, so shaded paper, show-through and gray print all
come out; a flat tone wider than the window is no ink and stays with the paper.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.assemble.resampling import averaged, size_at, stretched
from digitizer.model import Box

Gray = NDArray[np.uint8]
Mask = NDArray[np.uint8]
"""(H, W) uint8, 1 is ink."""

# The window is a line of print high; the surroundings are worked out on a coarse grid.
_WINDOW_INCHES: Final = 0.12
_GRID_DPI: Final = 75.0
# How far below the mean of its surroundings ink lies: half their deviation, where black print is
# dense; 32 gray levels, more than any scanner's noise, where a faint stroke stands alone.
_DEVIATIONS: Final = 0.5
_LEAST_CONTRAST: Final = 32.0
# A stroke's core is clearly darker than what just counts as ink.
_CORE: Final = 0.7
# Below this the stairs of black-and-white letters show, and the hooks of ổ and ẩ fill up.
_LEAST_STENCIL_DPI: Final = 240.0


@dataclass(frozen=True, slots=True)
class Ink:
    """The ink of a page.

    `mask` and `core`, the darker inside of the strokes, are of the page's own size; `stencil` is
    the mask again, drawn a whole number of times larger where the page is coarse.
    """

    mask: Mask
    core: Mask
    stencil: Mask


def find_ink(luma: Gray, dpi: float, elsewhere: Iterable[Box] = ()) -> Ink:
    """Return the ink of a page; specks of one pixel are left to the paper.

    Args:
        luma: (H, W) uint8, 0 is ink, 255 is paper.
        dpi: of `luma`.
        elsewhere: places whose ink is not wanted.

    Source: Niblack 1986, k = -0.5, with a least contrast; docs/adr/0023 for what else was tried.
    """
    limit = _limit(luma, dpi)
    for box in elsewhere:
        limit[box.top : box.bottom, box.left : box.right] = 0
    mask = _below(luma, limit)
    deep = _compared(luma, np.asarray(cv2.convertScaleAbs(limit, alpha=_CORE), np.uint8))
    factor = max(1, math.ceil(_LEAST_STENCIL_DPI / dpi))
    return Ink(mask, deep & mask, _stencil(luma, limit, factor) if factor > 1 else mask)


def _stencil(luma: Gray, limit: Gray, factor: int) -> Mask:
    """Return the mask with `factor` times the pixels along each side: where gray crosses."""
    size = (luma.shape[1] * factor, luma.shape[0] * factor)
    fine = np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    return _below(fine, stretched(limit, size))


def _below(luma: Gray, limit: Gray) -> Mask:
    ink = _compared(luma, limit)
    neighbors = cv2.boxFilter(ink, -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    return ink & np.asarray(neighbors > 1, np.uint8)


def _compared(luma: Gray, limit: Gray) -> Mask:
    return np.asarray(cv2.compare(luma, limit, cv2.CMP_LT), np.uint8) & np.uint8(1)


def _limit(luma: Gray, dpi: float) -> Gray:
    """Return for each pixel the gray below which it is ink."""
    size = size_at(luma, dpi, _GRID_DPI)
    grid_dpi = min(dpi, _GRID_DPI)
    # Squares of 8-bit values just fit 16 bits, at half the memory of floats.
    squares = np.asarray(cv2.multiply(luma, luma, dtype=cv2.CV_16U), np.uint16)
    mean = _around(averaged(luma, size).astype(np.float32), grid_dpi)
    mean_square = _around(averaged(squares, size).astype(np.float32), grid_dpi)
    deviation = np.sqrt(np.maximum(mean_square - mean * mean, 0))
    limit = mean - np.maximum(_DEVIATIONS * deviation, _LEAST_CONTRAST)
    coarse = np.clip(limit, 0, 255).astype(np.uint8)
    return stretched(coarse, (luma.shape[1], luma.shape[0]))


def _around(values: NDArray[np.float32], dpi: float) -> NDArray[np.float32]:
    side = max(3, int(_WINDOW_INCHES * dpi) | 1)
    blurred = cv2.boxFilter(values, -1, (side, side), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(blurred, np.float32)
