"""Decisions (quyết định) of an invented commune."""

from __future__ import annotations

from datetime import date

from digitizer.model import FieldName
from samples import decree30, people, stamps
from samples.decree30 import COMMUNE, Signing
from samples.layout import Sheet, Style
from samples.people import APPLICANT, CLERK, PENSIONER
from samples.writer import BASIS, BODY, BOLD, Writer

CHAIRMAN = "Nguyễn Văn Mẫu"
DEPUTY = "Trần Văn Mẫu"
LAWS = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
    "Căn cứ Nghị định số 118/2025/NĐ-CP ngày 09 tháng 6 năm 2025 của Chính phủ về thực hiện thủ "
    "tục hành chính theo cơ chế một cửa, một cửa liên thông tại Bộ phận Một cửa và Cổng Dịch vụ "
    "công quốc gia;",
)


def fields(
    number: str, day: date, subject: str, signer: str, position: str
) -> dict[FieldName, str]:
    """Return the fields every administrative document of the commune has."""
    return {
        FieldName.SO_KY_HIEU: number,
        FieldName.NGAY_BAN_HANH: day.isoformat(),
        FieldName.CO_QUAN_BAN_HANH: COMMUNE.printed,
        FieldName.TRICH_YEU: subject,
        FieldName.NGUOI_KY: signer,
        FieldName.CHUC_VU: position,
    }


def _open(
    number: str, day: date, subject: tuple[str, ...], basis: tuple[str, ...], room_mm: float = 0.0
) -> Writer:
    writer = Writer()
    decree30.heading(writer, COMMUNE)
    decree30.number_and_date(writer, COMMUNE, number, day)
    writer.skip(room_mm)
    decree30.title(writer, "QUYẾT ĐỊNH", subject)
    writer.centered("CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ THÍ ĐIỂM")
    writer.skip(3)
    for text in basis:
        writer.paragraph(text, BASIS)
    writer.skip(1)
    writer.centered("QUYẾT ĐỊNH:")
    writer.skip(2)
    return writer


# ── three pages and a blank back ─────────────────────────────────────────────────────────────

