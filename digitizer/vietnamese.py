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
_TONES = re.compile(r"[\u0300\u0301\u0303\u0309\u0323]")
_WORD = re.compile(r"\w+")
_ETH = str.maketrans({"Ð": "Đ", "ð": "đ"})


def nfc(text: str) -> str:
    """Return precomposed text, with the Icelandic eth that engines give for Đ put right."""
    return unicodedata.normalize("NFC", text).translate(_ETH)


def squeeze(text: str) -> str:
    """Return NFC text with every run of white space made one space, none at the ends."""
    return _SPACES.sub(" ", nfc(text)).strip()


def fold(text: str) -> str:
    """Return the key under which equal-looking text is equal: `Đặng  Hoà` gives `dang hoa`."""
    if text.isascii():
        return " ".join(text.lower().split())
    lowered = squeeze(text).lower().replace("đ", "d")
    return _MARKS.sub("", unicodedata.normalize("NFD", lowered))


def tone_last(text: str) -> str:
    """Return a key under which both tone placements (hòa, hoà) are one, and nothing else is."""
    return _WORD.sub(lambda match: _tone_last(match[0]), nfc(text))


def _tone_last(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    return _TONES.sub("", letters) + "".join(_TONES.findall(letters))


def edit_distance(left: str, right: str, limit: int) -> int:
    """Return how many letters must be put, taken or changed to make one text of the other.

    Args:
        limit: `limit + 1` is returned as soon as the distance must be larger.

    Source: V. Levenshtein, 1966; row by row (Wagner and Fischer, 1974).
    """
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    previous = list(range(len(right) + 1))
    for row, a in enumerate(left, 1):
        current = [row]
        for column, b in enumerate(right, 1):
            current.append(
                min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (a != b))
            )
        if min(current) > limit:
            return limit + 1
        previous = current
    return min(previous[-1], limit + 1)
