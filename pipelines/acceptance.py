"""How many documents of a batch a person looks at again, and which.

Source: ISO 2859-1:1999, table 1, general inspection level II, and table 2-A, normal inspection.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

_LOT_AND_SAMPLE: Final = (
    (8, 2),
    (15, 3),
    (25, 5),
    (50, 8),
    (90, 13),
    (150, 20),
    (280, 32),
    (500, 50),
    (1_200, 80),
    (3_200, 125),
    (10_000, 200),
    (35_000, 315),
    (150_000, 500),
    (500_000, 800),
)
_LARGEST_SAMPLE: Final = 1250


def sample_size(lot: int) -> int:
    """Return how many documents of a lot are looked at; all of a very small one."""
    size = next((sample for most, sample in _LOT_AND_SAMPLE if lot <= most), _LARGEST_SAMPLE)
    return min(lot, size)


def draw(lot: Sequence[str], size: int, seed: int) -> tuple[str, ...]:
    """Return `size` of the lot, each as likely as any other; the same seed draws the same ones.

    The order in which the lot is given does not matter.
    """
    return tuple(sorted(Random(seed).sample(sorted(lot), min(size, len(lot)))))  # noqa: S311 - repeatable by design


def is_accepted(faulty: int, accept_at_most: int) -> bool:
    """Claim that a batch passes with so many faulty documents in its sample."""
    return faulty <= accept_at_most
