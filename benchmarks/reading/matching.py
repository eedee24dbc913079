"""Find each truth line in a reading, in whatever order the lines were read.

Every truth line looks for the reading line (or the lines beside one another on a row) that holds
it best. Truth lines with marks claim their line too, so that a header row read in one piece is not
held against its printed half.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from benchmarks.reading.edits import part_distance
from benchmarks.reading.truth import TruthLine, comparable
from digitizer.model import Box, TextLine

_CANDIDATES: Final = 6
_SHORT: Final = 5


@dataclass(frozen=True, slots=True)
class ReadWord:
    """A word in comparable form and where it stands in its line, in letters."""

    text: str
    accepted: bool
    confidence: float
    start: int

    @property
    def middle(self) -> float:
        return self.start + len(self.text) / 2


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one reading line that answer one truth line.

    `row` is the truth line, `line` the reading line, `start` the first letter's place in it.
    """

    row: int
    line: int
    start: int
    words: tuple[ReadWord, ...]


_Span = tuple[int, int]
_TAKEN: Final = "\0"


@dataclass(frozen=True, slots=True)
class _Claim:
    """A truth line's hold on [start, end) of a reading: one line, or several side by side."""

    errors: int
    reading: tuple[int, ...]
    span: _Span
    text: str


@dataclass(frozen=True, slots=True)
class Matched:
    """Which words of a reading answer which truth line.

    `texts` is what each printed line should read: of its allowed readings the likeliest.
    `debris` counts letters in lines that answer none.
    """

    texts: dict[int, str]
    pieces: dict[int, tuple[Piece, ...]]
    debris: int

    @property
    def in_order(self) -> tuple[Piece, ...]:
        """Return all pieces of printed lines in the order they were read."""
        found = (piece for row in self.texts for piece in self.pieces.get(row, ()))
        return tuple(sorted(found, key=lambda piece: (piece.line, piece.start)))


def match(truth: Sequence[TruthLine], lines: Sequence[TextLine]) -> Matched:
    """Find each truth line in a reading, in whatever order it was read."""
    words = [_words(line) for line in lines]
    claims = _claims(truth, words, _readings(lines))
    used = {part for claim in claims.values() for part in claim.reading}
    unused = (word for index in range(len(lines)) if index not in used for word in words[index])
    texts = {
        row: claims[row].text if row in claims else line.texts[0]
        for row, line in enumerate(truth)
        if not line.is_marked
    }
    return Matched(texts, _pieces(claims, words), sum(len(word.text) for word in unused))


def _pieces(
    claims: dict[int, _Claim], words: Sequence[Sequence[ReadWord]]
) -> dict[int, tuple[Piece, ...]]:
    """Return each claimed truth line's words, reading line by reading line.

    A reading that one truth line claims is its own whole; of a shared one each takes its span.
    """
    shared = Counter(part for claim in claims.values() for part in claim.reading)
    found = {}
    for row, claim in claims.items():
        is_alone = all(shared[part] == 1 for part in claim.reading)
        pieces, at = [], 0
        for part in claim.reading:
            start, end = claim.span[0] - at, claim.span[1] - at
            kept = [word for word in words[part] if is_alone or start <= word.middle <= end]
            if kept:
                pieces.append(Piece(row, part, kept[0].start, tuple(kept)))
            at += _line_length(words[part]) + 1
        found[row] = tuple(pieces)
    return found


def _line_length(words: Sequence[ReadWord]) -> int:
    return words[-1].start + len(words[-1].text) if words else 0


def _claims(
    truth: Sequence[TruthLine],
    words: Sequence[Sequence[ReadWord]],
    readings: Sequence[tuple[int, ...]],
) -> dict[int, _Claim]:
    """Let truth lines take their part of a reading, the surest first; nothing is taken twice."""
    texts = [text_of(line) for line in words]
    claims: dict[int, _Claim] = {}
    # Exact ones first: codes of neighboring rows differ by one letter, and the wrong row would
    # take the right line.
    for limit in (0.0, 0.1, 0.35, 0.7):
        for row in sorted(set(range(len(truth))) - set(claims), key=lambda i: -_length(truth[i])):
            claim = _best(truth[row], texts, readings)
            if claim is not None and claim.errors <= limit * len(claim.text):
                claims[row] = claim
                _take(texts, claim)
    return claims


def _length(line: TruthLine) -> int:
    return len(line.texts[0])


def _best(
    line: TruthLine, texts: Sequence[str], readings: Sequence[tuple[int, ...]]
) -> _Claim | None:
    grams = _grams(line.texts[0])
    whole = [" ".join(texts[part] for part in reading) for reading in readings]
    likeness = sorted(
        ((grams & _grams(text)).total() - 0.01 * len(readings[i]), -i)
        for i, text in enumerate(whole)
    )
    options = []
    # Many lines share the two letter pairs of a short one: look at all of them.
    candidates = likeness if _length(line) <= _SHORT else likeness[-_CANDIDATES:]
    for shared, negative in candidates:
        reading, text = readings[-negative], whole[-negative]
        for wanted in line.texts if shared > 0 else ():
            errors, start, end = part_distance(wanted, text)
            outside = sum(char != _TAKEN for char in text) - (end - start)
            claim = _Claim(errors, reading, (start, end), wanted)
            options.append((errors, len(reading), outside, -negative, claim))
    return min(options, key=lambda option: option[:4])[4] if options else None


def _take(texts: list[str], claim: _Claim) -> None:
    at = 0
    for part in claim.reading:
        text = texts[part]
        start = min(max(claim.span[0] - at, 0), len(text))
        end = min(max(claim.span[1] - at, start), len(text))
        texts[part] = text[:start] + _TAKEN * (end - start) + text[end:]
        at += len(text) + 1


def _words(line: TextLine) -> tuple[ReadWord, ...]:
    found: list[ReadWord] = []
    at = 0
    for word in line.words:
        for piece in comparable(word.text).split():
            found.append(ReadWord(piece, word.accepted, word.confidence, at))
            at += len(piece) + 1
    return tuple(found)


def text_of(words: Sequence[ReadWord]) -> str:
    """Return words as one line."""
    return " ".join(word.text for word in words)


def _readings(lines: Sequence[TextLine]) -> list[tuple[int, ...]]:
    """Return every line, and every run of up to four lines beside one another."""
    rows: list[tuple[int, ...]] = [(i,) for i in range(len(lines))]
    found = list(rows)
    for _ in range(3):
        rows = [
            (*row, follower)
            for row in rows
            if (follower := _right_neighbor(lines[row[-1]].box, lines)) is not None
        ]
        found.extend(rows)
    return found


def _right_neighbor(box: Box, lines: Sequence[TextLine]) -> int | None:
    beside = [
        (line.box.left, i)
        for i, line in enumerate(lines)
        if line.box.left >= box.right - box.height
        and line.box.left > box.left
        and min(box.bottom, line.box.bottom) - max(box.top, line.box.top)
        > 0.4 * min(box.height, line.box.height)
    ]
    return min(beside)[1] if beside else None


@cache
def _grams(text: str) -> Counter[str]:
    padded = f" {text} "
    size = min(3, len(padded) - 1)
    return Counter(padded[i : i + size] for i in range(len(padded) - size + 1))
