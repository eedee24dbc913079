"""What a paper is cited by: number, agency, date; and the folded keys under which it is found.

`476 /QD - UBND`, `Số: 476/QĐ-UBND` and `0476/qđ–ubnd` are one number. A number alone is not
unique: each agency begins again at 1 each year.

Source: NĐ 30/2020, Phụ lục I, Phần II, mục 3 (number and notation; below 10 with a leading 0).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from digitizer.vietnamese import fold

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣-", "-"))
_SO = re.compile(r"^(?:[.,;:/-]|so(?![a-z]))+")
_SPACES = re.compile(r"\s+")
_LEADING_ZEROS = re.compile(r"^0+(?=\d)")
_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_SHORT_FORMS = {
    "ubnd": "uy ban nhan dan",
    "hdnd": "hoi dong nhan dan",
    "ubmttq": "uy ban mat tran to quoc",
    "tand": "toa an nhan dan",
    "vksnd": "vien kiem sat nhan dan",
    "tp": "thanh pho",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """How others cite this paper.

    `number_key` and `agency_key` are folded for comparing, "" when the value is absent or was
    archived unverified: a doubtful number never becomes a look-up key (REQ-4.11). `issued_on`
    is None then, too.
    """

    number: str
    number_key: str
    agency: str
    agency_key: str
    issued_on: date | None


def number_key(number: str) -> str:
    """Return the key of a document number, "" for one without a letter or digit.

    >>> number_key("Số: 476 /QD - UBND")
    '476/qd-ubnd'
    """
    folded = _SPACES.sub("", fold(number.translate(_DASHES))).rstrip(".,;:/-")
    key = _LEADING_ZEROS.sub("", _SO.sub("", folded))
    return key if any(character.isalnum() for character in key) else ""


def case_key(code: str) -> str:
    """Return the key of a case code (mã hồ sơ); zeros that old codes begin with do not count.

    >>> case_key("000.00.01.h40-231110-0001")
    '00.01.H40-231110-0001'
    """
    return _SPACES.sub("", code.translate(_DASHES)).upper().removeprefix("000.")


def agency_key(agency: str) -> str:
    """Return the key of an agency's name, usual short forms written out.

    >>> agency_key("UBND TỈNH Nghệ An")
    'uy ban nhan dan tinh nghe an'
    """
    words = _NOT_WORDS.sub(" ", fold(agency)).split()
    return " ".join(_SHORT_FORMS.get(word, word) for word in words)


def names_agency(asked: str, held: str) -> bool:
    """Tell whether two agency keys can mean the same agency: one holds the other, word by word.

    An asked key of "" names any; a held one of "" is only found when no agency is asked for.
    """
    if not asked:
        return True
    if not held:
        return False
    return f" {asked} " in f" {held} " or f" {held} " in f" {asked} "
