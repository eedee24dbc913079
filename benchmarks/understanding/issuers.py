"""Agencies that issue: some that closed lists hold, some that none does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from benchmarks.understanding.people import MERGED_ON, bare, make_place, make_province

_DEPARTMENTS: Final = (
    ("SỞ XÂY DỰNG", "SXD"),
    ("SỞ NỘI VỤ", "SNV"),
    ("SỞ TƯ PHÁP", "STP"),
    ("SỞ Y TẾ", "SYT"),
    ("SỞ TÀI CHÍNH", "STC"),
    ("SỞ CÔNG THƯƠNG", "SCT"),
    ("SỞ GIÁO DỤC VÀ ĐÀO TẠO", "SGDĐT"),
    ("SỞ KHOA HỌC VÀ CÔNG NGHỆ", "SKHCN"),
    ("SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH", "SVHTTDL"),
)
_MINISTRIES: Final = (
    ("BỘ TƯ PHÁP", "BTP"),
    ("BỘ Y TẾ", "BYT"),
    ("BỘ NỘI VỤ", "BNV"),
    ("BỘ XÂY DỰNG", "BXD"),
    ("BỘ TÀI CHÍNH", "BTC"),
    ("BỘ GIÁO DỤC VÀ ĐÀO TẠO", "BGDĐT"),
    ("BỘ KHOA HỌC VÀ CÔNG NGHỆ", "BKHCN"),
)
_SCHOOLS: Final = (
    ("TRƯỜNG TRUNG HỌC PHỔ THÔNG", "THPT"),
    ("TRƯỜNG TRUNG HỌC CƠ SỞ", "THCS"),
    ("TRƯỜNG CAO ĐẲNG NGHỀ", "CĐN"),
)
_OFFICES: Final = (
    (("CHI CỤC KIỂM LÂM",), "CCKL", "CHI CỤC TRƯỞNG"),
    (("TRUNG TÂM KIỂM SOÁT", "BỆNH TẬT"), "KSBT", "GIÁM ĐỐC"),
    (("VĂN PHÒNG ĐĂNG KÝ", "ĐẤT ĐAI"), "VPĐKĐĐ", "GIÁM ĐỐC"),
    (("BAN QUẢN LÝ DỰ ÁN", "ĐẦU TƯ XÂY DỰNG"), "BQLDA", "GIÁM ĐỐC"),
    (("TRUNG TÂM DỊCH VỤ", "VIỆC LÀM"), "TTDVVL", "GIÁM ĐỐC"),
    (("CHI CỤC CHĂN NUÔI", "VÀ THÚ Y"), "CNTY", "CHI CỤC TRƯỞNG"),
    (("QUỸ BẢO VỆ VÀ", "PHÁT TRIỂN RỪNG"), "QBVPTR", "GIÁM ĐỐC"),
)


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues: `parent` lines in regular capitals over bold `name` lines, as printed.

    `head` is the post of whoever leads it, `council` the body he signs for (TM.), "" for none.
    """

    parent: tuple[str, ...]
    name: tuple[str, ...]
    symbol: str
    place: str
    province: str
    head: str
    council: str
    is_seen: bool

    @property
    def printed(self) -> str:
        return " ".join((*self.parent, *self.name))

    @property
    def spoken(self) -> str:
        """How running text names it."""
        words = " ".join(self.name).lower().split()
        text = " ".join(words).capitalize()
        return text.replace("Ubnd", "UBND")


def make_issuer(chance: Random, day: date) -> Issuer:
    """Make an issuer of any level that could issue on `day`; half are of no closed list."""
    province = make_province(chance, day)
    draw = chance.random()
    if draw < 0.2:
        return _province(province)
    if draw < 0.38:
        return _department(chance, province)
    if draw < 0.5:
        name, symbol = chance.choice(_MINISTRIES)
        return Issuer((), (name,), symbol, "Hà Nội", "", "BỘ TRƯỞNG", "", True)
    if draw < 0.72:
        return make_commune(chance, day, province)
    if draw < 0.86:
        return _office(chance, province)
    return _school(chance, province, day)


