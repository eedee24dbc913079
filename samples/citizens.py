"""Papers citizens hold or hand in, about people who do not exist."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from samples import decree30, people, stamps
from samples.decree30 import COMMUNE, CONSTRUCTION, SERVICE_CENTER, Signing
from samples.layout import A4, Sheet, Style
from samples.people import APPLICANT, BUILDER, CHILD, HUSBAND, SINGLE, WIFE, Person
from samples.writer import BODY, BOLD, Writer

HOME = "thôn Ví Dụ, xã Thí Điểm, tỉnh Minh Họa"
OFFICE = "Ủy ban nhân dân xã Thí Điểm, tỉnh Minh Họa"
_FORM = Style("regular", 13)
_LIGHT = Style("italic", 12)
Pair = tuple[str, str]


def numeric(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _columns(writer: Writer, starts: Sequence[float], pairs: Sequence[Pair]) -> None:
    """Write several labels and values side by side on one line."""
    writer.y_mm += 7.4
    ends = [start - 2.0 for start in starts[1:]] + [writer.right_mm]
    for start, end, pair in zip(starts, ends, pairs, strict=True):
        writer.entry(start, end, pair, _FORM)


def _row(writer: Writer, label: str, value: str) -> None:
    _columns(writer, (writer.left_mm,), ((label, value),))


# ── giấy khai sinh ───────────────────────────────────────────────────────────────────────────

BIRTH_DAY = date(2026, 8, 27)
BIRTH_NUMBER = "64/2026"


def birth_certificate() -> list[Sheet]:
    writer = Writer(left_mm=26.0, right_mm=184.0, y_mm=20.0, leaders="after")
    writer.sheet.paint(stamps.ornate_frame(A4))
    writer.sheet.paint(stamps.emblem((105, 49), 8.5))
    decree30.state_only(writer)
    writer.y_mm = 68
    writer.sheet.write("GIẤY KHAI SINH", (105, writer.y_mm), Style("bold", 24), "center")
    writer.y_mm += 9
    writer.sheet.write(f"Số: {BIRTH_NUMBER}", (105, writer.y_mm), BODY, "center")
    writer.skip(4)
    _child(writer)
    _parent(writer, "Họ, chữ đệm, tên người mẹ:", WIFE)
    _parent(writer, "Họ, chữ đệm, tên người cha:", HUSBAND)
    _row(writer, "Họ, chữ đệm, tên người đi khai sinh:", HUSBAND.name)
    _row(writer, "Giấy tờ tùy thân:", f"Căn cước số {HUSBAND.identity}")
    _row(writer, "Nơi đăng ký khai sinh:", OFFICE)
    _row(writer, "Ngày, tháng, năm đăng ký:", numeric(BIRTH_DAY))
    signing = Signing(("NGƯỜI KÝ GIẤY KHAI SINH", "CHỦ TỊCH"), "Nguyễn Văn Mẫu", (), 11)
    decree30.closing(writer, COMMUNE, signing)
    return writer.sheets


def _child(writer: Writer) -> None:
    _row(writer, "Họ, chữ đệm, tên:", CHILD.name.upper())
    starts = (writer.left_mm, 100.0)
    words = "Ngày mười chín tháng tám năm hai nghìn không trăm hai mươi sáu"
    _row(writer, "Ngày, tháng, năm sinh:", numeric(CHILD.born))
    _row(writer, "Ghi bằng chữ:", words)
    triple = (writer.left_mm, 75.0, 125.0)
    nation = (("Giới tính:", CHILD.sex), ("Dân tộc:", "Kinh"), ("Quốc tịch:", "Việt Nam"))
    _columns(writer, triple, nation)
    _row(writer, "Nơi sinh:", "Trạm Y tế xã Thí Điểm, tỉnh Minh Họa")
    _row(writer, "Quê quán:", "xã Thí Điểm, tỉnh Minh Họa")
    _columns(writer, starts[:1], (("Số định danh cá nhân:", CHILD.identity),))


def _parent(writer: Writer, label: str, person: Person) -> None:
    _row(writer, label, person.name)
    triple = (writer.left_mm, 75.0, 125.0)
    born = ("Năm sinh:", str(person.born.year))
    _columns(writer, triple, (born, ("Dân tộc:", "Kinh"), ("Quốc tịch:", "Việt Nam")))
    _row(writer, "Nơi cư trú:", HOME)


# ── giấy xác nhận tình trạng hôn nhân ────────────────────────────────────────────────────────

SINGLE_DAY = date(2026, 10, 5)
SINGLE_NUMBER = "112/UBND-XNTTHN"


def marital_status() -> list[Sheet]:
    writer = Writer(leaders="none")
    decree30.heading(writer, COMMUNE)
    decree30.number_and_date(writer, COMMUNE, SINGLE_NUMBER, SINGLE_DAY)
    writer.skip(10)
    writer.centered("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", Style("bold", 15))
    writer.skip(5)
    writer.centered("ỦY BAN NHÂN DÂN XÃ THÍ ĐIỂM", BOLD)
    writer.skip(3)
    writer.paragraph(
        f"Xét đề nghị của bà {SINGLE.name}, về việc cấp Giấy xác nhận tình trạng hôn nhân,"
    )
    writer.centered("XÁC NHẬN:", BOLD)
    writer.skip(1)
    for label, value in (
        ("Họ, chữ đệm, tên:", SINGLE.name),
        ("Ngày, tháng, năm sinh:", numeric(SINGLE.born)),
    ):
        writer.filled(label, value)
    writer.y_mm += 7.6
    starts = (writer.left_mm, 78.0, 130.0)
    pairs = (("Giới tính:", SINGLE.sex), ("Dân tộc:", "Kinh"), ("Quốc tịch:", "Việt Nam"))
    ends = (76.0, 128.0, writer.right_mm)
    for start, end, pair in zip(starts, ends, pairs, strict=True):
        writer.entry(start, end, pair)
    writer.filled("Số định danh cá nhân:", SINGLE.identity)
    writer.filled("Nơi cư trú:", HOME)
    writer.filled("Tình trạng hôn nhân:", "Chưa đăng ký kết hôn với ai")
    writer.skip(3)
    writer.paragraph(
        "Giấy này được cấp để sử dụng vào việc: đăng ký kết hôn. Giấy này có giá trị sử dụng 6 "
        "tháng kể từ ngày cấp."
    )
    signing = Signing(("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "Trần Văn Mẫu", (), 5)
    decree30.closing(writer, COMMUNE, signing)
    return writer.sheets


# ── giấy phép xây dựng ───────────────────────────────────────────────────────────────────────

PERMIT_DAY = date(2026, 6, 22)
PERMIT_NUMBER = "417/GPXD"


def building_permit() -> list[Sheet]:
    writer = Writer()
    decree30.heading(writer, CONSTRUCTION)
    decree30.number_and_date(writer, CONSTRUCTION, PERMIT_NUMBER, PERMIT_DAY)
    writer.skip(7)
    writer.centered("GIẤY PHÉP XÂY DỰNG", Style("bold", 16))
    writer.centered("(Sử dụng cho nhà ở riêng lẻ)", Style("bold", 13))
    writer.skip(4)
    for text in (
        f"1. Cấp cho: Ông {BUILDER.name}",
        f"- Số định danh cá nhân: {BUILDER.identity}",
        "- Địa chỉ: số nhà 15, đường Ví Dụ, xã Thí Điểm, tỉnh Minh Họa.",
        "2. Được phép xây dựng công trình: Nhà ở riêng lẻ.",
        "- Theo thiết kế có ký hiệu: KT-01 đến KT-12.",
        "- Do: Công ty TNHH Tư vấn Thiết kế Ví Dụ lập.",
        "- Gồm các nội dung sau đây:",
        "+ Vị trí xây dựng: thửa đất số 208, tờ bản đồ số 17, xã Thí Điểm, tỉnh Minh Họa.",
        "+ Cốt nền xây dựng công trình: +0,45 m so với cốt vỉa hè.",
        "+ Mật độ xây dựng: 78,5%; hệ số sử dụng đất: 2,35 lần.",
        "+ Chỉ giới đường đỏ, chỉ giới xây dựng: trùng ranh giới thửa đất phía trước.",
        "+ Diện tích xây dựng tầng 1: 96,4 m²; tổng diện tích sàn: 289,2 m².",
        "+ Chiều cao công trình: 11,7 m; số tầng: 03 tầng.",
        "3. Giấy tờ về quyền sử dụng đất: Giấy chứng nhận số phát hành ZZ 000000.",
        "4. Giấy phép này có hiệu lực khởi công xây dựng trong thời hạn 12 tháng kể từ ngày cấp; "
        "quá thời hạn trên thì phải đề nghị gia hạn giấy phép xây dựng.",
    ):
        writer.paragraph(text, indent=10.0, after=1.2)
    addressees = ("- Như Mục 1;", "- UBND xã Thí Điểm;", "- Lưu: VT, QLXD.")
    position = ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")
    decree30.closing(writer, CONSTRUCTION, Signing(position, "Lê Thị Mẫu", addressees, 31))
    return writer.sheets


# ── tờ khai ──────────────────────────────────────────────────────────────────────────────────

FORM_DAY = date(2026, 10, 13)


def application() -> list[Sheet]:
    writer = Writer()
    decree30.state_only(writer)
    writer.skip(2)
    writer.centered("TỜ KHAI", Style("bold", 15))
    writer.centered("CẤP BẢN SAO TRÍCH LỤC HỘ TỊCH", BOLD)
    writer.skip(4)
    writer.centered(f"Kính gửi: {OFFICE}", BODY, width_mm=160)
    writer.skip(3)
    writer.filled("Họ, chữ đệm, tên người yêu cầu:", APPLICANT.name)
    writer.filled("Ngày, tháng, năm sinh:", numeric(APPLICANT.born))
    writer.filled("Số định danh cá nhân:", APPLICANT.identity)
    writer.filled("Nơi cư trú:", HOME)
    writer.filled("Quan hệ với người được cấp bản sao:", "Bản thân")
    writer.skip(3)
    writer.paragraph("Đề nghị cơ quan cấp bản sao trích lục khai sinh cho người có tên dưới đây:")
    writer.filled("Họ, chữ đệm, tên:", APPLICANT.name)
    writer.y_mm += 7.6
    starts, ends = (writer.left_mm, 78.0, 130.0), (76.0, 128.0, writer.right_mm)
    pairs = (("Giới tính:", APPLICANT.sex), ("Dân tộc:", "Kinh"), ("Quốc tịch:", "Việt Nam"))
    for start, end, pair in zip(starts, ends, pairs, strict=True):
        writer.entry(start, end, pair)
    writer.filled("Đã đăng ký tại:", OFFICE)
    writer.filled("Số lượng bản sao yêu cầu cấp:", "03 bản")
    writer.filled("Ghi chú:", "")
    writer.skip(3)
    writer.paragraph(
        "Tôi cam đoan những nội dung khai trên đây là đúng sự thật và chịu trách nhiệm trước pháp "
        "luật về cam đoan của mình."
    )
    _citizen_signs(writer, APPLICANT)
    return writer.sheets


def _citizen_signs(writer: Writer, person: Person) -> None:
    writer.y_mm += 7
    center = 148.0
    made = f"Làm tại: Thí Điểm, {decree30.long_date(FORM_DAY)}"
    writer.sheet.write(made, (center - 3, writer.y_mm), Style("italic", 13.5), "center")
    writer.y_mm += 6.5
    writer.sheet.write("Người yêu cầu", (center, writer.y_mm), BOLD, "center")
    writer.y_mm += 5.5
    note = "(Ký, ghi rõ họ, chữ đệm, tên)"
    writer.sheet.write(note, (center, writer.y_mm), _LIGHT, "center")
    writer.sheet.paint(stamps.signature((center - 13, writer.y_mm + 11), 24, seed=41))
    writer.y_mm += 25
    writer.sheet.write(person.name, (center, writer.y_mm), BODY, "center")


# ── giấy tiếp nhận hồ sơ ─────────────────────────────────────────────────────────────────────

RECEIPT_DAY = date(2026, 10, 13)
CASE_CODE = "H41.99.99-261013-0007"
PROCEDURE_CODE = "2.000635"


def receipt() -> list[Sheet]:
    writer = Writer()
    decree30.heading(writer, SERVICE_CENTER)
    decree30.number_and_date(writer, SERVICE_CENTER, "07/TNHS", RECEIPT_DAY)
    writer.sheet.paint(stamps.qr(CASE_CODE, (165, 56), 27))
    writer.skip(12)
    writer.centered("GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", BOLD, width_mm=90)
    writer.skip(4)
    writer.sheet.write(
        f"Mã hồ sơ: {CASE_CODE}", (writer.center_mm, writer.y_mm + 3), BODY, "center"
    )
    writer.skip(9)
    born = f"Ngày, tháng, năm sinh: {numeric(APPLICANT.born)}"
    for text in (
        "Trung tâm Phục vụ hành chính công xã Thí Điểm",
        f"Tiếp nhận hồ sơ của: Ông {APPLICANT.name}",
        born,
        f"Số định danh cá nhân: {APPLICANT.identity}",
        f"Địa chỉ: {HOME}",
        "Nội dung yêu cầu giải quyết: Cấp bản sao Trích lục hộ tịch",
        f"Mã TTHC: {PROCEDURE_CODE}",
        "Thành phần hồ sơ nộp gồm:",
    ):
        writer.paragraph(text, indent=0.0, after=1.6)
    rows = (
        ("TT", "Tên giấy tờ", "Số lượng", "Hình thức"),
        ("1", "Tờ khai cấp bản sao trích lục hộ tịch", "01", "Bản chính"),
        ("2", "Thẻ căn cước", "01", "Đối chiếu trên VNeID"),
    )
    writer.table((12.0, 82.0, 24.0, 45.0), rows)
    for text in (
        "Thời gian nhận hồ sơ: 08 giờ 15 phút, ngày 13/10/2026",
        "Thời gian trả kết quả: 10 giờ 00 phút, ngày 14/10/2026",
        "Đăng ký nhận kết quả tại: Trung tâm Phục vụ hành chính công xã Thí Điểm",
    ):
        writer.paragraph(text, indent=0.0, after=1.6)
    _two_signers(writer)
    return writer.sheets


def _two_signers(writer: Writer) -> None:
    writer.y_mm += 8
    rows = (
        (62.0, "NGƯỜI NỘP HỒ SƠ", APPLICANT.name, 41),
        (148.0, "NGƯỜI TIẾP NHẬN HỒ SƠ", people.CLERK.name, 43),
    )
    for center, role, name, seed in rows:
        writer.sheet.write(role, (center, writer.y_mm), Style("bold", 13), "center")
        note = "(Ký và ghi rõ họ tên)"
        writer.sheet.write(note, (center, writer.y_mm + 5.2), _LIGHT, "center")
        writer.sheet.paint(stamps.signature((center - 12, writer.y_mm + 16), 22, seed))
        writer.sheet.write(name, (center, writer.y_mm + 30), BODY, "center")
