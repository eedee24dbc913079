"""Enterprises hold by their tax number, household businesses by their head."""

import pytest

from digitizer.extract.stage import extract
from digitizer.model import Extracted
from digitizer.settings import ExtractSettings
from tests.extract.builder import Sheet, head, reading, value

BUREAU = ("SỞ TÀI CHÍNH TỈNH NGHỆ AN", "PHÒNG ĐĂNG KÝ KINH DOANH")


def read(sheet: Sheet) -> Extracted:
    return extract(reading(sheet), settings=ExtractSettings())


def company(
    number: str = "0100109106", changed: str = "", name: str = "CÔNG TY TNHH VÍ DỤ"
) -> Sheet:
    sheet = head(Sheet(), BUREAU, number="", date="")
    sheet.put("GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP", 420, center=827)
    sheet.put(f"Mã số doanh nghiệp: {number}", 480, center=827)
    sheet.put("Đăng ký lần đầu: ngày 05 tháng 01 năm 2022", 540, center=827)
    if changed:
        sheet.put(f"Đăng ký thay đổi lần thứ: 2, {changed}", 600, center=827)
    sheet.put(f"Tên công ty viết bằng tiếng Việt: {name}", 700, left=230)
    sheet.put("Tên công ty viết tắt:", 760, left=230)
    sheet.put("Họ, chữ đệm và tên: NGUYỄN ĐÌNH MẪU", 900, left=230)
    return sheet.put("Số định danh cá nhân: 040085123456", 960, left=230)


def test_an_enterprise_is_the_holder_and_is_found_by_its_tax_number() -> None:
    extracted = read(company())
    assert extracted.document_type == "DKDN"
    assert extracted.holders == 1
    assert value(extracted, "chu_ho_so") == ("CÔNG TY TNHH VÍ DỤ", "accepted")
    assert value(extracted, "so_ky_hieu") == ("0100109106", "accepted")
    assert value(extracted, "so_dinh_danh") == ("0100109106", "accepted")
    assert value(extracted, "ngay_sinh") == ("", "absent")


@pytest.mark.parametrize("number", ["0100109107", "{0100109106}", "010010910"])
def test_a_tax_number_in_any_doubt_waits_for_a_person(number: str) -> None:
    """Wrong check digit, one reader only, too short."""
    extracted = read(company(number))
    assert value(extracted, "so_ky_hieu")[1] == "review"
    assert value(extracted, "so_dinh_danh")[1] == "review"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("", ("2022-01-05", "accepted")),
        ("ngày 09 tháng 6 năm 2024", ("2024-06-09", "accepted")),
        ("ngày 09 tháng 6 năm 2020", ("2020-06-09", "review")),
        ("ngày 09", ("", "review")),
    ],
)
def test_the_newest_registration_dates_the_certificate(
    changed: str, expected: tuple[str, str]
) -> None:
    assert value(read(company(changed=changed)), "ngay_ban_hanh") == expected


def test_two_words_of_a_long_label_may_be_run_together() -> None:
    sheet = company()
    sheet.lines = [line for line in sheet.lines if "lần đầu" not in line.text]
    sheet.put("Đăng {kýlấn} đầu: ngày 05 tháng 01 năm 2022", 540, center=827)
    assert value(read(sheet), "ngay_ban_hanh") == ("2022-01-05", "accepted")


def household(number: str = "27A8012345") -> Sheet:
    sheet = head(Sheet(), ("UBND HUYỆN MẪU", "PHÒNG TÀI CHÍNH"), number="", date="")
    sheet.put("GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH", 420, center=827)
    sheet.put(f"Số: {number}", 480, center=827)
    sheet.put("Đăng ký lần đầu, ngày 05 tháng 01 năm 2022", 540, center=827)
    sheet.put("1. Tên hộ kinh doanh: HỘ KINH DOANH VÍ DỤ", 640, left=230)
    sheet.put("Họ và tên: NGUYỄN ĐÌNH MẪU Giới tính: Nam", 700, left=230)
    sheet.put("Ngày, tháng, năm sinh: 14/03/1985 Dân tộc: Kinh", 760, left=230)
    return sheet.put("Số CCCD: 040085123456", 820, left=230)


def test_the_head_of_a_household_business_is_its_holder() -> None:
    extracted = read(household())
    assert extracted.document_type == "HKD"
    assert value(extracted, "chu_ho_so") == ("NGUYỄN ĐÌNH MẪU", "accepted")
    assert value(extracted, "so_dinh_danh") == ("040085123456", "accepted")
    assert value(extracted, "ngay_sinh") == ("1985-03-14", "accepted")
    assert value(extracted, "so_ky_hieu") == ("27A8012345", "accepted")
    assert value(extracted, "ngay_ban_hanh") == ("2022-01-05", "accepted")


def test_a_household_number_of_no_known_form_waits_for_a_person() -> None:
    assert value(read(household("0100109107")), "so_ky_hieu")[1] == "review"


def permit(*rows: str) -> Sheet:
    sheet = head(Sheet(), ("UBND TỈNH NGHỆ AN", "SỞ XÂY DỰNG"), number="Số: 12/GPXD")
    sheet.put("GIẤY PHÉP XÂY DỰNG", 420, center=860)
    for index, row in enumerate(rows):
        sheet.put(row, 560 + 60 * index, left=230)
    return sheet


def test_a_permit_is_given_to_a_person() -> None:
    extracted = read(permit("1. Cấp cho: Ông Nguyễn Đình Mẫu", "- CCCD số: 040085123456"))
    assert value(extracted, "chu_ho_so") == ("Nguyễn Đình Mẫu", "accepted")
    assert value(extracted, "so_dinh_danh") == ("040085123456", "accepted")
    assert value(extracted, "so_ky_hieu") == ("12/GPXD", "accepted")


def test_or_to_an_organization() -> None:
    extracted = read(permit("1. Cấp cho: Công ty TNHH Ví Dụ", "Mã số thuế: 0100109106"))
    assert value(extracted, "chu_ho_so") == ("Công ty TNHH Ví Dụ", "accepted")
    assert value(extracted, "so_dinh_danh") == ("0100109106", "accepted")