REGULATION_DAY = date(2026, 9, 15)
REGULATION_SUBJECT = (
    "Về việc ban hành Quy chế số hóa hồ sơ, giấy tờ, kết quả giải quyết",
    "thủ tục hành chính tại Ủy ban nhân dân xã Thí Điểm",
)
_DUTIES = (
    "**Điều 1.** Ban hành kèm theo Quyết định này Quy chế số hóa hồ sơ, giấy tờ, kết quả giải "
    "quyết thủ tục hành chính tại Ủy ban nhân dân xã Thí Điểm.",
    "**Điều 2.** Việc số hóa thực hiện theo bốn bước: sao chụp giấy tờ giấy thành bản điện tử; bóc "
    "tách dữ liệu; cấp mã kết quả số hóa; lưu tại kho quản lý dữ liệu điện tử của tổ chức, cá "
    "nhân.",
    "1. Bản sao chụp phải đầy đủ, chính xác nội dung theo giấy tờ được số hóa; số trang của bản "
    "sao chụp bằng số trang của giấy tờ, đúng thứ tự. Trang có bút tích ghi chú được sao chụp hai "
    "lần: một lần nguyên trạng và một lần không có bút tích.",
    "2. Tệp tin có định dạng PDF, phiên bản 1.4 trở lên; ảnh màu; độ phân giải tối thiểu 200 dpi; "
    "tỷ lệ số hóa 100%. Người số hóa ký số cá nhân trước khi bóc tách dữ liệu.",
    "3. Dữ liệu bóc tách gồm: mã loại giấy tờ; số định danh của cá nhân hoặc mã định danh của tổ "
    "chức; tên giấy tờ; số, ký hiệu; ngày, tháng, năm cấp; cơ quan cấp; trích yếu nội dung; thời "
    "hạn có hiệu lực; phạm vi có hiệu lực (nếu có).",
    "**Điều 3.** Không thực hiện số hóa đối với giấy tờ đã có dữ liệu được kết nối, chia sẻ điện "
    "tử; giấy tờ chỉ để xuất trình; giấy tờ, tài liệu thuộc danh mục bí mật nhà nước.",
    "**Điều 4.** Trách nhiệm thực hiện",
    "1. Trung tâm Phục vụ hành chính công xã tiếp nhận, kiểm tra, số hóa giấy tờ ngay khi tổ chức, "
    "cá nhân nộp hồ sơ; không yêu cầu nộp lại giấy tờ đã được số hóa và còn hiệu lực.",
    "2. Văn phòng Hội đồng nhân dân và Ủy ban nhân dân xã quản lý con dấu, chứng thư số; kiểm tra "
    "chất lượng bản số hóa; báo cáo Chủ tịch Ủy ban nhân dân xã trước ngày 20 hằng tháng về số "
    "lượng hồ sơ đã số hóa, tỷ lệ tái sử dụng và các khó khăn, vướng mắc.",
    "3. Phòng Kinh tế bố trí kinh phí mua sắm máy quét, thiết bị lưu trữ và bảo đảm an toàn thông "
    "tin mạng theo cấp độ được phê duyệt.",
    "4. Cán bộ, công chức được giao nhiệm vụ số hóa chịu trách nhiệm trước pháp luật về tính đầy "
    "đủ, toàn vẹn của bản số hóa do mình thực hiện; giữ bí mật thông tin cá nhân của công dân "
    "trong suốt quá trình số hóa, lưu trữ và khai thác.",
    "**Điều 5.** Chỉ tiêu năm 2026",
    "a) 100% kết quả giải quyết thủ tục hành chính còn hiệu lực thuộc thẩm quyền của Ủy ban nhân "
    "dân xã được số hóa, ký số và lưu trữ điện tử trước ngày 31 tháng 12 năm 2026;",
    "b) Tối thiểu 80% hồ sơ giải quyết thủ tục hành chính khai thác, sử dụng lại thông tin, dữ "
    "liệu đã được số hóa;",
    "c) Thời gian chờ của người dân tại nơi tiếp nhận hồ sơ không quá 15 phút một lượt giao dịch.",
    "**Điều 6.** Kiểm tra chất lượng bản số hóa",
    "1. Trước khi ký số, người kiểm tra đối chiếu từng trang của bản số hóa với giấy tờ gốc về số "
    "trang, thứ tự trang, độ nghiêng, độ rõ của chữ, con dấu và chữ ký; ghi kết quả vào Sổ theo "
    "dõi số hóa.",
    "2. Trang bị mờ, mất góc, mất dòng hoặc có vệt đen phải được quét lại ngay trong ngày; quá hai "
    "lần quét mà không đạt thì lập biên bản, lưu kèm hồ sơ và ghi rõ lý do.",
    "3. Dữ liệu bóc tách tự động có độ tin cậy thấp phải được công chức kiểm tra, xác nhận trước "
    "khi lưu; không được tự suy đoán số, ký hiệu, họ tên và số định danh khi chữ trên giấy tờ "
    "không đọc được.",
    "4. Hằng tháng, Văn phòng chọn ngẫu nhiên tối thiểu 2% số bản số hóa trong tháng để kiểm tra "
    "lại; trường hợp tỷ lệ sai vượt quá 1% thì kiểm tra toàn bộ lô tài liệu tương ứng.",
    "**Điều 7.** Lưu trữ, khai thác và sử dụng",
    "1. Bản số hóa được lưu tại kho quản lý dữ liệu điện tử của tổ chức, cá nhân; được sao lưu tối "
    "thiểu hai bản tại hai địa điểm khác nhau.",
    "2. Công chức tiếp nhận hồ sơ có trách nhiệm tra cứu kho dữ liệu trước khi yêu cầu tổ chức, cá "
    "nhân nộp giấy tờ; mỗi lượt tra cứu đều được ghi nhật ký.",
    "**Điều 8.** Quyết định này có hiệu lực kể từ ngày ký và thay thế Quyết định số 45/QĐ-UBND "
    "ngày 03 tháng 7 năm 2025 của Chủ tịch Ủy ban nhân dân xã Thí Điểm.",
    "**Điều 9.** Chánh Văn phòng Hội đồng nhân dân và Ủy ban nhân dân xã, Giám đốc Trung tâm Phục "
    "vụ hành chính công xã, Trưởng các phòng chuyên môn và các tổ chức, cá nhân có liên quan chịu "
    "trách nhiệm thi hành Quyết định này./.",
)


