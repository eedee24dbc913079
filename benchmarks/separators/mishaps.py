"""What goes wrong between the feeder and the file, each as a change to the pile's leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from PIL import ImageDraw

from benchmarks.separators.pile import Leaf

Mishap = Callable[[list[Leaf], int, Random], list[Leaf]]
"""Given the leaves, the images a sheet of paper gives (1, or 2 in duplex) and chance."""


def two_pages_at_once(leaves: list[Leaf], sides: int, chance: Random) -> list[Leaf]:
    """A page goes through under another page of its document."""
    starts = [
        start
        for start in _papers(leaves, sides)
        if start >= sides and not _is_sheet(leaves, start - sides, sides)
    ]
    return _without(leaves, chance.choice(starts), sides)


def page_under_a_sheet(leaves: list[Leaf], sides: int, chance: Random) -> list[Leaf]:
    """The first page of a document goes through under its separator sheet."""
    starts = [start for start in _papers(leaves, sides) if _is_sheet(leaves, start - sides, sides)]
    return _without(leaves, chance.choice(starts), sides)


def sheet_under_a_page(leaves: list[Leaf], sides: int, chance: Random) -> list[Leaf]:
    """A separator sheet goes through under the last page before it, or was forgotten."""
    return _without(leaves, chance.choice(_sheets(leaves)[1:]), sides)


def first_sheet_lost(leaves: list[Leaf], sides: int, _: Random) -> list[Leaf]:
    """The very first sheet stayed on the table."""
    return _without(leaves, 0, sides)


def sheet_and_page(leaves: list[Leaf], sides: int, chance: Random) -> list[Leaf]:
    """A sheet and the page behind it go through under the page before."""
    return _without(leaves, chance.choice(_sheets(leaves)[1:]), 2 * sides)


def sheet_covered(leaves: list[Leaf], _: int, chance: Random) -> list[Leaf]:
    """A slip of paper lies over both codes of a sheet."""
    place = chance.choice(_sheets(leaves))
    image = leaves[place].image.copy()
    width, height = image.size
    pen = ImageDraw.Draw(image)
    white = 255 if image.mode == "L" else (255, 255, 255)
    pen.rectangle((0, height * 0.18, width, height * 0.46), fill=white)
    pen.rectangle((width * 0.5, height * 0.82, width, height), fill=white)
    return [
        *leaves[:place],
        replace(leaves[place], sheet=None, image=image),
        *leaves[place + 1 :],
    ]


def page_of_another_stack(leaves: list[Leaf], sides: int, chance: Random) -> list[Leaf]:
    """A leaf left in the feeder comes out with this stack."""
    start = chance.choice(_papers(leaves, sides))
    return [*leaves[:start], *leaves[start : start + sides], *leaves[start:]]


MISHAPS: tuple[Mishap, ...] = (
    two_pages_at_once,
    page_under_a_sheet,
    sheet_under_a_page,
    first_sheet_lost,
    sheet_and_page,
    sheet_covered,
    page_of_another_stack,
)


def _sheets(leaves: Sequence[Leaf]) -> list[int]:
    return [place for place, leaf in enumerate(leaves) if leaf.sheet]


def _papers(leaves: Sequence[Leaf], sides: int) -> list[int]:
    """Return where the sheets of paper begin that are no separators."""
    return [place for place in range(0, len(leaves), sides) if not _is_sheet(leaves, place, sides)]


def _is_sheet(leaves: Sequence[Leaf], place: int, sides: int) -> bool:
    return leaves[place - place % sides].sheet is not None


def _without(leaves: list[Leaf], place: int, count: int) -> list[Leaf]:
    return leaves[:place] + leaves[place + count :]
