"""Papers that citizens hold: labels, identity numbers, codes."""

import pytest

from digitizer.extract.agency import begins_as_agency
from digitizer.extract.stage import extract
from digitizer.model import Barcode, Box, Extracted
from digitizer.settings import ExtractSettings
from tests.extract.builder import Sheet, birth_certificate, decision, head, reading, value

CASE = "H41.12-261008-0975"
CARD = "040085001234||Trần Văn Mẫu|12031985|Nam|Xã Mẫu, Nghệ An|01012022"


def read(*sheets: Sheet) -> Extracted:
    return extract(reading(*sheets), settings=ExtractSettings())


def with_code(sheet: Sheet, text: str) -> Sheet:
    sheet.barcodes.append(Barcode("QRCode", text, sheet.number, Box(1400, 100, 1500, 200)))
    return sheet


def test_a_birth_certificate_is_read_whole() -> None:
    extracted = read(birth_certificate())
    assert extracted.document_type == "KHAI_SINH"
    assert {field.name.value: (field.value, field.status.value) for field in extracted.fields} == {
        "loai_van_ban": ("Giấy khai sinh", "accepted"),
        "so_ky_hieu": ("45/2019", "accepted"),
        "ngay_ban_hanh": ("2019-03-20", "accepted"),
        "co_quan_ban_hanh": ("Ủy ban nhân dân xã Mẫu", "accepted"),
        "chu_ho_so": ("TRẦN THỊ MẪU", "accepted"),
        "so_dinh_danh": ("040319001234", "accepted"),
        "ngay_sinh": ("2019-03-12", "accepted"),
    }


@pytest.mark.parametrize(
    "number", ["040218001234", "040219001234", "{040319001234}", "04031900123", "099319001234"]
)
def test_an_identity_number_in_any_doubt_waits_for_a_person(number: str) -> None:
    """Wrong year, wrong sex, one reader only, too short, no such province."""
    extracted = read(birth_certificate(number=number))
    assert value(extracted, "so_dinh_danh")[1] == "review"


def test_a_birth_date_in_digits_and_words_must_agree() -> None:
    extracted = read(birth_certificate(birth="13/03/2019"))
    assert value(extracted, "ngay_sinh") == ("2019-03-13", "review")


def test_the_mother_is_never_taken_for_the_holder() -> None:
    sheet = birth_certificate()
    sheet.lines = [line for line in sheet.lines if "TRẦN" not in line.text]
    assert value(read(sheet), "chu_ho_so")[1] != "accepted"


def test_a_handwritten_holder_waits_for_a_person() -> None:
    sheet = Sheet().put("TỜ KHAI ĐĂNG KÝ KHAI SINH", 300, center=827)
    sheet.put("Họ và tên: {Tvần} {thi} {mâu}", 500, left=230)
    assert value(read(sheet), "chu_ho_so")[1] == "review"


def test_an_empty_label_shows_its_place() -> None:
    sheet = Sheet().put("GIẤY KHAI SINH", 330, center=827)
    sheet.put("Họ, chữ đệm, tên: ...........", 480, left=230)
    field = next(field for field in read(sheet).fields if field.name == "chu_ho_so")
    assert (field.value, field.status.value) == ("", "review")
    assert field.evidence is not None


def test_of_a_couple_neither_is_taken_for_sure() -> None:
    sheet = Sheet().put("GIẤY CHỨNG NHẬN KẾT HÔN", 330, center=827)
    sheet.put("Họ, chữ đệm, tên: TRẦN VĂN MẪU", 480, left=230)
    sheet.put("Họ, chữ đệm, tên: LÊ THỊ VÍ DỤ", 540, left=230)
    extracted = read(sheet)
    assert extracted.document_type == "KET_HON"
    assert value(extracted, "chu_ho_so")[1] == "review"


def test_a_card_is_read_from_its_code() -> None:
    sheet = with_code(Sheet().put("CĂN CƯỚC CÔNG DÂN", 300, center=827), CARD)
    extracted = read(sheet)
    assert extracted.document_type == "CAN_CUOC"
    assert value(extracted, "so_dinh_danh") == ("040085001234", "accepted")
    assert value(extracted, "ngay_sinh") == ("1985-03-12", "accepted")
    assert value(extracted, "chu_ho_so") == ("Trần Văn Mẫu", "accepted")


def test_a_code_that_does_not_prove_out_gives_nothing() -> None:
    sheet = with_code(
        Sheet().put("CĂN CƯỚC CÔNG DÂN", 300, center=827), CARD.replace("085", "086", 1)
    )
    assert value(read(sheet), "so_dinh_danh") == ("", "absent")