def regulation() -> list[Sheet]:
    basis = (
        *LAWS,
        "Căn cứ Thông tư số 01/2023/TT-VPCP ngày 05 tháng 4 năm 2023 của Bộ trưởng, Chủ nhiệm Văn "
        "phòng Chính phủ quy định một số nội dung và biện pháp thi hành trong số hóa hồ sơ, giấy "
        "tờ, kết quả giải quyết thủ tục hành chính và thực hiện thủ tục hành chính trên môi trường "
        "điện tử;",
        "Theo đề nghị của Chánh Văn phòng Hội đồng nhân dân và Ủy ban nhân dân xã.",
    )
    writer = _open("128/QĐ-UBND", REGULATION_DAY, REGULATION_SUBJECT, basis)
    for text in _DUTIES:
        writer.paragraph(text)
    addressees = (
        "- Như Điều 9;",
        "- UBND tỉnh Minh Họa (để b/c);",
        "- TT. Đảng ủy, TT. HĐND xã;",
        "- Chủ tịch, các PCT UBND xã;",
        "- Lưu: VT, VP.",
    )
    decree30.closing(writer, COMMUNE, Signing(("CHỦ TỊCH",), CHAIRMAN, addressees, 11))
    return writer.sheets


# ── with an appendix table ───────────────────────────────────────────────────────────────────

LIST_DAY = date(2026, 8, 4)
LIST_SUBJECT = (
    "Về việc công bố Danh mục thủ tục hành chính thực hiện số hóa",
    "khi tiếp nhận tại Ủy ban nhân dân xã Thí Điểm",
)
_PROCEDURES = (
    ("TT", "Mã TTHC", "Tên thủ tục hành chính", "Lĩnh vực", "Thời hạn"),
    ("1", "1.001193", "Đăng ký khai sinh", "Hộ tịch", "01 ngày"),
    ("2", "1.000894", "Đăng ký kết hôn", "Hộ tịch", "01 ngày"),
    ("3", "1.000656", "Đăng ký khai tử", "Hộ tịch", "01 ngày"),
    ("4", "1.004873", "Cấp Giấy xác nhận tình trạng hôn nhân", "Hộ tịch", "03 ngày"),
    ("5", "2.000635", "Cấp bản sao Trích lục hộ tịch", "Hộ tịch", "01 ngày"),
    ("6", "2.000815", "Chứng thực bản sao từ bản chính giấy tờ, văn bản", "Chứng thực", "01 ngày"),
    ("7", "2.000908", "Cấp bản sao từ sổ gốc", "Chứng thực", "01 ngày"),
    ("8", "1.001699", "Xác định mức độ khuyết tật", "Bảo trợ xã hội", "25 ngày"),
    ("9", "1.009994", "Cấp giấy phép xây dựng nhà ở riêng lẻ", "Xây dựng", "15 ngày"),
    ("10", "1.001612", "Đăng ký thành lập hộ kinh doanh", "Hộ kinh doanh", "03 ngày"),
)


