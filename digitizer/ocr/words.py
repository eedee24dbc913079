"""Cut a line of letters into words with boxes that hug the ink."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from digitizer.model import Box
from digitizer.ocr.engine import Gray
from digitizer.ocr.letters import Letter, LineLetters

_INK: Final = 160
_LEAST_ROOM: Final = 2


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


class Span(NamedTuple):
    """Where a word stands on its line: [left, right), and the middles of its outer letters."""

    left: float
    right: float
    first: float
    last: float


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


def spans(texts: Sequence[str], word: LetterWord) -> Iterator[Span]:
    """Yield where each of the texts stands that a word turned out to be.

    It is parted halfway between the middles of its letters; where the texts have other letters
    than it, by how many each has.
    """
    ends = np.cumsum([len(text) for text in texts]).tolist()
    middles = [letter.x for letter in word.letters]
    if ends[-1] == len(middles):
        cuts = [(middles[end - 1] + middles[end]) / 2 for end in ends[:-1]]
        sides = pairwise((word.left, *cuts, word.right))
        for (left, right), (start, end) in zip(sides, pairwise((0, *ends)), strict=True):
            yield Span(left, right, middles[start], middles[end - 1])
        return
    step = (word.right - word.left) / max(1, ends[-1] + len(texts) - 1)
    at = word.left
    for text in texts:
        right = at + len(text) * step
        yield Span(at, right, at, right)
        at = right + step


def snapped(gray: Gray, line: Box, row: Sequence[Span]) -> Iterator[tuple[float, float]]:
    """Yield [left, right) of each span of a line, their common edges moved into the paper between.

    The reader says where it saw a space, which is not always between the letters. An edge moves
    to the middle of the widest stretch without ink between the letters on both sides of it.
    """
    left = row[0].left
    for one, following in pairwise(row):
        cut = _between(gray, line, one, following)
        yield left, one.right if cut is None else cut
        left = following.left if cut is None else cut
    yield left, row[-1].right


def _between(gray: Gray, line: Box, left: Span, right: Span) -> float | None:
    """Return the middle of the widest stretch of paper between two words, None if they touch."""
    start, end = max(line.left, int(left.last)), min(line.right, math.ceil(right.first))
    if end - start < _LEAST_ROOM:
        return None
    is_ink = (gray[line.top : line.bottom, start:end] < _INK).any(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate(([True], is_ink, [True])))).reshape(-1, 2)
    if not edges.size:
        return None
    widest = edges[np.diff(edges).argmax()]
    return start + float(widest.mean())
