"""Print too pale for the recognizer, made darker."""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np

from digitizer.clean.ink import Gray
from digitizer.clean.letters import relief

_PALE: Final = 10
"""Levels. Shallower than this is grain of the paper."""
_FAINT: Final = (0.18, 0.55)
"""Of the paper's brightness. The darkest tenth of the ink is deeper than 0.69 on all of 63 real
pages; pages at a third of the usual contrast reach 0.3. On an empty page that shows through it is
0.11 to 0.17, and must not be made to look like print."""
_WANTED: Final = 0.65
"""Deeper reads no better, and lets more wrong words be accepted; see docs/cleaning.md."""
_LARGEST_POWER: Final = 8.0
_SPARSE: Final = 2
_PAPER_WINDOW: Final = 9
_OWN_SHARE: Final = 0.35
"""Of the page's darkness, as it averages into the overview. What shows through is under 0.25."""
_NEAR: Final = 9
"""Side of the square around print, in overview pixels: its marks and its pale edges stay."""


def darkness(small: Gray) -> float:
    """Return how deep the darkest tenth of the ink is, 0 to 1 of the paper; 1 without any ink.

    Args:
        small: overview of the page.
    """
    few = np.ascontiguousarray(small[::_SPARSE, ::_SPARSE])
    paper = cv2.dilate(few, np.ones((_PAPER_WINDOW, _PAPER_WINDOW), np.uint8))
    depth = cv2.subtract(paper, few)
    is_ink = depth > _PALE
    if not is_ink.any():
        return 1.0
    share = depth[is_ink].astype(np.float32) / np.maximum(paper[is_ink], 1)
    return float(np.percentile(share, 90))


def is_faint(found: float) -> bool:
    """Claim that a page of this darkness is print, but pale."""
    return _FAINT[0] <= found < _FAINT[1]


def deepen(page: Gray, small: Gray, found: float) -> Gray:
    """Return a faint page with darker print on white paper.

    Brightness as a share of the paper's is raised to a power: paper stays paper, what is a little
    darker becomes much darker, thin strokes with it. A linear stretch would lose them. Whatever
    is further than 1 mm from this side's print would be darkened with it, and becomes paper:
    a sheet whose print is pale often shows the other side's.

    Args:
        page: (H, W) uint8, not changed.
        small: its overview.
        found: its `darkness`.
    """
    power = min(_LARGEST_POWER, math.log(1 - _WANTED) / math.log(1 - found))
    table = np.rint(255 * (np.arange(256) / 255) ** power).astype(np.uint8)
    deep = cv2.LUT(cv2.divide(page, _paper(page), scale=255), table)
    size = (page.shape[1], page.shape[0])
    far = cv2.resize(_far_from_print(small, found), size, interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.max(deep, far), np.uint8)


def _far_from_print(small: Gray, found: float) -> Gray:
    """Return 0 within 1 mm of ink that is as dark as this page's print, else 255."""
    least = max(_PALE, _OWN_SHARE * found * float(np.median(small)))
    _, dark = cv2.threshold(relief(small), least, 255, cv2.THRESH_BINARY)
    return np.asarray(255 - cv2.dilate(dark, np.ones((_NEAR, _NEAR), np.uint8)), np.uint8)


def _paper(page: Gray) -> Gray:
    """Return the paper under the print: the lightest around each place, smooth."""
    factor = max(1, max(page.shape) // 300)
    size = (page.shape[1] // factor, page.shape[0] // factor)
    small = cv2.resize(page, size, interpolation=cv2.INTER_AREA)
    light = cv2.dilate(small, np.ones((9, 9), np.uint8))
    smooth = cv2.GaussianBlur(light, (0, 0), 6)
    large = cv2.resize(smooth, (page.shape[1], page.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.maximum(large, 1), np.uint8)
