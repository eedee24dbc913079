"""Type families with every Vietnamese letter, measured and drawn without the page's own face."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, Literal

from fontTools.ttLib import TTFont
from PIL import ImageFont

from samples.typeface import POINT_MM, MissingGlyph

Family = Literal["serif", "sans", "book"]
Face = Literal["regular", "bold", "italic", "bold_italic"]
_ROOM: Final = Path("/usr/share/fonts/truetype")
_STYLES: Final = {
    "regular": "Regular",
    "bold": "Bold",
    "italic": "Italic",
    "bold_italic": "BoldItalic",
}
_EM: Final = 1000


def path(family: Family, face: Face) -> Path:
    """Return the file of a face. Raises FileNotFoundError naming the Debian package."""
    style = _STYLES[face]
    match family:
        case "serif":
            file, package = _ROOM / "croscore" / f"Tinos-{style}.ttf", "fonts-croscore"
        case "sans":
            file, package = _ROOM / "croscore" / f"Arimo-{style}.ttf", "fonts-croscore"
        case "book":
            name = "DejaVuSerifCondensed" + ("" if face == "regular" else f"-{style}")
            file, package = _ROOM / "dejavu" / f"{name}.ttf", "fonts-dejavu-extra"
    if not file.is_file():
        raise FileNotFoundError(f"{file}: install the Debian package {package}")
    return file


@cache
def at_pixels(family: Family, face: Face, size_px: float) -> ImageFont.FreeTypeFont:
    """Return the face for drawing, `size_px` pixels to the em."""
    file = str(path(family, face))
    return ImageFont.truetype(file, size_px, layout_engine=ImageFont.Layout.BASIC)


def width_mm(text: str, family: Family, face: Face, size_pt: float) -> float:
    """Return the width of `text` on paper.

    Raises:
        MissingGlyph: a character the face can't draw.
    """
    if missing := sorted(set(text) - _letters(family, face)):
        raise MissingGlyph(f"{family} {face} has no glyph for {missing}")
    return at_pixels(family, face, _EM).getlength(text) / _EM * size_pt * POINT_MM


@cache
def _letters(family: Family, face: Face) -> frozenset[str]:
    with TTFont(path(family, face)) as font:
        return frozenset(map(chr, font.getBestCmap()))
