"""Words in a frame of their own, as stamps print them, cut out and set upright.

A stamp that leans, is pale or lies across a line of print is lost in the reading of the page: its
letters are read into that line, or not at all. By itself it can be read.

Source: NĐ 30/2020/NĐ-CP PL I phần I mục II (ô số 10: frames 8 mm high).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
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
SEEN_SHARE: Final = 0.6
"""How far down patches are looked for: one with its middle above `_UPPER_SHARE` is seen whole.

Cut off at `_UPPER_SHARE`, the upper rim of a seal would be a patch as large as a stamp.
"""
_ANGLES_DEG: Final = (0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6, -7, 7, -8, 8)
_WIDTH_MM: Final = (13.0, 52.0)
_LONGEST_MM: Final = 90.0
_HEIGHT_MM: Final = (5.5, 12.0)
_SIDE_SHARE: Final = 0.55
_PALE: Final = 225
_DARK: Final = 180
_LINE_MM: Final = 1.2
_MARGIN_MM: Final = 15.0
_LONG_SHARE: Final = 0.96
_SURE_SHARE: Final = 0.95
_WHOLE: Final = 0.92
"""Inked share of the least closed side of a stamp's frame; print alone makes up to 0.87."""
_NEARLY_WHOLE: Final = 0.8
"""Enough where a blank ring parts the word from its frame: print that looks like one fills it."""
_RING_MM: Final = (0.5, 1.8)
_MOST: Final = 4
_PATCH_MM: Final = 4.0
"""Gaps in a stamp's ink, where print lies over it, up to this wide."""
_DENSE: Final = 0.45


@dataclass(frozen=True, slots=True)
class _Side:
    """A level line at 100 dpi: [left, right) on row `y`."""

    left: int
    right: int
    y: int


@dataclass(frozen=True, slots=True)
class _Frame:
    """Two sides of a frame on the page turned by `angle`; its middle on the page as it was.

    `closed` is the inked share of its least closed side, in [0, 1]; `has_ring` claims that blank
    paper parts a word inside from all four.
    """

    angle: float
    top: _Side
    bottom: _Side
    closed: float
    has_ring: bool
    x: float
    y: float

    @property
    def is_stamp(self) -> bool:
        return self.closed >= _WHOLE or (self.closed >= _NEARLY_WHOLE and self.has_ring)

    @property
    def width(self) -> int:
        return self.top.right - self.top.left


@dataclass(frozen=True, slots=True)
class FramedWord:
    """What stands in a small frame: (h, w) uint8 at 300 dpi, upright, a white margin around.

    `is_stamp` claims that it is a stamp whatever can be read in it: its frame is whole, as those
    of forms seldom are, or nearly so with blank paper around the word, or it is in stamping ink.
    `width_mm` is the frame's.
    """

    image: Gray
    width_mm: float
    is_stamp: bool


