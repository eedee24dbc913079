"""How people cite a paper in one line: its number, then agency and year in any order.

`476/QĐ-UBND ngày 18/02/2025 của UBND tỉnh Nghệ An`, `Nghệ An 2025 476 / qd - ubnd`, `64/2026`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from digitizer.extract.dates import make_date
from digitizer.legal_profile import load_profile
from digitizer.vietnamese import fold, squeeze

_LETTERS = r"[^\W\d_]"
_NOTATION = rf"{_LETTERS}{{1,12}}(?:\s?-\s?{_LETTERS}[^\s,;|]{{0,24}}|-[^\s,;|]{{1,24}})?"
_NUMBER = re.compile(
    rf"(?:\bs[oố]\s?[:.]?\s?)?(?<![\d/.])([0-9]{{1,7}}{_LETTERS}?)\s?/\s?((?:(?:19|20)[0-9]{{2}}\s?/\s?)?{_NOTATION})",
    re.I,
)
_REGISTER = re.compile(
    r"(?:\bs[oố]\s?[:.]?\s?)?(?<![\d/.])([0-9]{1,7})\s?/\s?((?:19|20)[0-9]{2})(?![\d/])", re.I
)
_YEAR = re.compile(r"(?<![\d/.-])((?:19|20)[0-9]{2})(?![\d/.-])")
_DATES = (
    (re.compile(r"(?<!\d)(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4})(?!\d)", re.A), "dmy"),
    (re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)", re.A), "ymd"),
    (
        re.compile(r"(?<!\d)(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})(?!\d)", re.A | re.I),
        "dmy",
    ),
    (re.compile(r"(?<!\d)(\d{2})(\d{2})(\d{4})(?!\d)", re.A), "dmy"),
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣", "-"))
_JOINTS = re.compile(r"\s*([/-])\s*")
_FILLERS = frozenset(("số", "ngày", "năm", "của", "do", "cấp", "sinh", "ngay", "cua"))
"""Words between the parts, dropped at the ends of what is left. With their accents: `so` may be a
Sở, and `nam` ends Hà Nam."""
_ENDS = " ,;:|()[]\"'.-"


@dataclass(frozen=True, slots=True)
class Cited:
    """A number as it will be looked up; agency and year where they were said."""

    number: str
    agency: str
    year: int | None


def cited(text: str) -> Cited | None:
    """Return the paper that a line cites, None where it has no number."""
    line = squeeze(text).translate(_DASHES)
    issued, line = first_date(line)
    found = _NUMBER.search(line) or _REGISTER.search(line)
    if found is None:
        return None
    number = _JOINTS.sub(r"\1", f"{found[1]}/{found[2]}").rstrip(_ENDS)
    rest = f"{line[: found.start()]} {line[found.end() :]}"
    said = _YEAR.search(rest)
    if said:
        rest = f"{rest[: said.start()]} {rest[said.end() :]}"
    year = int(said[1]) if said else None
    return Cited(number, _agency(rest), issued.year if issued else year)


def first_date(text: str) -> tuple[date | None, str]:
    """Return the first full date in a text, and the text without it and without fillers."""
    for form, order in _DATES:
        if found := form.search(text):
            numbers = [int(part) for part in found.groups()]
            year, month, day = numbers if order == "ymd" else numbers[::-1]
            if moment := make_date(year, month, day):
                rest = f"{text[: found.start()]} {text[found.end() :]}"
                return moment, _bare(rest)
    return None, _bare(text)


def _bare(text: str) -> str:
    """Return text without fillers and punctuation at its ends."""
    words = squeeze(text.strip(_ENDS)).split()
    while words and words[0].strip(_ENDS).lower() in _FILLERS | {""}:
        words.pop(0)
    while words and words[-1].strip(_ENDS).lower() in _FILLERS | {""}:
        words.pop()
    return " ".join(words).strip(_ENDS)


def _agency(rest: str) -> str:
    """Return what is left as the agency's name, without the title of the paper before it."""
    bare = _bare(rest)
    for kind in load_profile().types:
        title = f"{kind.name} "
        if fold(f"{bare} ").startswith(fold(title) + " "):
            bare = _bare(bare[len(title) - 1 :])
            break
    return bare if any(character.isalpha() for character in bare) else ""
