"""Two holders on one paper: a value of one is never taken for the other's."""

import pytest

from digitizer.extract.stage import extract
from digitizer.model import Extracted, FieldName, FieldStatus
from digitizer.settings import ExtractSettings
from tests.extract.builder import Sheet, reading

LEFT, RIGHT = 230, 860
WIFE = ("TRẦN THỊ MẪU", "25/10/1988", "040188234567")
HUSBAND = ("NGUYỄN ĐÌNH MẪU", "14/03/1985", "040085123456")
Spouse = tuple[str, str, str]


def read(sheet: Sheet) -> Extracted:
    return extract(reading(sheet), settings=ExtractSettings())


def titled() -> Sheet:
    sheet = Sheet()
    sheet.put("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 160, center=827)
    sheet.put("Độc lập - Tự do - Hạnh phúc", 206, center=827)
    sheet.put("GIẤY CHỨNG NHẬN KẾT HÔN", 330, center=827)
    return sheet.put("Số: 12/2023", 380, center=827)


def registered(sheet: Sheet, top: int) -> Sheet:
    sheet.put("Nơi đăng ký kết hôn: Ủy ban nhân dân xã Mẫu", top, left=LEFT)
    return sheet.put("Ngày, tháng, năm đăng ký: 20/03/2023", top + 60, left=LEFT)


def in_columns(wife: Spouse = WIFE, husband: Spouse = HUSBAND, *, right: int = RIGHT) -> Sheet:
    """Write the two columns of TT 04/2020, names under their labels."""
    sheet = titled()
    rows = (
        ("Họ, chữ đệm, tên vợ:", "Họ, chữ đệm, tên chồng:"),
        (wife[0], husband[0]),
        (f"Ngày sinh: {wife[1]}", f"Ngày sinh: {husband[1]}"),
        ("Giấy tờ tùy thân: CCCD", "Giấy tờ tùy thân: CCCD"),
        (f"Số: {wife[2]}", f"Số: {husband[2]}"),
    )
    for index, (one, other) in enumerate(rows):
        sheet.put(one, 480 + 60 * index, left=LEFT).put(other, 480 + 60 * index, left=right)
    return registered(sheet, 480 + 60 * len(rows))


def one_below_the_other(*couple: tuple[str, Spouse]) -> Sheet:
    sheet, top = titled(), 480
    for who, (name, birth, number) in couple:
        for row in (
            f"Họ, chữ đệm, tên {who}: {name}",
            f"Ngày, tháng, năm sinh: {birth}",
            f"Số định danh cá nhân: {number}",
        ):
            sheet.put(row, top, left=LEFT)
            top += 60
    return registered(sheet, top)


def said(extracted: Extracted, holder: int) -> Spouse:
    """Return what was accepted of a holder."""
    names = (FieldName.CHU_HO_SO, FieldName.NGAY_SINH, FieldName.SO_DINH_DANH)
    fields = [extracted.field(name, holder) for name in names]
    name, birth, number = (
        field.value if field.status is FieldStatus.ACCEPTED else "" for field in fields
    )
    return name, birth, number


WIFE_SAID = ("TRẦN THỊ MẪU", "1988-10-25", "040188234567")
HUSBAND_SAID = ("NGUYỄN ĐÌNH MẪU", "1985-03-14", "040085123456")


def test_two_columns_are_two_holders_each_with_their_own() -> None:
    extracted = read(in_columns())
    assert extracted.holders == 2
    assert said(extracted, 1) == WIFE_SAID
    assert said(extracted, 2) == HUSBAND_SAID


def test_two_blocks_are_numbered_as_printed() -> None:
    extracted = read(one_below_the_other(("chồng", HUSBAND), ("vợ", WIFE)))
    assert said(extracted, 1) == HUSBAND_SAID
    assert said(extracted, 2) == WIFE_SAID


def test_the_number_and_day_of_a_certificate_are_read_with_its_office() -> None:
    extracted = read(in_columns())
    names = (FieldName.SO_KY_HIEU, FieldName.NGAY_BAN_HANH, FieldName.CO_QUAN_BAN_HANH)
    values = [extracted.field(name).value for name in names]
    assert values == ["12/2023", "2023-03-20", "Ủy ban nhân dân xã Mẫu"]
    assert all(extracted.field(name).status is FieldStatus.ACCEPTED for name in names)


def test_values_in_the_wrong_columns_are_noticed() -> None:
    """Both numbers say the opposite of the labels: nothing on the paper is certain then."""
    extracted = read(in_columns(HUSBAND, WIFE))
    assert said(extracted, 1) == ("", "", "")
    assert said(extracted, 2) == ("", "", "")


def test_a_number_that_contradicts_its_birth_date_leaves_both_to_a_person() -> None:
    extracted = read(in_columns(("TRẦN THỊ MẪU", "25/10/1987", "040188234567")))
    assert said(extracted, 1) == ("TRẦN THỊ MẪU", "", "")
    assert said(extracted, 2) == HUSBAND_SAID


def test_a_value_that_reaches_into_the_other_column_is_nobodys() -> None:
    sheet = in_columns(("TRẦN THỊ HOÀNG NGỌC PHƯƠNG ÁNH NGUYỆT MẪU", *WIFE[1:]))
    extracted = read(sheet)
    assert said(extracted, 1)[0] == ""
    assert said(extracted, 2)[0] == ""
    assert said(extracted, 1)[1:] == WIFE_SAID[1:]


@pytest.mark.parametrize("lost", ["vợ:", "chồng:"])
def test_without_one_of_the_labels_nothing_is_certain(lost: str) -> None:
    sheet = one_below_the_other(("vợ", WIFE), ("chồng", HUSBAND))
    sheet.lines = [line for line in sheet.lines if lost not in line.text]
    extracted = read(sheet)
    assert said(extracted, 1) == ("", "", "")
    assert said(extracted, 2) == ("", "", "")


def test_one_lost_line_never_mixes_two_people() -> None:
    sheet = in_columns()
    for index in range(len(sheet.lines)):
        part = Sheet()
        part.lines = [line for place, line in enumerate(sheet.lines) if place != index]
        extracted = read(part)
        for holder, own in ((1, WIFE_SAID), (2, HUSBAND_SAID)):
            values = zip(said(extracted, holder), own, strict=True)
            assert all(value in ("", right) for value, right in values), sheet.lines[index].text


def test_a_surname_is_not_taken_for_the_word_wife() -> None:
    """`VÕ` without its accents is `vợ`."""
    sheet = titled().put("Họ, chữ đệm, tên: VÕ THỊ MẪU", 480, left=LEFT)
    fields = read(sheet).fields
    assert any(field.value == "VÕ THỊ MẪU" for field in fields)


def test_a_day_run_into_the_label_beside_it_is_parted_at_the_gutter() -> None:
    sheet = in_columns()
    sheet.lines = [line for line in sheet.lines if "Ngày sinh" not in line.text]
    born = "Ngày, tháng, năm sinh:"
    sheet.put(f"{born} {{{WIFE[1]}Ngày,}} tháng, năm sinh: {HUSBAND[1]}", 600, left=RIGHT - 500)
    extracted = read(sheet)
    assert said(extracted, 1)[2] == WIFE[2]
    assert said(extracted, 2)[1:] == HUSBAND_SAID[1:]


def test_dots_before_a_word_do_not_put_it_into_the_other_column() -> None:
    sheet = in_columns()
    sheet.lines = [line for line in sheet.lines if HUSBAND[2] not in line.text]
    sheet.put(f"Số: {HUSBAND[2]}", 720, left=RIGHT - 22)
    extracted = read(sheet)
    assert (said(extracted, 1), said(extracted, 2)) == (WIFE_SAID, HUSBAND_SAID)


def test_one_letter_lost_in_a_long_label_does_not_lose_the_number_below_it() -> None:
    sheet = in_columns()
    sheet.lines = [line for line in sheet.lines if "Giấy tờ" not in line.text]
    sheet.put("Giấy tờ ùy thân: CCCD", 660, left=LEFT)
    sheet.put("Giấy tờ tùy thân: CCCD", 660, left=RIGHT)
    assert said(read(sheet), 1) == WIFE_SAID
