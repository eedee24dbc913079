"""Find the cells of ruled tables, so that a table can be read cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import cv2
import numpy as np

from digitizer.model import Box
from digitizer.ocr.engine import Gray

# Rules are looked for at this resolution: fine enough for hairlines, small enough to be cheap.
_DPI: Final = 100
_INK: Final = 215
_RULE_INCH: Final = 0.35
_LEAST_WIDTH_INCH: Final = 0.2
_LEAST_HEIGHT_INCH: Final = 0.12
_LARGEST_SHARE: Final = 0.6
# A cell is a rectangle; a component that fills less of its box is the paper around tables.
_LEAST_FILL: Final = 0.8
# A line that reaches this far (of its height) into a cell has a letter there.
_LEAST_PIECE: Final = 0.35


def find_cells(gray: Gray, *, dpi: float) -> tuple[Box, ...]:
    """Return the boxes of all areas closed in by ruled lines, in no particular order.

    Args:
        gray: (H, W) uint8, 0 is ink, 255 is paper, level.
        dpi: resolution of `gray`.
    """
    scale = max(1.0, dpi / _DPI)
    size = (round(gray.shape[1] / scale), round(gray.shape[0] / scale))
    small = np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    free = 1 - _rules(small, round(_RULE_INCH * dpi / scale))
    _, _, stats, _ = cv2.connectedComponentsWithStats(free, connectivity=4)
    inch = dpi / scale
    return tuple(
        Box(*(round(float(value) * scale) for value in (x, y, x + width, y + height)))
        for x, y, width, height, area in stats[1:].tolist()
        if width >= _LEAST_WIDTH_INCH * inch
        and height >= _LEAST_HEIGHT_INCH * inch
        and width * height <= _LARGEST_SHARE * small.size
        and area >= _LEAST_FILL * width * height
    )


def cut_at_cells(boxes: Sequence[Box], cells: Sequence[Box]) -> tuple[Box, ...]:
    """Return the line boxes, those that run through several cells cut at the rules between."""
    return tuple(piece for box in boxes for piece in _pieces(box, cells))


def _pieces(box: Box, cells: Sequence[Box]) -> list[Box]:
    middle = (box.top + box.bottom) / 2
    inside = [
        cell
        for cell in cells
        if cell.top <= middle < cell.bottom
        and min(cell.right, box.right) - max(cell.left, box.left) >= _LEAST_PIECE * box.height
    ]
    inside.sort(key=lambda cell: cell.left)
    if len(inside) < 2 or any(a.right > b.left for a, b in pairwise(inside)):
        return [box]
    edges = [(left.right + right.left) // 2 for left, right in pairwise(inside)]
    return [
        Box(left, box.top, right, box.bottom)
        for left, right in pairwise([box.left, *edges, box.right])
    ]


def _rules(small: Gray, length: int) -> Any:
    """Return a mask, 1 where a horizontal or vertical line of at least `length` pixels runs."""
    ink = (small < _INK).astype(np.uint8)
    # A level line may climb a pixel on its way: thicken across before looking along.
    across = cv2.dilate(ink, np.ones((2, 1), np.uint8))
    level = cv2.morphologyEx(across, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    along = cv2.dilate(ink, np.ones((1, 2), np.uint8))
    upright = cv2.morphologyEx(along, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    # Close the gaps where two rules nearly meet.
    return cv2.dilate(np.bitwise_or(level, upright), np.ones((3, 3), np.uint8))
