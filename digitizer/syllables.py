"""What may be a Vietnamese syllable: the shapes of its beginning, middle and end, and its tone.

Wide enough for every syllable in use, both tone placements and capitals; narrow enough that text
in a wrong encoding fails it.

Source: Đoàn Thiện Thuật 1977, "Ngữ âm tiếng Việt", on the structure of the syllable.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_ACUTE_OR_DOT: Final = ("\u0301", "\u0323")
_STRIP_TONES: Final = re.compile(f"[{_TONES}]")
_SHAPE: Final = re.compile(
    "(ngh|ng|nh|gh|gi|ch|kh|ph|th|tr|qu|[bcdđghklmnpqrstvx])?"
    "(iê|yê|uô|ươ|oa|oă|oe|uâ|uê|uơ|uyê|uya|uy|ia|ya|ua|ưa|oo|[aăâeêioôơuưy])"
    "(ch|ng|nh|[ckmnpt]|[iyou])?"
)
_STOPPED: Final = ("c", "ch", "k", "p", "t")


def is_syllable(text: str) -> bool:
    """Say whether a word, punctuation taken off, has the shape of one Vietnamese syllable.

    A syllable that ends in c, ch, k (Đắk), p or t has the sắc or the nặng tone.
    """
    parts = unicodedata.normalize("NFD", text.lower())
    tones = _STRIP_TONES.findall(parts)
    if len(tones) > 1:
        return False
    shape = _SHAPE.fullmatch(unicodedata.normalize("NFC", _STRIP_TONES.sub("", parts)))
    if shape is None:
        return False
    return shape.group(3) not in _STOPPED or (bool(tones) and tones[0] in _ACUTE_OR_DOT)
