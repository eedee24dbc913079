"""Registrations of enterprises and of household businesses."""

from __future__ import annotations

from datetime import date
from itertools import count
from random import Random
from typing import Final

from benchmarks.understanding import slots
from benchmarks.understanding.forms import Form, numeric
from benchmarks.understanding.issuers import Issuer
from benchmarks.understanding.pen import Sheet
from benchmarks.understanding.people import (
    MERGED_ON,
    Person,
    bare,
    make_address,
    make_day,
    make_person,
    make_place,
    make_province,
)
from benchmarks.understanding.slots import Signing
from benchmarks.understanding.truth import Truth
from digitizer.extract.identity import is_tax_number
from digitizer.model import FieldName
from samples.decree30 import long_date

_TRADES: Final = [
    "Thương mại",
    "Xây dựng",
    "Vận tải",
    "Dịch vụ Du lịch",
    "Sản xuất Bao bì",
    "Nông sản",
]
_NAMES: Final = [
    "Phúc Lộc",
    "An Khang",
    "Minh Long",
    "Đại Thành",
    "Hải Âu",
    "Việt Tín",
    "Hoàng Gia",
    "Sao Khuê",
]


def make_tax_number(chance: Random) -> str:
    """Return ten digits whose check digit is right."""
    start = chance.randint(10**8, 39 * 10**8)
    return next(text for n in count(start) if is_tax_number(text := f"{n:010}"))


def _bureau(province: str, day: date) -> Issuer:
    parent = "SỞ TÀI CHÍNH" if day >= date(2025, 3, 1) else "SỞ KẾ HOẠCH VÀ ĐẦU TƯ"
    rows = (f"{parent} {province.upper()}",) if len(province) < 13 else (parent, province.upper())
    name = ("PHÒNG ĐĂNG KÝ KINH DOANH",)
    return Issuer(rows, name, "", bare(province), province, "TRƯỞNG PHÒNG", "", False)


def company(seed: int) -> tuple[list[Sheet], Truth]:
    """Write a certificate of enterprise registration."""
    form = Form.begin(Random(f"DKDN/{seed}"))
    chance, pen = form.chance, form.pen
    day = make_day(chance)
    province = make_province(chance, day)
    issuer = _bureau(province, day)
    boss = make_person(chance, born=(1955, 1998))
    number = make_tax_number(chance)
    name = f"CÔNG TY TNHH {chance.choice(_TRADES)} {chance.choice(_NAMES)}".upper()
    slots.head(pen, form.style, issuer)
    pen.skip(9.0)
    pen.centered("GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP")
    pen.centered("CÔNG TY TRÁCH NHIỆM HỮU HẠN MỘT THÀNH VIÊN")
    pen.skip(1.5)
    pen.centered(f"Mã số doanh nghiệp: {number}", face="bold")
    pen.centered(f"Đăng ký lần đầu: {long_date(day)}", face="italic")
    pen.skip(3.0)
    address = make_address(chance, make_place(chance, day, province=province))
    _heading(form, "1. Tên công ty")
    pen.row(("Tên công ty viết bằng tiếng Việt:", name), factor=1.1)
    pen.row(("Tên công ty viết tắt:", ""), factor=1.1)
    _heading(form, "2. Địa chỉ trụ sở chính")
    pen.paragraph(f"{address}, Việt Nam", indent=0.0)
    pen.row(("Điện thoại:", f"09{chance.randint(10**7, 10**8 - 1)}"), ("Email:", ""), factor=1.1)
    _heading(form, "3. Vốn điều lệ: 1.900.000.000 đồng")
    _heading(form, "4. Thông tin về chủ sở hữu")
    _person(form, boss, address)
    _heading(form, "5. Người đại diện theo pháp luật của công ty")
    pen.row(("* Họ, chữ đệm và tên:", boss.name.upper()), ("Chức danh:", "Giám đốc"), factor=1.1)
    signing = Signing(("TRƯỞNG PHÒNG",), make_person(chance).name)
    slots.closing(pen, form.style, signing)
    form.says(
        {
            FieldName.SO_KY_HIEU: number,
            FieldName.NGAY_BAN_HANH: day.isoformat(),
            FieldName.CO_QUAN_BAN_HANH: issuer.printed,
            FieldName.CHU_HO_SO: name,
            FieldName.NGUOI_KY: signing.name,
            FieldName.CHUC_VU: "TRƯỞNG PHÒNG",
        }
    )
    # The enterprise is the holder; whether its owner's number may stand beside it is undecided.
    left_open = (FieldName.SO_DINH_DANH, FieldName.NGAY_SINH)
    return pen.sheets, form.truth("DKDN", is_seen=False, left_open=left_open)


