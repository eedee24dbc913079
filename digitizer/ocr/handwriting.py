"""Tell numbers written by hand from printed ones by how they stand on their line.

A number stands alone, or before the code of a paper's number (`209/QĐ-UBND`). Printed digits are
as high as the capitals beside them; a clerk who fills in number and day writes
larger. On 21 real papers (16 filled in by hand) 9 of 11 handwritten numbers that were boxed as
numbers are higher than 1.2 times the print beside them, and 5 of 411 printed ones; all 13 typed or
stamped into the blanks are within 0.85 to 1.06 (docs/reading.md).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import cv2
import numpy as np

from digitizer.model import Box, Hand, TextLine, Word
from digitizer.ocr.engine import Gray

_NUMBER: Final = re.compile(r"[\d.,:;]*\d[\d.,:;]*")
_BEFORE_CODE: Final = re.compile(r"\d{1,5}(?=/[^\W\d_])")
_TALL: Final = frozenset("bdđhkl")
_LOW: Final = frozenset("gpqyQJ,;()/")
"""These go below the line."""
_WRITTEN: Final = 1.2
_PRINTED: Final = (0.85, 1.06)
# Of a word's height, above and below its line: handwriting sticks out.
_ROOM: Final = 0.35
_LEAST_SHARE: Final = 0.25
_DIGIT_SHARE: Final = 0.5
_DIGIT_WIDTH: Final = 0.75
_LEAST_MARKS: Final = 3
_LEAST_TALL: Final = 3
# Pixels: below this a pixel more or less decides.
_LEAST_HEIGHT: Final = 6.0


def with_hands(gray: Gray, line: TextLine) -> TextLine:
    """Return the line, each number on it marked as printed or handwritten where that can be told.

    A handwritten number is never accepted: both readers were trained on print.

    Args:
        gray: (H, W) uint8, the page the boxes are on.
    """
    if not any(_number_share(word.text) for word in line.words):
        return line
    marks = [_marks(gray, word.box) for word in line.words]
    words = tuple(_judged(line.words, i, marks) for i in range(len(line.words)))
    return TextLine(words, line.box)


def _judged(words: Sequence[Word], i: int, marks: Sequence[Any]) -> Word:
    word = words[i]
    share = _number_share(word.text)
    if not share:
        return word
    others = [(words[k].text, marks[k]) for k in range(len(words)) if words[k].accepted and k != i]
    height = _height_of_print([*others, *_code(word, marks[i])])
    end = word.box.left + share * word.box.width
    own = marks[i][marks[i][:, 2] < end]
    digits = own[:, 1] - own[:, 0]
    if height is None or not (digits > _DIGIT_SHARE * height).any():
        return word
    shares = digits[digits > _DIGIT_SHARE * height] / height
    if shares.max() > _WRITTEN:
        return replace(word, hand=Hand.WRITTEN, accepted=False, letters_accepted=False)
    is_printed = _PRINTED[0] <= shares.min() and shares.max() <= _PRINTED[1]
    return replace(word, hand=Hand.PRINTED) if is_printed else word


def _code(word: Word, marks: Any) -> tuple[tuple[str, Any], ...]:
    """Return the code after a word's number, which is always printed, with its marks."""
    number = _BEFORE_CODE.match(word.text)
    if number is None:
        return ()
    start = word.box.left + word.box.width * (number.end() + 1) / len(word.text)
    return ((word.text[number.end() + 1 :], marks[marks[:, 2] >= start]),)


def _number_share(text: str) -> float:
    """Return how far into a word, from 0 to 1, its number surely reaches; 0 where it is none."""
    if _NUMBER.fullmatch(text):
        return 1.0
    number = _BEFORE_CODE.match(text)
    # Digits are narrower than capitals, and the stroke after them must not be counted.
    return _DIGIT_WIDTH * number.end() / len(text) if number else 0.0


def _height_of_print(words: Sequence[tuple[str, Any]]) -> float | None:
    """Return how high the capitals, digits and tall letters of `words` stand above their line."""
    level = [marks for text, marks in words if not _LOW.intersection(text)]
    bottoms = _bottoms(level)
    if len(bottoms) < _LEAST_MARKS:
        bottoms = _bottoms([marks for _, marks in words])
    if len(bottoms) < _LEAST_MARKS:
        return None
    base = float(np.median(bottoms))
    heights: list[float] = []
    for text, marks in words:
        tallest = np.sort(base - marks[:, 0])[::-1]
        count = sum(char in _TALL or char.isdigit() or char.isupper() for char in text)
        heights.extend(tallest[:count].tolist())
    height = float(np.median(heights)) if len(heights) >= _LEAST_TALL else 0.0
    return height if height >= _LEAST_HEIGHT else None


def _bottoms(marks: Sequence[Any]) -> Any:
    return np.concatenate([one[:, 1] for one in marks]) if marks else np.empty(0)


def _marks(gray: Gray, box: Box) -> Any:
    """Return (N, 3) float: top, bottom and left of each mark that is no accent or speck."""
    room = round(_ROOM * box.height)
    top = max(0, box.top - room)
    crop = gray[top : box.bottom + room, box.left : box.right]
    otsu, _ = cv2.threshold(crop, 0, 255, cv2.THRESH_OTSU)
    ink = (crop < min(200.0, max(90.0, otsu))).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    high = stats[1:, cv2.CC_STAT_HEIGHT]
    kept = stats[1:][(high >= _LEAST_SHARE * box.height) & (stats[1:, cv2.CC_STAT_AREA] >= 8)]
    tops = kept[:, cv2.CC_STAT_TOP] + top
    lefts = kept[:, cv2.CC_STAT_LEFT] + box.left
    columns = [tops, tops + kept[:, cv2.CC_STAT_HEIGHT], lefts]
    return np.stack(columns, axis=1).astype(np.float64)
