"""Days as Vietnamese papers write them, and their one normal form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from digitizer.extract.anchors import plain
from digitizer.vietnamese import fold

FIRST_YEAR: Final = 1880
LAST_YEAR: Final = 2100
_WRITTEN: Final = re.compile(
    r"ng\wy\s*(?P<day>\d{1,2})\s*th\wng\s*(?P<month>\d{1,2})\s*n\wm\s*(?P<year>\d{4})(?!\d)"
)
_SHORT: Final = re.compile(
    r"(?<![\d/.\-])(?P<day>\d{1,2})\s?(?P<mark>[/.\-])\s?(?P<month>\d{1,2})\s?(?P=mark)\s?"
    r"(?P<year>\d{4})(?![\d/])"
)
_ISO: Final = re.compile(r"^(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})$")
_SLOT: Final = re.compile(
    r"ng\wy\s*(?P<day>\S{0,4}?)[\s.…_]*th\wng\s*(?P<month>\S{0,4}?)[\s.…_]*n\wm\s*(?P<year>\S*)"
)
_DIGITS: Final = {
    word: value
    for value, words in enumerate(
        ["khong", "mot", "hai", "ba", "bon tu", "nam lam nham", "sau", "bay", "tam", "chin"]
    )
    for word in words.split()
}


@dataclass(frozen=True, slots=True)
class Dated:
    """A day found in folded text at [start, end)."""

    day: date
    start: int
    end: int


def parse_date(text: str) -> date | None:
    """Return the day a whole text states, None when it states none or an impossible one.

    Args:
        text: `2025-02-18`, `18/02/2025`, `18.2.2025`, `ngày 18 tháng 02 năm 2025`, any case.

    Source: NĐ 30/2020 PL I phần I mục II.4.
    """
    folded = fold(text).strip(" .,;")
    for pattern in (_ISO, _SHORT, _WRITTEN):
        match = pattern.fullmatch(folded)
        if match:
            return _day(match)
    return None


def find_dates(text: str) -> Iterator[Dated]:
    """Yield the possible days of a running text in order; offsets are into `fold(text)`."""
    folded = fold(text)
    matches = [*_WRITTEN.finditer(folded), *_SHORT.finditer(folded)]
    for match in sorted(matches, key=re.Match.start):
        if day := _day(match):
            yield Dated(day, match.start(), match.end())


def has_date_slot(text: str) -> bool:
    """Claim that the text is `ngày … tháng … năm …`, whatever was read in the blanks."""
    return bool(_SLOT.search(fold(text)))


def date_from_words(text: str) -> date | None:
    """Return the day written in words: `ngày mười hai, tháng ba, năm hai nghìn mười chín`.

    Civil-status papers write the birth date in digits and again in words; the two together are
    a check that neither gives alone. None when the words are not a day.
    """
    match = re.fullmatch(r"(?:ngay )?(.+?) thang (.+?) nam (.+)", plain(text))
    if not match:
        return None
    day, month, year = (number_from_words(part) for part in match.groups())
    if day is None or month is None or year is None:
        return None
    return make_date(year, month, day)


def number_from_words(text: str) -> int | None:
    """Return the number under 10,000 that Vietnamese words say, None when they say none.

    Both ways of a year are known: `một nghìn chín trăm tám mươi lăm`, `một chín tám lăm`.
    """
    words = plain(text).split()
    if words[:1] in (["mung"], ["mong"]):
        words = words[1:]
    if words and all(word in _DIGITS for word in words):
        return int("".join(str(_DIGITS[word]) for word in words)) if len(words) < 5 else None
    total = 0
    for unit, size in (("nghin", 1000), ("ngan", 1000), ("tram", 100)):
        if unit in words:
            place = words.index(unit)
            if place != 1 or words[0] not in _DIGITS:
                return None
            total += _DIGITS[words[0]] * size
            words = words[2:]
    rest = _below_hundred([word for word in words if word not in ("linh", "le")])
    return None if rest is None else total + rest


def _below_hundred(words: list[str]) -> int | None:
    if not words:
        return 0
    if words[:2] == ["khong", "tram"]:
        return _below_hundred(words[2:])
    if words[0] == "muoi":
        words = ["mot", *words]
    if len(words) >= 2 and words[1] == "muoi" and words[0] in _DIGITS:
        rest = _DIGITS.get(words[2]) if len(words) == 3 else 0
        return None if rest is None or len(words) > 3 else _DIGITS[words[0]] * 10 + rest
    values = [_DIGITS.get(word) for word in words]
    if len(values) == 1:
        return values[0]
    if len(values) == 2 and values[0] is not None and values[1] is not None and values[0] > 1:
        return values[0] * 10 + values[1]
    return None


def make_date(year: int, month: int, day: int) -> date | None:
    """Return the day, None when there is no such day or it is out of all reason."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day(match: re.Match[str]) -> date | None:
    return make_date(int(match["year"]), int(match["month"]), int(match["day"]))
