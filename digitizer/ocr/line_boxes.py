"""How far the boxes of lines reach upwards: to the top of their letters, or a little further.

The detector was taught on text in which few lines have capitals with marks above (`HỒNG`, `KIỀU`,
`NHÀN`): it cuts the marks off, and what is cut off neither recognizer can read
(docs/adr/0041).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

import cv2
import numpy as np

from digitizer.model import Box
from digitizer.ocr.engine import Gray

_INK: Final = 150
# Shares of a line's height.
_AIR: Final = 0.1
_REACH: Final = 0.25
_INSIDE: Final = 0.2
_GAP: Final = 0.04
_WIDEST: Final = 0.6


def with_tall_letters(gray: Gray, boxes: Sequence[Box]) -> tuple[Box, ...]:
    """Return the boxes, each with its top where the highest of its letters ends.

    None grows into the line above: what crosses there are that line's tails.

    Args:
        gray: (H, W) uint8, 0 is ink, 255 is paper.
    """
    sides = _sides(boxes)
    return tuple(_grown(gray, box, _free(box, sides)) for box in boxes)


def with_air(boxes: Sequence[Box], chosen: Iterable[int]) -> tuple[Box, ...]:
    """Return the chosen of the boxes with more of the paper above them, as far as it is free."""
    sides = _sides(boxes)
    return tuple(
        replace(box, top=box.top - min(_free(box, sides), round(_AIR * box.height)))
        for box in (boxes[i] for i in chosen)
    )


def _sides(boxes: Sequence[Box]) -> Any:
    sides = [(box.left, box.right, box.top, box.bottom) for box in boxes]
    return np.array(sides, int).reshape(-1, 4).T


def _free(box: Box, sides: Any) -> int:
    """Return how many rows above a box belong to no other."""
    left, right, top, bottom = sides
    is_above = (left < box.right) & (right > box.left) & (top < box.top) & (bottom < box.bottom)
    return max(0, box.top - int(bottom[is_above].max(initial=0)))


def _grown(gray: Gray, box: Box, free: int) -> Box:
    """Return a box with the ink that crosses its upper edge, or nearly does.

    What also reaches the end of the strip above it belongs to another line, a rule or a seal.
    """
    reach = min(free, round(_REACH * box.height))
    strip = gray[box.top - reach : box.top + round(_INSIDE * box.height), box.left : box.right]
    edge = reach - round(_GAP * box.height)
    if edge <= 0 or not (strip[:edge] < _INK).any():
        return box
    ink = (strip < _INK).astype(np.uint8)
    stats: Any = cv2.connectedComponentsWithStats(ink, connectivity=8)[2][1:]
    top, width = stats[:, cv2.CC_STAT_TOP], stats[:, cv2.CC_STAT_WIDTH]
    bottom = top + stats[:, cv2.CC_STAT_HEIGHT]
    is_part = (top > 0) & (top < reach) & (bottom >= edge) & (width <= _WIDEST * box.height)
    start = int(top[is_part].min(initial=reach))
    return replace(box, top=box.top - reach + start)
