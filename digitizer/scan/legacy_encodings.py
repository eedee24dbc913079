"""TCVN3 and VNI: Vietnamese written before Unicode, when the font said what a byte looks like.

A PDF made with such a font (.VnTime, VNI-Times) says of its text what Windows-1252 would: "Céng
hoµ" and "Coäng hoøa" for "Cộng hoà". TCVN3 gives each letter one byte, and has capitals with tone
marks only in fonts of their own, whose names end in H. VNI puts the marks into a byte behind the
letter.

Pure: text in, text out.

Source: TCVN 5712:1993 (VN3, the 8-bit set the fonts implement); the VNI for Windows code table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from digitizer.syllables import is_syllable


class Encoding(StrEnum):
    """How a font's text is encoded; `TCVN3_CAPITALS` draws small letters as capitals."""

    TCVN3 = "TCVN3"
    TCVN3_CAPITALS = "TCVN3-H"
    VNI = "VNI"


@dataclass(frozen=True, slots=True)
class Letter:
    """A Unicode letter, and where it stood in the encoded text: [start, end)."""

    text: str
    start: int
    end: int


_TCVN3: Final = MappingProxyType(
    dict(
        zip(
            "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
            "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
            strict=True,
        )
    )
)

_TONES: Final = MappingProxyType(dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True)))
_NO_TONE: Final = ""
_CIRCUMFLEX: Final = "\u0302"
_BREVE: Final = "\u0306"
_ROOFED: Final = MappingProxyType(
    {
        mark: _CIRCUMFLEX + tone
        for mark, tone in zip("âáàåãä", (_NO_TONE, *"\u0301\u0300\u0309\u0303\u0323"), strict=True)
    }
)
_BOWED: Final = MappingProxyType(
    {
        mark: _BREVE + tone
        for mark, tone in zip("êéèúüë", (_NO_TONE, *"\u0301\u0300\u0309\u0303\u0323"), strict=True)
    }
)
_VNI_ALONE: Final = MappingProxyType(dict(zip("íìæóòîôöñ", "íìỉĩịỵơưđ", strict=True)))
# Longest first: a letter with its mark, then letters that stand for themselves.
_VNI: Final = re.compile(
    f"(?P<bowed>a[{''.join(_BOWED)}])|(?P<roofed>[aeo][{''.join(_ROOFED)}])"
    f"|(?P<toned>[aeouyôö][{''.join(_TONES)}])|(?P<alone>[{''.join(_VNI_ALONE)}])|.",
    re.IGNORECASE | re.DOTALL,
)

_TCVN3_FONT: Final = re.compile(r"\.vn|vn(time|arial|avant|book|century|hel)", re.IGNORECASE)
_VNI_FONT: Final = re.compile(r"vni[-_ ]", re.IGNORECASE)
_HIGHEST_BYTE: Final = 0xFF
# Without a telling name: so many words must turn into Vietnamese, and no more may have been it.
_LEAST_WORDS: Final = 5
_LEAST_SHARE: Final = 0.9
_LEAST_SHARE_NAMED: Final = 0.7
_MOST_SHARE_AS_IT_IS: Final = 0.5


def encoding_of(font: str, text: str) -> Encoding | None:
    """Return how the text of one font is encoded, None if it is what it says.

    Args:
        font: base font name, with or without a subset prefix.
        text: all of its text at hand, words apart; bytes as Windows-1252 shows them.
    """
    if any(char.isalpha() and ord(char) > _HIGHEST_BYTE for char in text):
        return None
    named = _named(font)
    marked = [word for word in _words(text) if not word.isascii()]
    if named:
        fits = _share(marked, named) >= _LEAST_SHARE_NAMED if marked else True
        return named if fits else None
    if len(marked) < _LEAST_WORDS or _share(marked, None) > _MOST_SHARE_AS_IT_IS:
        return None
    best = max((Encoding.TCVN3, Encoding.VNI), key=lambda encoding: _share(marked, encoding))
    return best if _share(marked, best) >= _LEAST_SHARE else None


def is_legacy_font(font: str) -> bool:
    """Say whether a font's name is that of a TCVN3 or VNI font."""
    return _named(font) is not None


def letters(text: str, encoding: Encoding) -> Iterator[Letter]:
    """Yield the Unicode letters of encoded text in order, each in NFC with its place."""
    if encoding is Encoding.VNI:
        for found in _VNI.finditer(text):
            yield Letter(_from_vni(found), found.start(), found.end())
        return
    for index, char in enumerate(text):
        letter = _TCVN3.get(char, char)
        is_capital = encoding is Encoding.TCVN3_CAPITALS
        yield Letter(letter.upper() if is_capital else letter, index, index + 1)


def to_unicode(text: str, encoding: Encoding) -> str:
    """Return encoded text in Unicode, NFC; tones stay on the letter they were printed on."""
    return "".join(letter.text for letter in letters(text, encoding))


def _from_vni(found: re.Match[str]) -> str:
    code = found.group()
    base, mark = code[0], code[-1].lower()
    if found.lastgroup is None:
        return code
    if found.lastgroup == "alone":
        return _cased(_VNI_ALONE[mark], base)
    marks = {"bowed": _BOWED, "roofed": _ROOFED, "toned": _TONES}[found.lastgroup][mark]
    letter = _VNI_ALONE.get(base.lower(), base.lower())
    return _cased(unicodedata.normalize("NFC", letter + marks), base)


def _cased(letter: str, like: str) -> str:
    return letter.upper() if like.isupper() else letter


def _named(font: str) -> Encoding | None:
    name = font.rpartition("+")[2]
    if _VNI_FONT.match(name):
        return Encoding.VNI
    if not _TCVN3_FONT.match(name):
        return None
    family = re.split("[,-]", name)[0]
    return Encoding.TCVN3_CAPITALS if family.endswith("H") else Encoding.TCVN3


def _words(text: str) -> list[str]:
    return [word for token in text.split() if (word := token.strip(".,;:!?()[]\"'/-–“”…"))]


def _share(words: list[str], encoding: Encoding | None) -> float:
    """Return the share of the words that are Vietnamese syllables, read in an encoding."""
    read = (to_unicode(word, encoding) if encoding else word for word in words)
    return sum(map(is_syllable, read)) / len(words)
