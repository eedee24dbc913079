"""Whether anything is written on a page. A blank page is flagged, never dropped."""

from __future__ import annotations

from typing import Final

import numpy as np

from digitizer.clean.ink import Sketch

_SMALLEST: Final = 6
_THINNEST: Final = 2
_LARGEST: Final = 45
_DARK: Final = 70.0
_SOLID: Final = 0.72
_MARGIN: Final = 8


def written_marks(found: Sketch) -> int:
    """Count the marks that can be print or handwriting.

    Left out: what is fainter than ink on its own side of the paper (a stamp or text shining
    through from the back), specks of dust, punched holes (as wide as high and filled), and what
    touches the edge of the sheet.

    Args:
        found: marks at about 100 dpi; a 13-point digit is 12 pixels high there.

    Source: limits from the blank backs and the signature pages among 64 real pages, and from
        pages that bear nothing but a page number; docs/adr/0004.
    """
    left, top, width, height, area = found.boxes.T
    page_height, page_width = found.ink.shape
    sized = (height >= _SMALLEST) & (height <= _LARGEST)
    sized &= (width >= _THINNEST) & (width <= _LARGEST)
    is_hole = (area > _SOLID * width * height) & (width > height * 0.7) & (height > 12)
    inside = (left > _MARGIN) & (top > _MARGIN)
    inside &= (left + width < page_width - _MARGIN) & (top + height < page_height - _MARGIN)
    return int(np.count_nonzero(sized & inside & ~is_hole & (found.dark > _DARK)))
