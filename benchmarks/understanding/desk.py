"""Papers of the one-stop desk: applications, receipts; and judicial records (form 06/2024/LLTP)."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Final

from benchmarks.understanding import slots
from benchmarks.understanding.forms import Form, numeric
from benchmarks.understanding.issuers import Issuer, committee_of
from benchmarks.understanding.pen import Sheet
from benchmarks.understanding.people import (
    MERGED_ON,
    bare,
    make_address,
    make_day,
    make_person,
    make_place,
    make_province,
)
from benchmarks.understanding.slots import Dated, Signing
from benchmarks.understanding.truth import Truth
from digitizer.model import FieldName
from samples import stamps
from samples.decree30 import long_date

_FORMS: Final = (
    ("TỜ KHAI", "CẤP BẢN SAO TRÍCH LỤC HỘ TỊCH", "người yêu cầu"),
    ("TỜ KHAI ĐĂNG KÝ KHAI SINH", "", "người yêu cầu"),
    ("TỜ KHAI", "CẤP GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", "người yêu cầu"),
    ("ĐƠN ĐỀ NGHỊ", "CẤP GIẤY PHÉP XÂY DỰNG", "người đề nghị"),
    ("GIẤY ĐỀ NGHỊ", "ĐĂNG KÝ HỘ KINH DOANH", "người đề nghị"),
)
_PROCEDURES: Final = ("2.000635", "1.004873", "2.000815", "1.001193", "1.012790")


def record(seed: int) -> tuple[list[Sheet], Truth]:
    """Write a judicial record, number 1."""
    form = Form.begin(Random(f"LLTP/{seed}"))
    chance, pen = form.chance, form.pen
    day = make_day(chance, 2024, 2026)
    province = make_province(chance, day)
    is_police = day.year > 2025 or (day.year == 2025 and day.month > 2)
    parent, name = (
        (("BỘ CÔNG AN",), (f"CÔNG AN {province.upper()}",))
        if is_police
        else ((f"UBND {province.upper()}",), ("SỞ TƯ PHÁP",))
    )
    issuer = Issuer(parent, name, "", bare(province), province, "GIÁM ĐỐC", "", not is_police)
    person = form.person(born=(1960, 2004))
    dated = Dated(str(chance.randint(100, 9000)), "CAT-LLTP" if is_police else "STP-LLTP", day)
    slots.head(pen, form.style, issuer)
    slots.number_and_date(pen, form.style, issuer, dated, chance)
    pen.skip(8.0)
    pen.centered("PHIẾU LÝ LỊCH TƯ PHÁP SỐ 1")
    pen.skip(3.0)
    pen.paragraph("Căn cứ Luật Lý lịch tư pháp ngày 17 tháng 6 năm 2009;", face="italic")
    pen.centered("XÁC NHẬN:")
    place = make_place(chance, day)
    for label, value in (
        ("1. Họ và tên:", person.name.upper()),
        ("2. Giới tính:", person.sex),
        ("3. Ngày, tháng, năm sinh:", numeric(person.born, chance)),
        ("4. Nơi sinh:", place.province),
        ("5. Quốc tịch:", "Việt Nam"),
        ("6. Nơi thường trú:", make_address(chance, place)),
        ("7. Nơi tạm trú:", "Không có"),
        ("8. Giấy tờ tùy thân:", f"Căn cước công dân. Số: {person.identity}"),
        ("9. Tình trạng án tích:", "Không có án tích"),
        ("10. Thông tin về cấm đảm nhiệm chức vụ, thành lập, quản lý doanh nghiệp:", "Không có"),
    ):
        pen.row((label, value))
    post = chance.choice((("GIÁM ĐỐC",), ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")))
    signing = Signing(post, make_person(chance).name)
    slots.closing(pen, form.style, signing)
    form.holds(person, name=person.name.upper())
    form.says(
        {
            FieldName.SO_KY_HIEU: dated.code,
            FieldName.NGAY_BAN_HANH: day.isoformat(),
            FieldName.CO_QUAN_BAN_HANH: issuer.printed,
            FieldName.NGUOI_KY: signing.name,
            FieldName.CHUC_VU: " ".join(post),
        }
    )
    return pen.sheets, form.truth("LLTP", is_seen=issuer.is_seen)


def application(seed: int) -> tuple[list[Sheet], Truth]:
    """Write an application form, printed, signed by the citizen, issued by nobody."""
    form = Form.begin(Random(f"TO_KHAI/{seed}"))
    chance, pen = form.chance, form.pen
    day = make_day(chance)
    office, issuer = committee_of(chance, day)
    person = form.person(born=(1950, 2004))
    title, rest, who = chance.choice(_FORMS)
    slots.state_alone(pen, form.style)
    pen.centered(title)
    if rest:
        pen.centered(rest)
    pen.skip(2.0)
    pen.centered(f"Kính gửi: {office}", face="regular", width=160.0)
    pen.skip(2.0)
    label = chance.choice(("Họ, chữ đệm, tên", "Họ và tên"))
    pen.row((f"{label} {who}:", person.name))
    pen.row(("Ngày, tháng, năm sinh:", numeric(person.born, chance)))
    pen.row((chance.choice(("Số định danh cá nhân:", "Số CCCD:")), person.identity))
    place = make_place(chance, day)
    pen.row(("Nơi cư trú:", make_address(chance, place)))
    pen.row(("Điện thoại:", f"09{chance.randint(10**7, 10**8 - 1)}"))
    if "KHAI SINH" in title:
        _child_of(form)
    pen.row(("Nội dung đề nghị:", "Đề nghị cơ quan xem xét, giải quyết theo quy định."))
    pen.row(("Ghi chú:", ""))
    pen.skip(3.0)
    pen.paragraph("Tôi cam đoan những nội dung khai trên đây là đúng sự thật.")
    pen.skip(7.0)
    x = form.style.signer - 4.0
    pen.put(
        f"Làm tại: {issuer.place}, {long_date(day)}", x, face="italic", size_pt=13, align="center"
    )
    pen.skip(6.0)
    pen.put(who.capitalize(), x, face="bold", align="center")
    stroke = stamps.signature((x - 14.0, pen.y + 14.0), 26.0, chance.randint(1, 10**6))
    pen.sheet.draws.append(stroke)
    pen.put(person.name, x, y=pen.y + 27.0, align="center")
    form.holds(person)
    left_open = (FieldName.NGUOI_KY, FieldName.NGAY_BAN_HANH)
    return pen.sheets, form.truth("TO_KHAI", left_open=left_open)


def _child_of(form: Form) -> None:
    """Write the child that an application is about: not the applicant, not the holder."""
    child = make_person(form.chance, born=(2019, 2025))
    form.pen.paragraph("Đề nghị cơ quan đăng ký khai sinh cho người dưới đây:", indent=0.0)
    form.pen.row(("Họ, chữ đệm, tên:", child.name.upper()))
    form.pen.row(("Ngày, tháng, năm sinh:", numeric(child.born, form.chance)))


def receipt(seed: int) -> tuple[list[Sheet], Truth]:
    """Write the receipt of a case, its code in print and often as a QR symbol."""
    form = Form.begin(Random(f"GIAY_TIEP_NHAN/{seed}"))
    chance, pen = form.chance, form.pen
    day = make_day(chance, 2023, 2026)
    place = make_place(chance, day)
    center = ("TRUNG TÂM PHỤC VỤ", "HÀNH CHÍNH CÔNG") if day >= MERGED_ON else ("BỘ PHẬN MỘT CỬA",)
    parent = (f"UBND {place.commune}".upper(),)
    issuer = Issuer(parent, center, "TNHS", place.seat, place.province, "", "", False)
    person = form.person(born=(1950, 2004))
    agency = f"H{chance.randint(2, 63):02}.{chance.randint(1, 60):02}.{chance.randint(1, 40):02}"
    code = f"{agency}-{day:%y%m%d}-{chance.randint(1, 900):04}"
    dated = Dated(str(chance.randint(10, 900)), "TNHS", day)
    slots.head(pen, form.style, issuer)
    slots.number_and_date(pen, form.style, issuer, dated, chance)
    pen.skip(8.0)
    pen.centered("GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", width=100.0)
    pen.centered(f"Mã hồ sơ: {code}", face="regular")
    if chance.random() < 0.6:
        pen.sheet.draws.append(stamps.qr(code, (172.0, 58.0), 24.0))
    pen.skip(4.0)
    procedure = chance.choice(_PROCEDURES)
    for text in (
        f"Tiếp nhận hồ sơ của: {person.honorific} {person.name}",
        f"Ngày, tháng, năm sinh: {numeric(person.born, chance)}",
        f"{chance.choice(('Số định danh cá nhân', 'Số CCCD'))}: {person.identity}",
        f"Địa chỉ: {make_address(chance, place)}",
        "Nội dung yêu cầu giải quyết: Cấp bản sao trích lục hộ tịch",
        f"Mã TTHC: {procedure}",
        "Thành phần hồ sơ nộp gồm: 1. Tờ khai theo mẫu (01 bản chính)",
        "Thời gian giải quyết hồ sơ theo quy định là: 01 ngày làm việc",
        f"Thời gian nhận hồ sơ: 08 giờ 15 phút, ngày {numeric(day, chance)}",
        f"Thời gian trả kết quả: 10 giờ 00 phút, ngày {numeric(day + timedelta(days=1), chance)}",
    ):
        pen.paragraph(text, indent=0.0, after=1.0)
    pen.skip(8.0)
    pen.sheet.closing = pen.y / pen.sheet.size_mm[1]
    clerk = make_person(chance)
    for x, role, name in ((62.0, "NGƯỜI NỘP HỒ SƠ", person), (148.0, "NGƯỜI TIẾP NHẬN", clerk)):
        pen.put(role, x, face="bold", size_pt=13, align="center")
        pen.put(name.name, x, y=pen.y + 28.0, align="center")
    form.holds(person)
    form.says({FieldName.MA_HO_SO: code, FieldName.MA_TTHC: procedure})
    # Nobody has said whether a receipt's own number, day and clerk are the file's.
    left_open = (
        FieldName.SO_KY_HIEU, FieldName.NGAY_BAN_HANH, FieldName.CO_QUAN_BAN_HANH,
        FieldName.NGUOI_KY, FieldName.CHUC_VU,
    )  # fmt: skip
    return pen.sheets, form.truth("GIAY_TIEP_NHAN", left_open=left_open)