def procedure_list() -> list[Sheet]:
    basis = (*LAWS, "Theo đề nghị của Giám đốc Trung tâm Phục vụ hành chính công xã.")
    writer = _open("97/QĐ-UBND", LIST_DAY, LIST_SUBJECT, basis)
    for text in (
        "**Điều 1.** Công bố kèm theo Quyết định này Danh mục 10 thủ tục hành chính thực hiện số "
        "hóa khi tiếp nhận tại Ủy ban nhân dân xã Thí Điểm.",
        "**Điều 2.** Quyết định này có hiệu lực kể từ ngày ký.",
        "**Điều 3.** Chánh Văn phòng Hội đồng nhân dân và Ủy ban nhân dân xã, Giám đốc Trung tâm "
        "Phục vụ hành chính công xã chịu trách nhiệm thi hành Quyết định này./.",
    ):
        writer.paragraph(text)
    addressees = ("- Như Điều 3;", "- Phòng Kinh tế;", "- Lưu: VT, TTPVHCC.")
    position = ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    decree30.closing(writer, COMMUNE, Signing(position, DEPUTY, addressees, 5))
    writer.turn()
    writer.centered("PHỤ LỤC", BOLD)
    writer.centered("DANH MỤC THỦ TỤC HÀNH CHÍNH THỰC HIỆN SỐ HÓA KHI TIẾP NHẬN", BOLD)
    writer.centered(
        "(Kèm theo Quyết định số 97/QĐ-UBND ngày 04 tháng 8 năm 2026 "
        "của Chủ tịch Ủy ban nhân dân xã Thí Điểm)",
        BASIS,
        width_mm=140,
    )
    writer.short_rule(30)
    writer.skip(2)
    writer.table((11.0, 24.0, 76.0, 30.0, 22.0), _PROCEDURES)
    writer.paragraph("Danh mục gồm 10 thủ tục hành chính.", Style("italic", 13))
    return writer.sheets


# ── about one person ─────────────────────────────────────────────────────────────────────────

ALLOWANCE_DAY = date(2026, 10, 6)
ALLOWANCE_SUBJECT = ("Về việc hưởng trợ cấp xã hội hằng tháng tại cộng đồng",)


def allowance() -> list[Sheet]:
    basis = (
        *LAWS[:1],
        "Căn cứ Nghị định số 20/2021/NĐ-CP ngày 15 tháng 3 năm 2021 của Chính phủ quy định chính "
        "sách trợ giúp xã hội đối với đối tượng bảo trợ xã hội;",
        "Theo đề nghị của Trưởng phòng Văn hóa - Xã hội xã.",
    )
    writer = _open("142/QĐ-UBND", ALLOWANCE_DAY, ALLOWANCE_SUBJECT, basis)
    born = PENSIONER.born.strftime("%d/%m/%Y")
    for text in (
        f"**Điều 1.** Bà {PENSIONER.name}, sinh ngày {born}, số định danh cá nhân "
        f"{PENSIONER.identity}, cư trú tại thôn Ví Dụ, {people.COMMUNE}, {people.PROVINCE}, được "
        "hưởng trợ cấp xã hội hằng tháng tại cộng đồng với mức 500.000 đồng (năm trăm nghìn đồng) "
        "kể từ ngày 01 tháng 10 năm 2026.",
        "**Điều 2.** Quyết định này có hiệu lực kể từ ngày ký.",
        "**Điều 3.** Chánh Văn phòng Hội đồng nhân dân và Ủy ban nhân dân xã, Trưởng phòng Văn hóa "
        f"- Xã hội xã và bà {PENSIONER.name} chịu trách nhiệm thi hành Quyết định này./.",
    ):
        writer.paragraph(text)
    addressees = ("- Như Điều 3;", "- Sở Y tế tỉnh Minh Họa (để b/c);", "- Lưu: VT, VHXH.")
    position = ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    decree30.closing(writer, COMMUNE, Signing(position, DEPUTY, addressees, 23))
    return writer.sheets


