"""Grey from color, and the letter-like ink of a page on a picture small enough to think about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Ink = NDArray[np.bool_]

_SIDE: Final = 1200
_BACKGROUND: Final = 41
_DARKER_BY: Final = 20
_LETTER: Final = (2, 60)
"""Sides of a letter or a run of joined letters, in pixels of the small picture (about 100 dpi)."""


def gray(pixels: NDArray[np.uint8]) -> Gray:
    """Return a page without its red ink: for each pixel the lighter of red and green.

    Red stamps and signatures vanish from the reading, black and blue print stays.

    Args:
        pixels: (H, W) grey or (H, W, 3) blue-green-red, uint8, 255 is paper.

    Source: measured on real scans, docs/adr/0004.
    """
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.max(pixels[:, :, 2], pixels[:, :, 1]), np.uint8)


@dataclass(frozen=True, slots=True)
class Sketch:
    """A page of which only the letters are left.

    Attributes:
        ink: (h, w) letter-sized marks; longer side about 1200 pixels.
        dark: for each mark, how much darker than its surroundings it is, 0 to 255.
        boxes: (n, 5) left, top, width, height, area of each mark.
        scale: pixels of the sketch per pixel of the page, at most 1.
    """

    ink: Ink
    dark: NDArray[np.float32]
    boxes: NDArray[np.int32]
    scale: float


def sketch(page: Gray) -> Sketch:
    """Return the letter-like marks of a page: rules, stamps' rims, shadows and dust left out.

    Args:
        page: (H, W) uint8, 0 is ink.

    Source: local threshold against a box mean (Bradley and Roth 2007, simplified), then
        connected components by size.
    """
    scale = min(1.0, _SIDE / max(page.shape))
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    depth = cv2.subtract(cv2.blur(small, (_BACKGROUND, _BACKGROUND)), small)
    dark = (depth > _DARKER_BY).astype(np.uint8)
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    sides = boxes[:, 2:4]
    wanted = (sides <= _LETTER[1]).all(axis=1) & (sides >= _LETTER[0]).all(axis=1)
    wanted &= boxes[:, 4] > 3
    wanted[0] = False
    ink = wanted[labels]
    sums = np.bincount(labels[ink], weights=depth[ink], minlength=len(boxes))[wanted]
    kept = np.asarray(boxes[wanted], np.int32)
    return Sketch(ink, (sums / np.maximum(kept[:, 4], 1)).astype(np.float32), kept, scale)
