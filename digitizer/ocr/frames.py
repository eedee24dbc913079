"""Words in a frame of their own, as stamps print them, cut out and set upright.

A stamp that leans, is pale or lies across a line of print is lost in the reading of the page: its
letters are read into that line, or not at all. By itself it can be read.

Source: NĐ 30/2020/NĐ-CP PL I phần I mục II (ô số 10: frames 8 mm high).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.model import TextLine
from digitizer.ocr.engine import Gray

Ink = NDArray[np.bool_]
Turn = NDArray[np.float64]
READ_DPI: Final = 300.0
_SEARCH_DPI: Final = 100.0
_PER_MM: Final = _SEARCH_DPI / 25.4
_UPPER_SHARE: Final = 0.55
_ANGLES_DEG: Final = (0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6, -7, 7, -8, 8)
_WIDTH_MM: Final = (13.0, 52.0)
_LONGEST_MM: Final = 90.0
_HEIGHT_MM: Final = (5.5, 12.0)
_SIDE_SHARE: Final = 0.55
_PALE: Final = 225
_LINE_MM: Final = 1.2
_MARGIN_MM: Final = 15.0
_LONG_SHARE: Final = 0.96
_MOST: Final = 4
_DENSE: Final = 0.5


@dataclass(frozen=True, slots=True)
class _Side:
    """A level line at 100 dpi: [left, right) on row `y`."""

    left: int
    right: int
    y: int


@dataclass(frozen=True, slots=True)
class _Frame:
    """Two sides of a frame on the page turned by `angle`; its middle on the page as it was."""

    angle: float
    top: _Side
    bottom: _Side
    x: float
    y: float

    @property
    def width(self) -> int:
        return self.top.right - self.top.left


def framed_words(gray: Gray, *, dpi: float) -> Iterator[Gray]:
    """Yield what stands in each small frame of the page's upper part, upright, at 300 dpi.

    Args:
        gray: (H, W) uint8, 0 is ink; an upright page, frames may lean up to 8 degrees.

    Yields:
        (h, w) uint8 with a white margin around; four at most. Cells of tables are no frames:
        their lines run on.
    """
    upper = gray[: round(gray.shape[0] * _UPPER_SHARE)]
    scale = _SEARCH_DPI / dpi
    small = np.asarray(
        cv2.resize(upper, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
    )
    found: list[_Frame] = []
    for angle in _ANGLES_DEG:
        turn = _turn(small, angle)
        ink = _turned(small, turn) < _PALE
        back = cv2.invertAffineTransform(turn)
        for top, bottom in _pairs(ink):
            middle = ((top.left + top.right) / 2, (top.y + bottom.y) / 2, 1.0)
            x, y = back @ np.array(middle)
            found.append(_Frame(angle, top, bottom, float(x), float(y)))
    for frame in _best(found):
        yield _cut(upper, frame, scale)


def stacked(words: Sequence[Gray]) -> Gray:
    """Return the words one below the other on white, left-aligned."""
    width = max(word.shape[1] for word in words)
    padded = [
        np.pad(word, ((0, 0), (0, width - word.shape[1])), constant_values=255) for word in words
    ]
    return np.asarray(np.vstack(padded), np.uint8)


def unstacked(lines: Sequence[TextLine], words: Sequence[Gray]) -> Iterator[tuple[TextLine, ...]]:
    """Yield the lines read in each word of a stack."""
    top = 0
    for word in words:
        bottom = top + word.shape[0]
        yield tuple(line for line in lines if top <= (line.box.top + line.box.bottom) / 2 < bottom)
        top = bottom


def _best(found: Sequence[_Frame]) -> Iterator[_Frame]:
    """Yield each frame at the middle of the turns at which its sides run longest; four at most."""
    rest = sorted(found, key=lambda frame: -frame.width)
    for _ in range(_MOST):
        if not rest:
            return
        same = [frame for frame in rest if _is_same(frame, rest[0])]
        long = [frame for frame in same if frame.width >= _LONG_SHARE * rest[0].width]
        yield sorted(long, key=lambda frame: frame.angle)[len(long) // 2]
        rest = [frame for frame in rest if frame not in same]


def _is_same(frame: _Frame, wider: _Frame) -> bool:
    return abs(frame.x - wider.x) < wider.width and abs(frame.y - wider.y) < 6 * _PER_MM


def _turn(gray: Gray, angle: float) -> Turn:
    center = (gray.shape[1] / 2, gray.shape[0] / 2)
    return np.asarray(cv2.getRotationMatrix2D(center, angle, 1.0), np.float64)


def _turned(gray: Gray, turn: Turn) -> Gray:
    size = (gray.shape[1], gray.shape[0])
    return np.asarray(
        cv2.warpAffine(gray, turn, size, flags=cv2.INTER_LINEAR, borderValue=255), np.uint8
    )


def _pairs(ink: Ink) -> Iterator[tuple[_Side, _Side]]:
    """Yield the upper and lower side of each frame, cut to its own width."""
    lines = sorted(_level_lines(ink), key=lambda line: line.y)
    most = _WIDTH_MM[1] * _PER_MM
    for index, top in enumerate(lines):
        for bottom in lines[index + 1 :]:
            height = (bottom.y - top.y) / _PER_MM
            if height > _HEIGHT_MM[1]:
                break
            shortest = min(top.right - top.left, bottom.right - bottom.left)
            if height >= _HEIGHT_MM[0] and shortest <= most:
                yield from _framed(ink, top, bottom)


def _framed(ink: Ink, top: _Side, bottom: _Side) -> Iterator[tuple[_Side, _Side]]:
    """Yield the pair when both ends are joined; print that it lies over may lengthen one line."""
    near = 2.5 * _PER_MM
    is_left, is_right = abs(top.left - bottom.left) <= near, abs(top.right - bottom.right) <= near
    if not (is_left or is_right):
        return
    left, right = max(top.left, bottom.left), min(top.right, bottom.right)
    if right - left < _WIDTH_MM[0] * _PER_MM or _is_dense(ink[top.y : bottom.y, left:right]):
        return
    if all(_is_joined(ink, top.y, bottom.y, x) for x in (left, right)):
        yield _Side(left, right, top.y), _Side(left, right, bottom.y)


def _is_dense(inside: Ink) -> bool:
    """Claim that half of it is ink, as in bar codes and pictures; a word has room around."""
    rim = round(_LINE_MM * _PER_MM)
    return float(inside[rim:-rim, rim:-rim].mean()) > _DENSE


def _level_lines(ink: Ink) -> Iterator[_Side]:
    least, most = round(_WIDTH_MM[0] * _PER_MM), round(_LONGEST_MM * _PER_MM)
    kernel = np.ones((1, round(0.75 * least)), np.uint8)
    joined = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))
    level = cv2.morphologyEx(joined, cv2.MORPH_OPEN, kernel)
    count, _, stats, _ = cv2.connectedComponentsWithStats(level)
    for left, top, width, height, _ in stats[1:count]:
        if least <= width <= most and height <= _LINE_MM * _PER_MM + 2:
            yield _Side(int(left), int(left + width), int(top + height // 2))


def _is_joined(ink: Ink, top: int, bottom: int, x: int) -> bool:
    """Claim that an upright line runs from row `top` to row `bottom` near column `x`."""
    reach = round(2 * _PER_MM)
    strip = ink[top:bottom, max(0, x - reach) : x + reach]
    return bool(strip.size) and float(strip.mean(axis=0).max()) >= _SIDE_SHARE


def _cut(upper: Gray, frame: _Frame, scale: float) -> Gray:
    """Return the inside of a frame, turned level, black on white, with room around."""
    level = _turned(upper, _turn(upper, frame.angle))
    inset = _LINE_MM * _PER_MM
    rows = slice(round((frame.top.y + inset) / scale), round((frame.bottom.y - inset) / scale))
    columns = slice(
        round((frame.top.left + 1.6 * inset) / scale),
        round((frame.top.right - 1.6 * inset) / scale),
    )
    zoom = READ_DPI / _SEARCH_DPI * scale
    large = cv2.resize(level[rows, columns], None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
    dark, light = np.percentile(large, (2, 70))
    stretched = np.clip((large - dark) * (255 / max(light - dark, 1.0)), 0, 255)
    margin = round(_MARGIN_MM * READ_DPI / 25.4)
    return np.pad(stretched.astype(np.uint8), margin, constant_values=255)
