"""People and places made up by seed: whoever bears such a name, nobody was meant.

Identity numbers pass the checks of form (NĐ 137/2015 Đ13: province, century and sex, birth year)
unless a paper is made on purpose to contradict itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final, Literal

from samples.people import identity_number

Sex = Literal["Nam", "Nữ"]
_SEXES: Final[tuple[Sex, ...]] = ("Nam", "Nữ")


def _listed(text: str, mark: str = " ") -> tuple[str, ...]:
    return tuple(text.split(mark))


_SURNAMES: Final = _listed(
    "Nguyễn Nguyễn Nguyễn Trần Trần Lê Lê Phạm Huỳnh Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý "
    "Đoàn Trịnh Mai Đinh Lâm Hà Tạ Cao Châu Quách Thái Triệu Lương Nông Hứa Phùng Tô Kiều Vi Lò "
    "Giàng Thạch Y Sùng Chu La Mạc Nghiêm Tống Từ Vương Ung"
)
_MIDDLE: Final = {
    "Nam": _listed(
        "Văn Văn Hữu Đức Minh Quốc Công Ngọc Thanh Xuân Đình Bá Duy Trọng Quang Anh Gia"
    ),
    "Nữ": _listed(
        "Thị Thị Thị Ngọc Thu Kim Thanh Bích Hồng Mỹ Phương Diệu Minh Quỳnh Tuyết Cẩm Như"
    ),
}
_GIVEN: Final = {
    "Nam": _listed(
        "An Bình Cường Dũng Đạt Giang Hải Hiếu Hoà Hùng Huy Khánh Kiên Lâm Long Lộc Mạnh Nam Nghĩa "
        "Phong Phúc Quân Quyết Sơn Tài Tâm Thắng Thịnh Thọ Tiến Toàn Trung Tuấn Tùng Việt Vinh Vũ "
        "Đông Khoa Ơn Ước Ẩn Thuỵ"
    ),
    "Nữ": _listed(
        "Anh Bích Chi Dung Duyên Đào Giang Hà Hằng Hạnh Hiền Hoa Huệ Hương Lan Liên Loan Ly Mai My "
        "Nga Ngân Ngọc Nhung Oanh Phượng Quyên Sương Thảo Thơ Thuỷ Thuý Trang Trinh Tú Uyên Vân "
        "Xuân Yến Ánh Ý Nhàn"
    ),
}
_VILLAGES: Final = _listed(
    "Tân Lập|Hoà Bình|An Phú|Phú Mỹ|Đông Hải|Tây Sơn|Bình Minh|Vĩnh Thạnh|Long Hưng|Quảng Phúc|"
    "Thạch Khê|Nghĩa Lộ|Đại Đồng|Xuân Quang|Hưng Thịnh|Cẩm Giàng|Kim Liên|Yên Trung|Nam Thành|"
    "Sơn Trà|Ea Drăng|Mường Bú|Bản Phiệt|Thuận An|Lộc Ninh|Trà Ôn|Gio Linh|Đức Phổ|Ninh Sơn|"
    "Cư Kuin",
    "|",
)
_HAMLETS: Final = _listed(
    "thôn 1|thôn Đoài|ấp Bình Hoà|xóm Mới|khu phố 3|tổ dân phố 7|bản Nà Lốc", "|"
)
MERGED_ON: Final = date(2025, 7, 1)
"""From this day on there are no districts, and 34 provinces."""
_PROVINCES: Final = (
    # (name, kind, code of birth registration, kept its name on 1 July 2025)
    ("Nghệ An", "tỉnh", "040", True),
    ("Thanh Hóa", "tỉnh", "038", True),
    ("Hà Tĩnh", "tỉnh", "042", True),
    ("Quảng Ngãi", "tỉnh", "051", True),
    ("Đắk Lắk", "tỉnh", "066", True),
    ("Gia Lai", "tỉnh", "064", True),
    ("Lâm Đồng", "tỉnh", "068", True),
    ("Cà Mau", "tỉnh", "096", True),
    ("An Giang", "tỉnh", "089", True),
    ("Đồng Tháp", "tỉnh", "087", True),
    ("Vĩnh Long", "tỉnh", "086", True),
    ("Sơn La", "tỉnh", "014", True),
    ("Lạng Sơn", "tỉnh", "020", True),
    ("Bắc Ninh", "tỉnh", "027", True),
    ("Hưng Yên", "tỉnh", "033", True),
    ("Hà Nội", "thành phố", "001", True),
    ("Hải Phòng", "thành phố", "031", True),
    ("Đà Nẵng", "thành phố", "048", True),
    ("Cần Thơ", "thành phố", "092", True),
    ("Hồ Chí Minh", "thành phố", "079", True),
    ("Nam Định", "tỉnh", "036", False),
    ("Bình Phước", "tỉnh", "070", False),
    ("Quảng Nam", "tỉnh", "049", False),
    ("Bạc Liêu", "tỉnh", "095", False),
    ("Hà Giang", "tỉnh", "002", False),
    ("Kon Tum", "tỉnh", "062", False),
    ("Bến Tre", "tỉnh", "083", False),
    ("Vĩnh Phúc", "tỉnh", "026", False),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody made up. `is_sound` unless the number contradicts sex or birth date."""

    name: str
    sex: Sex
    born: date
    identity: str
    is_sound: bool = True

    @property
    def honorific(self) -> str:
        return "Ông" if self.sex == "Nam" else "Bà"


