"""A font without shapes: the characters of the invisible text.

A character of the Basic Multilingual Plane has its UTF-16 code as its CID, so even a reader that
ignores the ToUnicode map finds the text. The others borrow CIDs from the surrogates' range, which
no text can use, and ToUnicode says what they are. All CIDs show the same empty glyph, half an em
wide and one em high.

Source: ISO 32000-1 9.7 and 9.10.3; ISO 19005-2 6.2.11.4 (embedding), 6.2.11.7.2 (level U).
"""

from __future__ import annotations

import io
import unicodedata
import zlib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph

UNITS_PER_EM: Final = 1000
ADVANCE: Final = 500
"""Width of every character in 1/1000 em."""
FONT_NAME: Final = "SohoaGlyphless"

_FIRST_BORROWED: Final = 0xD800
_LAST_BORROWED: Final = 0xDFFF
_REPLACEMENT: Final = "\ufffd"
_FONT_DATE: Final = 3_029_529_600  # 2000-01-01 in seconds since 1904, TrueType's epoch
# Byte-order marks and non-characters: level U forbids U+0000, U+FEFF and U+FFFE in ToUnicode.
_NEVER: Final = frozenset((0xFEFF, *range(0xFDD0, 0xFDF0)))
_BLOCK: Final = 100  # entries one bfchar block may hold, ISO 32000-1 9.10.3 (Adobe TN 5014)


class Characters:
    """The characters one document uses, and the CID of each. Filled page by page.

    The space is always among them: it stands between any two words.
    """

    def __init__(self) -> None:
        self._cids: dict[str, int] = {" ": ord(" ")}
        self._borrowed = 0

    def encode(self, text: str) -> bytes:
        """Return `text` as the two-byte CIDs of a string to show; unfit characters are dropped.

        Args:
            text: kept in NFC; controls, lone surrogates and non-characters have no place in an
                archived text layer and are left out.
        """
        fit = (char for char in unicodedata.normalize("NFC", text) if _is_fit(char))
        return b"".join(self._cid(char).to_bytes(2, "big") for char in fit)

    def to_unicode(self) -> dict[int, str]:
        """Return what each CID used so far means, sorted by CID."""
        return dict(sorted((cid, char) for char, cid in self._cids.items()))

    def _cid(self, char: str) -> int:
        cid = self._cids.get(char)
        if cid is None:
            cid = self._new_cid(char)
            self._cids[char] = cid
        return cid

    def _new_cid(self, char: str) -> int:
        if ord(char) <= 0xFFFF:
            return ord(char)
        borrowed = _FIRST_BORROWED + self._borrowed
        if borrowed > _LAST_BORROWED:
            return self._cid(_REPLACEMENT)
        self._borrowed += 1
        return borrowed


def _is_fit(char: str) -> bool:
    code = ord(char)
    is_noncharacter = code in _NEVER or code & 0xFFFE == 0xFFFE
    return not is_noncharacter and unicodedata.category(char) not in ("Cc", "Cs")


@cache
def font_program() -> bytes:
    """Return the TrueType file: two empty glyphs, always the same bytes."""
    order = [".notdef", "blank"]
    builder = FontBuilder(UNITS_PER_EM, isTTF=True)
    # Fixed dates: fontTools would otherwise write the clock into `head`.
    builder.font.recalcTimestamp = False
    builder.updateHead(created=_FONT_DATE, modified=_FONT_DATE)
    builder.setupGlyphOrder(order)
    builder.setupGlyf({name: _em_box() for name in order})
    builder.setupHorizontalMetrics(dict.fromkeys(order, (ADVANCE, 0)))
    builder.setupHorizontalHeader(ascent=UNITS_PER_EM, descent=0)
    builder.setupPost(keepGlyphNames=False)
    builder.setupMaxp()
    stream = io.BytesIO()
    builder.save(stream)
    return stream.getvalue()


def _em_box() -> Glyph:
    """Return a glyph that encloses no area, but whose bounding box is the whole em.

    PDFium takes a text's extent from its glyphs' outlines: with none at all it drops words of
    one letter, and every word on a page lying on its side.
    """
    pen = TTGlyphPen(None)
    for y in (0, UNITS_PER_EM):
        pen.moveTo((0, y))
        pen.lineTo((ADVANCE, y))
        pen.closePath()
    glyph: Glyph = pen.glyph()
    return glyph


@cache
def cid_to_gid_map() -> bytes:
    """Return the deflated map that sends all 65,536 CIDs to the blank glyph."""
    return zlib.compress((1).to_bytes(2, "big") * 0x10000, 9)


SPACE: Final = b"\x00\x20"
"""The space as `Characters.encode` writes it."""


def to_unicode_cmap(meanings: Mapping[int, str]) -> bytes:
    """Return the ToUnicode CMap of the CIDs in `meanings`."""
    entries = [f"<{cid:04X}> <{_utf16(char)}>" for cid, char in meanings.items()]
    blocks = [entries[i : i + _BLOCK] for i in range(0, len(entries), _BLOCK)]
    body = "\n".join(_bfchar(block) for block in blocks)
    return f"""\
/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{body}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
""".encode("ascii")


def _utf16(char: str) -> str:
    return char.encode("utf-16-be").hex().upper()


def _bfchar(block: Iterable[str]) -> str:
    lines = list(block)
    return "\n".join((f"{len(lines)} beginbfchar", *lines, "endbfchar"))
