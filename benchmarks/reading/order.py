"""Score the reading order by itself, in two ways that ask different things.

*Followed*: of consecutive printed lines, how many are read one right after the other? A block in
the wrong place costs two. *In sequence*: letter errors of the page as one text from top to end,
where a misplaced block costs all its letters. What was read of stamps and handwriting is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from benchmarks.reading.matching import Matched
from pipelines.site_truth import distance


@dataclass(frozen=True, slots=True)
class Order:
    """Counts of one page or of many.

    `followed` of `pairs` consecutive lines stand so in the reading; lost lines are in neither.
    `sequence_errors` of `letters` is the page as one text.
    """

    followed: int = 0
    pairs: int = 0
    letters: int = 0
    sequence_errors: int = 0

    def __add__(self, other: Order) -> Order:
        return Order(
            self.followed + other.followed,
            self.pairs + other.pairs,
            self.letters + other.letters,
            self.sequence_errors + other.sequence_errors,
        )

    @property
    def followed_share(self) -> float:
        return self.followed / max(1, self.pairs)

    @property
    def cer(self) -> float:
        return self.sequence_errors / max(1, self.letters)


def order_score(matched: Matched) -> Order:
    """Score the order in which a page's printed lines were read."""
    pieces, texts = matched.in_order, matched.texts
    first: dict[int, int] = {}
    for place, piece in enumerate(pieces):
        first.setdefault(piece.row, place)
    rows = sorted(first)
    rank = {row: at for at, row in enumerate(sorted(rows, key=first.__getitem__))}
    followed = sum(rank[after] == rank[before] + 1 for before, after in pairwise(rows))
    wanted = " ".join(texts[row] for row in sorted(texts))
    read = " ".join(word.text for piece in pieces for word in piece.words)
    return Order(followed, max(0, len(rows) - 1), len(wanted), distance(wanted, read))
