"""The stamp of the receiving office ("ĐẾN"), taken out of the raster.

It is a ruled frame with an entry number and a date, set into the left margin (NĐ 30/2020 PL VI),
and nearly always runs into the print. In color it has gone with the red; in black the line finder
takes its rows and the lines beside them for one, and what is read of both is rubbish.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.clean.frame_rules import Points, sides
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
_INK: Final = 160
_LETTER_IN: Final = (0.04, 0.24)
_WORD_GAP_IN: Final = 0.12
_LEVEL_IN: Final = 0.013
_LINE_IN: Final = 0.5
"""As far to the right as letters show where a line's letters begin and end."""
_MARK_GAP_IN: Final = 0.08
_CROSSINGS: Final = 1
_RIM_IN: Final = 0.03
_MOSTLY: Final = 0.5
_BESIDE_IN: Final = 0.5
_MOST_LETTERS: Final = 20
"""Of print in the frame: three or four words. Where there is more, only the sides go: what the
stamp's ink touches would be lost with the stamp."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The corners of a frame, (4, 2) float32, x and y in pixels.

    `hangs_out` into the left margin, as only stamps do; any other may be a box of a form, too.
    """

    corners: NDArray[np.float32]
    hangs_out: bool

    def scaled(self, factor: float) -> Frame:
        return replace(self, corners=(self.corners * np.float32(factor)).astype(np.float32))


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


def find_frames(small: Gray, *, dpi: float) -> Iterator[Frame]:
    """Yield frames of a stamp's size, those first that hang out into the left margin.

    Args:
        small: overview of the upright, level page.
        dpi: the overview's resolution.

    Source: docs/adr/0004, docs/adr/0042.
    """
    _, ink = cv2.threshold(relief(small), DARKER_BY, 1, cv2.THRESH_BINARY)
    level, upright = _long_runs(np.asarray(ink, np.uint8), round(_RULE_IN * dpi), 3)
    found = tuple(_alone(level | upright, dpi))
    letters = find_letters(small) if found else None
    if letters is None or len(letters) < _FEWEST_LETTERS:
        return
    least = _left_margin(letters, dpi) - _HANGS_OUT_IN * dpi
    frames = [Frame(corners, hangs_out=bool(corners[:, 0].min() < least)) for corners in found]
    yield from sorted(frames, key=lambda frame: not frame.hangs_out)


def _alone(rules: Mask, dpi: float) -> Iterator[Points]:
    """Yield the corners of frames whose rules touch no others."""
    near = cv2.dilate(rules, np.ones((5, 5), np.uint8))
    # 16-bit labels halve the work, and are plenty for strokes of that length.
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(near, connectivity=8, ltype=cv2.CV_16U)
    for label, box in enumerate(boxes.tolist()):
        if label and _is_sized(box, dpi):
            points = cv2.findNonZero(np.asarray(labels == label, np.uint8))
            rectangle = cv2.minAreaRect(points)
            if _has_shape(rectangle[1], dpi):
                yield np.asarray(cv2.boxPoints(rectangle), np.float32)


def _is_sized(box: list[int], dpi: float) -> bool:
    _, _, width, height, _ = box
    return width <= _LONG_IN[1] * dpi and _SHORT_IN[0] * dpi <= height <= _LONG_IN[1] * dpi


def _has_shape(sides: Sequence[float], dpi: float) -> bool:
    short, long = min(sides), max(sides)
    return _SHORT_IN[0] * dpi <= short <= _SHORT_IN[1] * dpi and _LONG_IN[0] * dpi <= long <= min(
        _LONG_IN[1] * dpi, _LONGEST_TO_SHORT * short
    )


