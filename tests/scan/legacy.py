"""Vietnamese put into the old encodings, by tables of their own, and words to do it with.

TCVN3 by its code chart, row by row; VNI by its rule: a letter, then a byte for its marks.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "truth"

_CHART = {
    0xA1: "Ă Â Ê Ô Ơ Ư Đ ă â ê ô ơ ư đ",
    0xB5: "à ả ã á ạ",
    0xBB: "ằ ẳ ẵ ắ",
    0xC6: "ặ ầ ẩ ẫ ấ ậ è",
    0xCE: "ẻ ẽ é ẹ ề ể ễ ế ệ ì ỉ",
    0xDC: "ĩ í ị ò",
    0xE1: "ỏ õ ó ọ ồ ổ ỗ ố ộ ờ ở ỡ ớ ợ ù",
    0xF1: "ủ ũ ú ụ ừ ử ữ ứ ự ỳ ỷ ỹ ý ỵ",
}
TCVN3_LETTERS = {
    first + index: letter
    for first, row in _CHART.items()
    for index, letter in enumerate(row.split())
}
_TCVN3_BYTES = {letter: chr(byte) for byte, letter in TCVN3_LETTERS.items()}

_TONE_ORDER = "\u0301\u0300\u0309\u0303\u0323"
_VNI_TONES = dict(zip(_TONE_ORDER, (0xF9, 0xF8, 0xFB, 0xF5, 0xEF), strict=True))
_VNI_ROOFS = dict(zip(("", *_TONE_ORDER), (0xE2, 0xE1, 0xE0, 0xE5, 0xE3, 0xE4), strict=True))
_VNI_BOWS = dict(zip(("", *_TONE_ORDER), (0xEA, 0xE9, 0xE8, 0xFA, 0xFC, 0xEB), strict=True))
_VNI_WHOLE = {"í": 0xED, "ì": 0xEC, "ỉ": 0xE6, "ĩ": 0xF3, "ị": 0xF2, "ỵ": 0xEE, "đ": 0xF1}
_VNI_HORNS = {"o": 0xF4, "u": 0xF6}


def as_tcvn3(text: str) -> str:
    """Return text as Windows-1252 shows its TCVN3 bytes; capitals with tones as small letters."""
    return "".join(_TCVN3_BYTES.get(char) or _TCVN3_BYTES.get(char.lower(), char) for char in text)


def as_vni(text: str) -> str:
    """Return text as Windows-1252 shows its VNI bytes."""
    return "".join(map(_vni_letter, unicodedata.normalize("NFC", text)))


def _vni_letter(letter: str) -> str:
    small = letter.lower()
    if small in _VNI_WHOLE:
        return _cased(chr(_VNI_WHOLE[small]), letter)
    base, *marks = unicodedata.normalize("NFD", small)
    tone = "".join(mark for mark in marks if mark in _TONE_ORDER)
    if "\u0302" in marks:
        base += chr(_VNI_ROOFS[tone])
    elif "\u0306" in marks:
        base += chr(_VNI_BOWS[tone])
    else:
        base = chr(_VNI_HORNS[base]) if "\u031b" in marks else base
        base += chr(_VNI_TONES[tone]) if tone else ""
    return _cased(base, letter)


def _cased(code: str, like: str) -> str:
    return code.upper() if like.isupper() else code


def sample_words() -> list[str]:
    """Return the words of the samples' truth that Vietnamese is written with, in order."""
    return [word for path in sorted(SAMPLES.rglob("*.json")) for word in _words(path)]


def _words(path: Path) -> Iterator[str]:
    for page in json.loads(path.read_text("utf-8"))["pages"]:
        for line in page["lines"]:
            for word, *_ in line:
                if re.fullmatch(r"[^\W_]+[.,;:]?", word):
                    yield unicodedata.normalize("NFC", word)
