"""Whether a word's confidence means what it says: of words sure by 0.99, are 99 in 100 right?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from benchmarks.reading.score import JudgedWord

EDGES: Final = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 1.0)
"""Bins are [edge, next edge), the last one closed: most words are nearly sure."""
_Z: Final = 1.96


@dataclass(frozen=True, slots=True)
class Bin:
    """Words whose confidence lies in [low, high); `low_right` and `high_right` enclose the share
    right with 95 % confidence (Wilson)."""

    low: float
    high: float
    words: int
    mean_confidence: float
    right: int
    low_right: float
    high_right: float

    @property
    def share_right(self) -> float:
        return self.right / max(1, self.words)


@dataclass(frozen=True, slots=True)
class Reliability:
    """All bins that hold a word, and the expected calibration error in [0, 1].

    Source: Guo et al. 2017, "On calibration of modern neural networks": the mean distance of
        confidence and share right over the bins, weighed by their words.
    """

    words: int
    expected_error: float
    bins: tuple[Bin, ...]


def reliability(words: Sequence[JudgedWord]) -> Reliability:
    """Compare confidence and truth over words of printed lines."""
    bins = tuple(
        _bin(low, high, members)
        for low, high in pairwise(EDGES)
        if (members := [word for word in words if _is_in(word.confidence, low, high)])
    )
    gap = sum(each.words * abs(each.share_right - each.mean_confidence) for each in bins)
    return Reliability(len(words), gap / max(1, len(words)), bins)


def _is_in(confidence: float, low: float, high: float) -> bool:
    return low <= confidence < high or (high == 1.0 and confidence >= 1.0)


def _bin(low: float, high: float, words: Sequence[JudgedWord]) -> Bin:
    right = sum(word.is_right for word in words)
    mean = sum(word.confidence for word in words) / len(words)
    return Bin(low, high, len(words), mean, right, *wilson(right, len(words)))


def wilson(right: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share. Source: Wilson 1927."""
    share, square = right / total, _Z * _Z / total
    middle = (share + square / 2) / (1 + square)
    half = _Z / (1 + square) * math.sqrt((share * (1 - share) + square / 4) / total)
    return max(0.0, middle - half), min(1.0, middle + half)
