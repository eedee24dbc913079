"""Where a page bears colored ink: seals, signatures, handwritten numbers.

What proves a paper is mostly red or blue. Such places are kept as photographs instead of being
cut into ink and paper.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from digitizer.assemble.resampling import Pixels, averaged, size_at
from digitizer.model import Box

# Fine enough for a pen stroke, coarse enough to average a scanner's color fringes away.
_GRID_DPI: Final = 50.0
# Gray levels between the strongest and the weakest of red, green and blue, above the paper's own.
_LEAST_CHROMA: Final = 40
_LIGHTEST: Final = 215
# 3.5 mm join the strokes of one signature; 25 grid pixels are 6 mm².
_REACH: Final = 7
_LEAST_PIXELS: Final = 25
# Of the page. What is larger is its frame or its paper; a seal with its signature takes 0.05.
_LARGEST_SHARE: Final = 0.15


def colored_regions(pixels: Pixels, dpi: float) -> tuple[Box, ...]:
    """Return boxes around colored ink, in pixels of the page, top to bottom; they don't overlap.

    A colored frame round the page has no box; the seals inside it have.

    Args:
        pixels: (H, W, 3) red-green-blue, uint8; a gray page, (H, W), has none.
        dpi: of `pixels`.
    """
    if pixels.ndim == 2:
        return ()
    size = size_at(pixels, dpi, _GRID_DPI)
    spots = _spots(_colored(averaged(pixels, size)))
    height, width = pixels.shape[:2]
    across, down = width / size[0], height / size[1]
    return tuple(
        Box(
            int(box.left * across),
            int(box.top * down),
            min(width, round(box.right * across)),
            min(height, round(box.bottom * down)),
        )
        for box in _apart(spots)
    )


def _colored(small: Pixels) -> Pixels:
    weakest = small.min(axis=2)
    chroma = small.max(axis=2) - weakest
    limit = min(255.0, _LEAST_CHROMA + float(np.median(chroma)))
    return np.asarray((chroma > limit) & (weakest < _LIGHTEST), np.uint8)


def _spots(ink: Pixels) -> list[Box]:
    grown = cv2.dilate(ink, np.ones((_REACH, _REACH), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(grown, connectivity=8)
    pixels = np.bincount(labels[ink > 0], minlength=count)
    largest = _LARGEST_SHARE * ink.size
    return [
        Box(int(left), int(top), int(left + width), int(top + height))
        for label, (left, top, width, height, _) in enumerate(stats)
        if label > 0 and pixels[label] >= _LEAST_PIXELS and width * height <= largest
    ]


def _apart(boxes: list[Box]) -> list[Box]:
    """Unite boxes that overlap until none does."""
    separate: list[Box] = []
    for box in boxes:
        union = box
        while met := [other for other in separate if _overlap(union, other)]:
            for other in met:
                separate.remove(other)
                union = union.union(other)
        separate.append(union)
    return sorted(separate, key=lambda box: (box.top, box.left))


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.left < other.right
        and other.left < one.right
        and one.top < other.bottom
        and other.top < one.bottom
    )
