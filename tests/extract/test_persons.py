"""Whose name, number and birth date stand together on a form."""

import pytest

from digitizer.extract.rows import unglue
from digitizer.extract.stage import extract
from digitizer.model import Box, Extracted, Word
from digitizer.settings import ExtractSettings
from tests.extract.builder import Sheet, birth_certificate, head, reading, value


def read(sheet: Sheet) -> Extracted:
    return extract(reading(sheet), settings=ExtractSettings())


def form(*rows: str, title: str = "TỜ KHAI CẤP BẢN SAO") -> Sheet:
    sheet = Sheet().put(title, 300, center=827)
    for index, row in enumerate(rows):
        sheet.put(row, 480 + 60 * index, left=230)
    return sheet


def test_the_child_an_application_names_is_not_its_holder() -> None:
    child = ("Họ, chữ đệm, tên: LÊ THỊ VÍ DỤ", "Ngày, tháng, năm sinh: 01/02/2020")
    turn = "Đề nghị cơ quan đăng ký khai sinh cho người dưới đây:"
    extracted = read(form("Họ và tên người yêu cầu: Trần Văn Mẫu", turn, *child))
    assert value(extracted, "chu_ho_so") == ("Trần Văn Mẫu", "accepted")
    assert value(extracted, "ngay_sinh") == ("", "absent")
    assert value(read(form(turn, *child)), "chu_ho_so")[1] != "accepted"


def test_a_misread_label_of_a_parent_is_no_holders() -> None:
    sheet = form("Họ, chữ đệm, tên người mc: LÊ THỊ VÍ DỤ", title="GIẤY KHAI SINH")
    assert value(read(sheet), "chu_ho_so") == ("", "absent")


def test_a_birth_date_printed_twice_is_sure_though_the_readers_differ() -> None:
    assert value(read(birth_certificate(birth="{12/03/2019}")), "ngay_sinh") == (
        "2019-03-12",
        "accepted",
    )


def test_the_day_of_death_in_words_is_no_birth_date() -> None:
    sheet = form(
        "Họ, chữ đệm, tên: TRẦN VĂN MẪU",
        "Ngày, tháng, năm sinh: 12/03/1945",
        "Đã chết vào lúc: 10 giờ, ngày 01 tháng 02 năm 2024",
        "Ghi bằng chữ: ngày một tháng hai năm hai nghìn không trăm hai mươi bốn",
        title="TRÍCH LỤC KHAI TỬ",
    )
    assert value(read(sheet), "ngay_sinh") == ("1945-03-12", "accepted")


@pytest.mark.parametrize(
    "name",
    [
        "Văn Mẫu",
        "Trần Mẫu",
        "Trần Văn",
        "Trần {Vãn} Mẫu",
        "Trần Văn Cấm",
        "Trần Trong Mẫu",
        "Trần Văn Lôc",
        "Trần Văn Câm",
    ],
)
def test_a_name_that_may_have_lost_a_word_waits_for_a_person(name: str) -> None:
    assert value(read(form(f"Họ và tên: {name}")), "chu_ho_so")[1] == "review"


def test_a_name_printed_twice_settles_its_accents() -> None:
    sheet = form("Họ và tên người yêu cầu: Trần {Vãn} Mẫu").put("Trần Văn Mẫu", 1500, left=1100)
    assert value(read(sheet), "chu_ho_so") == ("Trần Văn Mẫu", "accepted")


def test_two_printings_that_differ_wait_for_a_person() -> None:
    sheet = form("Họ và tên người yêu cầu: Trần Văn Mẫu").put("Trần Vãn Mẫu", 1500, left=1100)
    assert value(read(sheet), "chu_ho_so")[1] == "review"


def test_a_longer_second_printing_says_that_a_word_was_lost() -> None:
    sheet = form("Họ và tên người yêu cầu: Trần Văn An").put("Trần Văn An Mẫu", 1500, left=1100)
    assert value(read(sheet), "chu_ho_so")[1] == "review"


def test_a_middle_name_of_the_other_sex_denies_a_number() -> None:
    rows = ("Ngày sinh: 12/03/1985", "Số CCCD: 040085123456")
    extracted = read(form("Họ và tên: Trần Văn Mẫu", *rows))
    assert value(extracted, "so_dinh_danh") == ("040085123456", "accepted")
    extracted = read(form("Họ và tên: Trần Thị Mẫu", *rows))
    assert value(extracted, "so_dinh_danh") == ("040085123456", "review")


def test_a_number_without_birth_date_or_sex_needs_a_second_printing() -> None:
    rows = ("Họ và tên: Trần Văn Mẫu", "Số CCCD: 040085123456")
    assert value(read(form(*rows)), "so_dinh_danh")[1] == "review"
    sheet = form(*rows).put("(040085123456)", 1500, left=1100)
    assert value(read(sheet), "so_dinh_danh") == ("040085123456", "accepted")


def test_an_extract_is_dated_by_its_head_not_by_what_it_registers() -> None:
    sheet = head(Sheet(), ("UBND TỈNH NGHỆ AN",), number="Số: 12/TLKS-BS")
    sheet.put("TRÍCH LỤC KHAI SINH", 420, center=860)
    sheet.put("Họ, chữ đệm, tên: TRẦN THỊ MẪU", 560, left=230)
    sheet.put("Ngày, tháng, năm đăng ký: 20/03/2019", 620, left=230)
    extracted = read(sheet)
    assert value(extracted, "ngay_ban_hanh") == ("2024-11-25", "accepted")
    assert value(extracted, "so_ky_hieu") == ("12/TLKS-BS", "accepted")
    assert value(extracted, "co_quan_ban_hanh") == ("UBND TỈNH NGHỆ AN", "accepted")
    sheet.lines = [line for line in sheet.lines if "tháng 11" not in line.text]
    assert value(read(sheet), "ngay_ban_hanh")[1] != "accepted"


def test_a_number_of_another_year_than_its_registration_waits_for_a_person() -> None:
    sheet = birth_certificate()
    sheet.lines = [line for line in sheet.lines if "45/2019" not in line.text]
    sheet.put("Số: 45/2018", 380, center=827)
    assert value(read(sheet), "so_ky_hieu") == ("45/2018", "review")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("10/03/1993Dân", ["10/03/1993", "Dân"]),
        ("042182675328_Số:", ["042182675328", "Số:"]),
        ("DŨNG__Giới", ["DŨNG", "Giới"]),
        ("sinh:_04-01-1973.", ["sinh:", "04-01-1973."]),
        ("1.Họ", ["1.", "Họ"]),
        ("Liên_", ["Liên"]),
        ("H41.12-261008-0975", ["H41.12-261008-0975"]),
        ("45/2019", ["45/2019"]),
    ],
)
def test_what_was_read_as_one_word_across_dots_is_taken_apart(text: str, parts: list[str]) -> None:
    box = Box(100, 10, 100 + 10 * len(text), 30)
    words = list(unglue(Word(text, box, 0.4, False)))
    assert [word.text for word in words] == parts
    assert all(box.left <= word.box.left < word.box.right <= box.right for word in words)
    assert not any(word.accepted for word in words)


def test_a_letter_lost_in_the_label_of_the_birth_date_does_not_lose_the_day() -> None:
    extracted = read(
        form(
            "Họ và tên người yêu cầu: Trần Văn Mẫu",
            "Ngày, tháng, nm sinh: 12/03/1985",
            "Số định danh cá nhân: 040085123456",
        )
    )
    assert value(extracted, "ngay_sinh") == ("1985-03-12", "accepted")
    assert value(extracted, "so_dinh_danh") == ("040085123456", "accepted")
