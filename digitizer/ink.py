"""Where a page is printed on, so that a mark can stand where nothing is.

The text layer would not do: stamps, handwriting, emblems, ruled lines and pictures are not in it.
So the page is rendered small, as a viewer shows it, and what is darker than the paper around it
counts as ink. PDFium leaves the appearances of form fields out: their boxes are added by whoever
knows them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2

from digitizer.errors import UnprovenPdf

_LONGEST_CELLS: Final = 1200
# Of 255. On real scans paper, bleed-through and JPEG noise stay below; gray leaders are above.
_INK: Final = 28
# Black type can't be read on paper darker than this.
_DARK: Final = 110
# Cells; wider than any stroke or stamp's line, narrower than a picture.
_PAPER_WINDOW: Final = 31
# Cells; dust.
_SPECK: Final = 3


@dataclass(frozen=True, slots=True)
class Spot:
    """A place for a block: its upper left corner, and how much of it is printed on, 0 to 1."""

    left: float
    top: float
    covered: float


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the page, in shares of it as shown: x from the left, y from the top."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class InkMap:
    """How much ink lies in any upright box of a page.

    Attributes:
        sums: (rows + 1, columns + 1) int64; `sums[y, x]` counts the inked cells above and left.
    """

    sums: npt.NDArray[np.int64]

    @classmethod
    def of(cls, inked: npt.NDArray[np.bool_]) -> InkMap:
        """Return the map of a (rows, columns) grid over the page as shown."""
        sums = np.zeros((inked.shape[0] + 1, inked.shape[1] + 1), np.int64)
        sums[1:, 1:] = inked.cumsum(0, dtype=np.int64).cumsum(1, dtype=np.int64)
        return cls(sums)

    def with_boxes(self, boxes: Iterable[Region]) -> InkMap:
        """Return the map with all of `boxes` taken for ink."""
        grid = np.diff(np.diff(self.sums, axis=0), axis=1) > 0
        rows, columns = grid.shape
        for box in boxes:
            top, bottom = max(0, int(box.top * rows)), int(np.ceil(box.bottom * rows))
            left, right = max(0, int(box.left * columns)), int(np.ceil(box.right * columns))
            grid[top:bottom, left:right] = True
        return InkMap.of(grid)

    def clearest(
        self, size: tuple[float, float], region: Region, nearest: tuple[float, float]
    ) -> Spot | None:
        """Return where a block covers least ink, the spot closest to `nearest` among equals.

        Args:
            size: width and height of the block, in shares of the page's.
            region: where all of it must lie.
            nearest: the upper left corner it should have, in shares.

        Returns:
            None when the block does not fit into the region.
        """
        rows, columns = self.sums.shape[0] - 1, self.sums.shape[1] - 1
        width = max(1, int(np.ceil(size[0] * columns)))
        height = max(1, int(np.ceil(size[1] * rows)))
        left, top = int(np.ceil(region.left * columns)), int(np.ceil(region.top * rows))
        right, bottom = int(region.right * columns), int(region.bottom * rows)
        if right - left < width or bottom - top < height:
            return None
        part = self.sums[top : bottom + 1, left : right + 1]
        ink = (
            part[height:, width:]
            - part[:-height, width:]
            - part[height:, :-width]
            + part[:-height, :-width]
        )
        ys, xs = np.nonzero(ink == ink.min())
        far = (xs + left - nearest[0] * columns) ** 2 + (ys + top - nearest[1] * rows) ** 2
        best = int(far.argmin())
        row, column = int(ys[best]), int(xs[best])
        covered = float(ink[row, column]) / (width * height)
        return Spot((left + column) / columns, (top + row) / rows, covered)


def first_page_ink(path: Path) -> InkMap:
    """Return the ink on page 1 of a PDF of our own making, form fields left out.

    Raises:
        UnprovenPdf: a viewer can't open it.
    """
    try:
        with pypdfium2.PdfDocument(path) as pdf:
            page = pdf[0]
            scale = min(1.0, _LONGEST_CELLS / max(page.get_size()))
            shown = page.render(scale=scale).to_numpy().copy()
    except pypdfium2.PdfiumError as error:
        raise UnprovenPdf(f"a viewer can't open it: {error}", page=1) from error
    return InkMap.of(inked(shown))


def inked(shown: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Return which cells are printed on, or too dark for black type.

    Args:
        shown: (H, W) or (H, W, C) uint8, 255 is white, about 1 cell a point.
    """
    darkest = shown if shown.ndim == 2 else shown[:, :, :3].min(axis=2)
    window = cv2.getStructuringElement(cv2.MORPH_RECT, (_PAPER_WINDOW, _PAPER_WINDOW))
    paper = cv2.morphologyEx(darkest, cv2.MORPH_CLOSE, window)
    ink = cv2.subtract(paper, darkest) > _INK
    return _without_specks(ink) | (paper < _DARK)


def _without_specks(ink: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    kept = stats[:, cv2.CC_STAT_AREA] > _SPECK
    kept[0] = False
    return np.asarray(kept[labels], dtype=np.bool_)
