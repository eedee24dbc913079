"""A document's number and code (số, ký hiệu): slot 3 of NĐ 30/2020."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from digitizer.model import Word
from digitizer.vietnamese import edit_distance, fold, nfc, squeeze

_SYMBOL: Final = r"[A-ZĐƯÔƠÂÊĂ][^\W_]*(?:[-.&][^\W_]+)*"
_CODE: Final = re.compile(
    rf"(?P<number>\d{{1,6}}[a-zA-Z]?)/(?:(?P<year>(?:19|20)\d\d)/)?(?P<symbol>{_SYMBOL})"
)
_CIVIL: Final = re.compile(r"(?P<number>\d{1,6})/(?P<year>(?:19|20)\d\d)(?P<symbol>)")
_O: Final = "oóòỏõọôốồổỗộơớờởỡợOÓÒỎÕỌÔỐỒỔỖỘƠ"
_LABEL: Final = re.compile(rf"^\s*(?:[sS][{_O}06]\s*[:.;,]?|[58][{_O}]\s*[:.;,]?|[sS]\s*:)\s*")
_SKIPPED: Final = frozenset({"va", "cua", "cac"})
_ABOUT: Final = "VỀ"
"""Skipped, too, but not `VỆ` in `BẢO VỆ`, `VỆ SINH`."""
_NO_MARKS: Final = dict.fromkeys(range(0x300, 0x370))
_ABBREVIATED: Final = (
    ("THỦ TƯỚNG CHÍNH PHỦ", "TTg"),
    ("CHÍNH PHỦ", "CP"),
    ("VĂN PHÒNG CHÍNH PHỦ", "VPCP"),
)


@dataclass(frozen=True, slots=True)
class Code:
    """`09/2025/QĐ-TTg`: number 09, year 2025, symbol QĐ-TTg. `year` is None on most papers."""

    number: str
    year: int | None
    symbol: str

    def __str__(self) -> str:
        parts = [self.number, str(self.year) if self.year else "", self.symbol]
        return "/".join(part for part in parts if part)


def parse_code(text: str) -> Code | None:
    """Return the number and code a whole text states, None when it is not one.

    Spaces are dropped (a stamped number stands apart from its code) and a leading `Số:` too.
    Civil-status numbers without a code (`123/2018`) are one as well.

    Source: NĐ 30/2020 PL I phần I mục II.3; REQ-1.1, REQ-4.10.
    """
    tight = re.sub(r"\s+", "", strip_label(text)).rstrip(".,;:")
    match = _CIVIL.fullmatch(tight) or _CODE.fullmatch(tight)
    if match is None:
        return None
    year = int(match["year"]) if match["year"] else None
    return Code(match["number"], year, match["symbol"])


def strip_label(text: str) -> str:
    """Return what follows `Số:`, as read."""
    return _LABEL.sub("", nfc(text), count=1)


def without_label(words: Sequence[Word]) -> list[Word]:
    """Return a number's words without `Số:`, read well or badly."""
    return [word for word in words if strip_label(word.text)]


def has_label(text: str) -> bool:
    """Claim that the text begins with `Số`, misread or not, and goes on like a number."""
    rest = strip_label(text)
    return rest != squeeze(text) and bool(re.match(r"^\W*$|.*[/\d]", rest))


def repair_symbol(symbol: str, abbreviations: tuple[str, ...]) -> str:
    """Return the symbol with a misread type put right: `QD-UBND` and `OĐ-UBND` give `QĐ-UBND`.

    Args:
        symbol: as read.
        abbreviations: of the type that the title states; with none nothing is repaired.
    """
    head, mark, rest = symbol.partition("-")
    for abbreviation in abbreviations:
        if head == abbreviation:
            return symbol
        read, wanted = fold(head).replace("0", "o"), fold(abbreviation)
        if len(head) == len(abbreviation) and edit_distance(read, wanted, 1) <= 1:
            return abbreviation + mark + rest
    return symbol


def initials(agency: str) -> str:
    """Return an agency's abbreviation: `BỘ GIÁO DỤC VÀ ĐÀO TẠO` gives `BGDĐT`."""
    agency = squeeze(agency).upper()
    for name, short in _ABBREVIATED:
        if fold(agency) == fold(name):
            return short
    words = [
        word
        for word in re.split(r"[\s,–-]+", agency)
        if word and word != _ABOUT and fold(word) not in _SKIPPED
    ]
    kept = (word if word.isdigit() or word in ("UBND", "HĐND") else word[0] for word in words)
    return _bare("".join(kept))


def fits_agency(symbol: str, agency: str) -> bool:
    """Claim that the symbol's agency part is the agency's abbreviation, or begins or ends it.

    A province's own name is left out of its symbol (`UBND` for UBND tỉnh …), and a school's
    first word too (`ĐHSP` for Trường Đại học Sư phạm).
    """
    short = initials(agency)
    parts = re.split(r"[-.&/]", symbol)
    return any(len(part) >= 2 and _bare(part) in short for part in parts)


def _bare(text: str) -> str:
    """Drop tones and vowel marks but not the bar of đ, as abbreviations do: Ủ gives U."""
    return unicodedata.normalize("NFD", text).translate(_NO_MARKS)
