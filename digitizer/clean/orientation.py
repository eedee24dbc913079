"""Which way up a page is, from the edges of its letters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from digitizer.clean.ink import Gray
from digitizer.clean.letters import Letters, alignment
from digitizer.clean.skew import coarse_profile, find_skew

_FEWEST_LETTERS: Final = 12
_SURE_AXIS: Final = 1.25
_SURE_LEAN: Final = 0.1
"""Of 64 real pages turned four ways none that leans more is judged wrongly."""
_TURNS: Final = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


@dataclass(frozen=True, slots=True)
class Posture:
    """How a page lies.

    Attributes:
        rotation_deg: the clockwise turn (0, 90, 180, 270) that makes it upright.
        skew_deg: the counter-clockwise turn that makes the upright page level.
        axis_ratio: how much better the letters line up that way than across it.
        lean: how much better their bottoms line up than their tops, as a logarithm.
    """

    rotation_deg: int
    skew_deg: float
    axis_ratio: float
    lean: float

    @property
    def is_sure(self) -> bool:
        return self.axis_ratio > _SURE_AXIS and abs(self.lean) > _SURE_LEAN


UPRIGHT: Final = Posture(0, 0.0, 1.0, 0.0)


def find_posture(letters: Letters, *, limit_deg: float) -> Posture:
    """Judge how a page lies; upright and unsure where there is too little text.

    Lines run the way along which letters line up better. The bottoms of Latin letters stand on
    one line but for a few tails, their tops on two or three, and Vietnamese marks on more: so
    the side that lines up better is the bottom. Slanted and capital letters do the same.

    Args:
        letters: of the page as scanned.
        limit_deg: largest skew looked for.

    Source: docs/adr/0004 (64 real pages in all four turns).
    """
    if len(letters) < _FEWEST_LETTERS:
        return UPRIGHT
    sideways = letters.turned_clockwise()
    along, across = coarse_profile(letters, limit_deg), coarse_profile(sideways, limit_deg)
    if along.best >= across.best:
        skew_deg, quarter = find_skew(letters, along), 0
        lean = alignment(letters, skew_deg).lean
    else:
        skew_deg, quarter = find_skew(sideways, across), 90
        lean = alignment(sideways, skew_deg).lean
    high, low = max(along.best, across.best), min(along.best, across.best)
    rotation_deg = quarter if lean >= 0 else quarter + 180
    return Posture(rotation_deg, skew_deg, high / low, lean)


def turn(page: Gray, rotation_deg: int) -> Gray:
    """Return the page turned clockwise by 0, 90, 180 or 270 degrees."""
    if rotation_deg == 0:
        return page
    return np.asarray(cv2.rotate(page, _TURNS[rotation_deg]), np.uint8)
