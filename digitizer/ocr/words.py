"""Cut a line of letters into words with boxes that hug the ink."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from digitizer.model import Box
from digitizer.ocr.engine import Gray
from digitizer.ocr.letters import Letter, LineLetters

_INK: Final = 160


@dataclass(frozen=True, slots=True)
class LetterWord:
    """Letters without a space between them, and the span [left, right) they stand in.

    `tail`: marks that were nearly read after the last letter, with their costs in nats.
    """

    letters: tuple[Letter, ...]
    left: float
    right: float
    tail: tuple[tuple[str, float], ...] = ()

    @property
    def text(self) -> str:
        return "".join(letter.char for letter in self.letters)

    @property
    def confidence(self) -> float:
        """The probability of its least sure letter, in [0, 1]."""
        return math.exp(min(0.0, *(letter.log_prob for letter in self.letters)))


def cut_words(line: LineLetters) -> tuple[LetterWord, ...]:
    """Return the words of a line; each spans from the space before it to the space after it.

    An underscore is a gap, too: the recognizer reads it into wide spaces and beside leaders
    (`Số:_0871…`), and but for mail addresses no administrative paper prints one.
    """
    gaps = " " if "@" in line.text else " _"
    words: list[LetterWord] = []
    letters: list[Letter] = []
    left = float(line.box.left)
    for letter in line.letters:
        if letter.char not in gaps:
            letters.append(letter)
            continue
        if letters:
            words.append(LetterWord(tuple(letters), left, letter.x, letter.before))
        letters, left = [], letter.x
    if letters:
        words.append(LetterWord(tuple(letters), left, float(line.box.right), line.tail))
    return tuple(words)


def ink_box(gray: Gray, line: Box, left: float, right: float) -> Box:
    """Return the box of the ink in the span [left, right) of a line, or the span if it has none."""
    x0 = min(max(int(left), line.left), line.right - 1)
    x1 = max(min(math.ceil(right), line.right), x0 + 1)
    dark = gray[line.top : line.bottom, x0:x1] < _INK
    columns, rows = np.flatnonzero(dark.any(axis=0)), np.flatnonzero(dark.any(axis=1))
    if not columns.size:
        return Box(x0, line.top, x1, line.bottom)
    return Box(
        x0 + int(columns[0]),
        line.top + int(rows[0]),
        x0 + int(columns[-1]) + 1,
        line.top + int(rows[-1]) + 1,
    )


def spans(texts: Sequence[str], word: LetterWord) -> Iterator[tuple[float, float]]:
    """Yield the span [left, right) of each of the texts that a word turned out to be.

    It is parted halfway between the middles of its letters; where the texts have other letters
    than it, by how many each has.
    """
    ends = np.cumsum([len(text) for text in texts])
    middles = [letter.x for letter in word.letters]
    if len(texts) > 1 and ends[-1] == len(middles):
        cuts = [(middles[end - 1] + middles[end]) / 2 for end in ends[:-1].tolist()]
        yield from pairwise((word.left, *cuts, word.right))
        return
    step = (word.right - word.left) / max(1, int(ends[-1]) + len(texts) - 1)
    at = word.left
    for text in texts:
        yield at, at + len(text) * step
        at += (len(text) + 1) * step
