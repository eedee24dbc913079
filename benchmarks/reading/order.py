"""Score the reading order: which neighbors of the truth are neighbors in the reading too."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from benchmarks.reading.score import claimed_places
from benchmarks.reading.truth import TruthLine
from digitizer.model import TextLine


def order_score(truth: Sequence[TruthLine], lines: Sequence[TextLine]) -> tuple[int, int]:
    """Return how many pairs of consecutive printed lines are read one after the other, of how many.

    Lines that were lost, or hold no print to score, are left out on both sides.
    """
    places = claimed_places(truth, lines)
    rows = [row for row in sorted(places) if not truth[row].is_marked]
    rank = {row: at for at, row in enumerate(sorted(rows, key=lambda row: places[row]))}
    kept = sum(rank[after] == rank[before] + 1 for before, after in pairwise(rows))
    return kept, max(0, len(rows) - 1)
