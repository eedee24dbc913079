"""Whether anything is written on a page. A blank page is flagged, never dropped."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from digitizer.clean.ink import Gray

PLENTY: Final = 60
"""Letter-sized marks from which on nobody needs to look closer."""
_DARKER_BY: Final = 40
"""See `letters`: a stamp or text that shines through from the back is paler than this."""
_SHORTEST: Final = 6
_LONGEST: Final = 45
_THINNEST: Final = 2
_MARGIN: Final = 8
_HOLE: Final = 13
_SOLID: Final = 0.72


def written_marks(small: Gray) -> int:
    """Count the marks that can be print or handwriting.

    Left out: what is paler than ink on its own side of the paper, specks of dust, rules, punched
    holes (large, filled, as wide as high), and what touches the edge of the sheet.

    Args:
        small: overview of the page, about 100 dpi; a 13-point digit is 12 pixels high there.

    Source: docs/adr/0004 (64 real pages; drawn pages that bear nothing but a page number).
    """
    paper = int(np.median(small))
    _, dark = cv2.threshold(small, paper - _DARKER_BY, 1, cv2.THRESH_BINARY_INV)
    _, _, boxes, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    left, top, width, height, area = np.asarray(boxes[1:], np.int64).T
    sized = (height >= _SHORTEST) & (height <= _LONGEST)
    sized &= (width >= _THINNEST) & (width <= _LONGEST)
    inside = (left > _MARGIN) & (left + width < small.shape[1] - _MARGIN)
    inside &= (top > _MARGIN) & (top + height < small.shape[0] - _MARGIN)
    is_hole = (area > _SOLID * width * height) & (width > 0.7 * height) & (height >= _HOLE)
    return int(np.count_nonzero(sized & inside & ~is_hole))