def test_a_case_code_comes_from_its_barcode() -> None:
    assert value(read(with_code(decision(), CASE)), "ma_ho_so") == (CASE, "accepted")


def test_two_different_barcodes_give_no_case_code() -> None:
    sheet = with_code(with_code(decision(), CASE), CASE.replace("0975", "0976"))
    assert value(read(sheet), "ma_ho_so") == ("", "absent")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Mã hồ sơ: {CASE}", (CASE, "accepted")),
        ("Mã hồ sơ: 000.00.01.H40-231110-0001", ("000.00.01.H40-231110-0001", "accepted")),
        (f"Mã hồ sơ: {{{CASE}}}", (CASE, "review")),
        ("Mã hồ sơ: H41.12-261308-0975", ("", "absent")),
        (CASE, ("", "absent")),
    ],
)
def test_a_case_code_stands_beside_its_label_and_holds_a_day(
    text: str, expected: tuple[str, str]
) -> None:
    sheet = Sheet().put("GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", 300, center=827)
    sheet.put(text, 420, left=230)
    assert value(read(sheet), "ma_ho_so") == expected


def test_a_symbol_with_several_parts_gives_both_codes() -> None:
    sheet = with_code(decision(), f"{CASE}|1.004873|Quyết định")
    assert value(read(sheet), "ma_ho_so") == (CASE, "accepted")
    assert value(read(sheet), "ma_tthc") == ("1.004873", "accepted")


@pytest.mark.parametrize(("printed", "status"), [(CASE, "accepted"), ("0", "review")])
def test_a_print_that_differs_from_the_symbol_leaves_the_code_to_a_person(
    printed: str, status: str
) -> None:
    sheet = Sheet().put("GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", 300, center=827)
    sheet.put(f"Mã hồ sơ: {CASE[:-1]}{printed[-1]}", 420, left=230)
    assert value(read(with_code(sheet, CASE)), "ma_ho_so") == (CASE, status)


def test_a_receipt_without_a_head_is_dated_by_the_day_it_was_given() -> None:
    sheet = Sheet().put("GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", 300, center=827)
    sheet.put("Tiếp nhận hồ sơ của: Ông Trần Văn Mẫu", 420, left=230)
    sheet.put("Thời gian nhận hồ sơ: 08 giờ 15 phút, ngày 08/10/2026", 480, left=230)
    sheet.put("Thời gian trả kết quả: 10 giờ 00 phút, ngày 09/10/2026", 540, left=230)
    assert value(read(sheet), "ngay_ban_hanh") == ("2026-10-08", "accepted")
    assert value(read(sheet), "chu_ho_so") == ("Trần Văn Mẫu", "accepted")


def test_a_procedure_code_of_a_list_is_not_the_papers_own() -> None:
    sheet = Sheet().put("TỜ KHAI", 300, center=827).put("1.004873.000.00.00.H14", 900, left=230)
    assert value(read(sheet), "ma_tthc") == ("", "absent")
    sheet.put("Mã TTHC: 1.004873", 420, left=230)
    assert value(read(sheet), "ma_tthc") == ("1.004873", "accepted")


def test_a_marriage_status_paper_has_the_head_of_an_agency() -> None:
    sheet = head(
        Sheet(), agency=("UBND TỈNH NGHỆ AN",), number="Số: 12/UBND-XNTTHN",
        date="Nghệ An, ngày 25 tháng 11 năm 2024",
    )  # fmt: skip
    sheet.put("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", 420, center=860)
    sheet.put("Họ, chữ đệm, tên: TRẦN VĂN MẪU", 560, left=230)
    extracted = read(sheet)
    assert extracted.document_type == "XN_HON_NHAN"
    assert value(extracted, "so_ky_hieu")[0] == "12/UBND-XNTTHN"
    assert value(extracted, "chu_ho_so") == ("TRẦN VĂN MẪU", "accepted")


def test_the_day_of_an_identity_card_is_not_the_papers() -> None:
    sheet = head(Sheet(), number="Số: 12/UBND-XNTTHN")
    sheet.put("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", 420, center=860)
    sheet.put("Giấy tờ tùy thân: CCCD số 040085123456, cấp ngày 20/11/2021", 560, left=230)
    assert value(read(sheet), "ngay_ban_hanh") == ("2024-11-25", "accepted")


