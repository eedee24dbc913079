"""People and places that do not exist.

Every given name is «Mẫu» (specimen); the province is «Minh Họa» (illustration), the commune «Thí
Điểm» (trial). Identity numbers pass the checks of form (NĐ 137/2015 Đ13: a known province, a digit
for century and sex, the year of birth), but end in a counted row of digits nobody was given by
chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Sex = Literal["Nam", "Nữ"]

PROVINCE = "tỉnh Minh Họa"
COMMUNE = "xã Thí Điểm"
SERIALS = ("123456", "234567", "345678", "456789", "567890", "654321", "765432", "876543")


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    sex: Sex
    born: date
    identity: str

    @property
    def honorific(self) -> str:
        return "Ông" if self.sex == "Nam" else "Bà"


def identity_number(province: str, sex: Sex, born: date, serial: str) -> str:
    """Return the 12 digits `PPP G YY NNNNNN`.

    Args:
        province: three digits of the province of birth registration.
        serial: six digits.

    Source: NĐ 137/2015/NĐ-CP Đ13, TT 07/2016/TT-BCA Đ7.
    """
    century_and_sex = (born.year // 100 - 19) * 2 + (sex == "Nữ")
    return f"{province}{century_and_sex}{born.year % 100:02d}{serial}"


def _person(name: str, sex: Sex, born: date, province: str, order: int) -> Person:
    return Person(name, sex, born, identity_number(province, sex, born, SERIALS[order]))


HUSBAND = _person("Nguyễn Đình Mẫu", "Nam", date(1985, 3, 14), "040", 0)
WIFE = _person("Trần Thị Mẫu", "Nữ", date(1988, 10, 25), "040", 1)
CHILD = _person("Nguyễn Minh Mẫu", "Nam", date(2026, 8, 19), "040", 2)
SINGLE = _person("Phạm Thị Mẫu", "Nữ", date(1996, 12, 5), "038", 3)
BUILDER = _person("Phạm Văn Mẫu", "Nam", date(1979, 6, 30), "042", 4)
PENSIONER = _person("Hoàng Thị Mẫu", "Nữ", date(1945, 2, 8), "040", 5)
APPLICANT = _person("Lê Quang Mẫu", "Nam", date(1991, 9, 2), "001", 6)
CLERK = _person("Vũ Thị Mẫu", "Nữ", date(1993, 4, 17), "040", 7)
