"""Cut dotted leaders and blanks off the boxes of lines, so that only words are read.

Forms set `Số định danh: 001…………` on dots or rules that run on to the margin. A recognizer makes
letters of them, and the two disagree on the word before, however clear it is. Where a stretch of a
line holds nothing above the foot of its letters it is left out of the boxes. Dots below the letters
are nặng dots to the second reader: for it, those are taken out that stand in step with one another,
and the first reader, which is not misled by them, sees all. (Taking out whatever looks like a dot
takes nặng dots along: docs/adr/0004.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np

from digitizer.model import Box
from digitizer.ocr.engine import Gray

_INK: Final = 150
# Shares of a line's height: letters stand above this, leaders below it.
_FOOT: Final = 0.55
# A full stop, a comma or a dash at the foot is shorter than this.
_LEAST_WIDTH: Final = 1.2
# At the end of a line a few dots will do, but no full stop behind a serif.
_LEAST_TAIL: Final = 0.45
_LEAST_DOTS: Final = 3
_HIGHEST_DOT: Final = 0.2
_LEAST_INK: Final = 0.2
# Dots of a leader stand closer than this.
_WIDEST_GAP: Final = 0.45
# Of a line's height, in columns with letters: less is a speck.
_LEAST_PIECE: Final = 0.1

# Dots to write on: shares of a line's height, of their usual size and distance, and pixels.
_PAPER: Final = 255
_FAINT_INK: Final = 190
_FEET: Final = 0.5
_BELOW: Final = 0.2
_LARGEST_DOT: Final = 0.17
_LEAST_SIZE: Final = 0.4
_MOST_SIZE: Final = 1.5
_LEVEL: Final = 1.5
_LEAST_STEP: Final = 3
_LEAST_IN_STEP: Final = 6
_OUT_OF_STEP: Final = 0.2
_MOSTLY: Final = 0.8


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line that holds words; `leads` says that a leader runs on from its end."""

    box: Box
    leads: bool


def without_leaders(gray: Gray, boxes: Sequence[Box]) -> tuple[Piece, ...]:
    """Return the line boxes, cut where a leader runs; boxes that hold nothing else are dropped.

    Args:
        gray: (H, W) uint8, 0 is ink, 255 is paper.
    """
    return tuple(piece for box in boxes for piece in _pieces(gray, box))


def without_marks(text: str) -> str:
    """Return a word without the marks that a leader's first dots are read as."""
    return text.rstrip("._,;:…·-—=")


def without_dots(gray: Gray, boxes: Sequence[Box]) -> Gray:
    """Return the page without the dots to write on that run through the feet of these lines.

    Dots of one size, in one row and in step: a nặng dot is larger, higher or out of step, nearly
    always. The page itself is not changed; it is returned where there is nothing to take out.
    """
    bare = gray
    for box in boxes:
        for left, top, right, bottom in _dots_in_step(gray, box):
            bare = bare if bare is not gray else gray.copy()
            bare[max(0, top - 1) : bottom + 1, max(0, left - 1) : right + 1] = _PAPER
    return bare


