"""Print of the other side of the sheet, taken out where it is plainly darker than the paper."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from digitizer.clean.ink import Gray
from digitizer.clean.letters import DARKER_BY, relief

_PALE: Final = 15
"""Levels. Shallower than this the other side's ink troubles no reading."""
_NEAR: Final = 9
"""Side of the square around print, in overview pixels: its marks and its pale edges stay."""
_LEAST_PALE: Final = 0.005
"""Share of the page. Pale marks far from print cover less on all of 64 real pages, and where an
eighth of the other side's ink is seen; 0.7 % and more where a quarter is."""
_LEAST_DARK: Final = 0.01
"""A page without this much print of its own has nothing to tell the other side's from."""
_DEEP: Final = 130
"""Levels. Ink of this side is as dark as fresh print is; pages of pale ink are left to `faint`."""
_OWN_SHARE: Final = 0.25
"""Of this side's ink, as it averages into the overview: shallower is the other side's."""
_RIM: Final = 30
_SPARSE: Final = 2


def print_of_this_side(small: Gray) -> Gray | None:
    """Return where print and its surroundings are, None where little or nothing shows through.

    Args:
        small: overview of the page.

    Returns:
        Same shape as `small`, 255 within 1 mm of ink of this side, else 0.
    """
    depth = relief(small)
    near = _around(depth, DARKER_BY)
    # One pixel in four tells the shares as well.
    middle = tuple(slice(side // _RIM, side - side // _RIM, _SPARSE) for side in small.shape)
    inner = depth[middle]
    pale = (inner > _PALE) & (near[middle] == 0)
    own = inner[inner > DARKER_BY]
    if pale.mean() < _LEAST_PALE or own.size < _LEAST_DARK * pale.size:
        return None
    deep = float(np.percentile(own, 90))
    return _around(depth, _OWN_SHARE * deep) if deep >= _DEEP else None


def whiten(page: Gray, near: Gray) -> Gray:
    """Return the page with paper wherever `near`, of whatever size, is 0."""
    size = (page.shape[1], page.shape[0])
    mask = cv2.resize(near, size, interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.max(page, cv2.bitwise_not(mask)), np.uint8)


def _around(depth: Gray, least: float) -> Gray:
    _, dark = cv2.threshold(depth, least, 255, cv2.THRESH_BINARY)
    return np.asarray(cv2.dilate(dark, np.ones((_NEAR, _NEAR), np.uint8)), np.uint8)
