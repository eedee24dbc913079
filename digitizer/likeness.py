"""How alike the words of two readings are, judged by what tells papers of one form apart: digits.

Two people's copies of one form share nearly every word and differ in their numbers and dates. So
whole texts and pictures can't tell them apart, and the tokens that hold digits can: the same paper
scanned twice keeps them, another person's paper has its own.

Pure, and safe to call at once from many threads.

Source: measured on 1,060 pairs of one form, docs/same-paper.md; Manku et al. 2007 for why text
hashes serve to find candidates only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_LEAST_DIGITS = 2
_MOST_DIGITS = 16
_LONG = 9
_NOT_DIGITS = re.compile(r"\D+")


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two texts have in common.

    Attributes:
        jaccard: shared digits by all digits, of tokens, in [0, 1]; 0 where there are none. A token
            counts by its length: a personal number says more than a day of the month.
        shared: how many tokens they share.
        only_here, only_there: the tokens of one text that are not in the other, sorted.
    """

    jaccard: float
    shared: int
    only_here: tuple[str, ...]
    only_there: tuple[str, ...]


def digit_tokens(text: str) -> frozenset[str]:
    """Return the digits of each word that holds two or more: `209/QĐ-UBND` gives `209`.

    Letters are left out, so that a misread letter does not make another token; so is what dotted
    lines are misread as: longer than any number on a paper, or one digit again and again.
    """
    digits = (_NOT_DIGITS.sub("", word) for word in text.split())
    return frozenset(one for one in digits if _is_number(one))


def _is_number(digits: str) -> bool:
    is_line = len(digits) > _LEAST_DIGITS and len(set(digits)) == 1
    return _LEAST_DIGITS <= len(digits) <= _MOST_DIGITS and not is_line


def compare(here: frozenset[str], there: frozenset[str]) -> Likeness:
    """Return what two sets of digit tokens have in common.

    A long token that has one digit more in front is the same: a stroke of the form was read with
    it. One with another digit is not: so do the numbers of two people differ.
    """
    here = _without_strokes(here, there)
    there = _without_strokes(there, here)
    shared, whole = here & there, here | there
    jaccard = _digits(shared) / _digits(whole) if whole else 0.0
    return Likeness(jaccard, len(shared), tuple(sorted(here - there)), tuple(sorted(there - here)))


def _digits(tokens: frozenset[str]) -> int:
    return sum(len(token) for token in tokens)


def _without_strokes(tokens: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    return frozenset(
        token[1:] if len(token) > _LONG and token not in others and token[1:] in others else token
        for token in tokens
    )


def compare_pages(here: Sequence[str], there: Sequence[str]) -> Likeness:
    """Return how alike two papers are, page texts given.

    Someone who asks with one page of a longer paper is compared with each page of it, too: the best
    counts.
    """
    asked = digit_tokens(" ".join(here))
    whole = compare(asked, digit_tokens(" ".join(there)))
    if len(here) >= len(there):
        return whole
    pages = (compare(asked, digit_tokens(page)) for page in there)
    return max((whole, *pages), key=lambda one: (one.jaccard, one.shared))
