"""Round seals paler than the print they lie on, taken out of the raster.

A seal covers a third of the signature and often a part of the signer's name (NĐ 30/2020 PL I
phần I mục II, ô số 8). In color it has all but gone with the red; scanned in grey, or where a rest
of it is left, the line finder takes what it touches for no text. Its ink is paler than print: what
is dark under it is print or pen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.clean.ink import Gray

Mask = NDArray[np.uint8]
Part = tuple[slice, slice]

_SEARCH_DPI: Final = 100.0
_SIDE_MM: Final = (22.0, 52.0)
"""Seals of offices are 32 to 42 mm across; a part may be cut off or lie under print."""
_ROUND: Final = 0.65
"""Share of its circle that a patch fills, dents filled. Print cuts pieces off: 69 in 75 seals on
made-up papers have 0.8 and more, none less than 0.67; pale print in tables has up to 0.62."""
_INKED: Final = 0.08
"""Share of a patch that is ink: 0.09 and more in seals, 0.06 and less in print."""
_AROUND: Final = 1.3
"""A line of print may have cut the rim off from the rest."""
_GAP_MM: Final = 1.6
_PALER_BY: Final = 30
"""Levels by which ink is darker than paper, and what may be a seal paler than the darkest print."""
_LEAST_INK: Final = 100
_DARKEST: Final = 25.0
_MEDIAN: Final = 50.0
_NEARLY_ALL: Final = 90.0
"""Percentiles of ink: how dark print gets; than what hardly any of its strokes is paler."""
_APART: Final = 50
"""Levels between print and a seal that can be told from it; with 44 half of one stayed."""
_BETWEEN: Final = 0.6
_PALEST_PRINT: Final = 140
"""Where the line is drawn on the way from print to a seal's ink; no paler than this."""
_SURE: Final = 0.45
"""As far on this way only print and pen are."""
_SOFT: Final = 10
"""Levels beyond a seal's at which an edge of print has become paper."""
_EDGE_MM: Final = 0.22
"""Width of the pale edges of dark strokes."""
_REACH_MM: Final = 0.7
"""From a seal's ink to strokes that touch it."""


def without_seals(page: Gray, *, dpi: float) -> Gray:
    """Return the page without the ink of round seals that is paler than the print around them.

    The very page where there is no such seal.

    Args:
        page: (H, W) uint8, upright and level; not changed.
        dpi: its resolution.
    """
    factor = max(1, round(dpi / _SEARCH_DPI))
    darkest = _darkest(page, factor)
    paper = int(np.median(darkest))
    is_ink = darkest < paper - _PALER_BY
    if np.count_nonzero(is_ink) < _LEAST_INK:
        return page
    dark = float(np.percentile(darkest[is_ink], _DARKEST))
    is_dark = darkest < dark + _PALER_BY
    parts = tuple(_round_patches(is_ink & ~_grown(is_dark, 3), dpi / factor))
    # Of each stroke its darkest: its edges are as pale as anything.
    is_pale = is_ink & ~_grown(is_dark, 7)
    core = np.asarray(cv2.erode(darkest, np.ones((3, 3), np.uint8)), np.uint8)
    is_other = is_ink.copy()
    for part in parts:
        is_other[part] = False
    cleaned = page
    for part in parts:
        seal = _percentile(core[part][is_pale[part]], _MEDIAN)
        limit = min(dark + _BETWEEN * (seal - dark), _PALEST_PRINT)
        near = _around(part)
        is_print_darker = _percentile(core[near][is_other[near]], _NEARLY_ALL) < limit
        if seal - dark >= _APART and is_print_darker:
            rows, columns = (slice(side.start * factor, side.stop * factor) for side in part)
            sure = dark + _SURE * (seal - dark)
            levels = (sure, limit, seal + _SOFT, paper)
            cleaned = page.copy() if cleaned is page else cleaned
            cleaned[rows, columns] = _dark_alone(page[rows, columns], levels, dpi)
    return cleaned


def _percentile(levels: Gray, percent: float) -> float:
    """Return a percentile, 0 of nothing."""
    return float(np.percentile(levels, percent)) if levels.size else 0.0