def erase(page: Gray, frame: Frame, *, dpi: float) -> Gray:
    """Return the page without a stamp that lies in its margin, and without other stamps' frames.

    Of what a frame in the margin holds, lines of text that run into it from the right stay, up to
    a gap wider than words are apart. Of a stamp over a whole paragraph, and of one within the
    text, only the sides go, but for strokes of letters that cross them. A frame within the text
    that no print crosses is a box: the very page is returned.

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
    ink = np.asarray(part < _INK, np.uint8)
    rules = sides(ink, corners.astype(np.float32), dpi)
    is_stamp = len(rules) == len(corners) and sum(s.crossings for s in rules) >= _CROSSINGS
    if not (frame.hangs_out or is_stamp):
        return page
    is_rule = np.any((np.zeros(ink.shape, np.bool_), *(side.rule for side in rules)), axis=0)
    bare = np.where(is_rule, np.uint8(0), ink)
    kept = _continued(bare, inside, dpi) if frame.hangs_out else bare
    is_whole = bool((kept == bare).all())
    gone = _grown(is_rule, 2) if is_whole else inside > 0
    stays = _grown(kept > 0, 1) & ~is_rule
    cleaned = page.copy()
    cleaned[top:bottom, left:right][gone & ~stays] = np.median(part)
    return cleaned


def _grown(mask: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    """Return a mask with the pale edges of what it marks."""
    side = 2 * pixels + 1
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8)) > 0)


def _left_margin(letters: Letters, dpi: float) -> float:
    """Return where the text begins: a line in three begins left of it, stamp and notes with it."""
    row = (letters.top / (_ROW_IN * dpi)).astype(np.int64)
    order = np.lexsort((letters.left, row))
    is_first = np.diff(row[order], prepend=-1) > 0
    return float(np.percentile(letters.left[order][is_first], 30))


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
    """Return the ink, 1, of letters that continue lines from outside, and of their marks.

    `ink` is without the frame's own sides.
    """
    level, upright = _long_runs(ink, round(_RULE_IN * dpi), max(3, round(0.01 * dpi)))
    bare = ink & ~((level | upright) & inside)
    marks = Marks.of(bare, inside)
    is_letter = (marks.height >= _LETTER_IN[0] * dpi) & (marks.height <= _LETTER_IN[1] * dpi)
    is_letter &= marks.width <= 3 * _LETTER_IN[1] * dpi
    kept = is_letter & (marks.within < _MOSTLY)
    between = np.zeros_like(ink)
    for one in sorted(np.flatnonzero(is_letter & ~kept), key=lambda i: -marks.right[i]):
        neighbor = _neighbor(marks, int(one), np.flatnonzero(kept), dpi)
        if neighbor is not None:
            kept[one] = True
            part = _between(marks, int(one), neighbor, dpi)
            between[part] = bare[part]
    if np.count_nonzero(kept & (marks.within >= _MOSTLY)) > _MOST_LETTERS:
        return ink
    kept |= _accents(marks, kept, dpi)
    return between | np.asarray(kept[marks.labels], np.uint8)


def _between(marks: Marks, one: int, neighbor: int, dpi: float) -> tuple[slice, slice]:
    """Return where what a rule of the stamp has cut is kept: letters between, marks above."""
    high = min(marks.top[one], marks.top[neighbor]) - _MARK_GAP_IN / 2 * dpi
    low = max(marks.bottom[one], marks.bottom[neighbor])
    right = max(marks.left[neighbor], marks.right[one])
    return slice(max(0, int(high)), int(low)), slice(int(marks.left[one]), int(right))


def _neighbor(marks: Marks, one: int, kept: NDArray[np.int64], dpi: float) -> int | None:
    """Return which of `kept` the letter `one` stands beside, to its left.

    It is as high or as low as one of its line's letters near by, as a stamp's letters are not.
    """
    gap = marks.left[kept] - marks.right[one]
    is_beside = (marks.top[kept] < marks.bottom[one]) & (marks.bottom[kept] > marks.top[one])
    is_near = is_beside & (gap > -_LEVEL_IN * dpi) & (gap <= _LINE_IN * dpi)
    off = np.minimum(
        np.abs(marks.bottom[kept] - marks.bottom[one]), np.abs(marks.top[kept] - marks.top[one])
    )
    if not (is_near & (off <= _LEVEL_IN * dpi)).any():
        return None
    found = kept[is_near & (gap <= _WORD_GAP_IN * dpi)]
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
