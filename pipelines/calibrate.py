"""From what people found right or wrong, the confidence from which a field may be trusted.

Only counts and confidences are used, never a value. See docs/calibration.md for what the figures
can and can't say.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from digitizer.model import FieldName

Z_95: Final = 1.96


@dataclass(frozen=True, slots=True)
class Verdict:
    """One value that a person looked at: how it was read, how sure, and whether it was right."""

    field: FieldName
    rule: str
    confidence: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """What the verdicts on one field allow.

    `accept` is the lowest confidence at and above which the precision reaches the target with
    95 % confidence; None when none does. Of the `values` confirmed, `kept` stand at or above it
    (all of them where `accept` is None), `right` of these were right: `low` and `high` bound
    that share (Wilson). `review_share` of all would go to a person. `needed` values, all right,
    is the least that could ever prove the target.
    """

    field: FieldName
    accept: float | None
    values: int
    kept: int
    right: int
    low: float
    high: float
    review_share: float
    needed: int

    @property
    def is_enough(self) -> bool:
        """Whether there were enough values for any threshold to be proven."""
        return self.values >= self.needed


def wilson(right: int, total: int, z: float = Z_95) -> tuple[float, float]:
    """Return the interval of a share that was `right` of `total`, which must be some.

    Source: Wilson, JASA 22 (1927).
    """
    share = right / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    spread = math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    half = spread * z / (1 + z * z / total)
    return max(0.0, middle - half), min(1.0, middle + half)


def least_values(target: float, z: float = Z_95) -> int:
    """Return how many values, all right, put the lower bound at the target, in (0, 1)."""
    return math.ceil(z * z * target / (1 - target) - 1e-9)


def advise(verdicts: Sequence[Verdict], target: float) -> Iterator[Advice]:
    """Yield advice for each field that was looked at, in the clerk's order.

    Args:
        target: the precision to reach, in (0, 1).
    """
    for field in FieldName:
        own = sorted(
            (verdict for verdict in verdicts if verdict.field is field),
            key=lambda verdict: -verdict.confidence,
        )
        if own:
            yield _advise(field, own, target)


def _advise(field: FieldName, own: Sequence[Verdict], target: float) -> Advice:
    """Take the lowest threshold that holds; `own` is sorted, surest first."""
    best: tuple[float, int, int] | None = None
    right = 0
    for kept, verdict in enumerate(own, 1):
        right += verdict.is_right
        is_last_alike = kept == len(own) or own[kept].confidence < verdict.confidence
        if is_last_alike and wilson(right, kept)[0] >= target:
            best = (verdict.confidence, kept, right)
    accept, kept, right = best or (None, len(own), right)
    low, high = wilson(right, kept)
    return Advice(
        field=field,
        accept=accept,
        values=len(own),
        kept=kept,
        right=right,
        low=low,
        high=high,
        review_share=1 - kept / len(own) if accept is not None else 1.0,
        needed=least_values(target),
    )
