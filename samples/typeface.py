"""Tinos, the free face with the metrics of Times New Roman, checked glyph by glyph.

Some packaged fonts lack Vietnamese letters and draw boxes in silence; here a letter without a
glyph is an error.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from fontTools.ttLib import TTFont
from PIL import ImageFont

Face = Literal["regular", "bold", "italic", "bold_italic"]

FOLDER = Path("/usr/share/fonts/truetype/croscore")
_FILES: dict[Face, str] = {
    "regular": "Tinos-Regular.ttf",
    "bold": "Tinos-Bold.ttf",
    "italic": "Tinos-Italic.ttf",
    "bold_italic": "Tinos-BoldItalic.ttf",
}
POINT_MM = 25.4 / 72


class MissingGlyph(ValueError):
    """A letter the face can't draw."""


def path(face: Face) -> Path:
    """Return the file of a face. Raises FileNotFoundError naming the Debian package."""
    file = FOLDER / _FILES[face]
    if not file.is_file():
        raise FileNotFoundError(f"{file}: install the Debian package fonts-croscore")
    return file


@cache
def _metrics(face: Face) -> tuple[dict[int, float], float]:
    with TTFont(path(face)) as font:
        advances = font["hmtx"].metrics
        widths = {code: advances[glyph][0] for code, glyph in font.getBestCmap().items()}
        return widths, font["head"].unitsPerEm


def require_glyphs(text: str, face: Face) -> None:
    """Raise MissingGlyph unless `face` can draw every character of `text`."""
    widths, _ = _metrics(face)
    if missing := sorted({letter for letter in text if ord(letter) not in widths}):
        names = ", ".join(f"{letter!r} U+{ord(letter):04X}" for letter in missing)
        raise MissingGlyph(f"{_FILES[face]} has no glyph for {names}")


def width_mm(text: str, face: Face, size_pt: float) -> float:
    """Return the width of `text` on paper, by the face's unhinted advances.

    Raises:
        MissingGlyph: a character the face can't draw.
    """
    require_glyphs(text, face)
    widths, units = _metrics(face)
    return sum(widths[ord(letter)] for letter in text) / units * size_pt * POINT_MM


@cache
def at_pixels(face: Face, size_px: float) -> ImageFont.FreeTypeFont:
    """Return the face for drawing, `size_px` pixels to the em.

    The basic layout engine is asked for by name: the other one is there or not, machine by
    machine, and would move letters.
    """
    return ImageFont.truetype(str(path(face)), size_px, layout_engine=ImageFont.Layout.BASIC)
