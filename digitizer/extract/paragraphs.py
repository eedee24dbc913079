"""The paragraphs and list entries of an operative part: Điều, khoản, điểm, gạch đầu dòng.

Source: NĐ 30/2020 PL I phần I mục II.6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Marker = Literal["article", "number", "letter", "dash", ""]
_MARKERS: Final[tuple[tuple[Marker, re.Pattern[str]], ...]] = (
    ("article", re.compile(r"dieu \d{1,3} ?[.:] ")),
    ("number", re.compile(r"\d{1,2}(?:\.\d{1,2})*[.)] ")),
    ("letter", re.compile(r"[a-z]\) ")),
    ("dash", re.compile(r"[-+*•] ?")),
)
_ENDS: Final = (".", ":")
_LISTS: Final = (".", ":", ";", ",")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph or list entry: [start, end) of the text, without its marker."""

    marker: Marker
    start: int
    end: int


def find_paragraphs(text: str, starts: Sequence[int]) -> Iterator[Paragraph]:
    """Yield the paragraphs of a text.

    A line opens one when it bears a marker and the line before ended like an entry, or when that
    line ended a sentence: a number that merely happens to begin a line opens none.

    Args:
        text: folded, lines joined by one space.
        starts: where each printed line begins, ascending.
    """
    cuts: list[tuple[int, Marker, int]] = []
    for start in starts:
        before = text[:start].rstrip()
        marker, begin = _marker(text, start)
        is_marked = marker in ("article", "dash") or (marker and before.endswith(_LISTS))
        if is_marked or not cuts or (before.endswith(_ENDS) and not marker):
            cuts.append((start, marker, begin))
    ends = [start for start, _, _ in cuts[1:]] + [len(text)]
    for (_, marker, begin), end in zip(cuts, ends, strict=True):
        yield Paragraph(marker, begin, end)


def _marker(text: str, start: int) -> tuple[Marker, int]:
    for marker, pattern in _MARKERS:
        if match := pattern.match(text, start):
            return marker, match.end()
    return "", start
