"""Marks of ink on a page shrunk to a resolution at which letters hold together."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.model import Box
from digitizer.ocr.engine import Gray

_DPI: Final = 150
_INK: Final = 140

Ink = NDArray[np.uint8]


def shrunk_ink(gray: Gray, dpi: float) -> tuple[Ink, float]:
    """Return the ink, (h, w) uint8, 1 is ink, and how many of the page's pixels one of it is wide.

    Args:
        gray: (H, W) uint8, 0 is ink, 255 is paper.
        dpi: resolution of `gray`; at 150 or less nothing is shrunk.
    """
    scale = max(1.0, dpi / _DPI)
    size = (max(1, round(gray.shape[1] / scale)), max(1, round(gray.shape[0] / scale)))
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    return (small < _INK).astype(np.uint8), scale


def part(box: Box, scale: float) -> tuple[slice, slice]:
    """Return rows and columns of a box on the page shrunk by `scale`."""
    rows = slice(int(box.top / scale), int(np.ceil(box.bottom / scale)))
    return rows, slice(int(box.left / scale), int(np.ceil(box.right / scale)))


def marks(ink: Ink) -> Any:
    """Return (N, 4) int: left, top, right, bottom of each connected mark of ink, 1."""
    stats: Any = cv2.connectedComponentsWithStats(ink, connectivity=8)[2][1:]
    left, top, width, height = stats[:, :4].T
    return np.stack((left, top, left + width, top + height), axis=1)
