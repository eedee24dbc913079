"""A site's own truth beside a scan, and how far a reading is from it.

`0001.pdf` has its truth in `0001.pdf.txt` or `0001.txt`: UTF-8, the printed words of all pages in
the order a person would read them. What is typed there is compared and counted, never kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from digitizer.vietnamese import squeeze

_LEADERS: Final = re.compile(r"(?:[.…·]\s?){4,}|_{3,}|…+")
_SIGNS: Final = str.maketrans(
    {
        **dict.fromkeys("“”„″«»", '"'),
        **dict.fromkeys("‘’`´′", "'"),
        **dict.fromkeys("–—−‐‑", "-"),
        "⁄": "/",
    }
)


@dataclass(frozen=True, slots=True)
class Errors:
    """Counts of one document or many: divide at the end, never average rates.

    `missing` are words of the truth that were read nowhere on the paper, whatever the order.
    """

    letters: int = 0
    letter_errors: int = 0
    words: int = 0
    word_errors: int = 0
    missing: int = 0

    def __add__(self, other: Errors) -> Errors:
        pairs = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return Errors(*(left + right for left, right in pairs))


def comparable(text: str) -> str:
    """Return NFC text with leaders out, one form of quote and dash, single spaces."""
    return squeeze(_LEADERS.sub(" ", squeeze(text).translate(_SIGNS)))


def truth_beside(path: Path) -> str | None:
    """Return the comparable truth of a scan, None where none was typed.

    Raises:
        ValueError: a truth file that is not UTF-8.
    """
    for candidate in (path.with_name(f"{path.name}.txt"), path.with_suffix(".txt")):
        if candidate.is_file():
            return comparable(candidate.read_text("utf-8-sig"))
    return None


def errors_against(truth: str, read: str) -> Errors:
    """Compare two comparable texts in sequence."""
    wanted, got = truth.split(), read.split()
    return Errors(
        letters=len(truth),
        letter_errors=distance(truth, read),
        words=len(wanted),
        word_errors=distance(wanted, got),
        missing=(Counter(wanted) - Counter(got)).total(),
    )


def distance(truth: Sequence[Hashable], read: Sequence[Hashable]) -> int:
    """Return the fewest insertions, deletions and substitutions that make `read` of `truth`.

    A column of the table is two whole numbers, one bit a row, so a page takes milliseconds.

    Source: Myers 1999, "A fast bit-vector algorithm for approximate string matching", in
        Hyyrö's form (2003) for whole against whole.
    """
    if not truth:
        return len(read)
    where: dict[Hashable, int] = {}
    for row, item in enumerate(truth):
        where[item] = where.get(item, 0) | 1 << row
    every = (1 << len(truth)) - 1
    last = 1 << (len(truth) - 1)
    up, down, errors = every, 0, len(truth)
    for item in read:
        same = where.get(item, 0)
        across = (((same & up) + up) ^ up) | same
        rises = down | (every & ~(across | up))
        falls = up & across
        errors += bool(rises & last) - bool(falls & last)
        rises = (rises << 1 | 1) & every
        falls = (falls << 1) & every
        same |= down
        up = falls | (every & ~(same | rises))
        down = rises & same
    return errors
