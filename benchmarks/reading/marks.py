"""What hands put over print: a round red seal, a signature, a black received stamp."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from samples import stamps, typeface
from samples.layout import BLUE, INK, PAPER
from samples.stamps import Draw
from samples.typeface import POINT_MM

_RING: Final = "CƠ QUAN KHÔNG CÓ THẬT - DẤU MẪU ĐỂ ĐO MÁY ĐỌC - "
_MIDDLE: Final = ("CON DẤU", "MẪU")
_STAMP_MM: Final = (50.0, 24.0)
_BLUE_PENS: Final = 0.7
Size = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """Where on a page hands put their marks.

    `is_first`: the desk for incoming mail stamps first pages only. `closing`: where the recipients
    and, beside them, the signature begin, as a share of the height; None where nobody signs.
    """

    is_first: bool
    closing: float | None


def sealed(size_mm: Size, place: Place, chance: np.random.Generator) -> list[Draw]:
    """Return a seal over the signer's post with the signature across it.

    On a page that nobody signs the seal is alone, over the upper text, as on appendices.
    """
    tilt_deg = float(chance.uniform(-25, 25))
    if place.closing is None:
        x, y = float(chance.uniform(0.2, 0.8)), float(chance.uniform(0.06, 0.5))
        return [stamps.seal((x * size_mm[0], y * size_mm[1]), _RING, _MIDDLE, tilt_deg)]
    x = float(chance.uniform(0.58, 0.7)) * size_mm[0]
    y = place.closing * size_mm[1] + float(chance.uniform(12, 26))
    start = (x + float(chance.uniform(2, 12)), y + float(chance.uniform(-4, 8)))
    color = BLUE if chance.random() < _BLUE_PENS else INK
    return [
        stamps.seal((x, y), _RING, _MIDDLE, tilt_deg),
        stamps.signature(start, 34.0, seed=int(chance.integers(1 << 30)), color=color),
    ]


def received(size_mm: Size, chance: np.random.Generator) -> Draw:
    """Return the black stamp of an incoming-mail desk, slightly turned, over the upper left text.

    Source: NĐ 30/2020/NĐ-CP, Phụ lục IV (dấu "ĐẾN"); smaller, as found on real papers.
    """
    left = float(chance.uniform(0.07, 0.2)) * size_mm[0]
    top = float(chance.uniform(0.14, 0.26)) * size_mm[1]
    tilt_deg = float(chance.uniform(-4, 4))
    number, day = int(chance.integers(100, 9999)), int(chance.integers(1, 29))

    def draw(page: Image.Image, scale: float) -> None:
        width, height = (round(side * scale) for side in _STAMP_MM)
        ink = Image.new("RGB", (width, height), PAPER)
        pen = ImageDraw.Draw(ink)
        line = max(1, round(0.6 * scale))
        pen.rectangle((line, line, width - line, height - line), outline=INK, width=line)
        rows = ("CÔNG VĂN ĐẾN", f"Số: {number}", f"Ngày: {day:02}/03/2026")
        for row, text in enumerate(rows):
            font = typeface.at_pixels("regular" if row else "bold", 12.0 * POINT_MM * scale)
            y = (row * 7.2 + 4.8) * scale
            pen.text((width / 2 if row == 0 else 3 * scale, y), text, INK, font, _anchor(row))
        turned = ink.rotate(tilt_deg, Image.Resampling.BICUBIC, expand=True, fillcolor=PAPER)
        _multiply(page, turned, (round(left * scale), round(top * scale)))

    return draw


def _anchor(row: int) -> str:
    return "mm" if row == 0 else "lm"


def _multiply(page: Image.Image, ink: Image.Image, at: tuple[int, int]) -> None:
    """Let ink darken what lies below, as it does on paper."""
    box = (at[0], at[1], at[0] + ink.width, at[1] + ink.height)
    page.paste(ImageChops.multiply(page.crop(box), ink), box)