@dataclass(frozen=True, slots=True)
class Place:
    """A commune; `district` is "" after the merger. Names as in running text (`xã Tân Lập`)."""

    commune: str
    district: str
    province: str

    @property
    def seat(self) -> str:
        """What slot 4 says before the date: the commune's bare name (NĐ 30/2020 PL I.II.4)."""
        return bare(self.commune)

    @property
    def full(self) -> str:
        return ", ".join(part for part in (self.commune, self.district, self.province) if part)


def bare(place: str) -> str:
    """Return a place's name without what it is: `xã Tân Lập` gives `Tân Lập`."""
    for kind in (
        "thành phố ",
        "thị trấn ",
        "thị xã ",
        "tỉnh ",
        "huyện ",
        "quận ",
        "xã ",
        "phường ",
    ):
        place = place.removeprefix(kind)
    return place


def make_person(
    chance: Random,
    sex: Sex | None = None,
    *,
    born: tuple[int, int] = (1945, 2004),
    sound: bool = True,
) -> Person:
    """Make a person born in one of the years from-to; a contradicting number if not `sound`."""
    own: Sex = chance.choice(_SEXES) if sex is None else sex
    words = [chance.choice(_SURNAMES), chance.choice(_MIDDLE[own]), chance.choice(_GIVEN[own])]
    if chance.random() < 0.2:
        words.insert(2, chance.choice(_GIVEN[own]))
    day = date(chance.randint(*born), 1, 1) + timedelta(days=chance.randint(0, 364))
    code = chance.choice(_PROVINCES)[2]
    serial = f"{chance.randint(1, 999999):06}"
    if sound:
        return Person(" ".join(words), own, day, identity_number(code, own, day, serial))
    other: Sex = "Nữ" if own == "Nam" else "Nam"
    off = day.replace(year=day.year + chance.choice((-8, -3, 1, 5)), day=min(day.day, 28))
    number = (
        identity_number(code, other, day, serial)
        if chance.random() < 0.4
        else identity_number(code, own, off, serial)
    )
    return Person(" ".join(words), own, day, number, is_sound=False)


def make_place(chance: Random, day: date, *, province: str = "") -> Place:
    """Make a commune as it was called on `day`, in `province` (`tỉnh Nghệ An`) if one is given."""
    home = province or make_province(chance, day)
    village = chance.choice(_VILLAGES)
    is_city = home.startswith("thành phố")
    if day >= MERGED_ON:
        kind = chance.choice(("phường", "xã") if is_city else ("xã", "xã", "phường"))
        return Place(f"{kind} {village}", "", home)
    kind = chance.choice(("xã", "xã", "phường", "thị trấn"))
    above = {"xã": "huyện", "phường": "quận" if is_city else "thành phố", "thị trấn": "huyện"}[kind]
    seat = chance.choice([name for name in _VILLAGES if name != village])
    return Place(f"{kind} {village}", f"{above} {seat}", home)


def make_province(chance: Random, day: date) -> str:
    """Return a province that existed on `day`, with what it is: `tỉnh Nghệ An`."""
    rows = [row for row in _PROVINCES if row[3] or day < MERGED_ON]
    name, kind, _, _ = chance.choice(rows)
    return f"{kind} {name}"


def make_address(chance: Random, place: Place) -> str:
    return f"{chance.choice(_HAMLETS)}, {place.full}"


def make_day(chance: Random, first: int = 2020, last: int = 2026) -> date:
    """Return a working day of these years, before November 2026."""
    day = date(first, 1, 2) + timedelta(days=chance.randint(0, 365 * (last - first) + 290))
    return day - timedelta(days=max(0, day.weekday() - 4))
