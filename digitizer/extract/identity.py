"""Numbers that name a person or a business, and what can be checked in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from digitizer.extract.dates import make_date
from digitizer.legal_profile import Profile
from digitizer.vietnamese import nfc

_PERSON: Final = re.compile(r"\d{12}")
_TAX: Final = re.compile(r"(\d{10})(?:-(?!000)\d{3})?")
_TAX_WEIGHTS: Final = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_CARD_FIELDS: Final = 7


@dataclass(frozen=True, slots=True)
class PersonNumber:
    """A số định danh: twelve digits, no check digit, but a birth year and a sex in it."""

    digits: str
    birth_year: int
    is_male: bool


@dataclass(frozen=True, slots=True)
class Card:
    """What the QR code of a citizen's card says."""

    number: PersonNumber
    name: str
    birth: date


def parse_person_number(text: str, profile: Profile) -> PersonNumber | None:
    """Return the số định danh a text states, None when its form or its province is none.

    Countries of birth (1xx and up) are taken as they stand; there is no list of them here.

    Source: NĐ 137/2015 Đ13; TT 07/2016/TT-BCA Đ7.
    """
    digits = re.sub(r"[\s.]", "", text)
    if not _PERSON.fullmatch(digits):
        return None
    if digits[0] == "0" and profile.province(digits[:3]) is None:
        return None
    century, is_male = 1900 + int(digits[3]) // 2 * 100, int(digits[3]) % 2 == 0
    return PersonNumber(digits, century + int(digits[4:6]), is_male)


def agrees(number: PersonNumber, birth: date | None, sex: str = "") -> bool:
    """Claim that nothing read elsewhere (birth date, `Nam` or `Nữ`) contradicts the number."""
    if birth is not None and birth.year != number.birth_year:
        return False
    return not sex or (sex == "Nam") == number.is_male


class Proof(StrEnum):
    """What stands beside a number says of it."""

    PROVEN = "proven"
    """The birth year is the same."""
    LIKELY = "likely"
    """The sex is the same, and no birth year stands there."""
    OPEN = "open"
    """Nothing stands beside it that could speak for or against it."""
    CONTRADICTED = "contradicted"


def prove(
    number: PersonNumber, *, day: date | None = None, year: int | None = None, sex: str = ""
) -> Proof:
    """Hold a number against birth date or year and sex (`Nam`, `Nữ`, "" when not known).

    Source: NĐ 137/2015 Đ13: digits 4 to 6 are century with sex, and year of birth.
    """
    born = day.year if day else year
    if born is not None and born != number.birth_year:
        return Proof.CONTRADICTED
    if not agrees(number, day, sex):
        return Proof.CONTRADICTED
    if born is not None:
        return Proof.PROVEN
    return Proof.LIKELY if sex else Proof.OPEN


def is_tax_number(text: str) -> bool:
    """Claim that a mã số thuế or mã số doanh nghiệp has the right form and check digit."""
    match = _TAX.fullmatch(text)
    if not match:
        return False
    digits = [int(digit) for digit in match[1]]
    total = sum(weight * digit for weight, digit in zip(_TAX_WEIGHTS, digits, strict=False))
    return 10 - total % 11 == digits[9]


def parse_card(text: str, profile: Profile) -> Card | None:
    """Return what a card's QR says: `số|CMND cũ|họ tên|ngày sinh|giới tính|nơi trú|ngày cấp`.

    None when any of it does not prove out: the form, the province, the birth year, the sex.
    """
    parts = nfc(text).strip().split("|")
    if len(parts) < _CARD_FIELDS:
        return None
    number = parse_person_number(parts[0], profile)
    birth = _compact_date(parts[3])
    if number is None or birth is None or not _is_name(parts[2]):
        return None
    return Card(number, parts[2].strip(), birth) if agrees(number, birth, parts[4]) else None


def _compact_date(text: str) -> date | None:
    if not re.fullmatch(r"\d{8}", text):
        return None
    return make_date(int(text[4:]), int(text[2:4]), int(text[:2]))


def _is_name(text: str) -> bool:
    words: Sequence[str] = text.split()
    return len(words) >= 2 and all(word.isalpha() for word in words)
