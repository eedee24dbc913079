"""Land certificates: owners in running text, the serial, changes entered later."""

import pytest

from digitizer.extract.stage import extract
from digitizer.model import Barcode, Box, Extracted, FieldName
from digitizer.settings import ExtractSettings
from tests.extract.builder import Sheet, reading, value

TITLE = ("GIẤY CHỨNG NHẬN", "QUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU TÀI SẢN", "GẮN LIỀN VỚI ĐẤT")
OWNERS = (
    "Ông Nguyễn Đình Mẫu, Căn cước số: 040085123456.",
    "và vợ: Bà Trần Thị Mẫu, Căn cước số: 040188234567.",
)


def read(*sheets: Sheet) -> Extracted:
    return extract(reading(*sheets), settings=ExtractSettings())


def certificate(
    owners: tuple[str, ...] = OWNERS, *, serial: str = "AB 01234567", year: int = 2025
) -> Sheet:
    sheet = Sheet()
    sheet.put("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 160, center=827)
    sheet.put("Độc lập - Tự do - Hạnh phúc", 206, center=827)
    for index, line in enumerate(TITLE):
        sheet.put(line, 330 + 50 * index, center=827)
    sheet.put("1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất:", 560, left=230)
    for index, line in enumerate((*owners, "Địa chỉ: xã Mẫu, tỉnh Nghệ An.")):
        sheet.put(line, 620 + 60 * index, left=230)
    sheet.put("2. Thông tin thửa đất:", 900, left=230)
    sheet.put(f"Nghệ An, ngày 12 tháng 5 năm {year}", 1500, center=1200)
    for index, line in enumerate(
        ("VĂN PHÒNG", "ĐĂNG KÝ ĐẤT ĐAI", "TỈNH NGHỆ AN", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")
    ):
        sheet.put(line, 1560 + 46 * index, center=1200)
    sheet.put("Lê Văn Mẫu", 1950, center=1200)
    return sheet.put(serial, 2200, left=1300) if serial else sheet


def test_two_owners_are_two_holders_with_their_own_numbers() -> None:
    extracted = read(certificate())
    assert extracted.document_type == "GCN_DAT"
    assert value(extracted, "so_ky_hieu") == ("AB 01234567", "accepted")
    assert value(extracted, "ngay_ban_hanh") == ("2025-05-12", "accepted")
    assert value(extracted, "co_quan_ban_hanh")[0] == "VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI TỈNH NGHỆ AN"
    for holder, name, number in (
        (1, "Nguyễn Đình Mẫu", "040085123456"),
        (2, "Trần Thị Mẫu", "040188234567"),
    ):
        fields = [extracted.field(n, holder) for n in (FieldName.CHU_HO_SO, FieldName.SO_DINH_DANH)]
        assert [(field.value, field.status.value) for field in fields] == [
            (name, "accepted"),
            (number, "accepted"),
        ]


def test_one_owner_is_one_holder() -> None:
    assert read(certificate(OWNERS[:1])).holders == 1


def test_an_honorific_without_a_name_says_that_one_was_lost() -> None:
    extracted = read(certificate(("Ông", *OWNERS[1:])))
    assert value(extracted, "chu_ho_so")[1] == "review"


def test_a_wife_without_her_husband_is_not_the_first_owner_for_sure() -> None:
    extracted = read(certificate(OWNERS[1:]))
    assert value(extracted, "chu_ho_so")[1] == "review"
    assert value(extracted, "so_dinh_danh")[1] == "review"


def test_a_number_of_the_other_sex_waits_for_a_person() -> None:
    extracted = read(certificate(("Ông Nguyễn Đình Mẫu, Căn cước số: 040188234567.",)))
    assert value(extracted, "so_dinh_danh") == ("040188234567", "review")


@pytest.mark.parametrize(("serial", "year"), [("AB 012345", 2025), ("AB 01234567", 2022)])
def test_a_serial_of_the_other_form_waits_for_a_person(serial: str, year: int) -> None:
    extracted = read(certificate(serial=serial, year=year))
    assert value(extracted, "so_ky_hieu") == (serial, "review")


@pytest.mark.parametrize(("code", "status"), [("AB01234567", "accepted"), ("AB01234568", "review")])
def test_a_symbol_that_names_another_serial_contradicts_the_print(code: str, status: str) -> None:
    sheet = certificate()
    sheet.barcodes.append(Barcode("QRCode", f"GCN|{code}", 1, Box(1400, 100, 1500, 200)))
    assert value(read(sheet), "so_ky_hieu") == ("AB 01234567", status)


def test_changes_entered_later_ask_for_a_look() -> None:
    changes = Sheet(2)
    changes.put("IV. Những thay đổi sau khi cấp giấy chứng nhận", 160, center=827)
    changes.put("Nội dung thay đổi và cơ sở pháp lý", 240, left=230)
    assert value(read(certificate(), changes), "thoi_han") == ("", "absent")
    changes.put("Chuyển nhượng cho bà Lê Thị Ví Dụ theo hồ sơ số 0123", 320, left=230)
    assert value(read(certificate(), changes), "thoi_han") == ("", "review")


def test_the_signer_is_found_below_the_day_where_a_seal_hides_the_post() -> None:
    sheet = certificate()
    sheet.lines = [line for line in sheet.lines if "GIÁM ĐỐC" not in line.text]
    sheet.put("{GIAM} {BỐC}", 1790, center=1200)
    assert value(read(sheet), "nguoi_ky") == ("Lê Văn Mẫu", "accepted")


def test_a_name_below_the_day_that_may_have_lost_a_word_waits() -> None:
    sheet = certificate()
    sheet.lines = [line for line in sheet.lines if "GIÁM ĐỐC" not in line.text]
    sheet.lines = [line for line in sheet.lines if line.text != "Lê Văn Mẫu"]
    sheet.put("Văn Mẫu", 1950, left=1190)
    assert value(read(sheet), "nguoi_ky") == ("Văn Mẫu", "review")
