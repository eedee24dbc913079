"""What is put on a page: marks of state secrets, and words and stamps that are none."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final, Literal

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from benchmarks.understanding import faces
from samples.layout import INK, PAPER, Color
from samples.stamps import Draw
from samples.typeface import POINT_MM

Style = Literal["red_frame", "black_frame", "printed"]
Spot = Literal["slot", "over_print", "at"]
STYLES: Final[tuple[Style, ...]] = ("red_frame", "black_frame", "printed")
WORDS: Final = ("MẬT", "TỐI MẬT", "TUYỆT MẬT")
_REDS: Final[tuple[Color, ...]] = ((200, 30, 40), (186, 20, 60), (214, 62, 48), (170, 34, 34))
_FAINT_SHARE: Final = 0.25
_SPOTS: Final[tuple[Spot, ...]] = ("slot", "slot", "slot", "over_print", "at")
_ROOM_FROM_MM: Final = (10.0, 46.0)
_ROOM_TO_MM: Final = (112.0, 100.0)
_NO_ROOM_MM: Final = (62.0, 14.0)
_INK: Final = 240


@dataclass(frozen=True, slots=True)
class Mark:
    """A word on a page, `tilt_deg` counter-clockwise.

    `slot` is the first free room under the number in the left half, moved by `offset_mm`;
    `over_print` the same, moved so far that some of it lies over print; `at` is `offset_mm` itself.
    `strength` is how much of the ink there is, 1 for all of it.
    """

    text: str
    spot: Spot
    offset_mm: tuple[float, float]
    size_pt: float
    color: Color
    strength: float
    tilt_deg: float
    is_framed: bool
    is_bold: bool = True

    def draw(self) -> Draw:
        return lambda page, scale: _put(page, scale, self)


def secret(style: Style, word: str, chance: Random) -> Mark:
    """Return a mark of slot 10a: under the number in the left half, over print, or elsewhere.

    Source: NĐ 30/2020/NĐ-CP PL I phần I mục II (ô số 10a); frames 8 mm high.
    """
    is_stamp = style != "printed"
    spot: Spot = chance.choice(_SPOTS if is_stamp else ("slot", "slot", "slot", "at"))
    return Mark(
        text=word,
        spot=spot,
        offset_mm=_offset(spot, chance, is_stamp=is_stamp),
        size_pt=chance.uniform(13, 16),
        color=chance.choice(_REDS) if style == "red_frame" else INK,
        strength=chance.uniform(0.45, 0.65) if chance.random() < _FAINT_SHARE else 1.0,
        tilt_deg=chance.uniform(-6, 6) if is_stamp else 0.0,
        is_framed=is_stamp,
    )


def stamp(text: str, chance: Random) -> Mark:
    """Return a stamp that is no secrecy mark, red or black, where one would stand."""
    color = chance.choice((*_REDS, INK))
    spot: Spot = chance.choice(_SPOTS)
    offset_mm = _offset(spot, chance, is_stamp=True)
    size_pt, tilt_deg = chance.uniform(13, 16), chance.uniform(-6, 6)
    return Mark(text, spot, offset_mm, size_pt, color, 1.0, tilt_deg, is_framed=True)


def printed(text: str, at: tuple[float, float] | None, *, is_bold: bool) -> Mark:
    """Return a line of print, in the free room of the slot unless it has a place of its own."""
    spot: Spot = "at" if at else "slot"
    return Mark(text, spot, at or (0, 0), 13.0, INK, 1.0, 0.0, is_framed=False, is_bold=is_bold)


def _offset(spot: Spot, chance: Random, *, is_stamp: bool) -> tuple[float, float]:
    if spot == "at":
        return chance.uniform(45, 170), chance.uniform(12, 17)
    if spot == "over_print":
        return chance.uniform(-2, 6), chance.choice((-1, 1)) * chance.uniform(3, 5)
    return (chance.uniform(-1, 2), chance.uniform(-1, 1)) if is_stamp else (0.0, 0.0)


def _put(page: Image.Image, scale: float, mark: Mark) -> None:
    """Darken the page by the word and its frame, turned about their center."""
    size_px = mark.size_pt * POINT_MM * scale
    font = faces.at_pixels("serif", "bold" if mark.is_bold else "regular", size_px)
    width = font.getlength(mark.text)
    side = round(width + 14 * scale)
    height = round(16 * scale)
    ink = Image.new("RGB", (side, height), PAPER)
    pen = ImageDraw.Draw(ink)
    middle = (side / 2, height / 2)
    color = _paler(mark.color, mark.strength)
    pen.text(middle, mark.text, color, font, anchor="mm")
    if mark.is_framed:
        half = (width / 2 + 3 * scale, 4 * scale)
        frame = (middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1])
        pen.rectangle(frame, outline=color, width=max(1, round(0.6 * scale)))
    ink = ink.rotate(mark.tilt_deg, Image.Resampling.BICUBIC, 0, None, None, PAPER)
    size_mm = (width / scale + 8, 10.0) if mark.is_framed else (width / scale + 2, 7.0)
    center = _center(page, scale, mark, size_mm)
    left = max(0, round(center[0] * scale - side / 2))
    top = max(0, round(center[1] * scale - height / 2))
    box = (left, top, left + side, top + height)
    page.paste(ImageChops.multiply(page.crop(box), ink), box)


def _center(
    page: Image.Image, scale: float, mark: Mark, size_mm: tuple[float, float]
) -> tuple[float, float]:
    """Return the middle of the mark in millimeters, in free room, or over the head."""
    if mark.spot == "at":
        return mark.offset_mm
    small = page.convert("L").reduce(max(1, round(scale)))
    ink = np.asarray(small) < _INK
    per_mm = 1 / (max(1, round(scale)) / scale)
    width, height = size_mm
    for top in np.arange(_ROOM_FROM_MM[1], _ROOM_TO_MM[1], 1.0):
        for left in np.arange(_ROOM_FROM_MM[0], _ROOM_TO_MM[0] - width, 2.0):
            rows = slice(round(top * per_mm), round((top + height) * per_mm))
            columns = slice(round(left * per_mm), round((left + width) * per_mm))
            if not ink[rows, columns].any():
                x, y = left + width / 2, top + height / 2
                return float(x) + mark.offset_mm[0], float(y) + mark.offset_mm[1]
    return _NO_ROOM_MM


def _paler(color: Color, strength: float) -> Color:
    red, green, blue = (round(255 - (255 - part) * strength) for part in color)
    return red, green, blue
