"""Read the lines of a page a second time, with Tesseract's weights, many lines at once."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.model import Box
from digitizer.ocr.engine import Deadline, Gray
from digitizer.ocr.recognizer_graph import COLUMN, LINE_HEIGHT, recognizer_graph
from digitizer.ocr.tessdata import LANGUAGE, tessdata_folder
from digitizer.ocr.traineddata import load_recognizer
from digitizer.ocr.weights import open_graph
from digitizer.vietnamese import nfc

_INK: Final = 150
_SIDE: Final = 3
_WIDEST: Final = 4096
# What a layer gives out for more lines than these no longer fits the processor's cache.
_BATCH: Final = 4
_STRETCH: Final = 1.25
_SPARE: Final = 60


@dataclass(frozen=True, slots=True)
class Framing:
    """How a line is cut out of the page.

    Attributes:
        pad: what is shown around the line, as a share of its height.
        margin: pixels of paper above and below it, of the 36.
    """

    pad: float
    margin: int


LOOSE: Final = Framing(pad=0.1, margin=2)
"""The framing with the fewest errors (docs/adr/0024)."""
TIGHT: Final = Framing(pad=0.0, margin=3)
"""Another look: smaller letters, and less of the lines above and below."""


@dataclass(frozen=True, slots=True)
class SecondWord:
    """A word as Tesseract's network read it; confidence, in [0, 1], is its least sure letter's."""

    text: str
    confidence: float


class SecondReader:
    """Tesseract's LSTM network on line crops. One page at a time."""

    def __init__(self) -> None:
        """Raises MissingDependency without Tesseract's Vietnamese data or ONNX Runtime."""
        path = tessdata_folder() / f"{LANGUAGE}.traineddata"
        recognizer = load_recognizer(path)
        self._session = open_graph(recognizer_graph(recognizer))
        self._alphabet = recognizer.alphabet
        self._blank = recognizer.blank
        self._depth = recognizer.columns.size
        self.version: str = hashlib.sha256(path.read_bytes()).hexdigest()[:8]

    def read(
        self,
        gray: Gray,
        boxes: Sequence[Box],
        *,
        deadline: Deadline,
        framing: Framing = LOOSE,
    ) -> tuple[tuple[SecondWord, ...], ...]:
        """Read the lines in `boxes`, in their order; words from left to right.

        Raises:
            PageTimedOut: between two batches the time was over.
        """
        crops = [crop_line(gray, box, framing) for box in boxes]
        lines: list[tuple[SecondWord, ...]] = [()] * len(boxes)
        # On bare paper the network sees letters.
        inked = {i: crop.shape[1] for i, crop in enumerate(crops) if (crop < _INK).any()}
        for batch in _batches(inked):
            deadline.remaining_s()
            for i, frames in zip(
                batch, self._frames([normalized(crops[i]) for i in batch]), strict=True
            ):
                lines[i] = tuple(self._words(frames))
        return tuple(lines)

    def _frames(self, crops: Sequence[NDArray[np.float32]]) -> Iterator[Any]:
        """Yield (columns, codes) log probabilities for each crop."""
        columns = max(-(-crop.shape[1] // COLUMN) for crop in crops)
        pixels = np.ones((len(crops), 1, LINE_HEIGHT + 2, columns * COLUMN + 2), np.float32)
        for row, crop in enumerate(crops):
            pixels[row, 0, 1:-1, 1 : 1 + crop.shape[1]] = crop
        lengths = np.array([crop.shape[1] // COLUMN for crop in crops], np.int32)
        frames = np.array([columns, len(crops), self._depth], np.int64)
        feed = {"x": pixels, "lengths": lengths, "frames": frames}
        (log_probs,) = self._session.run(None, feed)
        for row, length in enumerate(lengths.tolist()):
            yield log_probs[:length, row]

    def _words(self, frames: Any) -> Iterator[SecondWord]:
        """Decode greedily: the best path's runs of one code, blanks out, cut at spaces."""
        best = frames.argmax(axis=1)
        peaks = frames[np.arange(len(best)), best]
        starts = np.flatnonzero(np.append(True, best[1:] != best[:-1]))
        sureness = np.maximum.reduceat(peaks, starts)
        text, least = "", 0.0
        for code, log_prob in zip(best[starts].tolist(), sureness.tolist(), strict=True):
            char = self._alphabet[code]
            if char == " ":
                if text:
                    yield SecondWord(nfc(text), math.exp(least))
                text, least = "", 0.0
            elif char:
                text, least = text + char, min(least, log_prob)
        if text:
            yield SecondWord(nfc(text), math.exp(least))


def crop_line(gray: Gray, box: Box, framing: Framing) -> Gray:
    """Return the line 36 pixels high, cut to its ink at the sides, in a frame of paper.

    Shrunk by area averages a line has half the errors of one that is sampled.
    """
    pad = round(framing.pad * box.height)
    left, top = max(0, box.left - pad), max(0, box.top - pad)
    crop = gray[top : box.bottom + pad, left : box.right + pad]
    inked = np.flatnonzero((crop < _INK).any(axis=0))
    if inked.size:
        crop = crop[:, inked[0] : inked[-1] + 1]
    height = LINE_HEIGHT - 2 * framing.margin
    scale = crop.shape[0] / height
    width = min(_WIDEST, max(COLUMN, round(crop.shape[1] / scale)))
    how = cv2.INTER_AREA if scale >= 1 else cv2.INTER_CUBIC
    small = cv2.resize(crop, (width, height), interpolation=how)
    framed: Gray = np.pad(
        small, ((framing.margin, framing.margin), (_SIDE, _SIDE)), constant_values=255
    )
    return framed


def normalized(line: Gray) -> NDArray[np.float32]:
    """Return a line with ink at -1 and paper at 1, as the network was trained.

    Ink and paper are the quarter of the darkest valleys and of the brightest hills along the
    line's middle row. Source: tesseract-ocr, src/lstm/networkio.cpp, ComputeBlackWhite.
    """
    middle = line[line.shape[0] // 2].astype(np.int16)
    step = np.diff(middle)
    falls, rises = step[:-1], step[1:]
    valleys = np.sort(middle[1:-1][((falls < 0) & (rises >= 0)) | ((falls <= 0) & (rises > 0))])
    hills = np.sort(middle[1:-1][((falls > 0) & (rises <= 0)) | ((falls >= 0) & (rises < 0))])
    black = float(valleys[len(valleys) // 4]) if valleys.size else 0.0
    white = float(hills[3 * len(hills) // 4]) if hills.size else 255.0
    contrast = max(1.0, (white - black) / 2)
    level = (line.astype(np.float32) - black) / contrast - 1
    return np.asarray(np.clip(level, -1, 1), dtype=np.float32)


def _batches(widths: Mapping[int, int]) -> Iterator[list[int]]:
    """Yield the keys of lines of like width, so that little padding is read."""
    batch: list[int] = []
    limit = 0.0
    for i in sorted(widths, key=lambda i: widths[i]):
        if batch and (len(batch) == _BATCH or widths[i] > limit):
            yield batch
            batch = []
        if not batch:
            limit = max(_STRETCH * widths[i], widths[i] + _SPARE)
        batch.append(i)
    if batch:
        yield batch
