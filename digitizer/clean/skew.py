"""How far a page's text lines are from level, and turning it so that they are."""

from __future__ import annotations

import math
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.clean.ink import Gray, Ink

_COARSE_DEG: Final = 0.5
_FINE_DEG: Final = 0.1
_FEWEST_PIXELS: Final = 400
_CLEAR: Final = 1.25
"""How much sharper the best profile must be than the usual one before it is believed."""
_NOT_WORTH_DEG: Final = 0.1
_SMOOTH: Final = np.array([0.25, 0.5, 0.25])


def find_skew(ink: Ink, limit_deg: float) -> float:
    """Return the skew of a page in degrees; the page turned counter-clockwise by it is level.

    Args:
        ink: (h, w) letter-like marks of the upright page, about 1000 pixels wide.
        limit_deg: largest skew looked for.

    Returns:
        A value in [-limit_deg, limit_deg]; 0.0 where there is too little text to tell, or so
        little skew that turning would cost more sharpness than it gains.

    Source: projection profiles (Postl 1986), sheared pixel columns instead of turned pages,
        refined by a parabola through the three best tenths of a degree.
    """
    y, x = np.nonzero(ink)
    if len(y) < _FEWEST_PIXELS:
        return 0.0
    points = (x.astype(np.float32) - ink.shape[1] / 2, y.astype(np.float32), ink.shape)
    coarse = np.arange(-limit_deg, limit_deg + 1e-9, _COARSE_DEG)
    sharpness = np.array([_sharpness(points, angle) for angle in coarse])
    best = float(coarse[sharpness.argmax()])
    if sharpness.max() < _CLEAR * float(np.median(sharpness)):
        return 0.0
    steps = np.arange(-5, 6)
    fine = best + steps.astype(np.float64) * _FINE_DEG
    sharpness = np.array([_sharpness(points, angle) for angle in fine])
    skew = _peak(fine, sharpness)
    return 0.0 if abs(skew) < _NOT_WORTH_DEG else float(np.clip(skew, -limit_deg, limit_deg))


def level(page: Gray, skew_deg: float) -> Gray:
    """Return the page turned counter-clockwise by `skew_deg` about its center, same size.

    Corners that come in from outside are paper (255).
    """
    if skew_deg == 0:
        return page
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), skew_deg, 1.0)
    turned = cv2.warpAffine(
        page, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255,)
    )
    return np.asarray(turned, np.uint8)


Points = tuple[NDArray[np.float32], NDArray[np.float32], tuple[int, ...]]


def _sharpness(points: Points, angle_deg: float) -> float:
    """Return how much the ink gathers in rows when the page is sheared level by an angle."""
    x, y, (height, _) = points
    rows = y - x * np.float32(math.tan(math.radians(angle_deg)))
    slack = height // 4
    index = np.clip(rows + slack, 0, height + 2 * slack - 1).astype(np.int32)
    profile = np.bincount(index, minlength=height + 2 * slack).astype(np.float64)
    # Unsmoothed, angle 0 would win by its whole rows: no other angle meets the pixel grid so well.
    smooth = np.convolve(profile, _SMOOTH, mode="same")
    return float((np.diff(smooth) ** 2).sum())


def _peak(angles: NDArray[np.floating[Any]], sharpness: NDArray[np.floating[Any]]) -> float:
    best = int(sharpness.argmax())
    if best in (0, len(angles) - 1):
        return float(angles[best])
    left, middle, right = sharpness[best - 1 : best + 2]
    bend = left - 2 * middle + right
    offset = 0.0 if bend == 0 else 0.5 * (left - right) / bend
    return float(angles[best] + offset * (angles[1] - angles[0]))