def make_commune(chance: Random, day: date, province: str = "") -> Issuer:
    """Make the people's committee of a commune, or before the merger also of a district."""
    place = make_place(chance, day, province=province)
    seat = place.commune
    if place.district and chance.random() < 0.5:
        seat = place.district
    head = ("UBND " + (place.district or place.province)).upper()
    if seat == place.district:
        head = f"UBND {place.province}".upper()
    parent = (head,) if chance.random() < 0.3 else ()
    name = ("ỦY BAN NHÂN DÂN", seat.upper())
    return Issuer(
        parent, name, "UBND", bare(seat), place.province, "CHỦ TỊCH", "ỦY BAN NHÂN DÂN", False
    )


def _province(province: str) -> Issuer:
    name = ("ỦY BAN NHÂN DÂN", province.upper())
    place = "Thành phố Hồ Chí Minh" if "Hồ Chí Minh" in province else bare(province)
    return Issuer((), name, "UBND", place, province, "CHỦ TỊCH", "ỦY BAN NHÂN DÂN", True)


def _department(chance: Random, province: str) -> Issuer:
    name, symbol = chance.choice(_DEPARTMENTS)
    parent = chance.choice(((f"UBND {province.upper()}",), ("ỦY BAN NHÂN DÂN", province.upper())))
    rows = tuple(_halves(name)) if len(name) > 22 else (name,)
    return Issuer(parent, rows, symbol, bare(province), province, "GIÁM ĐỐC", "", True)


def _office(chance: Random, province: str) -> Issuer:
    name, symbol, head = chance.choice(_OFFICES)
    above = chance.choice((f"UBND {province.upper()}", "SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG", "SỞ Y TẾ"))
    parent = (above,) if len(above) < 24 else tuple(_halves(above))
    return Issuer(parent, name, symbol, bare(province), province, head, "", False)


def _school(chance: Random, province: str, day: date) -> Issuer:
    kind, symbol = chance.choice(_SCHOOLS)
    named = bare(make_place(chance, day).commune).upper()
    above = "SỞ GIÁO DỤC VÀ ĐÀO TẠO" if symbol != "CĐN" else f"UBND {province.upper()}"
    rows = (kind, named) if len(kind) > 20 else (f"{kind} {named}",)
    return Issuer(
        (above,),
        rows,
        f"{symbol}-{_initials(named)}",
        bare(province),
        province,
        "HIỆU TRƯỞNG",
        "",
        False,
    )


def _halves(name: str) -> list[str]:
    """Break a name in two lines near its middle."""
    words = name.split()
    cut = min(
        range(1, len(words)),
        key=lambda at: abs(len(" ".join(words[:at])) - len(" ".join(words[at:]))),
    )
    return [" ".join(words[:cut]), " ".join(words[cut:])]


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split())


def committee_of(chance: Random, day: date) -> tuple[str, Issuer]:
    """Return a registering committee as forms name it, and as an issuer with its head."""
    place = make_place(chance, day)
    text = f"Ủy ban nhân dân {place.full}"
    name = ("ỦY BAN NHÂN DÂN", place.commune.upper())
    parent: tuple[str, ...] = ()
    if day < MERGED_ON and chance.random() < 0.6:
        parent = (f"UBND {place.province}".upper(), f"UBND {place.district}".upper())
    elif day >= MERGED_ON and chance.random() < 0.5:
        parent = (f"UBND {place.province}".upper(),)
    rows = (f"UBND {place.commune}".upper(),) if parent and chance.random() < 0.5 else name
    return text, Issuer(
        parent, rows, "UBND", place.seat, place.province, "CHỦ TỊCH", "ỦY BAN NHÂN DÂN", False
    )
