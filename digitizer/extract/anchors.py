"""Compare what was read with a fixed wording, allowing for a few misread letters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, TypeVar

from digitizer.vietnamese import edit_distance, fold

T = TypeVar("T")
_OTHER: Final = re.compile(r"[^a-z0-9]+")


def plain(text: str) -> str:
    """Return folded text with everything but letters and digits made one space."""
    return _OTHER.sub(" ", fold(text)).strip()


def tolerance(wording: str) -> int:
    """Return how many letters of a wording may be misread: one in eight, at most four."""
    return min(4, len(wording) // 8)


def is_near(text: str, wording: str) -> bool:
    """Claim that `text` (any) reads as `wording` (folded), spaces and accents apart."""
    read, wanted = plain(text).replace(" ", ""), wording.replace(" ", "")
    return edit_distance(read, wanted, tolerance(wanted)) <= tolerance(wanted)


def nearest(text: str, choices: Iterable[tuple[str, T]]) -> T | None:
    """Return the value of the one choice nearest to `text`; None when none or two are as near.

    Args:
        text: as read.
        choices: (wording, value); values of equal distance must be equal.
    """
    read = plain(text).replace(" ", "")
    best: list[T] = []
    least = 5
    for wording, value in choices:
        wanted = plain(wording).replace(" ", "")
        allowed = min(tolerance(wanted), least)
        found = edit_distance(read, wanted, allowed)
        if found > allowed:
            continue
        best = [value] if found < least else [*best, value]
        least = found
    return best[0] if best and all(value == best[0] for value in best) else None
