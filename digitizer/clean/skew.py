"""How far a page's text lines are from level, and turning the page until they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.clean.ink import Gray
from digitizer.clean.letters import Letters, alignment

_COARSE_DEG: Final = 0.5
_FINE_DEG: Final = 0.1
_FEWEST_LETTERS: Final = 24
_CLEAR: Final = 1.4
"""How much better than at the usual angle the letters must line up at the best one. Marks strewn
at random stay under 1.2; real pages reach 1.9 and more."""
_BELIEVABLE_DEG: Final = 0.25
"""The exact answer may differ by this from the blunt one; more, and it fell for a table's cells."""
_NOT_WORTH_DEG: Final = 0.1
"""Turning by less costs more sharpness than it gains: a 16 cm line is off by 0.3 mm."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How well letters line up at each of several evenly spaced angles; (n,) each."""

    angles_deg: NDArray[np.float64]
    scores: NDArray[np.float64]

    @property
    def best_deg(self) -> float:
        return float(self.angles_deg[self.scores.argmax()])

    @property
    def best(self) -> float:
        return float(self.scores.max())

    @property
    def has_lines(self) -> bool:
        """Whether the marks stand in rows, rather than anyhow."""
        return self.best > _CLEAR * float(np.median(self.scores))

    def peak_deg(self) -> float:
        """Return the top of the parabola through the best angle and its two neighbors."""
        best = int(self.scores.argmax())
        if best in (0, len(self.scores) - 1):
            return self.best_deg
        left, middle, right = self.scores[best - 1 : best + 2]
        bend = left - 2 * middle + right
        offset = 0.0 if bend == 0 else float(0.5 * (left - right) / bend)
        return self.best_deg + offset * float(self.angles_deg[1] - self.angles_deg[0])


def coarse_profile(letters: Letters, limit_deg: float) -> Profile:
    """Try angles half a degree apart, from -limit_deg to limit_deg."""
    steps = int(limit_deg / _COARSE_DEG)
    angles = [step * _COARSE_DEG for step in range(-steps, steps + 1)]
    return Profile(np.array(angles), np.array([alignment(letters, a).near for a in angles]))


def find_skew(letters: Letters, coarse: Profile) -> float:
    """Return the skew in degrees: turned counter-clockwise by it, the page is level.

    Args:
        letters: of the upright page, or of the upside-down one, which has the same skew.
        coarse: their coarse profile.

    Returns:
        0.0 where there is too little text to tell, or the skew is below a tenth of a degree.

    Source: projection profiles (Postl 1986) of the letters' tops and bottoms instead of all ink
        (Baird 1987), so that rules, stamps and edges have no say; docs/adr/0004.
    """
    if len(letters) < _FEWEST_LETTERS or not coarse.has_lines:
        return 0.0
    fine = np.array([coarse.best_deg + step * _FINE_DEG for step in range(-6, 7)])
    found = [alignment(letters, float(angle)) for angle in fine]
    near_deg = Profile(fine, np.array([one.near for one in found])).peak_deg()
    far_deg = Profile(fine, np.array([one.far for one in found])).peak_deg()
    skew_deg = far_deg if abs(far_deg - near_deg) <= _BELIEVABLE_DEG else near_deg
    limit_deg = float(coarse.angles_deg[-1])
    skew_deg = min(max(skew_deg, -limit_deg), limit_deg)
    return 0.0 if abs(skew_deg) < _NOT_WORTH_DEG else skew_deg


def level(page: Gray, skew_deg: float) -> Gray:
    """Return the page turned counter-clockwise by `skew_deg` about its center, same size.

    Corners that come in from outside are paper (255). The center is that of
    `Geometry.to_upright_scan`, which counts pixel edges where OpenCV counts pixel middles.
    """
    if skew_deg == 0:
        return page
    height, width = page.shape
    middle = (width / 2 - 0.5, height / 2 - 0.5)
    matrix = cv2.getRotationMatrix2D(middle, skew_deg, 1.0)
    turned = cv2.warpAffine(
        page, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255.0,)
    )
    return np.asarray(turned, np.uint8)
