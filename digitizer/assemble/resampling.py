"""Pictures at another size."""

from __future__ import annotations

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""(H, W) gray or (H, W, 3) red-green-blue."""

Size = tuple[int, int]
"""Width, height."""

_Number = TypeVar("_Number", np.uint8, np.uint16, np.float32)


def averaged(pixels: NDArray[_Number], size: Size) -> NDArray[_Number]:
    """Return a picture in which each pixel is the mean of what it covers; for making smaller."""
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), pixels.dtype)


def stretched(pixels: NDArray[_Number], size: Size) -> NDArray[_Number]:
    """Return a picture with straight slopes between pixels, as viewers enlarge."""
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR), pixels.dtype)


def size_at(pixels: Pixels, dpi: float, wanted_dpi: float) -> Size:
    """Return width and height at another resolution, never finer than the picture's own."""
    scale = min(1.0, wanted_dpi / dpi)
    height, width = pixels.shape[:2]
    return max(1, round(width * scale)), max(1, round(height * scale))


def luma(pixels: Pixels) -> Pixels:
    """Return the brightness alone, as ITU-R BT.601 weighs red, green and blue."""
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