def _around(part: Part) -> Part:
    """Return a patch with half as much again on all sides."""
    rows, columns = (
        slice(max(0, side.start - reach), side.stop + reach)
        for side in part
        for reach in ((side.stop - side.start) // 2,)
    )
    return rows, columns


def _darkest(page: Gray, factor: int) -> Gray:
    """Return the darkest pixel of each block: thin strokes keep their ink."""
    # Twenty times as fast as a minimum over reshaped blocks.
    least = cv2.erode(page, np.ones((factor, factor), np.uint8), anchor=(0, 0))
    height, width = (side // factor * factor for side in page.shape)
    return np.ascontiguousarray(least[:height:factor, :width:factor], np.uint8)


def _grown(mask: NDArray[np.bool_], side: int) -> NDArray[np.bool_]:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8)) > 0)


def _round_patches(is_pale: NDArray[np.bool_], dpi: float) -> Iterator[Part]:
    """Yield the rows and columns of patches of pale ink as large and as round as a seal."""
    per_mm = dpi / 25.4
    gap = 2 * round(_GAP_MM * per_mm / 2) + 1
    joined = cv2.morphologyEx(
        is_pale.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8)
    )
    contours, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours:
        left, top, width, height = cv2.boundingRect(contour)
        short, long = sorted((width / per_mm, height / per_mm))
        is_sized = short >= _SIDE_MM[0] and long <= _SIDE_MM[1]
        is_inked = is_pale[top : top + height, left : left + width].mean() >= _INKED
        if is_sized and is_inked and _roundness(np.asarray(contour, np.int32)) >= _ROUND:
            (x, y), radius = cv2.minEnclosingCircle(contour)
            radius *= _AROUND
            bounds = ((y, is_pale.shape[0]), (x, is_pale.shape[1]))
            rows, columns = (
                slice(max(0, round(middle - radius)), min(end, round(middle + radius) + 1))
                for middle, end in bounds
            )
            yield rows, columns


def _roundness(contour: NDArray[np.int32]) -> float:
    """Return how much of the circle around it a patch fills, its dents filled, in [0, 1]."""
    _, radius = cv2.minEnclosingCircle(contour)
    return float(cv2.contourArea(cv2.convexHull(contour)) / max(math.pi * radius**2, 1.0))


def _dark_alone(part: Gray, levels: tuple[float, float, float, int], dpi: float) -> Gray:
    """Return a patch with paper where the seal's ink was, but for dark strokes and their edges.

    `levels`: of which a stroke must have some, up to where it reaches, from where its edge is
    paper, and paper.
    """
    sure, dark, edge, paper = levels
    near_dark = _grown(_strokes(part, sure, dark), _pixels(_EDGE_MM, dpi))
    is_seal = (part < paper - _PALER_BY) & ~near_dark
    # Where both inks meet, what is as pale as the seal becomes paper, and edges stay edges.
    curve = np.arange(256, dtype=np.float64)
    above = curve > dark
    curve[above] = np.interp(curve[above], (dark, edge), (dark, paper))
    bare = np.where(near_dark, cv2.LUT(part, curve.astype(np.uint8)), np.uint8(paper))
    # Strokes further away from the seal's ink must not become thinner.
    seal = cv2.morphologyEx(is_seal.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    is_clear = near_dark & ~_grown(seal > 0, _pixels(_REACH_MM, dpi))
    return np.where(is_clear, part, bare)


def _strokes(part: Gray, sure: float, dark: float) -> NDArray[np.bool_]:
    """Return what is dark and one with something surely dark: a seal's darkest bits are not."""
    is_dark = part <= dark
    _, labels = cv2.connectedComponents(is_dark.astype(np.uint8), connectivity=8)
    return is_dark & np.isin(labels, np.unique(labels[part <= sure]))


def _pixels(mm: float, dpi: float) -> int:
    """Return the side of a square that reaches so far to all sides of its middle."""
    return 2 * round(mm * dpi / 25.4) + 1
