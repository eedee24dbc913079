"""The semi-real papers: made-up ones of every type, and published decisions born digital.

All of it is made from seeds into a cache folder and never becomes part of the project. Each paper
is scanned twice, `clean` as an office does it and `degraded` as worn paper on a worn scanner; the
conditions are those of the reading's own measurement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from PIL import Image

from benchmarks.reading.grades import GradeName, conditions, scanned
from benchmarks.reading.kept import kept
from benchmarks.reading.marks import Place
from benchmarks.understanding import administrative, business, civil, desk
from benchmarks.understanding import property as estate
from benchmarks.understanding.pen import Sheet, render
from benchmarks.understanding.truth import Truth

VERSION: Final = 1
"""Raise it whenever a page would come out otherwise, so that the cache is made again."""
DEFAULT_COUNT: Final = 252
_OVERSAMPLING: Final = 2
Drawn = tuple[list[Sheet], Truth]
Wear = Literal["clean", "degraded"]
WEARS: Final[tuple[Wear, ...]] = ("clean", "degraded")
_GRADES: Final = MappingProxyType[Wear, GradeName]({"clean": "office", "degraded": "worn"})
_CITIZENS: Final = MappingProxyType[str, Callable[[int], Drawn]](
    {
        "KHAI_SINH": civil.birth,
        "KET_HON": civil.marriage,
        "KHAI_TU": civil.death,
        "XN_HON_NHAN": civil.single,
        "GCN_DAT": estate.land,
        "GPXD": estate.permit,
        "DKDN": business.company,
        "HKD": business.household,
        "LLTP": desk.record,
        "TO_KHAI": desk.application,
        "GIAY_TIEP_NHAN": desk.receipt,
    }
)
_WEIGHTS: Final = MappingProxyType(
    {"QĐ": 4, "CV": 3, "TB": 2, "TTr": 2, "KHAI_SINH": 2, "KET_HON": 2}
)
"""How often a type is drawn where it is not once: as desks see them."""
_STAMPED_IN: Final = frozenset(administrative.KINDS)
"""Types that the desk for incoming mail stamps."""


@dataclass(frozen=True, slots=True)
class Made:
    """One made-up paper; the same kind and seed are the same paper."""

    kind: str
    seed: int

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.seed:03}"

    def draw(self) -> Drawn:
        if self.kind in _CITIZENS:
            return _CITIZENS[self.kind](self.seed)
        return administrative.draw(self.kind, self.seed)


def collection(count: int) -> Iterator[Made]:
    """Yield `count` papers in rounds, each of all types in their proportions."""
    kinds = [
        kind for kind in (*administrative.KINDS, *_CITIZENS) for _ in range(_WEIGHTS.get(kind, 1))
    ]
    for number in range(count):
        rounds, place = divmod(number, len(kinds))
        kind = kinds[place]
        before = kinds[:place].count(kind)
        yield Made(kind, rounds * kinds.count(kind) + before + 1)


def scan_pages(made: Made, wear: Wear, folder: Path) -> list[Path]:
    """Return the scans of a paper's pages, made now unless the folder has them."""
    sheets, _ = made.draw()
    return [
        kept(
            folder,
            f"{_ascii(made)}.{wear}.p{number}-v{VERSION}",
            partial(_scan, made, wear, number),
        )
        for number in range(1, len(sheets) + 1)
    ]


def _scan(made: Made, wear: Wear, number: int) -> tuple[bytes, str]:
    sheets, _ = made.draw()
    sheet = sheets[number - 1]
    grade = _GRADES[wear]
    # One seed for all pages of a paper: they went through the same scanner.
    chosen = conditions(grade, _seed(made, wear))
    behind = None if len(sheets) == 1 else render(sheets[number % len(sheets)], chosen.dpi)
    is_received = number == 1 and made.kind in _STAMPED_IN
    # Nobody seals an application, and a page that nobody signs bears no seal either.
    place = None if sheet.closing is None else Place(is_received, sheet.closing)
    drawn: Image.Image = render(sheet, chosen.dpi * _OVERSAMPLING)
    return scanned(drawn, chosen, _seed(made, wear) + number, behind, place)


def _seed(made: Made, wear: Wear) -> int:
    text = f"{VERSION}/{made.name}/{wear}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


def _ascii(made: Made) -> str:
    return made.name.replace("Đ", "D")
