"""Read line crops with TrueOCR's recognizer, keeping what each letter might have been instead."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from trueocr.preprocess import crop_line, pad_batch, width_batches

from digitizer.model import Box
from digitizer.ocr.engine import Deadline, Gray
from digitizer.ocr.weights import Weights, open_graph, with_output

_LOG_PROBS: Final = "/LogSoftmax_output_0"
_STRIDE: Final = 4
_PAD_X: Final = 0.3
_PAD_Y: Final = 0.2
_WINDOW: Final = 3
# What a layer gives out for more lines than these no longer fits the processor's cache.
_BATCH: Final = 4
_MARGIN: Final = 8.0
_BLANK: Final = 0
_MISSABLE: Final = " .,;"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter of a line.

    Attributes:
        char: as read.
        x: its middle, in page pixels.
        log_prob: natural logarithm of its probability.
        rivals: other letters it may be, with how much less likely (nats, above 0), best first.
        before: what may have been missed between the letter before and this one: a space or a
            mark, with how much less likely (nats) it is than nothing.
    """

    char: str
    x: float
    log_prob: float
    rivals: tuple[tuple[str, float], ...] = ()
    before: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class LineLetters:
    """A line as letters, spaces among them, left to right; `tail`: marks missed at its end."""

    box: Box
    letters: tuple[Letter, ...]
    tail: tuple[tuple[str, float], ...] = ()

    @property
    def text(self) -> str:
        return "".join(letter.char for letter in self.letters)


class LetterReader:
    """TrueOCR's CTC recognizer. One page at a time."""

    def __init__(self, weights: Weights) -> None:
        self._session = open_graph(with_output(weights.recognizer, _LOG_PROBS))
        self._alphabet = tuple(unicodedata.normalize("NFC", char) for char in weights.alphabet)
        self._missable = [(char, self._alphabet.index(char) + 1) for char in _MISSABLE]
        self._max_width = weights.max_width

    def read(
        self, gray: Gray, boxes: Sequence[Box], *, deadline: Deadline
    ) -> tuple[LineLetters, ...]:
        """Read the lines in `boxes`, in their order.

        The recognizer looks at the page above and below each line too: given real
        surroundings instead of white it makes an eighth fewer errors (docs/reading.md).

        Raises:
            PageTimedOut: between two batches the time was over.
        """
        crops = [self._crop(gray, box) for box in boxes]
        lines: list[LineLetters | None] = [None] * len(boxes)
        for batch in width_batches([crop.shape[1] for crop in crops], max_batch=_BATCH):
            deadline.remaining_s()
            pixels, widths = pad_batch([crops[i] for i in batch])
            log_probs, lengths = self._session.run(
                [_LOG_PROBS, "lengths"], {"x": pixels, "widths": widths}
            )
            for row, i in enumerate(batch):
                frames = log_probs[row, : int(lengths[row])]
                lines[i] = self._line(frames, boxes[i], int(widths[row]))
        return tuple(line for line in lines if line is not None)

    def _crop(self, gray: Gray, box: Box) -> NDArray[np.float32]:
        corners = (box.left, box.top, box.right, box.bottom)
        ink: NDArray[np.float32] = crop_line(
            gray, corners, window=_WINDOW, max_width=self._max_width, pad_y=_PAD_Y, pad_x=_PAD_X
        )
        return ink

    def _line(self, frames: Any, box: Box, width: int) -> LineLetters:
        """Decode greedily: the best path's runs of one symbol, blanks out."""
        runs = list(_runs(frames.argmax(axis=1)))
        missed = self._short_of_best(frames)
        nearly = (missed < _MARGIN).any(axis=1).tolist()
        if not runs:
            return LineLetters(box, (), self._marks(missed))
        pad = _PAD_X * box.height
        scale = (box.width + 2 * pad) / width * _STRIDE
        peaks = [start + int(frames[start:end, symbol].argmax()) for symbol, start, end in runs]
        rivals = self._rivals(frames[peaks], [symbol for symbol, _, _ in runs])
        since, letters = 0, []
        for (symbol, start, end), peak, others in zip(runs, peaks, rivals, strict=True):
            x = box.left - pad + (start + end) / 2 * scale
            until = start + 1
            before = self._marks(missed[since:until]) if any(nearly[since:until]) else ()
            char = self._alphabet[symbol - 1]
            letters.append(Letter(char, x, float(frames[peak, symbol]), others, before))
            since = end - 1
        return LineLetters(box, tuple(letters), self._marks(missed[since:]))

    def _rivals(
        self, frames: Any, symbols: Sequence[int]
    ) -> Iterator[tuple[tuple[str, float], ...]]:
        """Yield what each symbol may be instead, best first; `frames` has a row for each."""
        rows = np.arange(len(symbols))
        margins = frames[rows, symbols][:, None] - frames
        margins[rows, symbols] = margins[:, _BLANK] = np.inf
        near_rows, near = np.nonzero(margins < _MARGIN)
        costs = margins[near_rows, near].tolist()
        others = near.tolist()
        start = 0
        for end in np.searchsorted(near_rows, rows, side="right").tolist():
            ranked = sorted(
                (cost, self._alphabet[other - 1])
                for cost, other in zip(costs[start:end], others[start:end], strict=True)
            )
            yield tuple((char, margin) for margin, char in ranked)
            start = end

    def _short_of_best(self, frames: Any) -> Any:
        """Return (columns, marks): what each mark that may be missed is short of the best."""
        return frames.max(axis=1, keepdims=True) - frames[:, [i for _, i in self._missable]]

    def _marks(self, missed: Any) -> tuple[tuple[str, float], ...]:
        """Return the marks that nearly stood in these columns."""
        costs = missed.min(axis=0).tolist()
        return tuple(
            (char, cost)
            for (char, _), cost in zip(self._missable, costs, strict=True)
            if cost < _MARGIN
        )


def _runs(best: Any) -> Iterator[tuple[int, int, int]]:
    """Yield symbol, start and end of every run in the best path that is not blank."""
    ends = np.flatnonzero(np.append(best[1:] != best[:-1], True)) + 1
    start = 0
    for end in ends.tolist():
        if best[start] != _BLANK:
            yield int(best[start]), start, end
        start = end
