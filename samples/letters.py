"""Official letters, notices, plans, reports and submissions of invented agencies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from samples import decree30
from samples.decree30 import COMMUNE, CONSTRUCTION, Issuer, Signing
from samples.layout import A4, Sheet, Style
from samples.writer import BASIS, BODY, BOLD, Writer

HEAD = "Lê Văn Mẫu"
DEPUTY_HEAD = "Lê Thị Mẫu"


def _titled(issuer: Issuer, number: str, day: date, name: str, subject: Sequence[str]) -> Writer:
    writer = Writer()
    decree30.heading(writer, issuer)
    decree30.number_and_date(writer, issuer, number, day)
    decree30.title(writer, name, subject)
    return writer


# ── công văn ─────────────────────────────────────────────────────────────────────────────────

LETTER_DAY = date(2026, 9, 28)
LETTER_SUBJECT = ("V/v rà soát giấy tờ đã cấp", "còn hiệu lực để số hóa")


def letter() -> list[Sheet]:
    writer = Writer()
    decree30.heading(writer, COMMUNE)
    decree30.number_and_date(writer, COMMUNE, "356/UBND-VP", LETTER_DAY)
    decree30.subject_of_letter(writer, LETTER_SUBJECT)
    writer.skip(5)
    writer.y_mm += 6.0
    writer.sheet.write("Kính gửi:", (writer.center_mm - 42, writer.y_mm), BODY)
    writer.y_mm -= 6.0
    for text in ("- Các phòng chuyên môn thuộc xã;", "- Trung tâm Phục vụ hành chính công xã."):
        writer.y_mm += 6.0
        writer.sheet.write(text, (writer.center_mm - 18, writer.y_mm), BODY)
    writer.skip(5)
    for text in (
        "Thực hiện Kế hoạch số 21/KH-SXD ngày 18 tháng 9 năm 2026 của Sở Xây dựng tỉnh Minh Họa về "
        "số hóa kết quả giải quyết thủ tục hành chính còn hiệu lực, Ủy ban nhân dân xã yêu cầu:",
        "1. Các phòng chuyên môn rà soát toàn bộ giấy tờ đã cấp cho tổ chức, cá nhân từ năm 2020 "
        "đến nay; lập danh sách giấy tờ còn hiệu lực, sắp xếp theo số và ngày ban hành, bàn giao "
        "cho Trung tâm Phục vụ hành chính công xã trước ngày 10 tháng 10 năm 2026.",
        "2. Trung tâm Phục vụ hành chính công xã bố trí 02 máy quét, phân công công chức trực tiếp "
        "số hóa; bảo đảm mỗi ngày quét tối thiểu 1.500 trang, kiểm tra chất lượng ảnh trước khi "
        "ký số.",
        "3. Văn phòng Hội đồng nhân dân và Ủy ban nhân dân xã theo dõi, đôn đốc và báo cáo kết quả "
        "vào thứ Sáu hằng tuần.",
        "Trong quá trình thực hiện, nếu có khó khăn, vướng mắc, đề nghị các đơn vị phản ánh về Văn "
        "phòng (điện thoại nội bộ: 0101) để tổng hợp, báo cáo Chủ tịch Ủy ban nhân dân xã xem xét, "
        "quyết định./.",
    ):
        writer.paragraph(text)
    addressees = ("- Như trên;", "- Chủ tịch UBND xã (để b/c);", "- Lưu: VT, VP.")
    position = ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG")
    decree30.closing(writer, COMMUNE, Signing(position, "Bùi Thị Mẫu", addressees, 17))
    return writer.sheets


# ── thông báo ────────────────────────────────────────────────────────────────────────────────

NOTICE_DAY = date(2026, 10, 1)
NOTICE_SUBJECT = (
    "Về việc thay đổi giờ tiếp nhận hồ sơ tại",
    "Trung tâm Phục vụ hành chính công xã",
)


def notice() -> list[Sheet]:
    writer = _titled(COMMUNE, "61/TB-UBND", NOTICE_DAY, "THÔNG BÁO", NOTICE_SUBJECT)
    for text in (
        "Để tạo thuận lợi cho tổ chức, cá nhân khi thực hiện thủ tục hành chính, Ủy ban nhân dân "
        "xã Thí Điểm thông báo như sau:",
        "1. Từ ngày 05 tháng 10 năm 2026, Trung tâm Phục vụ hành chính công xã tiếp nhận hồ sơ từ "
        "thứ Hai đến sáng thứ Bảy hằng tuần (trừ ngày lễ, tết).",
        "a) Buổi sáng: từ 7 giờ 30 phút đến 11 giờ 30 phút;",
        "b) Buổi chiều: từ 13 giờ 30 phút đến 17 giờ 00 phút.",
        "2. Khi đến nộp hồ sơ, công dân mang theo thẻ căn cước hoặc sử dụng ứng dụng VNeID. Giấy "
        "tờ đã được số hóa và còn hiệu lực thì không phải nộp lại.",
        "3. Tổ chức, cá nhân có thể nộp hồ sơ trực tuyến tại Cổng Dịch vụ công quốc gia.",
        "Ủy ban nhân dân xã thông báo để các tổ chức, cá nhân biết, thực hiện./.",
    ):
        writer.paragraph(text)
    addressees = ("- Các thôn trong xã;", "- Đài truyền thanh xã;", "- Lưu: VT, TTPVHCC.")
    position = ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    decree30.closing(writer, COMMUNE, Signing(position, "Trần Văn Mẫu", addressees, 5))
    return writer.sheets


# ── kế hoạch, two pages ──────────────────────────────────────────────────────────────────────

PLAN_DAY = date(2026, 9, 18)
PLAN_SUBJECT = (
    "Số hóa kết quả giải quyết thủ tục hành chính còn hiệu lực",
    "của Sở Xây dựng năm 2026",
)


def plan() -> list[Sheet]:
    writer = _titled(CONSTRUCTION, "21/KH-SXD", PLAN_DAY, "KẾ HOẠCH", PLAN_SUBJECT)
    for text in (
        "Căn cứ Thông tư số 01/2023/TT-VPCP ngày 05 tháng 4 năm 2023 của Văn phòng Chính phủ, Sở "
        "Xây dựng ban hành Kế hoạch số hóa kết quả giải quyết thủ tục hành chính còn hiệu lực năm "
        "2026 như sau:",
        "**I. MỤC ĐÍCH, YÊU CẦU**",
        "1. Tạo lập kho dữ liệu điện tử của tổ chức, cá nhân phục vụ việc tái sử dụng giấy tờ; "
        "giảm chi phí, thời gian đi lại của người dân và doanh nghiệp.",
        "2. Bản số hóa phải bảo đảm giá trị pháp lý, có chữ ký số của cơ quan; dữ liệu được chuẩn "
        "hóa, kết nối với Cơ sở dữ liệu quốc gia về thủ tục hành chính.",
        "**II. NỘI DUNG**",
        "1. Số hóa 12.480 giấy phép xây dựng, chứng chỉ hành nghề và quyết định phê duyệt còn hiệu "
        "lực, lưu tại 96 hộp hồ sơ thuộc kho lưu trữ của Sở.",
        "2. Tiến độ thực hiện",
        "a) Giai đoạn 1: từ ngày 01 tháng 10 đến ngày 31 tháng 10 năm 2026, hoàn thành giấy phép "
        "xây dựng cấp từ năm 2022 đến năm 2025;",
        "b) Giai đoạn 2: từ ngày 01 tháng 11 đến ngày 20 tháng 12 năm 2026, hoàn thành các loại "
        "giấy tờ còn lại.",
        "3. Kinh phí: 245.000.000 đồng, từ nguồn chi thường xuyên năm 2026 được giao.",
        "**III. TỔ CHỨC THỰC HIỆN**",
        "1. Văn phòng Sở chủ trì, bố trí phòng làm việc, máy quét; tổ chức ký số và lưu trữ.",
        "2. Phòng Quản lý nhà và thị trường bất động sản, Phòng Quản lý xây dựng phân loại hồ sơ, "
        "gỡ ghim, đánh số trang trước khi quét; đối chiếu kết quả bóc tách dữ liệu.",
        "3. Thanh tra Sở giám sát việc bảo vệ dữ liệu cá nhân trong quá trình số hóa.",
        "4. Bộ phận Một cửa của Sở tra cứu kho dữ liệu trước khi tiếp nhận hồ sơ; không yêu cầu tổ "
        "chức, cá nhân nộp lại giấy tờ đã được số hóa, còn hiệu lực; hằng tháng thống kê số lượt "
        "tái sử dụng gửi Văn phòng Sở trước ngày 18.",
        "5. Kinh phí, nhân lực phát sinh ngoài dự toán được giao phải báo cáo Giám đốc Sở xem xét, "
        "quyết định trước khi thực hiện.",
        "Yêu cầu các phòng, đơn vị nghiêm túc triển khai thực hiện Kế hoạch này; định kỳ hằng "
        "tháng báo cáo kết quả về Văn phòng Sở để tổng hợp, báo cáo Ủy ban nhân dân tỉnh./.",
    ):
        writer.paragraph(text)
    addressees = (
        "- UBND tỉnh (để b/c);",
        "- Giám đốc, các PGĐ Sở;",
        "- Các phòng, đơn vị thuộc Sở;",
        "- Lưu: VT, VP.",
    )
    decree30.closing(writer, CONSTRUCTION, Signing(("GIÁM ĐỐC",), HEAD, addressees, 29))
    return writer.sheets


# ── báo cáo with a landscape table ───────────────────────────────────────────────────────────

REPORT_DAY = date(2026, 10, 20)
REPORT_SUBJECT = ("Kết quả số hóa hồ sơ, giấy tờ tháng 9 năm 2026 của Sở Xây dựng",)
_RESULTS = (
    ("TT", "Loại giấy tờ", "Tổng số", "Đã số hóa", "Đã ký số", "Tái sử dụng", "Tỷ lệ", "Ghi chú"),
    ("1", "Giấy phép xây dựng", "4.215", "3.980", "3.980", "312", "94,4%", "Còn 235 hồ sơ khổ A0"),
    ("2", "Chứng chỉ hành nghề", "2.730", "2.730", "2.730", "1.048", "100%", ""),
    (
        "3",
        "Quyết định phê duyệt dự án",
        "1.164",
        "870",
        "866",
        "57",
        "74,7%",
        "Chờ xác nhận 04 hồ sơ",
    ),
    ("4", "Giấy xác nhận nhà ở", "958", "640", "640", "21", "66,8%", ""),
    ("5", "Biên bản nghiệm thu", "3.413", "1.205", "1.205", "0", "35,3%", "Giấy mờ, phải quét lại"),
    ("", "Cộng", "12.480", "9.425", "9.421", "1.438", "75,5%", ""),
)


def report() -> list[Sheet]:
    writer = _titled(CONSTRUCTION, "88/BC-SXD", REPORT_DAY, "BÁO CÁO", REPORT_SUBJECT)
    for text in (
        "Thực hiện Kế hoạch số 21/KH-SXD ngày 18 tháng 9 năm 2026, Sở Xây dựng báo cáo kết quả số "
        "hóa hồ sơ, giấy tờ tháng 9 năm 2026 như sau:",
        "1. Tổng số giấy tờ còn hiệu lực phải số hóa là 12.480; đã số hóa 9.425, đạt 75,5%; đã ký "
        "số 9.421 (chi tiết tại Biểu kèm theo).",
        "2. Số lượt tái sử dụng giấy tờ đã số hóa là 1.438 lượt, giảm tương ứng 1.438 lượt nộp bản "
        "sao giấy của tổ chức, cá nhân.",
        "3. Khó khăn: một số biên bản nghiệm thu trước năm 2020 bị mờ, phải quét lại; bản vẽ khổ "
        "A0 chưa có máy quét phù hợp.",
        "4. Kiến nghị: đề nghị Ủy ban nhân dân tỉnh bố trí 01 máy quét khổ A0 trong năm 2027./.",
    ):
        writer.paragraph(text)
    addressees = ("- UBND tỉnh (để b/c);", "- Lưu: VT, VP.")
    position = ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")
    decree30.closing(writer, CONSTRUCTION, Signing(position, DEPUTY_HEAD, addressees, 31))
    writer.turn(Sheet((A4[1], A4[0])))
    writer.centered("BIỂU TỔNG HỢP KẾT QUẢ SỐ HÓA", BOLD)
    writer.centered(
        "(Kèm theo Báo cáo số 88/BC-SXD ngày 20 tháng 10 năm 2026 của Sở Xây dựng)",
        BASIS,
        width_mm=200,
    )
    writer.skip(6)
    writer.table((12.0, 62.0, 26.0, 27.0, 26.0, 29.0, 22.0, 46.0), _RESULTS)
    return writer.sheets


# ── tờ trình, born digital ───────────────────────────────────────────────────────────────────

SUBMISSION_DAY = date(2026, 10, 8)
SUBMISSION_SUBJECT = ("Về việc phê duyệt dự toán mua sắm thiết bị số hóa năm 2027",)


def submission() -> list[Sheet]:
    writer = _titled(CONSTRUCTION, "34/TTr-SXD", SUBMISSION_DAY, "TỜ TRÌNH", SUBMISSION_SUBJECT)
    writer.centered("Kính gửi: Ủy ban nhân dân tỉnh Minh Họa", BODY)
    writer.skip(3)
    for text in (
        "Căn cứ Luật Ngân sách nhà nước ngày 25 tháng 6 năm 2025 và nhu cầu thực tế, Sở Xây dựng "
        "kính trình Ủy ban nhân dân tỉnh xem xét, phê duyệt dự toán mua sắm thiết bị số hóa năm "
        "2027 với các nội dung sau:",
        "1. Sự cần thiết: số giấy tờ còn hiệu lực phải số hóa là 12.480; hai máy quét hiện có đã "
        "sử dụng từ năm 2016, thường xuyên kẹt giấy, chất lượng ảnh không bảo đảm.",
        "2. Danh mục, dự toán:",
    ):
        writer.paragraph(text)
    writer.table(
        (12.0, 77.0, 24.0, 50.0),
        (
            ("TT", "Thiết bị", "Số lượng", "Thành tiền (đồng)"),
            ("1", "Máy quét khổ A4, nạp giấy tự động", "02", "64.000.000"),
            ("2", "Máy quét khổ A0", "01", "310.000.000"),
            ("3", "Thiết bị lưu khóa bí mật", "03", "4.500.000"),
            ("", "Cộng", "06", "378.500.000"),
        ),
    )
    writer.paragraph("3. Nguồn kinh phí: ngân sách tỉnh năm 2027.")
    writer.paragraph(
        "Sở Xây dựng kính trình Ủy ban nhân dân tỉnh xem xét, quyết định./.", Style("regular", 14)
    )
    addressees = ("- Như trên;", "- Sở Tài chính;", "- Lưu: VT, VP.")
    decree30.closing(
        writer, CONSTRUCTION, Signing(("GIÁM ĐỐC",), HEAD, addressees, 29, sealed=False)
    )
    return writer.sheets
