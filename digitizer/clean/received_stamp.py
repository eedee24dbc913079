"""The stamp of the receiving office ("ĐẾN"), taken out of the raster.

It is a ruled frame with an entry number and a date, set into the left margin (NĐ 30/2020 PL VI),
and nearly always runs into the print. In color it has gone with the red; in black the line finder
takes its rows and the lines beside them for one, and what is read of both is rubbish.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.clean.ink import Gray
from digitizer.clean.letters import DARKER_BY, Letters, find_letters, relief

Mask = NDArray[np.uint8]

_RULE_IN: Final = 0.2
"""Longer than any letter of a text is wide or high."""
_LONG_IN: Final = (1.2, 4.6)
_SHORT_IN: Final = (0.6, 2.6)
_LONGEST_TO_SHORT: Final = 3.3
"""35 × 50 mm is usual, the real ones seen are 20 × 58 and 21 × 49. Marks of secrecy, which must be
read, are 8 mm high and up to five times as wide."""
_HANGS_OUT_IN: Final = 0.3
"""How far a stamp begins left of the text. Tables, boxes of forms and round seals do not."""
_FEWEST_LETTERS: Final = 100
"""Fewer do not show where the text begins."""
_ROW_IN: Final = 1 / 6
_PAPER: Final = 255
_INK: Final = 160
_LETTER_IN: Final = (0.04, 0.24)
_WORD_GAP_IN: Final = 0.12
_LEVEL_IN: Final = 0.013
_MARK_GAP_IN: Final = 0.08
_RIM_IN: Final = 0.03
_MOSTLY: Final = 0.5
_BESIDE_IN: Final = 0.5
_MOST_LETTERS: Final = 20
"""Of print in the frame: three or four words. Where there is more, the frame stays as it is: what
of it the stamp's ink touches would be lost with the stamp."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The corners of a stamp's frame, (4, 2) float32, x and y in pixels."""

    corners: NDArray[np.float32]

    def scaled(self, factor: float) -> Frame:
        return Frame((self.corners * np.float32(factor)).astype(np.float32))


@dataclass(frozen=True, slots=True)
class Marks:
    """Connected marks of ink; same index, same mark, 0 is the paper and has no size.

    Attributes:
        labels: (H, W) int32, the index of each pixel's mark.
        within: share of each mark that lies inside the frame.
    """

    labels: NDArray[np.int32]
    left: NDArray[np.float64]
    top: NDArray[np.float64]
    right: NDArray[np.float64]
    bottom: NDArray[np.float64]
    within: NDArray[np.float64]

    @classmethod
    def of(cls, ink: Mask, inside: Mask) -> Marks:
        count, labels, boxes, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
        boxes[0] = 0
        left, top, width, height, area = np.asarray(boxes, np.float64).T
        within = np.bincount(labels.ravel(), inside.ravel(), count) / np.maximum(area, 1)
        found = np.asarray(labels, np.int32)
        return cls(found, left, top, left + width, top + height, within)

    @property
    def width(self) -> NDArray[np.float64]:
        return self.right - self.left

    @property
    def height(self) -> NDArray[np.float64]:
        return self.bottom - self.top


def find_frame(small: Gray, *, dpi: float) -> Frame | None:
    """Return the frame of a stamp that hangs out of the text into the left margin, or None.

    Args:
        small: overview of the upright, level page.
        dpi: the overview's resolution.

    Source: docs/adr/0004 (two real pages bear one; the other 62 and all drawn ones give None).
    """
    # 16-bit labels halve the work, and are plenty for strokes of that length.
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(
        _rules(small, dpi), connectivity=8, ltype=cv2.CV_16U
    )
    framed = [label for label, box in enumerate(boxes.tolist()) if label and _is_sized(box, dpi)]
    if not framed:
        return None
    letters = find_letters(small)
    if len(letters) < _FEWEST_LETTERS:
        return None
    margin = _left_margin(letters, dpi)
    for label in framed:
        if boxes[label, 0] < margin - _HANGS_OUT_IN * dpi:
            points = cv2.findNonZero(np.asarray(labels == label, np.uint8))
            rectangle = cv2.minAreaRect(points)
            if _has_shape(rectangle[1], dpi):
                return Frame(np.asarray(cv2.boxPoints(rectangle), np.float32))
    return None


def _is_sized(box: list[int], dpi: float) -> bool:
    _, _, width, height, _ = box
    return width <= _LONG_IN[1] * dpi and _SHORT_IN[0] * dpi <= height <= _LONG_IN[1] * dpi


def _has_shape(sides: Sequence[float], dpi: float) -> bool:
    short, long = min(sides), max(sides)
    return _SHORT_IN[0] * dpi <= short <= _SHORT_IN[1] * dpi and _LONG_IN[0] * dpi <= long <= min(
        _LONG_IN[1] * dpi, _LONGEST_TO_SHORT * short
    )


def erase(page: Gray, frame: Frame, *, dpi: float) -> Gray:
    """Return the page with paper inside the frame, but for lines of text that run into it.

    A letter stays if it continues a line from the right: as level with its neighbor at its top or
    its bottom as print is, and no further from it than words are apart. Its marks stay with it.
    A stamp over a whole paragraph stays.

    Args:
        page: (H, W) uint8, upright and level; not changed.
        frame: in pixels of `page`.
        dpi: its resolution.
    """
    left, top, right, bottom = _around(page, frame, dpi)
    part = page[top:bottom, left:right]
    inside = np.zeros(part.shape, np.uint8)
    corners = np.rint(frame.corners - np.array((left, top), np.float32)).astype(np.int32)
    cv2.fillConvexPoly(inside, corners, (1,))
    cv2.polylines(inside, [corners], True, (1,), max(1, round(2 * _RIM_IN * dpi)))
    kept = _continued(np.asarray(part < _INK, np.uint8), inside, dpi)
    cleaned = page.copy()
    cleaned[top:bottom, left:right][(inside > 0) & (kept == 0)] = _PAPER
    return cleaned


def _left_margin(letters: Letters, dpi: float) -> float:
    """Return where the text begins: a line in three begins left of it, stamp and notes with it."""
    row = (letters.top / (_ROW_IN * dpi)).astype(np.int64)
    order = np.lexsort((letters.left, row))
    is_first = np.diff(row[order], prepend=-1) > 0
    return float(np.percentile(letters.left[order][is_first], 30))


def _rules(small: Gray, dpi: float) -> Mask:
    """Return where rules run, level or upright within 5 degrees, broken ones joined."""
    _, ink = cv2.threshold(relief(small), DARKER_BY, 1, cv2.THRESH_BINARY)
    level, upright = _long_runs(np.asarray(ink, np.uint8), round(_RULE_IN * dpi), 3)
    return np.asarray(cv2.dilate(level | upright, np.ones((5, 5), np.uint8)), np.uint8)


def _long_runs(ink: Mask, length: int, thickness: int) -> tuple[Mask, Mask]:
    # A rule that leans climbs a pixel or two on its way: thicken across before looking along.
    runs = []
    for across, along in (((thickness, 1), (1, length)), ((1, thickness), (length, 1))):
        thick = cv2.dilate(ink, np.ones(across, np.uint8))
        runs.append(cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones(along, np.uint8)))
    return np.asarray(runs[0], np.uint8), np.asarray(runs[1], np.uint8)


def _around(page: Gray, frame: Frame, dpi: float) -> tuple[int, int, int, int]:
    """Return the bounds of the frame and of the text close to its right."""
    low, high = frame.corners.min(axis=0), frame.corners.max(axis=0)
    rim = _RIM_IN * dpi + 1
    return (
        max(0, int(low[0] - rim)),
        max(0, int(low[1] - rim)),
        min(page.shape[1], int(high[0] + _BESIDE_IN * dpi)),
        min(page.shape[0], int(high[1] + rim)),
    )


def _continued(ink: Mask, inside: Mask, dpi: float) -> Mask:
    """Return the ink, 1, of letters that continue lines from outside, and of their marks."""
    level, upright = _long_runs(ink, round(_RULE_IN * dpi), max(3, round(0.01 * dpi)))
    marks = Marks.of(ink & ~((level | upright) & inside), inside)
    is_letter = (marks.height >= _LETTER_IN[0] * dpi) & (marks.height <= _LETTER_IN[1] * dpi)
    is_letter &= marks.width <= 3 * _LETTER_IN[1] * dpi
    kept = is_letter & (marks.within < _MOSTLY)
    between = np.zeros_like(ink)
    for one in sorted(np.flatnonzero(is_letter & ~kept), key=lambda i: -marks.right[i]):
        neighbor = _neighbor(marks, int(one), np.flatnonzero(kept), dpi)
        if neighbor is not None:
            kept[one] = True
            part = _between(marks, int(one), neighbor, dpi)
            between[part] = ink[part]
    if np.count_nonzero(kept & (marks.within >= _MOSTLY)) > _MOST_LETTERS:
        return inside
    kept |= _accents(marks, kept, dpi)
    return between | np.asarray(kept[marks.labels], np.uint8)


def _between(marks: Marks, one: int, neighbor: int, dpi: float) -> tuple[slice, slice]:
    """Return where what a rule of the stamp has cut is kept: letters between, marks above."""
    high = min(marks.top[one], marks.top[neighbor]) - _MARK_GAP_IN / 2 * dpi
    low = max(marks.bottom[one], marks.bottom[neighbor])
    right = max(marks.left[neighbor], marks.right[one])
    return slice(max(0, int(high)), int(low)), slice(int(marks.left[one]), int(right))


def _neighbor(marks: Marks, one: int, kept: NDArray[np.int64], dpi: float) -> int | None:
    """Return which of `kept` the letter `one` stands beside, to its left and level with it."""
    gap = marks.left[kept] - marks.right[one]
    is_next = (gap > -_LEVEL_IN * dpi) & (gap <= _WORD_GAP_IN * dpi)
    off = np.minimum(
        np.abs(marks.bottom[kept] - marks.bottom[one]), np.abs(marks.top[kept] - marks.top[one])
    )
    found = kept[is_next & (off <= _LEVEL_IN * dpi)]
    return int(found[np.argmin(marks.left[found])]) if found.size else None


def _accents(marks: Marks, kept: NDArray[np.bool_], dpi: float) -> NDArray[np.bool_]:
    """Return which small marks stand right over or under a letter that is kept."""
    found = np.zeros_like(kept)
    small = (marks.within >= _MOSTLY) & ~kept & (marks.height < _LETTER_IN[1] * dpi / 2)
    for one in np.flatnonzero(small[1:]) + 1:
        beside = (marks.left[kept] < marks.right[one]) & (marks.right[kept] > marks.left[one])
        above, below = marks.top[kept] - marks.bottom[one], marks.top[one] - marks.bottom[kept]
        found[one] = (beside & (np.maximum(above, below) <= _MARK_GAP_IN * dpi)).any()
    return found
