"""How alike two pictures of one page look: in the whole, and at the worst place.

Structural similarity is a mean: on a page of text a lost seal hardly moves it. So each square of
2 mm is looked at as well.

Source of the similarity: Wang, Bovik, Sheikh and Simoncelli 2004, "Image quality assessment: from
error visibility to structural similarity": an 11×11 Gaussian window of σ 1.5, K1 = 0.01,
K2 = 0.03, L = 255.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.assemble.resampling import Pixels, Size, averaged

Gray = NDArray[np.uint8]
Map = NDArray[np.float32]

_WINDOW: Final = 11
_SIGMA: Final = 1.5
_CELL_INCHES: Final = 2 / 25.4
_C1: Final = np.float32((0.01 * 255) ** 2)
_C2: Final = np.float32((0.03 * 255) ** 2)


def similarity(one: Gray, other: Gray) -> float:
    """Return the mean structural similarity, 1 for equal pictures; at worst -1.

    Args:
        one: (H, W) uint8 luma, both sides at least 11.
        other: the same shape.

    Raises:
        ValueError: the shapes differ, or a side is shorter than the window.
    """
    if one.shape != other.shape or min(one.shape) < _WINDOW:
        raise ValueError(f"pictures of {one.shape} and {other.shape} pixels can't be compared")
    return float(_similarity_map(one.astype(np.float32), other.astype(np.float32)).mean())


def worst_place(one: Pixels, other: Pixels, cells: Size) -> float:
    """Return the largest difference between the mean colors of a cell, 0 to 255.

    Args:
        one: (H, W) gray or (H, W, 3) red-green-blue.
        other: of the same page and as many colors, at any resolution.
        cells: how many across and down, as `cells_of` counts them.
    """
    mean, other_mean = (averaged(picture, cells).astype(np.float32) for picture in (one, other))
    return float(np.abs(mean - other_mean).max())


def cells_of(width: float, height: float, dpi: float) -> Size:
    """Return how many squares of about 2 mm lie across and down a page of that many pixels."""
    side = _CELL_INCHES * dpi
    return max(1, round(width / side)), max(1, round(height / side))


def _similarity_map(x: Map, y: Map) -> Map:
    """Return SSIM where the window lies wholly inside."""
    mean_x, mean_y = _windowed(x), _windowed(y)
    product = mean_x * mean_y
    squares = mean_x * mean_x + mean_y * mean_y
    spread = _windowed(x * x + y * y) - squares
    together = _windowed(x * y) - product
    top = (2 * product + _C1) * (2 * together + _C2)
    return np.asarray(top / ((squares + _C1) * (spread + _C2)), np.float32)


def _windowed(values: Map) -> Map:
    margin = _WINDOW // 2
    blurred = cv2.GaussianBlur(values, (_WINDOW, _WINDOW), _SIGMA)
    return np.asarray(blurred[margin:-margin, margin:-margin], np.float32)
