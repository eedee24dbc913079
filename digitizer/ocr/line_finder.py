"""Find the text lines of a page with TrueOCR's detector."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from trueocr.page import decode_lines, det_input

from digitizer.model import Box
from digitizer.ocr.engine import Gray
from digitizer.ocr.weights import Weights, open_graph

# Small print: below this median height (detector pixels) the page is looked at again, larger.
_SMALL: Final = 9.0
_WANTED: Final = 12.0
_ENOUGH_LINES: Final = 8
_LARGEST_SIDE: Final = 2048


class LineFinder:
    """TrueOCR's line detector. One page at a time."""

    def __init__(self, weights: Weights) -> None:
        self._session = open_graph(weights.detector)
        self._side = weights.detector_side

    def find(self, gray: Gray) -> tuple[Box, ...]:
        """Return the boxes of all text lines, in no particular order.

        Args:
            gray: (H, W) uint8, 0 is ink, 255 is paper.
        """
        boxes = self._at(gray, self._side)
        if len(boxes) >= _ENOUGH_LINES:
            scale = self._side / max(gray.shape)
            height = float(np.median(boxes[:, 3] - boxes[:, 1])) * scale
            side = int(min(_LARGEST_SIDE, self._side * _WANTED / max(height, 1.0))) // 32 * 32
            if height < _SMALL and side > self._side:
                boxes = self._at(gray, side)
        return _on_page(boxes, gray.shape[1], gray.shape[0])

    def _at(self, gray: Gray, side: int) -> Any:
        """Return (N, 5) float boxes in page pixels, found on the page shrunk to `side`."""
        ink, scale = det_input(gray, side)
        boxes = decode_lines(self._session.run(None, {"x": ink[None, None]})[0][0])
        boxes[:, :4] /= scale
        return boxes


def _on_page(boxes: Any, width: int, height: int) -> tuple[Box, ...]:
    low = np.floor(boxes[:, :2]).astype(int)
    high = np.ceil(boxes[:, 2:4]).astype(int)
    found = (
        Box(max(0, int(x0)), max(0, int(y0)), min(width, int(x1)), min(height, int(y1)))
        for (x0, y0), (x1, y1) in zip(low, high, strict=True)
    )
    return tuple(box for box in found if box.width > 0 and box.height > 0)
