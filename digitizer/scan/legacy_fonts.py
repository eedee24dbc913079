"""Characters of a PDF page whose fonts are older than Unicode, put into Unicode font by font.

A page may mix them: the body in .VnTime, its heading in .VnTimeH, a later insertion in Unicode.
Characters are pdfplumber's dictionaries, in the order they are written in the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise
from types import MappingProxyType
from typing import Any, Final

from pdfminer.encodingdb import EncodingDB

from digitizer.scan.legacy_encodings import Encoding, encoding_of, is_legacy_font, letters

Char = dict[str, Any]

# ISO 32000-1 table D.2, note 5: 173 is a hyphen. pdfminer.six 20260107 takes it for a space, and
# TCVN3 has its ư there.
_SOFT_HYPHEN: Final = 0xAD
EncodingDB.win2unicode[_SOFT_HYPHEN] = chr(_SOFT_HYPHEN)

_CID: Final = re.compile(r"\(cid:(\d{1,3})\)")
_AS_IT_IS: Final[Mapping[str, str]] = MappingProxyType({})
# A font that says nothing of its encoding is read by Adobe's standard one, which scatters bytes
# above 127 over other signs.
_BACK_FROM_STANDARD: Final[Mapping[str, str]] = MappingProxyType(
    {sign: chr(code) for code, sign in EncodingDB.std2unicode.items() if code > 127}
)
_WORD_GAP: Final = 0.2


@dataclass(frozen=True, slots=True)
class _Key:
    """How to read one font: its signs back to bytes, and the bytes' encoding."""

    bytes_of: Mapping[str, str]
    encoding: Encoding


def in_unicode(chars: list[Char]) -> tuple[list[Char], frozenset[str]]:
    """Return the characters in Unicode, and the names of the fonts that had to be converted.

    Letters that were a base and a mark become one, as wide as both.
    """
    keys = {font: key for font in _fonts(chars) if (key := _key(font, chars))}
    if not keys:
        return chars, frozenset()
    converted: list[Char] = []
    for font, group in groupby(chars, key=_font):
        run, key = list(group), keys.get(font)
        converted.extend(_converted(run, key) if key else run)
    return converted, frozenset(keys)


def _font(char: Char) -> str:
    return str(char["fontname"])


def _fonts(chars: list[Char]) -> frozenset[str]:
    return frozenset(map(_font, chars))


def _key(font: str, chars: list[Char]) -> _Key | None:
    own = [char for char in chars if _font(char) == font]
    ways = (_AS_IT_IS, _BACK_FROM_STANDARD) if is_legacy_font(font) else (_AS_IT_IS,)
    for bytes_of in ways:
        encoding = encoding_of(font, _text(own, bytes_of))
        if encoding:
            return _Key(bytes_of, encoding)
    return None


def _text(chars: list[Char], bytes_of: Mapping[str, str]) -> str:
    """Return what the characters say, a space wherever the pen was lifted."""
    parts = [_byte(char, bytes_of) for char in chars[:1]]
    for before, char in pairwise(chars):
        parts += [" "] * _is_apart(before, char) + [_byte(char, bytes_of)]
    return "".join(parts)


def _is_apart(before: Char, char: Char) -> bool:
    size = float(char["size"])
    gap = char["x0"] - before["x1"]
    is_lower = abs(char["top"] - before["top"]) > size / 2
    return bool(is_lower or gap > _WORD_GAP * size or gap < -size)


def _byte(char: Char, bytes_of: Mapping[str, str]) -> str:
    text = str(char["text"])
    if (found := _CID.fullmatch(text)) and int(found[1]) <= 0xFF:
        return chr(int(found[1]))
    return bytes_of.get(text, text)


def _converted(run: list[Char], key: _Key) -> Iterator[Char]:
    """Yield the letters of a run of one font, each where its first byte was drawn."""
    owners = [char for char in run for _ in _byte(char, key.bytes_of)]
    text = "".join(_byte(char, key.bytes_of) for char in run)
    for letter in letters(text, key.encoding):
        parts = owners[letter.start : letter.end]
        yield {**parts[0], "text": letter.text, "x1": max(part["x1"] for part in parts)}
