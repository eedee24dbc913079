"""A pile of paper before the scanner: printed separator sheets, synthetic papers between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from random import Random

import pypdfium2
from PIL import Image

from digitizer.separator import Separator
from pipelines.separator_sheets import Printing, closed_set, print_sheets
from samples import containers, degrade, layout, letters

PRINTING = Printing("Ủy ban nhân dân xã Thí Điểm", {"QĐ": "Quyết định"}, date(2026, 1, 18))
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One side of paper as the scanner sees it.

    `sheet` is the separator it is, None for a page or an empty back; `document` counts from 0.
    """

    sheet: Separator | None
    document: int
    image: Image.Image


def pile(
    lengths: Sequence[int], *, dpi: int, chance: Random, is_closed: bool, is_duplex: bool
) -> list[Leaf]:
    """Return sheets and pages as a clerk lays them down, scanned with a scanner's wear.

    Args:
        lengths: page images of each document.
        is_closed: a numbered set, none of which may be missing; else loose sheets.
        is_duplex: every sheet is followed by its empty back.
    """
    set_id = "".join(chance.choice(_LETTERS) for _ in range(6))
    asked = [
        Separator(set_id, n, pages=count, is_duplex=is_duplex, agency="H41.05", box="Hộp 12")
        for n, count in enumerate(lengths, 1)
    ]
    sheets = closed_set(asked) if is_closed else tuple(asked)
    leaves: list[Leaf] = []
    for number, (sheet, front) in enumerate(zip(sheets, printed(sheets, dpi), strict=True)):
        leaves.append(Leaf(sheet, number, scanned(front, chance)))
        if is_duplex:
            leaves.append(Leaf(None, number, chance.choice(_backs(dpi))))
        leaves += [Leaf(None, number, chance.choice(_papers(dpi))) for _ in range(lengths[number])]
    return leaves


def stack(leaves: Sequence[Leaf], dpi: int) -> bytes:
    """Return what the scanner makes of the leaves: one PDF of JPEG pages."""
    return containers.pdf_of_jpegs([leaf.image for leaf in leaves], 60, dpi)


def printed(sheets: Sequence[Separator], dpi: int) -> list[Image.Image]:
    """Return the sheets as a printer lays them on paper."""
    pdf = pypdfium2.PdfDocument(print_sheets(sheets, PRINTING))
    try:
        return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in pdf]
    finally:
        pdf.close()


def scanned(image: Image.Image, chance: Random) -> Image.Image:
    """Return the page as the scanner hands it over, leaning a little."""
    wear = replace(degrade.Wear(), skew_deg=chance.uniform(-1.5, 1.5), ghost=0.0)
    return degrade.scan(image, wear, chance.getrandbits(32))


@cache
def _papers(dpi: int) -> tuple[Image.Image, ...]:
    chance = Random(dpi)
    sheets = [sheet for draw in (letters.letter, letters.report) for sheet in draw()]
    return tuple(scanned(layout.render(sheet, dpi), chance) for sheet in sheets for _ in range(2))


@cache
def _backs(dpi: int) -> tuple[Image.Image, ...]:
    """Return empty backs, a sheet's own print shining through faintly."""
    chance = Random(dpi + 1)
    front = printed([Separator("222222", 1, is_duplex=True)], dpi)[0]
    empty = Image.new("RGB", front.size, layout.PAPER)
    return tuple(
        degrade.scan(empty, replace(degrade.Wear(), ghost=share), chance.getrandbits(32), front)
        for share in (0.0, 0.05, 0.1)
    )
