"""Look for print that the line finder has passed over.

Letter-size specks of ink that lie outside every box are counted; where several stand in a row, the
row is handed to the recognizer as one more line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from digitizer.model import Box
from digitizer.ocr.engine import Gray
from digitizer.ocr.ink_marks import Ink, marks, part, shrunk_ink

# Of the median line's height: letters are this high and wide.
_LEAST_HEIGHT, _MOST_HEIGHT = 0.3, 1.1
# Letters that touch one another count as one.
_LEAST_WIDTH, _MOST_WIDTH = 0.12, 3.0
_REACH: Final = 1.0
# Accents and nặng dots are too small for letters and stand above and below them.
_MARKS: Final = 0.2
_LEAST_LETTERS: Final = 5
# In line heights: the lettering of a round seal runs level for less.
_LEAST_LENGTH: Final = 7.0
_LEAST_LINES: Final = 3


def missed_rows(gray: Gray, boxes: Sequence[Box], *, dpi: float) -> tuple[Box, ...]:
    """Return rows of letters, seven times as long as a line is high, that no box holds.

    Args:
        gray: (H, W) uint8, 0 is ink, 255 is paper.
        boxes: the lines found; with fewer than three there is no measure of a letter.
        dpi: resolution of `gray`.
    """
    if len(boxes) < _LEAST_LINES:
        return ()
    ink, scale = shrunk_ink(gray, dpi)
    for box in boxes:
        ink[part(box, scale)] = 0
    height = float(np.median([box.height for box in boxes])) / scale
    rows = [
        row
        for row in _rows(_letters(ink, height), _REACH * height)
        if row[2] - row[0] >= _LEAST_LENGTH * height
    ]
    return tuple(_box(row, _MARKS * height, scale, gray) for row in rows)


def _box(row: tuple[int, int, int, int], marks: float, scale: float, page: Gray) -> Box:
    """Return a row's box on the page, with room for the marks around its letters."""
    return Box(
        max(0, round((row[0] - marks) * scale)),
        max(0, round((row[1] - marks) * scale)),
        min(page.shape[1], round((row[2] + 2 * marks) * scale)),
        min(page.shape[0], round((row[3] + marks / 2) * scale)),
    )


def _letters(ink: Ink, height: float) -> list[tuple[int, int, int, int]]:
    """Return left, top, right, bottom of every speck that is as large as a letter."""
    return [
        (left, top, right, bottom)
        for left, top, right, bottom in marks(ink).tolist()
        if _LEAST_HEIGHT * height <= bottom - top <= _MOST_HEIGHT * height
        and _LEAST_WIDTH * height <= right - left <= _MOST_WIDTH * height
    ]


def _rows(
    letters: Sequence[tuple[int, int, int, int]], reach: float
) -> list[tuple[int, int, int, int]]:
    """Join letters that stand beside one another; return the rows that are long enough."""
    rows: list[list[tuple[int, int, int, int]]] = []
    for letter in sorted(letters):
        row = next((row for row in rows if _follows(row[-1], letter, reach)), None)
        if row is None:
            rows.append([letter])
        else:
            row.append(letter)
    return [
        (
            min(letter[0] for letter in row),
            min(letter[1] for letter in row),
            max(letter[2] for letter in row),
            max(letter[3] for letter in row),
        )
        for row in rows
        if len(row) >= _LEAST_LETTERS
    ]


def _follows(
    before: tuple[int, int, int, int], letter: tuple[int, int, int, int], reach: float
) -> bool:
    """Claim that a letter stands to the right of another, near it and on its line."""
    high = min(before[3] - before[1], letter[3] - letter[1])
    shared = min(before[3], letter[3]) - max(before[1], letter[1])
    return letter[0] - before[2] <= reach and shared >= high / 2
