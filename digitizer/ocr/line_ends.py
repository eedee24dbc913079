"""How far the boxes of lines reach to both sides: to the ends of their letters.

Under a seal, a signature or a large title the detector ends a line too soon (`Số: 2` before
`73/2021`, `Nguy` before `ễn Chí Dũng`). Both recognizers look into the same box, so this is the one
fault that their agreement can't notice (docs/understanding.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import Any, Final

import cv2
import numpy as np

from digitizer.model import Box
from digitizer.ocr.engine import Gray

_DPI: Final = 150
_INK: Final = 140
# Shares of a line's height.
_HIGH: Final = (0.3, 1.1)
_WIDE: Final = (0.1, 2.0)
_ABOVE: Final = 0.25
_BELOW: Final = 0.2
_SHARED: Final = 0.75
_WORD_GAP: Final = 0.8
_LEAST_WIDTH: Final = 2.5
"""Less is as often a piece of a seal or of a signature."""
_SAME_ROW: Final = 0.6


def with_whole_lines(gray: Gray, boxes: Sequence[Box], *, dpi: float) -> tuple[Box, ...]:
    """Return the boxes with the letters before and after them that no box holds.

    Boxes of one line that meet by it become one.

    Args:
        gray: (H, W) uint8, 0 is ink, 255 is paper.
        dpi: resolution of `gray`.
    """
    specks = _loose_specks(gray, boxes, dpi)
    whole = list(boxes)
    for box in boxes:
        grown = _grown(box, specks) if box.width >= _LEAST_WIDTH * box.height else box
        if grown != box and box in whole:
            met = [other for other in whole if _are_one(grown, other)]
            whole = [other for other in whole if other not in met]
            whole.append(reduce(Box.union, met, grown))
    return tuple(whole)


def _loose_specks(gray: Gray, boxes: Sequence[Box], dpi: float) -> Any:
    """Return (N, 4): left, top, right, bottom in pixels of each mark of ink outside all boxes."""
    scale = max(1.0, dpi / _DPI)
    size = (max(1, round(gray.shape[1] / scale)), max(1, round(gray.shape[0] / scale)))
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    ink = (small < _INK).astype(np.uint8)
    for box in boxes:
        rows = slice(int(box.top / scale), int(np.ceil(box.bottom / scale)))
        ink[rows, int(box.left / scale) : int(np.ceil(box.right / scale))] = 0
    stats: Any = cv2.connectedComponentsWithStats(ink, connectivity=8)[2][1:]
    left, top, width, height = stats[:, :4].T
    return np.stack((left, top, left + width, top + height), axis=1) * scale


def _grown(box: Box, specks: Any) -> Box:
    """Return a box with the letters that go on from its ends, word by word."""
    left, top, right, bottom = specks.T
    unit = box.height
    high, wide = bottom - top, right - left
    shared = np.minimum(bottom, box.bottom) - np.maximum(top, box.top)
    is_letter = (high >= _HIGH[0] * unit) & (high <= _HIGH[1] * unit)
    is_letter &= (wide <= _WIDE[1] * unit) & (shared >= _SHARED * high)
    is_letter &= (top >= box.top - _ABOVE * unit) & (bottom <= box.bottom + _BELOW * unit)
    letters = specks[is_letter]
    before = letters[letters[:, 2] <= box.left + unit * _WIDE[0]]
    after = letters[letters[:, 0] >= box.right - unit * _WIDE[0]]
    start, end = float(box.left), float(box.right)
    for speck in before[np.argsort(-before[:, 2])]:
        if _goes_on(start - speck[2], speck, unit):
            start = min(start, speck[0])
    for speck in after[np.argsort(after[:, 0])]:
        if _goes_on(speck[0] - end, speck, unit):
            end = max(end, speck[2])
    if (start, end) == (box.left, box.right):
        return box
    return replace(box, left=int(start), right=int(np.ceil(end)))


def _goes_on(gap: float, speck: Any, unit: int) -> bool:
    """Claim that a letter follows as near as words do; a part of one only where it touches."""
    is_whole = speck[2] - speck[0] >= _WIDE[0] * unit
    return gap <= (_WORD_GAP * unit if is_whole else 1.0)


def _are_one(left: Box, right: Box) -> bool:
    shared = min(left.bottom, right.bottom) - max(left.top, right.top)
    is_level = shared >= _SAME_ROW * min(left.height, right.height)
    return is_level and left.left <= right.right and right.left <= left.right