def _dots_in_step(gray: Gray, box: Box) -> Iterator[tuple[int, int, int, int]]:
    """Yield the sides of each dot of a leader that a line's letters stand on."""
    height = box.height
    top, left = box.top + round(_FEET * height), max(0, box.left - height // 4)
    strip = gray[top : box.bottom + round(_BELOW * height), left : box.right + height // 4]
    ink = (strip < _FAINT_INK).astype(np.uint8)
    _, _, stats, centers = cv2.connectedComponentsWithStats(ink, connectivity=8)
    x, y, width, depth, area = stats[1:].T
    at, row = centers[1:].T
    is_dot = (np.maximum(width, depth) <= _LARGEST_DOT * height) & (y > 0)
    if np.count_nonzero(is_dot) < _LEAST_IN_STEP:
        return
    level = max(row[is_dot], key=lambda one: np.count_nonzero(abs(row[is_dot] - one) <= _LEVEL))
    is_dot &= abs(row - level) <= _LEVEL
    size = np.median(area[is_dot])
    is_dot &= (area >= _LEAST_SIZE * size) & (area <= _MOST_SIZE * size)
    chosen = np.flatnonzero(is_dot)
    chosen = chosen[np.argsort(at[chosen])]
    for i in chosen[_in_step(at[chosen], height)].tolist():
        yield left + x[i], top + y[i], left + x[i] + width[i], top + y[i] + depth[i]


def _in_step(at: Any, height: int) -> Any:
    """Return which of the dots at these columns, in order, stand at multiples of one distance."""
    none = np.zeros(len(at), bool)
    if len(at) < _LEAST_IN_STEP:
        return none
    gaps = np.diff(at)
    step = float(np.median(gaps))
    if not _LEAST_STEP < step < _WIDEST_GAP * height:
        return none
    counts = np.round(gaps / step)
    if np.mean(abs(gaps - counts * step) <= _OUT_OF_STEP * step) < _MOSTLY:
        return none
    places = np.concatenate(([0], np.cumsum(np.maximum(counts, 1))))
    off = abs(at - np.polyval(np.polyfit(places, at, 1), places))
    is_in_step = off <= max(_LEVEL, _OUT_OF_STEP * step)
    return is_in_step if np.count_nonzero(is_in_step) >= _LEAST_IN_STEP else none


def _pieces(gray: Gray, box: Box) -> Iterator[Piece]:
    ink = np.asarray(gray[box.top : box.bottom, box.left : box.right] < _INK)
    foot = round(_FOOT * box.height)
    # Boxes can hang above their line: whatever is as high as a letter is one, wherever it stands.
    is_high = ink.sum(axis=0) > _HIGHEST_DOT * box.height
    above = np.asarray(ink[:foot].any(axis=0) | is_high)
    below = np.asarray(ink[foot:].any(axis=0))
    runs = list(_leaders(above, below, box.height))
    if not runs:
        yield Piece(box, leads=False)
        return
    start = 0
    for begin, end in [*runs, (box.width, box.width)]:
        if np.count_nonzero(above[start:begin]) >= _LEAST_PIECE * box.height:
            piece = Box(box.left + start, box.top, box.left + begin, box.bottom)
            yield Piece(piece, leads=begin < box.width)
        start = end


def _leaders(above: Any, below: Any, height: int) -> Iterator[tuple[int, int]]:
    """Yield the half-open stretches of columns that hold a leader and nothing else.

    Args:
        above, below: (W,) bool, whether a column has ink of letters, and ink at their foot.
        height: of the line, in pixels.
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([1], above.astype(np.int8), [1]))))
    for begin, end in edges.reshape(-1, 2).tolist():
        least = (_LEAST_TAIL if end == len(above) else _LEAST_WIDTH) * height
        if end - begin < least:
            continue
        marks = np.flatnonzero(below[begin:end])
        if not marks.size:
            continue
        for first, last in _close(marks, _WIDEST_GAP * height):
            width = last - first + 1
            share = np.count_nonzero(below[begin + first : begin + last + 1]) / width
            dots = 1 + np.count_nonzero(np.diff(marks[(marks >= first) & (marks <= last)]) > 1)
            is_short = width < _LEAST_WIDTH * height
            if width >= least and share >= _LEAST_INK and not (is_short and dots < _LEAST_DOTS):
                yield begin + first, begin + last + 1


def _close(marks: Any, gap: float) -> Iterator[tuple[int, int]]:
    """Yield first and last of each group of columns that are no further apart than `gap`."""
    cuts = np.flatnonzero(np.diff(marks) > gap)
    starts, ends = np.concatenate(([0], cuts + 1)), np.concatenate((cuts, [len(marks) - 1]))
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        yield int(marks[start]), int(marks[end])
