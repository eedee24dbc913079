"""Weigh a second reading of a line against the first, and say which words both readers see.

The first reader's letters, digits and capitals are the better ones; the second's word counts
as evidence for a spelling, never as a text of its own. What only the second reader saw is
dropped: on real scans it is ruled lines and specks read as letters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise
from typing import Final

from digitizer.ocr.alignment import align
from digitizer.ocr.first_reader import FirstWord
from digitizer.ocr.language_model import LanguageModel
from digitizer.ocr.second_reader import SecondWord
from digitizer.ocr.spelling import Spelling, choose
from digitizer.vietnamese import fold

_LETTERS_AGREE: Final = 4.0
# How often the second reader's mark is right where the two differ, in nats.
_MARK_AGREES: Final = {".": 4.5, ";": 2.5, ",": 1.0, ":": 0.5}
# A spelling only the second reader saw: the first was at least this much against each letter.
_UNSEEN: Final = 5.0
_MOST_UNSEEN: Final = 2
_SIGNS: Final = str.maketrans(
    {
        **dict.fromkeys("“”„‟″", '"'),
        **dict.fromkeys("‘’`´", "'"),
        **dict.fromkeys("–—−", "-"),
        "⁄": "/",
    }
)
_NOT_LETTERS: Final = re.compile(r"[\W_]+")
_LAST_MARK: Final = re.compile(r"[.,;:](?=[\"'”’)\]]*$)")
_HOLDS_DIGIT: Final = re.compile(r"\d")
_STROKES: Final = ("l", "I")
_GLUED: Final = re.compile(r"[^\W\d_A-Z]\d|\d[^\W\d_][^\W\d_A-Z]")
_DOUBLED: Final = re.compile("Đ{2,}")
"""The second reader's network sees a capital Đ twice where its two halves are far apart."""
_MISREAD: Final = re.compile(r"[ấẤ](?![cptyCPTY])")
_AS_MEANT: Final = str.maketrans("ấẤ", "ẩẨ")
_AROUND: Final = re.compile(r"^[\W_]+|[\W_]+$")


class Agreement(IntEnum):
    """How much of a word both readers see."""

    NONE = 0
    SKELETON = 1
    """All but the accents."""
    LETTERS = 2
    """All but marks before and after it, which may be specks or dots of a leader; or all but that
    the second reader took a 1 for a letter, or saw the space in `NhưNgọc`."""
    WHOLE = 3


@dataclass(frozen=True, slots=True)
class VotedWord:
    """The word chosen, the first reader's word it came from, and how much both readers see of it.

    `seen` is what the second reader saw in its place, `sureness` that reader's confidence in
    [0, 1]: "" and 0 where it saw nothing like it.
    """

    word: FirstWord
    text: str
    agreement: Agreement
    seen: str
    sureness: float

    @property
    def is_agreed(self) -> bool:
        return self.agreement is Agreement.WHOLE


def vote(
    first: Sequence[FirstWord], second: Sequence[SecondWord], model: LanguageModel
) -> tuple[VotedWord, ...]:
    """Return the words of a line, one for each of the first reader's."""
    partners = _partners(first, second)
    slots = [
        _weighed(word.options, partner) for word, (partner, _) in zip(first, partners, strict=True)
    ]
    chosen = choose(slots, model)
    return tuple(
        VotedWord(word, slot[i].text, _agreement(slot[i].text, partner), partner, sureness)
        for word, slot, i, (partner, sureness) in zip(first, slots, chosen, partners, strict=True)
    )


def either(voted: Sequence[VotedWord], again: Sequence[VotedWord]) -> tuple[VotedWord, ...]:
    """Return the words of a line voted on twice: as first voted, agreed as far as either time.

    A spelling that only the second vote chose is not taken up: it wins no acceptance either.
    """
    return tuple(
        after if after.text == before.text and after.agreement > before.agreement else before
        for before, after in zip(voted, again, strict=True)
    )


def settled(voted: Sequence[VotedWord], again: Sequence[VotedWord]) -> tuple[VotedWord, ...]:
    """Return the words of a line that both readers read anew: as they agree now, else as voted.

    Digits are not read again until they agree: nothing tells which are right. Nor may a line that
    is cut into other words have other letters than before, accents apart. Of the one letter that
    both misread alike, the other reading counts even against an agreement.
    """
    if len(voted) == len(again):
        return tuple(
            after if _settles(before, after) else before
            for before, after in zip(voted, again, strict=True)
        )
    if not all(word.is_agreed for word in again):
        return tuple(voted)
    mine, theirs = ([word.text for word in words] for words in (voted, again))
    if _is_run_together(mine, theirs):
        return tuple(replace(word, agreement=Agreement.WHOLE) for word in voted)
    is_same = _bare(voted) == _bare(again) and not _HOLDS_DIGIT.search(_bare(again))
    return tuple(again if is_same else voted)