def framed_words(gray: Gray, *, dpi: float) -> Iterator[FramedWord]:
    """Yield what stands in each small frame of the page's upper part, the best closed first.

    Args:
        gray: (H, W) uint8, 0 is ink; an upright page, frames may lean up to 8 degrees.

    Yields:
        Four at most. Cells of tables are no frames: their lines run on.
    """
    upper = gray[: round(gray.shape[0] * _UPPER_SHARE)]
    scale = _SEARCH_DPI / dpi
    small = np.asarray(
        cv2.resize(upper, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
    )
    found: list[_Frame] = []
    for angle in _ANGLES_DEG:
        turn = _turn(small, angle)
        level = _turned(small, turn)
        ink, dark = level < _PALE, level < _DARK
        back = cv2.invertAffineTransform(turn)
        for top, bottom in _pairs(ink):
            if _is_dense(dark[top.y : bottom.y, top.left : top.right]):
                continue
            middle = ((top.left + top.right) / 2, (top.y + bottom.y) / 2, 1.0)
            x, y = back @ np.array(middle)
            closed, has_ring = _closed(ink, top, bottom), _has_ring(dark, top, bottom)
            found.append(_Frame(angle, top, bottom, closed, has_ring, float(x), float(y)))
    for frame in _best(found):
        width_mm = frame.width / _PER_MM
        yield FramedWord(_cut(upper, frame, scale), width_mm, frame.is_stamp)


def stamped_words(ink: Gray, *, dpi: float) -> Iterator[FramedWord]:
    """Yield each patch of ink as large as a framed word, upright, also where the frame is broken.

    Only those whose middle lies in the upper part of the page.

    Args:
        ink: (H, W) uint8 with nothing but stamps on it, 0 is ink: the red ink of a page.
    """
    seen = ink[: round(ink.shape[0] * SEEN_SHARE)]
    lowest = ink.shape[0] * _UPPER_SHARE
    scale = _SEARCH_DPI / dpi
    small = np.asarray(
        cv2.resize(seen, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
    )
    reach = 2 * round(_PATCH_MM * _PER_MM / 2) + 1
    joined = cv2.morphologyEx(
        (small < _PALE).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8)
    )
    contours, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours:
        (x, y), size, angle = cv2.minAreaRect(contour)
        width, height, angle = _lying(size[0], size[1], angle)
        is_stamp = _in_mm(width, _WIDTH_MM) and _in_mm(height, _HEIGHT_MM)
        if is_stamp and abs(angle) <= max(_ANGLES_DEG) and y <= lowest * scale:
            cut = _cut_patch(seen, (x, y, width, height, angle), scale)
            yield FramedWord(cut, width / _PER_MM, is_stamp=True)


def _lying(width: float, height: float, angle: float) -> tuple[float, float, float]:
    """Return a rectangle the long way across, its turn in (-45, 45] degrees where it lies."""
    if width < height:
        width, height, angle = height, width, angle - 90
    return width, height, angle + 180 if angle <= -90 else angle


def _in_mm(pixels: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= pixels / _PER_MM <= limits[1]


def stacked(words: Sequence[FramedWord]) -> Gray:
    """Return the words one below the other on white, left-aligned."""
    images = [word.image for word in words]
    width = max(image.shape[1] for image in images)
    padded = [
        np.pad(image, ((0, 0), (0, width - image.shape[1])), constant_values=255)
        for image in images
    ]
    return np.asarray(np.vstack(padded), np.uint8)


def unstacked(
    lines: Sequence[TextLine], words: Sequence[FramedWord]
) -> Iterator[tuple[TextLine, ...]]:
    """Yield the lines read in each word of a stack."""
    top = 0
    for word in words:
        bottom = top + word.image.shape[0]
        yield tuple(line for line in lines if top <= (line.box.top + line.box.bottom) / 2 < bottom)
        top = bottom


def _best(found: Sequence[_Frame]) -> Iterator[_Frame]:
    """Yield the frames that are closed best, each at the middle of the turns that suit it best."""
    rest = sorted(found, key=lambda frame: -frame.closed)
    for _ in range(_MOST):
        if not rest:
            return
        same = [frame for frame in rest if _is_same(frame, rest[0])]
        best = [frame for frame in same if frame.closed >= _SURE_SHARE * rest[0].closed]
        longest = max(frame.width for frame in best)
        long = [frame for frame in best if frame.width >= _LONG_SHARE * longest]
        yield sorted(long, key=lambda frame: frame.angle)[len(long) // 2]
        rest = [frame for frame in rest if frame not in same]


def _closed(ink: Ink, top: _Side, bottom: _Side) -> float:
    """Return the inked share of the least closed of the four sides."""
    level = (ink[max(0, side.y - 1) : side.y + 2, top.left : top.right] for side in (top, bottom))
    across = [float(rows.any(axis=0).mean()) for rows in level]
    down = [_upright_share(ink, top.y, bottom.y, x) for x in (top.left, top.right)]
    return min(*across, *down)


def _has_ring(dark: Ink, top: _Side, bottom: _Side) -> bool:
    """Claim that there is ink in a frame, and between it and each side a line without any."""
    nearest, furthest = (round(mm * _PER_MM) for mm in _RING_MM)
    inside = dark[top.y : bottom.y + 1, top.left : top.right + 1]
    word = inside[furthest:-furthest, furthest:-furthest]
    rims = (inside, inside[::-1], inside.T, inside.T[::-1])
    return bool(word.any()) and all(_has_blank_row(rim, nearest, furthest) for rim in rims)


def _has_blank_row(dark: Ink, nearest: int, furthest: int) -> bool:
    """Claim that one of the rows [nearest, furthest] has no ink but that of the sides across."""
    across = dark[nearest : furthest + 1, furthest:-furthest]
    return not across.any(axis=1).all()


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
    """Yield the pair when both ends are joined.

    One line may be longer than the frame, by print that it lies over, or shorter, by a gap.
    """
    near = 2.5 * _PER_MM
    is_left, is_right = abs(top.left - bottom.left) <= near, abs(top.right - bottom.right) <= near
    if not (is_left or is_right):
        return
    lefts = {max(top.left, bottom.left)} | (set() if is_left else {min(top.left, bottom.left)})
    rights = {min(top.right, bottom.right)}
    rights |= set() if is_right else {max(top.right, bottom.right)}
    for left, right in product(sorted(lefts), sorted(rights)):
        is_wide = _in_mm(right - left, _WIDTH_MM)
        is_joined = all(_is_joined(ink, top.y, bottom.y, x) for x in (left, right))
        if is_wide and is_joined:
            yield _Side(left, right, top.y), _Side(left, right, bottom.y)


def _is_dense(inside: Ink) -> bool:
    """Claim that over half of it is ink, as in bar codes and pictures; a word has room around."""
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
    return _upright_share(ink, top, bottom, x) >= _SIDE_SHARE


def _upright_share(ink: Ink, top: int, bottom: int, x: int) -> float:
    """Return the inked share of the best upright line between two rows near column `x`."""
    reach = round(2 * _PER_MM)
    strip = ink[top:bottom, max(0, x - reach) : x + reach]
    return float(strip.mean(axis=0).max()) if strip.size else 0.0


def _cut(upper: Gray, frame: _Frame, scale: float) -> Gray:
    """Return the inside of a frame, turned level, black on white, with room around."""
    level = _turned(upper, _turn(upper, frame.angle))
    top, bottom, left, right = frame.top.y, frame.bottom.y, frame.top.left, frame.top.right
    return _inside(level, (left, top, right, bottom), scale)


def _cut_patch(page: Gray, patch: tuple[float, float, float, float, float], scale: float) -> Gray:
    """Return the inside of a patch (middle x, y, width, height, turn), as `_cut` does."""
    x, y, width, height, angle = patch
    turn = np.asarray(cv2.getRotationMatrix2D((x / scale, y / scale), angle, 1.0), np.float64)
    box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    return _inside(_turned(page, turn), box, scale)


def _inside(level: Gray, box: tuple[float, float, float, float], scale: float) -> Gray:
    """Return what a frame holds: left, top, right, bottom at 100 dpi, on the page turned level."""
    left, top, right, bottom = box
    inset = _LINE_MM * _PER_MM
    rows = slice(max(0, round((top + inset) / scale)), round((bottom - inset) / scale))
    columns = slice(
        max(0, round((left + 1.6 * inset) / scale)), round((right - 1.6 * inset) / scale)
    )
    zoom = READ_DPI / _SEARCH_DPI * scale
    large = cv2.resize(level[rows, columns], None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
    dark, light = np.percentile(large, (2, 70))
    stretched = np.clip((large - dark) * (255 / max(light - dark, 1.0)), 0, 255)
    margin = round(_MARGIN_MM * READ_DPI / 25.4)
    return np.pad(stretched.astype(np.uint8), margin, constant_values=255)
