"""How many pages of which paper size, as contracts for digitization count them.

Source: ISO 216 (A series); the page-count columns of archives' input sheets (A0 … A5, other).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from digitizer.model import Recognized, Scanned

OTHER: Final = "khác"
SIZES_MM: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        "A0": (841, 1189),
        "A1": (594, 841),
        "A2": (420, 594),
        "A3": (297, 420),
        "A4": (210, 297),
        "A5": (148, 210),
    }
)
ORDER: Final = (*SIZES_MM, OTHER)
A4_EQUIVALENT: Final = MappingProxyType(
    {"A0": 16.0, "A1": 8.0, "A2": 4.0, "A3": 2.0, "A4": 1.0, "A5": 0.5, OTHER: 1.0}
)
# Scanners crop to the paper's edge or a little past it; old office paper is a few mm off.
_TOLERANCE: Final = 0.08


@dataclass(frozen=True, slots=True)
class PaperCount:
    """Pages of one size; `blank` of them have nothing written on them."""

    size: str
    pages: int
    blank: int


def size_of(width_mm: float, height_mm: float) -> str:
    """Return the size's name, whichever way the page lies: A0 … A5, or `khác`."""
    short, long = sorted((width_mm, height_mm))
    for name, (width, height) in SIZES_MM.items():
        if abs(short - width) <= _TOLERANCE * width and abs(long - height) <= _TOLERANCE * height:
            return name
    return OTHER


def count(scanned: Scanned, recognized: Recognized) -> tuple[PaperCount, ...]:
    """Return the pages of a document by size, those sizes that occur."""
    blank = {page.number for page in recognized.pages if page.is_blank}
    pages: Counter[str] = Counter()
    blanks: Counter[str] = Counter()
    for page in scanned.pages:
        size = size_of(page.width / page.dpi * 25.4, page.height / page.dpi * 25.4)
        pages[size] += 1
        blanks[size] += page.number in blank
    return tuple(PaperCount(size, pages[size], blanks[size]) for size in ORDER if pages[size])


def total(counts: Iterable[PaperCount]) -> tuple[PaperCount, ...]:
    """Return the sums by size."""
    pages: Counter[str] = Counter()
    blanks: Counter[str] = Counter()
    for one in counts:
        pages[one.size] += one.pages
        blanks[one.size] += one.blank
    return tuple(PaperCount(size, pages[size], blanks[size]) for size in ORDER if pages[size])


def in_a4(counts: Iterable[PaperCount]) -> float:
    """Return the pages as so many A4 pages; `khác` counts as A4."""
    return sum(A4_EQUIVALENT[one.size] * one.pages for one in counts)
