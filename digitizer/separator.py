"""What a separator sheet says: whose papers follow it, and how many there ought to be.

The sheet carries this as a QR code. The text has a check of its own, so that a foreign code, or
one that was copied with a slip, is never taken for a declaration.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_MAGIC: Final = "SOHOA1"
_CHECK_DIGITS: Final = 8
_KEYS: Final = {
    "a": "agency",
    "b": "box",
    "h": "ma_ho_so",
    "m": "ma_tthc",
    "k": "document_type",
}
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Separator:
    """One sheet of a set that was printed together.

    Attributes:
        set_id: six letters and digits, the same on all sheets of one printing.
        number: of this sheet in its set, from 1, in the order they are to be scanned.
        documents: sheets in the set that must all be found; 0 in a set of loose sheets, of
            which the last may stay unused.
        pages: page images that must follow before the next sheet; 0 where nothing is declared.
        all_pages: the sum of `pages` over the set; 0 where one of them is not declared.
        is_duplex: both sides are scanned, so the sheet's own empty back follows its front.
        agency, box, ma_ho_so, ma_tthc, document_type: what the papers are said to be, "" where
            it is not said. Hints, never trusted over the page.
    """

    set_id: str
    number: int
    documents: int = 0
    pages: int = 0
    all_pages: int = 0
    is_duplex: bool = False
    agency: str = ""
    box: str = ""
    ma_ho_so: str = ""
    ma_tthc: str = ""
    document_type: str = ""


@dataclass(frozen=True, slots=True)
class StackPage:
    """What stands on a page that may part documents.

    Attributes:
        number: from 1 in the stack.
        sheet: what the separator sheet says, None on a page that is none.
        is_spoiled: a code of ours that can't be believed, or two that contradict each other.
        case_code: the one mã hồ sơ among the page's symbols, "" where there is none or several.
        is_blank: it follows a sheet, and nothing is written on it; other pages are not looked at.
        size_mm: (width, height).
    """

    number: int
    sheet: Separator | None
    is_spoiled: bool
    case_code: str
    is_blank: bool
    size_mm: tuple[float, float]


class BadSeparator(ValueError):
    """A code that begins like a separator's and is none."""


def encode(sheet: Separator) -> str:
    """Return the text of the sheet's QR code.

    Raises:
        BadSeparator: a value can't be written: `|`, a control character, over 60 characters, or
            a number below what it counts from.
    """
    _require(sheet)
    body = "|".join((_MAGIC, *_parts(sheet)))
    return f"{body}|c={_check(body)}"


def _parts(sheet: Separator) -> Iterator[str]:
    yield f"s={sheet.set_id}"
    yield f"n={sheet.number}/{sheet.documents}"
    yield f"p={sheet.pages}/{sheet.all_pages}"
    if sheet.is_duplex:
        yield "d=2"
    for key, name in _KEYS.items():
        if value := getattr(sheet, name):
            yield f"{key}={value}"


def _require(sheet: Separator) -> None:
    if not re.fullmatch(r"[0-9A-Z]{6}", sheet.set_id):
        raise BadSeparator("set_id: six digits or capitals")
    if sheet.number < 1 or min(sheet.documents, sheet.pages, sheet.all_pages) < 0:
        raise BadSeparator("a count below zero")
    for name in _KEYS.values():
        value = getattr(sheet, name)
        if "|" in value or not value.isprintable() or len(value) > _LONGEST:
            raise BadSeparator(f"{name}: {value!r}")


def parse(text: str) -> Separator | None:
    """Return the sheet that a code's text declares, None if it is some other code.

    Raises:
        BadSeparator: it begins like ours, but its check or its form is wrong.
    """
    if not text.startswith(f"{_MAGIC}|"):
        return None
    body, _, check = text.rpartition("|c=")
    if check != _check(body):
        raise BadSeparator("the check does not come out")
    pairs = [part.partition("=")[::2] for part in body.split("|")[1:]]
    values = dict(pairs)
    if len(values) != len(pairs) or not {"s", "n", "p"} <= values.keys() <= {*"snpd", *_KEYS}:
        raise BadSeparator("unknown or doubled parts")
    number, documents = _two_numbers(values["n"])
    pages, all_pages = _two_numbers(values["p"])
    sheet = Separator(
        values["s"],
        number,
        documents,
        pages,
        all_pages,
        values.get("d") == "2",
        **{name: values.get(key, "") for key, name in _KEYS.items()},
    )
    _require(sheet)
    return sheet


def _two_numbers(text: str) -> tuple[int, int]:
    if not re.fullmatch(r"[0-9]{1,6}/[0-9]{1,6}", text):
        raise BadSeparator(text)
    first, _, second = text.partition("/")
    return int(first), int(second)


def _check(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:_CHECK_DIGITS]
