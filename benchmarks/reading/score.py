"""Score a reading against the truth line by line, in whatever order the lines were read.

What is read in lines that no truth line claims (stamps, handwriting) is only counted, as `debris`:
the truth leaves stamps out. Truth lines with marks are out of the score.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

from benchmarks.reading.edits import aligned, distance
from benchmarks.reading.matching import Matched, ReadWord, match, text_of
from benchmarks.reading.truth import TruthLine
from digitizer.model import TextLine

_DIGIT: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one page or of many: divide at the end, never average rates.

    `digits_accepted` are accepted words with a digit in them or in the truth opposite them,
    `digits_wrong` the wrong ones among these.
    """

    letters: int = 0
    letter_errors: int = 0
    words: int = 0
    word_errors: int = 0
    accepted: int = 0
    accepted_wrong: int = 0
    digits_accepted: int = 0
    digits_wrong: int = 0
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
class JudgedWord:
    """A word as read, and whether the truth has it there."""

    text: str
    confidence: float
    is_accepted: bool
    is_right: bool


@dataclass(frozen=True, slots=True)
class LineScore:
    """What became of one truth line; `read` is "" when it was lost."""

    truth: str
    read: str
    score: Score
    words: tuple[JudgedWord, ...] = ()


def score_page(truth: Sequence[TruthLine], lines: Sequence[TextLine]) -> list[LineScore]:
    """Return a score for every printed truth line, and one for the debris at the end."""
    return score_matched(match(truth, lines))


def score_matched(matched: Matched) -> list[LineScore]:
    """Return what `score_page` does, of a page that is matched already."""
    scores = [
        _score_line(text, [word for piece in matched.pieces.get(row, ()) for word in piece.words])
        for row, text in matched.texts.items()
    ]
    return [*scores, LineScore("", "", Score(debris=matched.debris))]


def total(scores: Sequence[LineScore]) -> Score:
    """Return the sum of all lines' scores."""
    return sum((line.score for line in scores), Score())


def _score_line(text: str, words: Sequence[ReadWord]) -> LineScore:
    read = text_of(words)
    wanted, got = text.split(), [word.text for word in words]
    opposite = {j: wanted[i] for i, j in aligned(wanted, got) if i is not None and j is not None}
    judged = tuple(
        JudgedWord(word.text, word.confidence, word.accepted, opposite.get(j) == word.text)
        for j, word in enumerate(words)
    )
    accepted = [word for word in judged if word.is_accepted]
    digits = [
        word
        for j, word in enumerate(judged)
        if word.is_accepted and _DIGIT.search(word.text + opposite.get(j, ""))
    ]
    errors = distance(text, read)
    score = Score(
        letters=len(text),
        letter_errors=errors,
        words=len(wanted),
        word_errors=distance(wanted, got),
        accepted=len(accepted),
        accepted_wrong=sum(not word.is_right for word in accepted),
        digits_accepted=len(digits),
        digits_wrong=sum(not word.is_right for word in digits),
        lines=1,
        wrong_lines=int(errors > 0),
    )
    return LineScore(text, read, score, judged)
