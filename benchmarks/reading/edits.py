"""Alignments over any sequences, whole against whole or whole against a part.

The plain distance is the product's own, `pipelines.site_truth.distance`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pipelines.site_truth import distance

__all__ = ["aligned", "distance", "part_distance"]

T = TypeVar("T")


def part_distance(truth: Sequence[T], read: Sequence[T]) -> tuple[int, int, int]:
    """Return the edit distance of `truth` to its best part of `read`, and the part's [start, end).

    What stands before and after the part in `read` costs nothing.
    """
    row = [0] * (len(read) + 1)
    starts = list(range(len(read) + 1))
    for i, wanted in enumerate(truth, 1):
        diagonal, diagonal_start = row[0], starts[0]
        row[0] = i
        for j, got in enumerate(read, 1):
            options = (
                (diagonal + (wanted != got), diagonal_start),
                (row[j] + 1, starts[j]),
                (row[j - 1] + 1, starts[j - 1]),
            )
            diagonal, diagonal_start = row[j], starts[j]
            row[j], starts[j] = min(options, key=lambda option: option[0])
    end = min(range(len(row)), key=row.__getitem__)
    return row[end], starts[end], end


def aligned(truth: Sequence[T], read: Sequence[T]) -> list[tuple[int | None, int | None]]:
    """Return the index pairs of a best alignment, None standing opposite what has no partner."""
    table = [list(range(len(read) + 1))]
    for i, wanted in enumerate(truth, 1):
        above, row = table[-1], [i]
        for j, got in enumerate(read, 1):
            row.append(min(above[j - 1] + (wanted != got), above[j] + 1, row[j - 1] + 1))
        table.append(row)
    pairs: list[tuple[int | None, int | None]] = []
    i, j = len(truth), len(read)
    while i or j:
        if i and j and table[i][j] == table[i - 1][j - 1] + (truth[i - 1] != read[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif i and table[i][j] == table[i - 1][j] + 1:
            i -= 1
            pairs.append((i, None))
        else:
            j -= 1
            pairs.append((None, j))
    return pairs[::-1]
