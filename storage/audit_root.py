"""The day's root over the lines of an audit log: what was written can't be rewritten with the key.

The log's own chain shows an edit to whoever has the key, and nothing of one *by* whoever has it. A
root that is time-stamped and kept elsewhere shows that, too; the short hashes beside it tell which
line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from digitizer.model import Sha256
from storage.audit_log import whole_lines
from storage.merkle import leaf_of, root_of

_SHORT = 16
"""Hexadecimal digits kept of each leaf: they tell which line differs; the root is the proof."""


@dataclass(frozen=True, slots=True)
class DayRoot:
    """The Merkle root over lines `first` to `last` of a log, counted from 1, both included."""

    log: str
    first: int
    last: int
    root: Sha256
    leaves: tuple[str, ...]
    made_at: datetime


def next_root(file: Path, after: int, now: datetime) -> DayRoot | None:
    """Return the root over the lines after `after`, None when there are none.

    Raises DiskFull when the log can't be read.
    """
    leaves = _leaves(file, after, None)
    if not leaves:
        return None
    return DayRoot(
        file.name,
        after + 1,
        after + len(leaves),
        Sha256(root_of(leaves).hex()),
        tuple(leaf.hex()[:_SHORT] for leaf in leaves),
        now,
    )


def differing(file: Path, root: DayRoot) -> tuple[int, ...]:
    """Return the lines of a log that are not those the root was made over, none when all are.

    Lines that are gone are told by the numbers they had. A root that does not fit its own short
    hashes is told as its whole range.

    Raises DiskFull when the log can't be read.
    """
    leaves = _leaves(file, root.first - 1, root.last) if file.exists() else ()
    if root_of(leaves).hex() == root.root:
        return ()
    found = [leaf.hex()[:_SHORT] for leaf in leaves]
    found += [""] * (len(root.leaves) - len(found))
    pairs = enumerate(zip(root.leaves, found, strict=True), root.first)
    places = tuple(place for place, (told, there) in pairs if told != there)
    return places or tuple(range(root.first, root.last + 1))


def _leaves(file: Path, after: int, last: int | None) -> Sequence[bytes]:
    return [leaf_of(line) for line in islice(whole_lines(file), after, last)]
