"""Semi-real pages: born-digital decisions, worn and scanned by seed in three grades.

They are made on the fly into a cache folder and never become part of the project: the decisions
are other people's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

from benchmarks.reading.born_digital import BornPage, averaged, born_pages, picture, plain
from benchmarks.reading.grades import GradeName, conditions, scanned
from benchmarks.reading.kept import MEDIA_TYPES, kept
from benchmarks.reading.marks import Place
from benchmarks.reading.trial import Set, SetChoice, Trial, staged

VERSION: Final = 2
"""Raise it whenever a page would come out otherwise, so that the cache is made again."""
_TAKES: Final = {False: 1, True: 2}
"""Scans of each page; two of those kept aside: that third of the papers has a quarter of pages."""


@dataclass(frozen=True, slots=True)
class SemiReal:
    """One page in one grade; `take` from 1."""

    page: BornPage
    behind: BornPage
    grade: GradeName
    take: int

    @property
    def name(self) -> str:
        return f"{self.page.name}.{self.grade}" + ("" if self.take == 1 else f".{self.take}")

    @property
    def seed(self) -> int:
        text = f"{VERSION}/{self.page.pdf.name}/{self.page.page}/{self.grade}/{self.take}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


def semi_real_pages(shared: Path) -> Iterator[SemiReal]:
    """Yield all semi-real pages, in the order of the files. Nothing is drawn yet."""
    pages = born_pages(shared)
    for page, behind in zip(pages, (*pages[1:], pages[0]), strict=True):
        for grade in get_args(GradeName):
            for take in range(1, _TAKES[page.is_held_out] + 1):
                yield SemiReal(page, behind, grade, take)


def semi_real(shared: Path, cache: Path, pages: SetChoice) -> Iterator[Trial]:
    """Yield each semi-real page of the set through the real scanning and cleaning."""
    for one in semi_real_pages(shared):
        chosen: Set = "held-out" if one.page.is_held_out else "dev"
        if pages not in ("all", chosen):
            continue
        path = scan_file(one, cache / "semi-real")
        with staged(path, MEDIA_TYPES[path.suffix]) as stages:
            yield Trial(one.name, "semi-real", one.grade, chosen, one.page.lines, *stages)


def scan_file(one: SemiReal, folder: Path) -> Path:
    """Return the scan of a semi-real page, made now unless the folder has it."""
    return kept(folder, f"{plain(one.name)}-{one.seed:012x}", lambda: make_scan(one))


def make_scan(one: SemiReal) -> tuple[bytes, str]:
    """Return the scan of a semi-real page and its suffix; the same page gives the same bytes."""
    chosen = conditions(one.grade, one.seed)
    behind = averaged(picture(one.behind, chosen.dpi))
    place = Place(is_first=one.page.page == 1, closing=one.page.closing)
    return scanned(picture(one.page, chosen.dpi), chosen, one.seed, behind, place)
