"""Vietnamese text: one normal form for keeping, one folded form for comparing.

Keeping: NFC as TCVN 6909:2001 asks, with both tone placements (hòa, hoà) left as printed.
Comparing: `fold` drops case, tone and vowel marks and turns đ into d, which full-text engines
do not (SQLite's `remove_diacritics` leaves đ alone).
"""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_MARKS = re.compile(r"[\u0300-\u036f]")
_ETH = str.maketrans({"Ð": "Đ", "ð": "đ"})


def nfc(text: str) -> str:
    """Return precomposed text, with the Icelandic eth that engines give for Đ put right."""
    return unicodedata.normalize("NFC", text).translate(_ETH)


def squeeze(text: str) -> str:
    """Return NFC text with every run of white space made one space, none at the ends."""
    return _SPACES.sub(" ", nfc(text)).strip()


def fold(text: str) -> str:
    """Return the key under which equal-looking text is equal: `Đặng  Hoà` gives `dang hoa`."""
    lowered = squeeze(text).lower().replace("đ", "d")
    return _MARKS.sub("", unicodedata.normalize("NFD", lowered))