def household(seed: int) -> tuple[list[Sheet], Truth]:
    """Write a certificate of a household business; its head is the holder."""
    form = Form.begin(Random(f"HKD/{seed}"))
    chance, pen = form.chance, form.pen
    day = make_day(chance)
    place = make_place(chance, day)
    head = place.district or place.commune
    rows = (f"UBND {head}".upper(),) if day < MERGED_ON else (f"UBND {place.commune}".upper(),)
    name = ("PHÒNG TÀI CHÍNH - KẾ HOẠCH",) if day < MERGED_ON else ("PHÒNG KINH TẾ",)
    issuer = Issuer(rows, name, "", bare(head), place.province, "TRƯỞNG PHÒNG", "", False)
    owner = form.person(born=(1955, 2000))
    number = (
        f"{chance.randint(10, 99)}{chance.choice('ABCDE')}8{chance.randint(10**6, 10**7 - 1):07}"
    )
    slots.head(pen, form.style, issuer)
    pen.skip(9.0)
    pen.centered("GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH")
    pen.skip(1.5)
    pen.centered(f"Số: {number}", face="regular")
    pen.centered(f"Đăng ký lần đầu, {long_date(day)}", face="italic")
    pen.skip(3.0)
    shop = f"HỘ KINH DOANH {chance.choice(_NAMES)}".upper()
    pen.row(("1. Tên hộ kinh doanh:", shop), face="bold", factor=1.2)
    pen.row(("2. Địa điểm kinh doanh:", make_address(chance, place)), factor=1.2)
    pen.row(("3. Ngành, nghề kinh doanh:", "Bán lẻ lương thực, thực phẩm"), factor=1.2)
    pen.row(("4. Vốn kinh doanh:", "150.000.000 đồng"), factor=1.2)
    pen.down(1.2)
    pen.put("5. Thông tin về chủ hộ kinh doanh:", pen.left)
    _person(form, owner, make_address(chance, place))
    signing = Signing(("TRƯỞNG PHÒNG",), make_person(chance).name)
    slots.closing(pen, form.style, signing)
    form.holds(owner, name=owner.name.upper())
    form.says(
        {
            FieldName.SO_KY_HIEU: number,
            FieldName.NGAY_BAN_HANH: day.isoformat(),
            FieldName.CO_QUAN_BAN_HANH: issuer.printed,
            FieldName.NGUOI_KY: signing.name,
            FieldName.CHUC_VU: "TRƯỞNG PHÒNG",
        }
    )
    return pen.sheets, form.truth("HKD", is_seen=False)


def _heading(form: Form, text: str) -> None:
    form.pen.down(1.15)
    form.pen.put(text, form.pen.left, face="bold")


def _person(form: Form, person: Person, address: str) -> None:
    pen, chance = form.pen, form.chance
    label = chance.choice(("Họ, chữ đệm và tên:", "Họ và tên:"))
    pen.row((label, person.name.upper()), ("Giới tính:", person.sex), factor=1.1)
    pen.row(
        ("Ngày, tháng, năm sinh:", numeric(person.born, chance)),
        ("Dân tộc:", "Kinh"),
        ("Quốc tịch:", "Việt Nam"),
        factor=1.1,
    )
    kind = ("Số định danh cá nhân:", "Số giấy tờ pháp lý của cá nhân:", "Số CCCD:")
    pen.row((chance.choice(kind), person.identity), factor=1.1)
    pen.row(("Địa chỉ liên lạc:", address), factor=1.1)
