"""Prove words by their second printing: what a subject says, the body says again.

Two readers who disagree on `công bố` in the subject may agree on it in Điều 1. The two are
separate prints, so an agreed reading there, between the same neighbors, settles the one here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from digitizer.extract.anchors import plain
from digitizer.extract.layout import Piece, words_of
from digitizer.model import Word
from digitizer.vietnamese import fold, nfc

_TAIL = 8
_STOP = "|"
_STOPS = (".", ";", ".,", "/")
_ANNEXES = frozenset({"(co", "(kem", "(dinh", "(chi"})
_EDGE = " ,.;:()\"'“”"


@dataclass(frozen=True, slots=True)
class Echoes:
    """Agreed words of a document, by their folded form and a folded neighbor."""

    after: Mapping[tuple[str, str], frozenset[str]]
    before: Mapping[tuple[str, str], frozenset[str]]


def listen(pieces: Iterable[Piece]) -> Echoes:
    """Collect the agreed pairs of neighbors of these pieces."""
    after: dict[tuple[str, str], set[str]] = defaultdict(set)
    before: dict[tuple[str, str], set[str]] = defaultdict(set)
    for left, right in pairwise(words_of(tuple(pieces))):
        if left.is_legible and right.is_legible and _follows(left, right):
            left_text, right_text = _bare(left.text), _bare(right.text)
            after[fold(left_text), fold(right_text)].add(right_text)
            before[fold(right_text), fold(left_text)].add(left_text)
    return Echoes(
        {key: frozenset(found) for key, found in after.items()},
        {key: frozenset(found) for key, found in before.items()},
    )


def ends_sentence(words: Sequence[Word], text: Iterable[Piece]) -> bool:
    """Claim that the body prints the last words (up to eight) again, and there ends after them.

    Args:
        words: a subject's, in order.
        text: the pieces of the main text; those of the subject itself do no harm.
    """
    wanted = "".join(_letters(word) for word in words[-_TAIL:])
    return bool(wanted) and wanted + _STOP in _running(text)


def is_sentence(words: Sequence[Word], text: Iterable[Piece]) -> bool:
    """Claim that the body prints these words, eight or more, again as one whole sentence.

    `Điều 1. Rà soát …` does so of `Về việc rà soát …`, whose opening is none of the words.
    """
    wanted = "".join(_letters(word) for word in words)
    return len(words) >= _TAIL and f"{_STOP}{wanted}{_STOP}" in _running(text)


def _running(text: Iterable[Piece]) -> str:
    """Return the letters of a text with a mark at each end of a sentence."""
    return "".join(
        f"{_letters(word)}{_STOP if _is_end(word, following) else ''}"
        for word, following in pairwise(words_of(tuple(text)))
    )


def _letters(word: Word) -> str:
    return plain(word.text).replace(" ", "")


def _is_end(word: Word, following: Word) -> bool:
    """Claim that a sentence ends here, or only its annex is named after: `(có Danh mục …)`."""
    return word.text.endswith(_STOPS) or fold(following.text) in _ANNEXES


def _follows(left: Word, right: Word) -> bool:
    """Claim that `right` comes next: on the same line, or at the head of the line below."""
    height = max(left.box.height, right.box.height, 1)
    down = right.box.top - left.box.top
    return abs(down) < height / 2 or (0 < down < 2 * height and right.box.left < left.box.left)


def settle(words: Sequence[Word], echoes: Echoes) -> tuple[Word, ...]:
    """Return the words, those not agreed on replaced by their agreed echo where there is one.

    A word that holds a digit is never settled so: two numbers differ in meaning, not in spelling.
    """
    settled: list[Word] = []
    for index, word in enumerate(words):
        left = settled[-1] if settled else None
        right = words[index + 1] if index + 1 < len(words) else None
        settled.append(word if word.is_legible else _settle(word, left, right, echoes))
    return tuple(settled)


def _settle(word: Word, left: Word | None, right: Word | None, echoes: Echoes) -> Word:
    bare = _bare(word.text)
    if not bare or any(char.isdigit() for char in bare):
        return word
    heard: set[str] = set()
    if left is not None:
        heard |= echoes.after.get((fold(_bare(left.text)), fold(bare)), frozenset())
    if right is not None:
        heard |= echoes.before.get((fold(_bare(right.text)), fold(bare)), frozenset())
    spellings = {spelling.lower() for spelling in heard}
    if len(spellings) != 1:
        return word
    spelling = _in_case_of(bare, spellings.pop())
    return replace(word, text=nfc(word.text).replace(bare, spelling), accepted=True)


def _in_case_of(pattern: str, text: str) -> str:
    if pattern.isupper() and len(pattern) > 1:
        return text.upper()
    return text[:1].upper() + text[1:] if pattern[:1].isupper() else text


def _bare(text: str) -> str:
    return nfc(text).strip(_EDGE)
