"""The four sides of a frame that lies over print, told from the strokes that cross them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]
Points = NDArray[np.float32]

_REACH_IN: Final = 0.12
"""How far a side is looked for from where an overview has it."""
_THICKEST_IN: Final = 0.05
_STRAY_IN: Final = 0.01
"""How far a side strays from a straight line."""
_EDGE: Final = 1.0
"""Pixels by which a side is thicker in some places than in most."""
_LEAST_BARE: Final = 0.15
_LEAST_INKED: Final = 0.7
"""Shares of a side that must be seen without print on it, and be seen at all."""
_LEAST_STRAIGHT: Final = 0.75
"""Of what may be a side without print on it, the share that lies on one line."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a frame: its ink, 1, without strokes that cross it; and how many do.

    What meets it near its ends is not counted: other rules do so in tables.
    """

    rule: Mask
    crossings: int


def sides(ink: Mask, corners: Points, dpi: float) -> tuple[Side, ...]:
    """Return the sides of a frame that can be told from what they lie on: as good as straight.

    Args:
        ink: (H, W) uint8, 1 is ink.
        corners: (4, 2) float32, x and y in pixels of `ink`, in order around the frame; up to
            `_REACH_IN` off.
        dpi: the resolution of `ink`.
    """
    found = []
    for ends in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        side = np.asarray(ends, np.float32)
        across, down = np.abs(side[1] - side[0])
        if across >= down:
            found.append(_level_rule(ink, side, dpi))
        else:
            turned = _level_rule(ink.T, side[:, ::-1], dpi)
            found.append(turned and Side(turned.rule.T, turned.crossings))
    return tuple(side for side in found if side is not None)


def _level_rule(ink: Mask, ends: Points, dpi: float) -> Side | None:
    """Return a side that is nearer to level than to upright, None if there is none."""
    reach = round(_REACH_IN * dpi)
    (left, y_left), (right, y_right) = sorted(map(tuple, ends.tolist()))
    x = np.arange(max(0, int(left) - reach), min(ink.shape[1], int(right) + reach + 1))
    runs = _runs(ink, x, np.interp(x, (left, right), (y_left, y_right)), dpi)
    line = _line(runs[:, :2], _STRAY_IN * dpi)
    if line is None or len(runs) < _LEAST_BARE * x.size:
        return None
    slope, start = line
    off = np.abs(runs[:, 1] - slope * runs[:, 0] - start)
    if np.mean(off <= _STRAY_IN * dpi) < _LEAST_STRAIGHT:
        return None
    band = np.zeros_like(ink)
    half = float(np.median(runs[:, 2])) / 2 + _EDGE
    for column in x.tolist():
        middle = slope * column + start
        band[max(0, round(middle - half)) : max(0, round(middle + half) + 1), column] = 1
    # The page's edge may cut a frame's corner off.
    start_x, end_x = max(0, round(left)), max(0, round(right))
    if (ink & band)[:, start_x:end_x].any(axis=0).mean() < _LEAST_INKED:
        return None
    through = ink & band & _through(ink & ~band, round(2 * half) + 2)
    is_crossed = through[:, start_x + reach : end_x - reach].any(axis=0)
    crossings = int(np.count_nonzero(np.diff(is_crossed.astype(np.int8)) > 0))
    return Side(np.asarray(ink & band & ~through, np.uint8), crossings)


def _through(bare: Mask, thickness: int) -> Mask:
    """Return where strokes go on from one side of a gap of such a height to the other, 1.

    Upright, or leaning to either side by up to half a right angle.
    """
    strokes = np.zeros_like(bare)
    half = thickness // 2 + 1
    for lean in (-1.0, -0.5, 0.0, 0.5, 1.0):
        kernel = np.zeros((2 * half + 1, 2 * half + 1), np.uint8)
        rows = np.arange(-half, half + 1)
        kernel[rows + half, np.rint(lean * rows).astype(int) + half] = 1
        strokes |= np.asarray(cv2.morphologyEx(bare, cv2.MORPH_CLOSE, kernel), np.uint8)
    return strokes


def _runs(ink: Mask, x: NDArray[np.int64], y: NDArray[np.float64], dpi: float) -> Points:
    """Return (n, 3): column, middle and thickness of each thin run of ink where most of it lies.

    `y` is where the side is expected; it is as level, but may stand further up or down.
    """
    reach, thickest = round(_REACH_IN * dpi), round(_THICKEST_IN * dpi)
    near = np.clip(np.rint(y).astype(int) + np.arange(-reach, reach + 1)[:, None], 0, len(ink) - 1)
    seen = cv2.blur(ink[near, x].mean(axis=1), (1, 3)).ravel()
    on_line = near[int(seen.argmax())]
    found = []
    for column, row in zip(x.tolist(), on_line.tolist(), strict=True):
        top = max(0, row - thickest)
        gaps = np.flatnonzero(ink[top : row + thickest + 1, column] == 0) + top
        above, below = gaps[gaps < row], gaps[gaps > row]
        if ink[row, column] and above.size and below.size:
            thickness = int(below[0] - above[-1]) - 1
            if thickness <= thickest:
                found.append((column, (above[-1] + below[0]) / 2, thickness))
    return np.array(found, np.float32).reshape(-1, 3)


def _line(points: Points, stray: float) -> tuple[float, float] | None:
    """Return slope and start of the line that most points lie on, None without two of them."""
    for _ in range(2):
        if len(points) < 2:
            return None
        ahead, down, x, y = cv2.fitLine(points, cv2.DIST_L1, 0, 0.01, 0.01).ravel().tolist()
        if abs(ahead) < abs(down):
            return None
        slope = down / ahead
        start = y - slope * x
        points = points[np.abs(points[:, 1] - slope * points[:, 0] - start) <= stray]
    return slope, start
