"""Score a reading against the truth line by line, in whatever order the lines were read.

Every truth line looks for the reading line (or the lines beside one another on a row) that holds
it best. What is read in lines that no truth line claims (stamps, handwriting) is only counted,
as `debris`: the truth leaves stamps out. Truth lines with marks are out of the score, but claim
their line, so that a header row read in one piece is not held against its printed half.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Final

from benchmarks.reading.edits import aligned, distance, part_distance
from benchmarks.reading.truth import TruthLine, comparable
from digitizer.model import Box, TextLine, Word

_CANDIDATES: Final = 6
_SHORT: Final = 5


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one page or of many: divide at the end, never average rates."""

    letters: int = 0
    letter_errors: int = 0
    words: int = 0
    word_errors: int = 0
    accepted: int = 0
    accepted_wrong: int = 0
    lines: int = 0
    wrong_lines: int = 0
    debris: int = 0

    def __add__(self, other: Score) -> Score:
        pairs = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return Score(*(left + right for left, right in pairs))

    @property
    def cer(self) -> float:
        return self.letter_errors / max(1, self.letters)

    @property
    def wer(self) -> float:
        return self.word_errors / max(1, self.words)

    @property
    def coverage(self) -> float:
        return self.accepted / max(1, self.words)

    @property
    def accepted_error(self) -> float:
        return self.accepted_wrong / max(1, self.accepted)


@dataclass(frozen=True, slots=True)
class LineScore:
    """What became of one truth line; `read` is "" when it was lost."""

    truth: str
    read: str
    score: Score


_Word = tuple[str, bool]
_Span = tuple[int, int]
_TAKEN: Final = "\0"


@dataclass(frozen=True, slots=True)
class _Claim:
    """A truth line's hold on [start, end) of a reading: one line, or several side by side."""

    errors: int
    reading: tuple[int, ...]
    span: _Span
    text: str


def score_page(truth: Sequence[TruthLine], lines: Sequence[TextLine]) -> list[LineScore]:
    """Return a score for every printed truth line, and one for the debris at the end."""
    words = [_words(line) for line in lines]
    claims = _claims(truth, words, _readings(lines))
    shared = Counter(part for claim in claims.values() for part in claim.reading)
    scores = []
    for row, line in enumerate(truth):
        if line.is_marked:
            continue
        claim = claims.get(row)
        if claim is None:
            scores.append(_score_line(line.texts[0], ()))
            continue
        row_words = [word for part in claim.reading for word in words[part]]
        is_alone = all(shared[part] == 1 for part in claim.reading)
        kept = row_words if is_alone else _part(row_words, claim.span)
        scores.append(_score_line(claim.text, kept))
    debris = sum(sum(len(word) for word, _ in words[i]) for i in range(len(lines)) if not shared[i])
    return [*scores, LineScore("", "", Score(debris=debris))]


def claimed_places(
    truth: Sequence[TruthLine], lines: Sequence[TextLine]
) -> dict[int, tuple[int, int]]:
    """Return where each truth line that was found stands: number of the line, place in it."""
    claims = _claims(truth, [_words(line) for line in lines], _readings(lines))
    return {row: (claim.reading[0], claim.span[0]) for row, claim in claims.items()}


def total(scores: Sequence[LineScore]) -> Score:
    """Return the sum of all lines' scores."""
    return sum((line.score for line in scores), Score())


def _claims(
    truth: Sequence[TruthLine],
    words: Sequence[Sequence[_Word]],
    readings: Sequence[tuple[int, ...]],
) -> dict[int, _Claim]:
    """Let truth lines take their part of a reading, the surest first; nothing is taken twice."""
    texts = [" ".join(word for word, _ in line) for line in words]
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


def _words(line: TextLine) -> tuple[_Word, ...]:
    found = ((comparable(word.text), word.accepted) for word in line.words)
    return tuple((piece, accepted) for text, accepted in found for piece in text.split())


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


def _part(words: Sequence[_Word], span: _Span) -> list[_Word]:
    kept, at = [], 0
    for word, accepted in words:
        if span[0] <= at + len(word) / 2 <= span[1]:
            kept.append((word, accepted))
        at += len(word) + 1
    return kept


def _score_line(text: str, words: Sequence[_Word]) -> LineScore:
    read = " ".join(word for word, _ in words)
    wanted, got = text.split(), [word for word, _ in words]
    pairs = aligned(wanted, got)
    right = {j for i, j in pairs if i is not None and j is not None and wanted[i] == got[j]}
    accepted = [j for j, (_, is_accepted) in enumerate(words) if is_accepted]
    errors = distance(text, read)
    score = Score(
        letters=len(text),
        letter_errors=errors,
        words=len(wanted),
        word_errors=distance(wanted, got),
        accepted=len(accepted),
        accepted_wrong=sum(j not in right for j in accepted),
        lines=1,
        wrong_lines=int(errors > 0),
    )
    return LineScore(text, read, score)


def as_line(text: str, box: Box, *, accepted: bool = False) -> TextLine:
    """Return a line of one confidence-free word, for engines that give lines only."""
    return TextLine((Word(text, box, 0.0, accepted),), box)
