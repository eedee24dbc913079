"""The letter-sized marks of a page, and how well their edges line up.

Everything the stage wants to know about a page's layout (which way the lines run, which way is
up, how far they are from level, whether there is any text) is in the edges of its letters.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.clean.ink import Gray

Positions = NDArray[np.float64]

_SURROUNDINGS: Final = 31
"""Side of the square, in overview pixels, whose mean a mark is compared with: three lines."""
DARKER_BY: Final = 40
"""Print that averages into the overview is 70 to 200 levels darker than its surroundings, also
on the faintest real page tried; what shows through from the back is 10 to 35."""
_SHORTEST: Final = 1 / 210
_LONGEST: Final = 1 / 29
"""Of a mark's longer side, as a share of the page's longer side: 1.4 mm and 10 mm on A4."""
_STRIPS: Final = 6
_GOLDEN: Final = (math.sqrt(5) - 1) / 2
_THINNEST_RULE: Final = 6.0
"""A mark this many times longer than thick, and longer than `_LETTER_STROKE`, is a rule."""
_LETTER_STROKE: Final = 1 / 70


@dataclass(frozen=True, slots=True)
class Letters:
    """Boxes of letter-sized marks, in pixels of an overview of `width` × `height`, half-open.

    Each array is (n,) float64; same index, same mark.
    """

    left: Positions
    top: Positions
    right: Positions
    bottom: Positions
    area: Positions
    width: int
    height: int

    def __len__(self) -> int:
        return len(self.left)

    def turned_clockwise(self) -> Letters:
        """Return the same marks on the page turned clockwise by 90 degrees."""
        return Letters(
            left=self.height - self.bottom,
            top=self.left,
            right=self.height - self.top,
            bottom=self.right,
            area=self.area,
            width=self.height,
            height=self.width,
        )


def relief(small: Gray) -> Gray:
    """Return how much darker each pixel of an overview is than its surroundings, 0 if it isn't."""
    side = (_SURROUNDINGS, _SURROUNDINGS)
    return np.asarray(cv2.subtract(cv2.blur(small, side), small), np.uint8)


def find_letters(small: Gray) -> Letters:
    """Return the marks of an overview that have the size of letters.

    Rules, rims of stamps, shadows at the edges, holes, dots of leaders and dust are left out by
    their size; print that shows through from the back by its paleness.

    Source: local threshold against a box mean (Niblack's family), then connected components.
    """
    _, dark = cv2.threshold(relief(small), DARKER_BY, 1, cv2.THRESH_BINARY)
    _, _, boxes, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    marks = np.asarray(boxes[1:], np.float64)
    longer = marks[:, 2:4].max(axis=1)
    thickness = marks[:, 4] / np.maximum(longer, 1)
    page_side = max(small.shape)
    is_rule = (longer > page_side * _LETTER_STROKE) & (longer > _THINNEST_RULE * thickness)
    sized = (longer >= page_side * _SHORTEST) & (longer <= page_side * _LONGEST)
    left, top, width, height, area = marks[sized & ~is_rule].T
    return Letters(left, top, left + width, top + height, area, small.shape[1], small.shape[0])


@dataclass(frozen=True, slots=True)
class Alignment:
    """How many marks share a row with the average mark, judged by tops and by bottoms.

    `near` looks at strips a sixth of the page wide: blunt, but rows of a table's neighboring
    cells, which do not stand at the same height, are never taken for one line. `far` looks at the
    full width and at thirds: five times as exact where lines are long.
    """

    tops_near: float
    bottoms_near: float
    tops_far: float
    bottoms_far: float

    @property
    def near(self) -> float:
        return self.tops_near + self.bottoms_near

    @property
    def far(self) -> float:
        return self.tops_far + self.bottoms_far

    @property
    def lean(self) -> float:
        """How much better the bottoms line up than the tops, as a logarithm."""
        return math.log(self.bottoms_far / self.tops_far)


def alignment(letters: Letters, skew_deg: float) -> Alignment:
    """Return how well letters stand in rows after a shear.

    Args:
        letters: at least one.
        skew_deg: the shear makes lines level which sink to the right by so much.
    """
    across = (letters.left + letters.right) / 2
    shear = across * math.tan(math.radians(skew_deg)) - _spread(len(letters))
    strip = np.minimum(across * _STRIPS / letters.width, _STRIPS - 1).astype(np.int64)
    tops_near, tops_far = _gathered(letters.top - shear, strip)
    bottoms_near, bottoms_far = _gathered(letters.bottom - shear, strip)
    return Alignment(tops_near, bottoms_near, tops_far, bottoms_far)


def _gathered(rows: Positions, strip: NDArray[np.int64]) -> tuple[float, float]:
    rows = rows - rows.min()
    whole = rows.astype(np.int64)
    part = rows - whole
    length = int(whole.max()) + 2
    index = strip * length + whole
    size = _STRIPS * length
    count = np.bincount(index, 1 - part, size) + np.bincount(index + 1, part, size)
    sixths = count.reshape(_STRIPS, length)
    sixths[:, 1:] += sixths[:, :-1].copy()
    thirds = sixths[::2] + sixths[1::2]
    far = (thirds.sum(axis=0) ** 2).sum() + 2 * (thirds**2).sum()
    return float((sixths**2).sum() / len(rows)), float(far / len(rows))


def _spread(count: int) -> Positions:
    """Return offsets in [0, 1), evenly spread and the same each time (golden-ratio sequence).

    Boxes stand on whole pixels. Without this, rows of an unsheared page gather better than those
    of any sheared one, and every skew below 0.2 degrees would be found to be 0.
    """
    return np.arange(count, dtype=np.float64) * np.float64(_GOLDEN) % 1.0
