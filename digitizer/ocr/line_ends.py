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

import numpy as np

from digitizer.model import Box
from digitizer.ocr.engine import Gray
from digitizer.ocr.ink_marks import marks, part, shrunk_ink

# Shares of a line's height.
_HIGH: Final = 0.3
_WIDE: Final = (0.1, 2.0)
_LEVEL: Final = 0.08
_WORD_GAP: Final = 0.8
_LEAST_WIDTH: Final = 2.5
"""Less is as often a piece of a seal or of a signature."""
_ALIKE: Final = (0.6, 1.7)
"""Times the height of the line's own letters: most are small ones, or all are capitals."""
_SAME_ROW: Final = 0.6


def with_whole_lines(gray: Gray, boxes: Sequence[Box], *, dpi: float) -> tuple[Box, ...]:
    """Return the boxes with the letters before and after them that no box holds.

    Boxes of one line that meet by it become one.

    Args:
        gray: (H, W) uint8, 0 is ink, 255 is paper.
        dpi: resolution of `gray`.
    """
    ink, scale = shrunk_ink(gray, dpi)
    loose = ink.copy()
    for box in boxes:
        loose[part(box, scale)] = 0
    specks = marks(loose) * scale
    whole = list(boxes)
    for box in boxes:
        if box.width < _LEAST_WIDTH * box.height:
            continue
        own = marks(ink[part(box, scale)]) * scale + (box.left, box.top, box.left, box.top)
        grown = _grown(box, own, specks)
        if grown != box and box in whole:
            met = [other for other in whole if _are_one(grown, other)]
            whole = [other for other in whole if other not in met]
            whole.append(reduce(Box.union, met, grown))
    return tuple(whole)


def _grown(box: Box, own: Any, specks: Any) -> Box:
    """Return a box with the letters that go on from its ends, word by word.

    Args:
        own: (N, 4), the marks inside the box: what goes on is as high and stands on their line.
        specks: (N, 4), the marks outside all boxes.
    """
    unit = box.height
    heights = own[:, 3] - own[:, 1]
    letters = own[heights >= _HIGH * unit]
    if not len(letters):
        return box
    height, foot = np.median(letters[:, 3] - letters[:, 1]), np.median(letters[:, 3])
    high, wide = specks[:, 3] - specks[:, 1], specks[:, 2] - specks[:, 0]
    is_letter = (high >= _ALIKE[0] * height) & (high <= _ALIKE[1] * height)
    is_letter &= (wide <= _WIDE[1] * unit) & (abs(specks[:, 3] - foot) <= _LEVEL * unit)
    found = specks[is_letter]
    before = found[found[:, 2] <= box.left + unit * _WIDE[0]]
    after = found[found[:, 0] >= box.right - unit * _WIDE[0]]
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