# ── number written by hand ───────────────────────────────────────────────────────────────────

POSTING_DAY = date(2026, 10, 12)
POSTING_SUBJECT = (
    "Về việc phân công công chức làm việc tại",
    "Trung tâm Phục vụ hành chính công xã",
)


def posting() -> list[Sheet]:
    basis = (*LAWS, "Theo đề nghị của Trưởng phòng Văn hóa - Xã hội xã.")
    writer = _open("~157~/QĐ-UBND", POSTING_DAY, POSTING_SUBJECT, basis)
    for text in (
        f"**Điều 1.** Phân công bà {CLERK.name}, công chức Văn phòng Hội đồng nhân dân và Ủy ban "
        "nhân dân xã, làm việc tại Trung tâm Phục vụ hành chính công xã Thí Điểm kể từ ngày 15 "
        "tháng 10 năm 2026.",
        f"**Điều 2.** Bà {CLERK.name} có trách nhiệm tiếp nhận, số hóa hồ sơ và thực hiện các "
        "nhiệm vụ khác do Giám đốc Trung tâm phân công.",
        "**Điều 3.** Quyết định này có hiệu lực kể từ ngày ký.",
        "**Điều 4.** Chánh Văn phòng Hội đồng nhân dân và Ủy ban nhân dân xã, Giám đốc Trung tâm "
        f"Phục vụ hành chính công xã và bà {CLERK.name} chịu trách nhiệm thi hành Quyết định "
        "này./.",
    ):
        writer.paragraph(text)
    addressees = ("- Như Điều 4;", "- Lưu: VT.")
    decree30.closing(writer, COMMUNE, Signing(("CHỦ TỊCH",), CHAIRMAN, addressees, 11))
    return writer.sheets


# ── the copy that broke off, the one with a secrecy mark ─────────────────────────────────────

COMPLAINT_DAY = date(2026, 7, 21)
COMPLAINT_SUBJECT = ("Về việc giải quyết khiếu nại lần đầu",)


def complaint() -> list[Sheet]:
    basis = (*LAWS[:1], "Căn cứ Luật Khiếu nại ngày 11 tháng 11 năm 2011;")
    writer = _open("83/QĐ-UBND", COMPLAINT_DAY, COMPLAINT_SUBJECT, basis)
    writer.paragraph(
        f"**Điều 1.** Giữ nguyên nội dung trả lời đơn của ông {APPLICANT.name}, cư trú tại thôn Ví "
        "Dụ, xã Thí Điểm, về việc cấp bản sao trích lục hộ tịch."
    )
    writer.paragraph("**Điều 2.** Quyết định này có hiệu lực kể từ ngày ký./.", BODY)
    decree30.closing(writer, COMMUNE, Signing(("CHỦ TỊCH",), CHAIRMAN, ("- Lưu: VT.",), 11))
    return writer.sheets


SECRET_DAY = date(2026, 10, 2)
SECRET_SUBJECT = ("Về việc thành lập Tổ kiểm tra công tác bảo vệ bí mật nhà nước",)


def secret() -> list[Sheet]:
    basis = (*LAWS[:1], "Căn cứ Luật Bảo vệ bí mật nhà nước ngày 15 tháng 11 năm 2018;")
    writer = _open("05/QĐ-UBND", SECRET_DAY, SECRET_SUBJECT, basis, room_mm=9.0)
    writer.sheets[0].paint(stamps.boxed_mark("MẬT", (62, 53)))
    writer.paragraph(
        "**Điều 1.** Thành lập Tổ kiểm tra gồm các thành viên có tên trong danh sách kèm theo."
    )
    writer.paragraph("**Điều 2.** Quyết định này có hiệu lực kể từ ngày ký./.")
    decree30.closing(writer, COMMUNE, Signing(("CHỦ TỊCH",), CHAIRMAN, ("- Lưu: VT.",), 11))
    return writer.sheets
