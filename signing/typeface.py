"""The typeface of the visible mark: what it can write, how wide, and the part a PDF embeds."""

from __future__ import annotations

import hashlib
import io
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont

from digitizer.errors import ConfigError

FONT_FILE = Path(__file__).with_name("fonts") / "tinos-mark.ttf"


@dataclass(frozen=True, slots=True)
class EmbeddedFont:
    """The glyphs of one set of characters, ready to put into a PDF.

    Attributes:
        name: PostScript name with its subset tag, e.g. `ABCDEF+Tinos`.
        program: zlib-compressed TrueType file; `program_length` is its length before that.
        glyphs: character to glyph number in `program`.
        widths: glyph number to advance width, in thousandths of an em.
        ascent, descent, cap_height, bbox: in thousandths of an em.
    """

    name: str
    program: bytes
    program_length: int
    glyphs: dict[str, int]
    widths: dict[int, int]
    ascent: int
    descent: int
    cap_height: int
    bbox: tuple[int, int, int, int]

    def encode(self, text: str) -> str:
        """Return `text` as the hexadecimal two-byte glyph numbers of a PDF string."""
        return "".join(f"{self.glyphs[character]:04X}" for character in text)


@cache
def _advances() -> dict[str, int]:
    font = TTFont(FONT_FILE, lazy=True)
    metrics = font["hmtx"].metrics
    advances = {chr(code): metrics[name][0] for code, name in font.getBestCmap().items()}
    font.close()
    return advances


def width_em(text: str) -> float:
    """Return the width of `text` in ems.

    Raises:
        ConfigError: a character the typeface can't write; a box in its place would pass for text.
    """
    advances = _advances()
    if missing := sorted({character for character in text if character not in advances}):
        codes = " ".join(f"U+{ord(character):04X}" for character in missing)
        raise ConfigError(f"[signing] the visible mark can't be written, no glyph for {codes}")
    return sum(advances[character] for character in text) / 1000


@cache
def embed(characters: frozenset[str]) -> EmbeddedFont:
    """Return the part of the typeface that writes `characters`, all of which must have a glyph.

    Made once per set of characters and process: a bulk run stamps the same ones on every page.
    """
    font = TTFont(FONT_FILE, recalcTimestamp=False)
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(map(ord, characters)))
    cutter.subset(font)
    stream = io.BytesIO()
    font.save(stream)
    glyph_of: Any = font.getGlyphID
    glyphs = {chr(code): glyph_of(name) for code, name in font.getBestCmap().items()}
    metrics = font["hmtx"].metrics
    widths = {glyph_of(name): metrics[name][0] for name in font.getGlyphOrder()}
    head, os2, hhea = font["head"], font["OS/2"], font["hhea"]
    program = stream.getvalue()
    return EmbeddedFont(
        name=f"{_tag(characters)}+Tinos",
        program=zlib.compress(program, 9),
        program_length=len(program),
        glyphs=glyphs,
        widths=widths,
        ascent=hhea.ascent,
        descent=hhea.descent,
        cap_height=os2.sCapHeight,
        bbox=(head.xMin, head.yMin, head.xMax, head.yMax),
    )


def _tag(characters: frozenset[str]) -> str:
    """Six capitals that differ between subsets (ISO 32000-1, 9.6.4)."""
    digest = hashlib.sha256("".join(sorted(characters)).encode()).digest()
    return "".join(chr(ord("A") + byte % 26) for byte in digest[:6])
