"""Read single lines a second time with Tesseract, in process, through one API object."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

# Before the library is loaded: it reads the limit once.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

import cv2
import numpy as np

from digitizer.errors import MissingDependency, PageTimedOut
from digitizer.model import Box
from digitizer.ocr.engine import Deadline, Gray
from digitizer.ocr.tessdata import LANGUAGE, tessdata_folder
from digitizer.vietnamese import nfc

_PAD: Final = 0.15
_HEIGHT: Final = 36
_MARGIN: Final = 10


@dataclass(frozen=True, slots=True)
class SecondWord:
    """A word as Tesseract read it; `left` and `right` in page pixels, confidence in [0, 1]."""

    text: str
    left: float
    right: float
    confidence: float


class SecondReader:
    """Tesseract's LSTM recognizer on line crops. One line at a time."""

    def __init__(self) -> None:
        """Raises MissingDependency without tesserocr or the Vietnamese data."""
        try:
            import tesserocr
        except ImportError as error:
            raise MissingDependency("tesserocr is not installed; pip install tesserocr") from error
        self._words: Any = tesserocr.RIL.WORD
        self._walk: Any = tesserocr.iterate_level
        self._api: Any = tesserocr.PyTessBaseAPI(
            path=str(tessdata_folder()),
            lang=LANGUAGE,
            psm=tesserocr.PSM.SINGLE_LINE,
            oem=tesserocr.OEM.LSTM_ONLY,
        )
        # Without its dictionaries' guesses at inversion a crop costs half.
        self._api.SetVariable("tessedit_do_invert", "0")
        self.version: str = tesserocr.tesseract_version().split()[1]

    def read(
        self, gray: Gray, box: Box, *, dpi: float, deadline: Deadline
    ) -> tuple[SecondWord, ...]:
        """Read the line in `box`, left to right.

        Raises:
            PageTimedOut: the time was over before the line was read.
        """
        crop, scale, left = _crop(gray, box)
        height, width = crop.shape
        self._api.SetImageBytes(crop.tobytes(), width, height, 1, width)
        self._api.SetSourceResolution(max(70, round(dpi / scale)))
        if not self._api.Recognize(max(1, int(deadline.remaining_s() * 1000))):
            raise PageTimedOut("the second reading of a line was not done in time")
        return tuple(
            SecondWord(text, left + (x0 - _MARGIN) * scale, left + (x1 - _MARGIN) * scale, sure)
            for text, x0, x1, sure in self._found()
        )

    def _found(self) -> Iterator[tuple[str, int, int, float]]:
        """Yield text, left, right (pixels of the crop) and confidence of the words."""
        found = self._api.GetIterator()
        for item in self._walk(found, self._words) if found else ():
            bounds = item.BoundingBox(self._words)
            text = nfc(item.GetUTF8Text(self._words)).strip() if bounds else ""
            if text:
                confidence = min(1.0, max(0.0, item.Confidence(self._words) / 100))
                yield text, bounds[0], bounds[2], confidence


def _crop(gray: Gray, box: Box) -> tuple[Gray, float, int]:
    """Return the line with a white margin, small; pixels of the page per pixel; its left edge.

    Tesseract scales a line to 36 pixels itself, but by sampling: shrunk by area averages before,
    a line costs a third less and has half the errors (docs/reading.md). A wider pad would let
    the lines above and below in.
    """
    pad = round(_PAD * box.height)
    left, top = max(0, box.left - pad), max(0, box.top - pad)
    crop = gray[top : box.bottom + pad, left : box.right + pad]
    scale = max(1.0, crop.shape[0] / _HEIGHT)
    size = (max(1, round(crop.shape[1] / scale)), max(1, round(crop.shape[0] / scale)))
    small = cv2.resize(crop, size, interpolation=cv2.INTER_AREA)
    framed: Gray = np.pad(small, _MARGIN, constant_values=255)
    return framed, scale, left