def test_a_form_needs_no_recipients_for_its_signer() -> None:
    sheet = birth_certificate()
    sheet.put("NGƯỜI KÝ GIẤY KHAI SINH", 1300, center=1220).put("CHỦ TỊCH", 1346, center=1220)
    sheet.put("Lê Văn Ví", 1700, center=1220)
    extracted = read(sheet)
    assert value(extracted, "chuc_vu") == ("CHỦ TỊCH", "accepted")
    assert value(extracted, "nguoi_ky") == ("Lê Văn Ví", "accepted")


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("NGƯỜI KÝ GIẤY KHAI SINH", "accepted"),
        ("{NGƯỜLKX-TRÍCH} LỤC", "accepted"),
        ("NGƯỜI KHAI", "absent"),
        ("NGƯỜI YÊU CẦU", "absent"),
    ],
)
def test_a_forms_signer_stands_under_who_signs_where_the_seal_hides_the_post(
    role: str, status: str
) -> None:
    sheet = birth_certificate()
    sheet.put(role, 1300, center=1220).put("Lê Văn Ví", 1700, center=1220)
    assert value(read(sheet), "nguoi_ky")[1] == status


@pytest.mark.parametrize(
    ("post", "left", "status"),
    [
        ("TRUỨNG PHÒNG", 1220, "accepted"),  # a seal lies over TRƯỞNG PHÒNG
        ("TRUỨNG PHÒNG", 1260, "review"),
        ("NGƯỜI LÀM ĐƠN", 1220, "absent"),
    ],
)
def test_a_forms_signer_stands_under_a_post_that_a_seal_has_touched(
    post: str, left: int, status: str
) -> None:
    sheet = birth_certificate()
    sheet.put(post, 1300, center=1220).put("Lê Văn Ví", 1700, center=left)
    extracted = read(sheet)
    assert value(extracted, "nguoi_ky")[1] == status
    assert value(extracted, "chuc_vu")[1] != "accepted"


def test_a_forms_signer_off_the_center_of_who_signs_may_have_lost_a_word() -> None:
    sheet = birth_certificate()
    sheet.put("NGƯỜI KÝ GIẤY KHAI SINH", 1300, center=1220).put("Lê Văn Ví", 1700, center=1260)
    assert value(read(sheet), "nguoi_ky")[1] == "review"


def test_the_applicant_of_a_form_is_its_holder() -> None:
    sheet = Sheet().put("TỜ KHAI CẤP BẢN SAO", 300, center=827)
    sheet.put("Họ, chữ đệm, tên người yêu cầu: Đặng Văn Mẫu", 500, left=230)
    assert value(read(sheet), "chu_ho_so") == ("Đặng Văn Mẫu", "accepted")


def test_an_application_is_issued_by_nobody() -> None:
    sheet = Sheet()
    sheet.put("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 160, center=827)
    sheet.put("Độc lập - Tự do - Hạnh phúc", 206, center=827)
    sheet.put("TỜ KHAI", 330, center=827)
    sheet.put("Họ, chữ đệm, tên: TRẦN THỊ MẪU", 480, left=230)
    sheet.put("Đề nghị cơ quan cấp bản sao trích lục khai sinh cho người có tên", 540, left=230)
    extracted = read(sheet)
    assert extracted.document_type == "TO_KHAI"
    assert value(extracted, "co_quan_ban_hanh") == ("", "absent")


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("Ủy ban nhân dân xã Mẫu", True),
        ("UBND xã Mẫu", True),
        ("Phòng Tư pháp huyện Mẫu", True),
        ("bản sao trích lục khai sinh cho người có tên", False),
        ("xã Mẫu", False),
    ],
)
def test_an_office_begins_as_agencies_do(text: str, begins: bool) -> None:
    assert begins_as_agency(text) is begins


def test_a_citizens_paper_has_no_subject() -> None:
    sheet = birth_certificate()
    sheet.put("Về việc công bố danh mục", 420, center=827)
    assert value(read(sheet), "trich_yeu") == ("", "absent")


def test_a_role_that_a_seal_has_cut_in_two_still_centers_the_name() -> None:
    sheet = birth_certificate()
    sheet.put("NGƯỜI KÝ GIẤY", 1300, left=1000).put("KHAI SINH", 1300, left=1300)
    sheet.put("Lê Văn Ví", 1700, center=1222)
    assert value(read(sheet), "nguoi_ky") == ("Lê Văn Ví", "accepted")


def test_who_applies_is_no_signer_though_place_and_day_stand_over_the_name() -> None:
    sheet = Sheet().put("TỜ KHAI CẤP BẢN SAO TRÍCH LỤC", 330, center=827)
    sheet.put("Họ và tên người yêu cầu: Trần Văn Mẫu", 480, left=230)
    sheet.put("Làm tại: Mẫu, ngày 03 tháng 4 năm 2020", 900, center=1200)
    sheet.put("Người yêu cầu", 950, center=1200).put("Trần Văn Mẫu", 1200, center=1200)
    assert value(read(sheet), "nguoi_ky") == ("", "absent")