def _settles(before: VotedWord, after: VotedWord) -> bool:
    has_digit = _HOLDS_DIGIT.search(before.text + after.text) is not None
    is_misread = may_be_misread(before.text) and after.text == before.text.translate(_AS_MEANT)
    is_new = after.is_agreed and (is_misread or not before.is_agreed)
    return is_new and (before.text == after.text or not has_digit)


def may_be_misread(text: str) -> bool:
    """Claim that a word holds an `ấ` where an `ẩ` can stand: both readers take the one for it.

    Never the other way (docs/understanding.md). Before a final c, p and t there is no `ẩ`, and
    before y hardly any.
    """
    return _MISREAD.search(text) is not None


def _bare(words: Sequence[VotedWord]) -> str:
    return _NOT_LETTERS.sub("", fold("".join(word.text for word in words)))


def _partners(first: Sequence[FirstWord], second: Sequence[SecondWord]) -> list[tuple[str, float]]:
    """Return for each first word what the second reader saw there ("": nothing), and how surely."""
    partners = [("", 0.0)] * len(first)
    pairs = align([word.text.replace(" ", "") for word in first], [word.text for word in second])
    for mine, theirs in pairs:
        found = second[theirs]
        sureness = min((word.confidence for word in found), default=0.0)
        if mine.stop - mine.start == 1 and found:
            partners[mine.start] = (" ".join(word.text for word in found), sureness)
        elif _is_run_together([word.text for word in first[mine]], [word.text for word in found]):
            for i in range(mine.start, mine.stop):
                partners[i] = (first[i].text, sureness)
    return partners


def _is_run_together(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Claim that the second reader saw the same signs and only no space before or after digits."""
    own = "".join(mine)
    is_parted = not any(_GLUED.search(word) for word in mine)
    return is_parted and bool(_HOLDS_DIGIT.search(own)) and own == "".join(theirs).strip("_")


def _weighed(options: Sequence[Spelling], partner: str) -> tuple[Spelling, ...]:
    """Make the spellings that the second reader supports cheaper."""
    if not partner:
        return tuple(options)
    extra = _unseen(options, partner)
    weighed = (
        Spelling(spelling.text, spelling.cost - _support(spelling.text, partner))
        for spelling in (*options, *extra)
    )
    return tuple(sorted(weighed, key=lambda spelling: spelling.cost))


def _support(text: str, partner: str) -> float:
    support = 0.0
    if _letters(text) == _letters(partner):
        support += _LETTERS_AGREE
    mark = _mark(partner)
    if mark == _mark(text):
        support += _MARK_AGREES.get(mark, 0.0)
    return support


def _unseen(options: Sequence[Spelling], partner: str) -> tuple[Spelling, ...]:
    """Return the first reader's word with the second's accents, if nearly all letters agree."""
    text = options[0].text
    if len(text) != len(partner) or _HOLDS_DIGIT.search(text) or fold(text) != fold(partner):
        return ()
    differing = sum(
        mine != theirs for mine, theirs in zip(text.lower(), partner.lower(), strict=True)
    )
    if not 0 < differing <= _MOST_UNSEEN or any(o.text == partner for o in options):
        return ()
    spelled = "".join(
        theirs if mine.lower() != theirs.lower() and mine.isupper() == theirs.isupper() else mine
        for mine, theirs in zip(text, partner, strict=True)
    )
    return (Spelling(spelled, _UNSEEN * differing),)


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub(" ", text).strip()


def _mark(text: str) -> str:
    found = _LAST_MARK.search(text)
    return found.group() if found else ""


def _as_digits(seen: str, text: str) -> str:
    """Return a word with an `l` or `I` as 1 wherever `text` has a 1: one stroke is one stroke."""
    if len(seen) != len(text):
        return seen
    return "".join(
        "1" if mine == "1" and theirs in _STROKES else theirs
        for mine, theirs in zip(text, seen, strict=True)
    )


def _are_two_names(text: str) -> bool:
    return any(left.islower() and right.isupper() for left, right in pairwise(text))


def _agreement(text: str, partner: str) -> Agreement:
    mine, theirs = (_DOUBLED.sub("Đ", word.translate(_SIGNS)) for word in (text, partner))
    if mine == theirs or (" " in mine and _is_run_together(mine.split(), [theirs])):
        return Agreement.WHOLE
    letters = _AROUND.sub("", mine)
    if letters and letters == _as_digits(_AROUND.sub("", theirs), letters):
        return Agreement.LETTERS
    if _are_two_names(mine) and mine == theirs.replace(" ", ""):
        return Agreement.LETTERS
    is_alike = len(mine) == len(theirs) and fold(mine) == fold(theirs)
    return Agreement.SKELETON if is_alike else Agreement.NONE
