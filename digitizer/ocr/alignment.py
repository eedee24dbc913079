"""Find out which words of two readings of one line are the same words.

By likeness, never by index: one reader may lose a word, split one or run two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from digitizer.vietnamese import fold

# Words less alike than this are not partners: better both stand alone.
_LEAST_LIKE: Final = 0.34
_MARKS: Final = re.compile(r"[^\w]+")
_GROUPS: Final = ((1, 1), (1, 2), (1, 3), (2, 1))


def align(first: Sequence[str], second: Sequence[str]) -> tuple[tuple[slice, slice], ...]:
    """Return pairs of slices, in order, that cover all of `first` and the partners in `second`.

    A slice is one word or a run of words that the other reader took for one; an empty second
    slice stands opposite a word only the first reader saw. Words only the second saw are left
    out. Words that are the same at both ends of the line are each other's partners at once.
    """
    shorter = min(len(first), len(second))
    start = next((i for i in range(shorter) if first[i] != second[i]), shorter)
    left = shorter - start
    end = next((i for i in range(left) if first[-1 - i] != second[-1 - i]), left)
    mine, theirs = len(first) - end, len(second) - end
    return (
        *((slice(i, i + 1), slice(i, i + 1)) for i in range(start)),
        *_moved(_aligned(first[start:mine], second[start:theirs]), start),
        *((slice(mine + i, mine + i + 1), slice(theirs + i, theirs + i + 1)) for i in range(end)),
    )


def _moved(pairs: Sequence[tuple[slice, slice]], by: int) -> Iterator[tuple[slice, slice]]:
    for one, other in pairs:
        yield (
            slice(one.start + by, one.stop + by),
            slice(other.start + by, other.stop + by),
        )


def _aligned(first: Sequence[str], second: Sequence[str]) -> tuple[tuple[slice, slice], ...]:
    """Find the likeliest pairs by dynamic programming over all prefixes."""
    rows, columns = len(first) + 1, len(second) + 1
    score = [[0.0] * columns for _ in range(rows)]
    came: list[list[tuple[int, int]]] = [[(1, 0)] * columns for _ in range(rows)]
    for i in range(rows):
        for j in range(columns):
            if i or j:
                score[i][j], came[i][j] = _best_step(first, second, score, i, j)
    pairs = []
    i, j = rows - 1, columns - 1
    while i or j:
        high, wide = came[i][j]
        if high:
            pairs.append((slice(i - high, i), slice(j - wide, j)))
        i, j = i - high, j - wide
    return tuple(reversed(pairs))


def _best_step(
    first: Sequence[str], second: Sequence[str], score: Sequence[Sequence[float]], i: int, j: int
) -> tuple[float, tuple[int, int]]:
    options = [(score[i - 1][j], (1, 0))] if i else []
    if j:
        options.append((score[i][j - 1], (0, 1)))
    for high, wide in _GROUPS:
        if high <= i and wide <= j:
            like = likeness("".join(first[i - high : i]), "".join(second[j - wide : j]))
            # A pair of words weighs more than a merge as like as it, by a hair.
            gain = like - 0.01 * (high + wide)
            if like >= _LEAST_LIKE:
                options.append((score[i - high][j - wide] + gain, (high, wide)))
    return max(options, key=lambda option: option[0])


@lru_cache(maxsize=4096)
def likeness(left: str, right: str) -> float:
    """Return how alike two words look without their accents, in [0, 1] (Dice over letter pairs)."""
    if left == right:
        return 1.0
    one, other = _pairs(left), _pairs(right)
    return 1.9 * len(one & other) / (len(one) + len(other))


@lru_cache(maxsize=4096)
def _pairs(word: str) -> frozenset[tuple[str, int]]:
    padded = f"^{fold(_MARKS.sub('', word) or word)}$"
    pairs = [padded[i : i + 2] for i in range(len(padded) - 1)]
    return frozenset((pair, pairs[:i].count(pair)) for i, pair in enumerate(pairs))
