"""Choose among the likely spellings of each word of a line by what the language makes likely.

Every word is a slot with candidates; a beam walks the slots left to right and keeps the best
sums of what the recognizer saw (cost, in nats) and what the language model expects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from digitizer.ocr.language_model import LanguageModel, keys
from digitizer.ocr.letters import Letter
from digitizer.ocr.words import LetterWord

WEIGHT: Final = 0.8
"""How much a nat of the language model weighs against one of the recognizer (λ)."""

MARKS: Final = ".,;:"

_MOST_DOUBTS: Final = 5
_MOST_RIVALS: Final = 3
_WIDEST_LETTER: Final = 5.0
_WIDEST: Final = 7.0
_BEAM: Final = 6
# A comma, colon or semicolon, or the dash of a list, is followed by a space: before a letter it
# was only overlooked.
_SPACE_DUE: Final = 6.0
# `./.` ends the text of administrative papers by long custom; `./` alone ends nothing.
_PERIOD_DUE: Final = 4.0
_HOLDS_DIGIT: Final = re.compile(r"\d")
_PIECE: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to spell a word, and how much less likely it looks than as read (nats)."""

    text: str
    cost: float


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A place in a word that may be otherwise: `at` 2i is before letter i, 2i + 1 the letter."""

    at: int
    options: tuple[tuple[str, float], ...]

    @property
    def margin(self) -> float:
        return self.options[0][1]


def spellings(word: LetterWord) -> tuple[Spelling, ...]:
    """Return the likely spellings of a word, cheapest first; the one as read costs nothing.

    The few least sure letters may be exchanged for rivals of the same size, a mark for another
    mark, and a space or a final period that was nearly read may be put in. Pieces that hold a
    digit keep their letters: a language model can't know a number.
    """
    pieces = [""]
    for letter in word.letters:
        pieces.extend((letter.char, ""))
    found: list[tuple[float, dict[int, str]]] = [(0.0, {})]
    for doubt in sorted(_doubts(word), key=lambda doubt: doubt.margin)[:_MOST_DOUBTS]:
        found += [
            (cost + more, {**changes, doubt.at: text})
            for cost, changes in found
            for text, more in doubt.options
            if cost + more <= _WIDEST
        ]
    spelled = (Spelling(_apply(pieces, changes), cost) for cost, changes in found)
    return tuple(sorted(spelled, key=lambda spelling: spelling.cost))


def choose(
    slots: Sequence[Sequence[Spelling]], model: LanguageModel, *, weight: float = WEIGHT
) -> tuple[int, ...]:
    """Return which spelling of each slot makes the likeliest line."""
    beam: dict[str | None, tuple[float, tuple[int, ...]]] = {None: (0.0, ())}
    for slot in slots:
        grown: dict[str | None, tuple[float, tuple[int, ...]]] = {}
        for before, (score, path) in beam.items():
            for i, spelling in enumerate(slot):
                last, gain = _gain(spelling.text, before, model)
                reached = score - spelling.cost + weight * gain
                if last not in grown or reached > grown[last][0]:
                    grown[last] = (reached, (*path, i))
        beam = dict(sorted(grown.items(), key=lambda item: -item[1][0])[:_BEAM])
    return max(beam.values(), key=lambda state: state[0])[1]


def _gain(text: str, before: str | None, model: LanguageModel) -> tuple[str | None, float]:
    """Return the last key of `text` and the log probability of its keys after `before`."""
    gain = 0.0
    for piece in keys(text):
        gain += model.log_prob(piece, before)
        before = piece
    return before, gain


def _apply(pieces: Sequence[str], changes: dict[int, str]) -> str:
    return "".join(changes.get(i, piece) for i, piece in enumerate(pieces))


def _doubts(word: LetterWord) -> Iterator[_Doubt]:
    fixed = _in_numbers(word.text)
    for i, letter in enumerate(word.letters):
        if i not in fixed and (rivals := _rivals(letter)):
            yield _Doubt(2 * i + 1, rivals)
        if i > 0 and (space := _space(word, i)):
            yield _Doubt(2 * i, space)
    period = dict(word.tail).get(".")
    if period is not None and word.letters[-1].char not in MARKS:
        due = _PERIOD_DUE if word.text.endswith("./") else 0.0
        yield _Doubt(2 * len(word.letters), ((".", period - due),))


def _rivals(letter: Letter) -> tuple[tuple[str, float], ...]:
    if letter.char in MARKS:
        return tuple((char, margin) for char, margin in letter.rivals if char in MARKS)
    if not letter.char.isalpha():
        return ()
    return tuple(
        (char, margin)
        for char, margin in letter.rivals
        if margin < _WIDEST_LETTER and char.isalpha() and _may_stand_for(char, letter.char)
    )[:_MOST_RIVALS]


def _may_stand_for(char: str, read: str) -> bool:
    """Claim that both are capitals, both small, or one letter in both sizes."""
    return char.isupper() == read.isupper() or char.lower() == read.lower()


def _space(word: LetterWord, i: int) -> tuple[tuple[str, float], ...]:
    """Return a space with its cost where one may have been overlooked before letter `i`."""
    cost = dict(word.letters[i].before).get(" ")
    if cost is None:
        return ()
    left, right = word.letters[i - 1].char, word.letters[i].char
    if right.isalpha() and (left in ",;:" or (left == "-" and i == 1)):
        return ((" ", cost - _SPACE_DUE),)
    if right.isdigit() and left == ":" and i > 1 and word.letters[i - 2].char.isalpha():
        return ((" ", cost - _SPACE_DUE),)
    joins_words = left.isalnum() and right.isalpha()
    joins_number = left.isalpha() and right.isdigit()
    return ((" ", cost),) if joins_words or joins_number or right == "(" else ()


def _in_numbers(text: str) -> frozenset[int]:
    return frozenset(
        i
        for piece in _PIECE.finditer(text)
        if _HOLDS_DIGIT.search(piece.group())
        for i in range(*piece.span())
    )
