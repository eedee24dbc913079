"""What can be wrong with a page, done to a page that has nothing wrong: pixels in, pixels out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from samples import typeface

Gray = NDArray[np.uint8]
Chance = np.random.Generator

_STAMP_IN: Final = (2.3, 1.05)
_STAMP_LINES: Final = (("CỔNG THÔNG TIN MẪU", 0.06, 0.1), ("ĐẾN", 0.5, 0.06))


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing wrong: the resolution to draw the page at, and what is then done to it.

    `do` takes the page, the page on the other side, dpi and chance.
    """

    dpi: int
    do: Callable[[Gray, Gray, int, Chance], Gray]


def office(page: Gray, chance: Chance) -> Gray:
    """Return the page as an office scanner sees it: a little soft, a little grainy."""
    soft = cv2.GaussianBlur(page, (0, 0), 0.7).astype(np.float32)
    grainy = soft + chance.normal(0, 4, page.shape).astype(np.float32)
    return np.clip(grainy, 0, 255).astype(np.uint8)


def faint(page: Gray, share: float) -> Gray:
    """Return the page with its ink at `share` of its depth, on paper of 250."""
    return (250 - (255 - page.astype(np.float32)) * share).astype(np.uint8)


def shown_through(page: Gray, behind: Gray, share: float) -> Gray:
    """Return the page with `share` of the mirrored other side's ink, blurred by the paper."""
    mirrored = cv2.resize(behind, (page.shape[1], page.shape[0]))[:, ::-1]
    ghost = cv2.GaussianBlur(255 - mirrored, (0, 0), 2.0).astype(np.float32) * share
    return np.clip(page - ghost, 0, 255).astype(np.uint8)


def bilevel(page: Gray, threshold: int) -> Gray:
    """Return the page in black (below the threshold) and white."""
    return np.where(page < threshold, 0, 255).astype(np.uint8)


def leaned(page: Gray, angle_deg: float, paper: int = 250) -> Gray:
    """Return the page turned clockwise about its middle."""
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -angle_deg, 1.0)
    turned = cv2.warpAffine(page, matrix, (width, height), borderValue=(float(paper),))
    return np.asarray(turned, np.uint8)


def on_dark_bed(page: Gray, chance: Chance) -> Gray:
    """Return the page laid small and askew on a scanner's black bed."""
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), chance.uniform(-3, 3), 0.96)
    laid = cv2.warpAffine(page, matrix, (width, height), borderValue=(18.0,))
    return np.asarray(laid, np.uint8)


def shaded(page: Gray) -> Gray:
    """Return the page darker toward the right, and in the gutter at the left."""
    across = np.linspace(0, 1, page.shape[1], dtype=np.float32)
    light = 1 - 0.45 * across**3 - 0.3 * np.exp(-across * 50)
    return (page * light).astype(np.uint8)


def speckled(page: Gray, chance: Chance) -> Gray:
    """Return the page with 5 specks of 1 to 3 pixels on each ten thousand."""
    worn = page.copy()
    rows = chance.integers(0, page.shape[0] - 3, page.size // 2000)
    columns = chance.integers(0, page.shape[1] - 3, page.size // 2000)
    for row, column, side in zip(rows, columns, chance.integers(1, 4, len(rows)), strict=True):
        worn[row : row + side, column : column + side] = 30
    return worn


def received(page: Gray, dpi: int, chance: Chance) -> Gray:
    """Return the page with the receiving office's black stamp, where a clerk finds room for it.

    That is at the left of the upper page, over the place with least ink, and not quite straight.
    """
    stamp = _stamp(dpi, chance)
    height, width = stamp.shape
    x = round(chance.uniform(0.0, 0.3) * dpi)
    tops = range(round(0.1 * page.shape[0]), round(0.35 * page.shape[0]), dpi // 10)
    room = [int((page[top : top + height, x : x + width] < 128).sum()) for top in tops]
    y = tops[int(np.argmin(room))] + round(chance.uniform(-0.1, 0.1) * dpi)
    marked = page.copy()
    part = marked[y : y + height, x : x + width]
    part[:] = np.minimum(part, stamp)
    return marked


def _stamp(dpi: int, chance: Chance) -> Gray:
    width, height = (round(side * dpi) for side in _STAMP_IN)
    picture = Image.new("L", (width + dpi // 2, height + dpi // 2), 255)
    pen = ImageDraw.Draw(picture)
    left, top = dpi // 4, dpi // 4
    stroke = max(2, round(dpi * 0.015))
    pen.rectangle((left, top, left + width, top + height), outline=20, width=stroke)
    pen.line((left, top + height * 0.32, left + width, top + height * 0.32), 20, stroke)
    for text, down, across in _STAMP_LINES:
        font = typeface.at_pixels("bold", dpi * (0.16 if down < 0.5 else 0.24))
        pen.text((left + width * across, top + height * down), text, 30, font)
    font = typeface.at_pixels("regular", dpi * 0.15)
    for row, label in enumerate(("Số: .........", "Ngày: ...........")):
        pen.text((left + width * 0.4, top + height * (0.4 + row * 0.3)), label, 30, font)
        number = f"{chance.integers(1, 31)} / {chance.integers(1, 13)}"
        pen.text((left + width * 0.62, top + height * (0.36 + row * 0.3)), number, 50, font)
    tilted = picture.rotate(chance.uniform(-5, 5), Image.Resampling.BICUBIC, fillcolor=255)
    return np.asarray(tilted, np.uint8)


DAMAGES: Final = MappingProxyType(
    {
        "office, 200 dpi": Damage(200, lambda page, _b, _d, chance: office(page, chance)),
        "leaned 3°": Damage(200, lambda page, _b, _d, chance: leaned(office(page, chance), 3.0)),
        "dark bed": Damage(
            200, lambda page, _b, _d, chance: on_dark_bed(office(page, chance), chance)
        ),
        "shaded": Damage(200, lambda page, _b, _d, chance: office(shaded(page), chance)),
        "specks": Damage(200, lambda page, _b, _d, chance: office(speckled(page, chance), chance)),
        "100 dpi": Damage(100, lambda page, _b, _d, chance: office(page, chance)),
        "received stamp": Damage(
            300, lambda page, _b, dpi, chance: office(received(page, dpi, chance), chance)
        ),
        "shows through 12 %": Damage(
            200, lambda page, back, _d, chance: office(shown_through(page, back, 0.12), chance)
        ),
        "shows through 25 %": Damage(
            200, lambda page, back, _d, chance: office(shown_through(page, back, 0.25), chance)
        ),
        "faint 30 %": Damage(200, lambda page, _b, _d, chance: office(faint(page, 0.3), chance)),
        "faint 20 %": Damage(200, lambda page, _b, _d, chance: office(faint(page, 0.2), chance)),
        "1-bit, 150": Damage(200, lambda page, _b, _d, chance: bilevel(office(page, chance), 150)),
        "1-bit, 100": Damage(200, lambda page, _b, _d, chance: bilevel(office(page, chance), 100)),
    }
)
"""By name, the harmless ones first: there cleaning should change nothing."""
