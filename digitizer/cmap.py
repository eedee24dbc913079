"""The table of a PDF font that says which character each glyph stands for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_MOST: Final = 100
"""Entries of one bfchar block (Adobe Technical Note 5014)."""


def to_unicode(glyphs: Mapping[str, int]) -> bytes:
    """Return a ToUnicode CMap, so that drawn text can be copied and searched.

    Args:
        glyphs: character (U+0000 to U+FFFF) to glyph number, 0 to 65535.

    Source: ISO 32000-1, 9.10.3; ISO 19005-2, 6.2.11.7 (level U asks for one).
    """
    pairs = sorted((glyph, ord(character)) for character, glyph in glyphs.items())
    blocks = [pairs[start : start + _MOST] for start in range(0, len(pairs), _MOST)]
    mapped = "\n".join(
        f"{len(block)} beginbfchar\n"
        + "\n".join(f"<{glyph:04X}> <{code:04X}>" for glyph, code in block)
        + "\nendbfchar"
        for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{mapped}\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode("ascii")
