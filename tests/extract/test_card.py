"""Cards: the symbol comes first, and the print may deny it."""

import pytest

from digitizer.extract.stage import extract
from digitizer.model import Barcode, Box, Extracted
from digitizer.settings import ExtractSettings
from tests.extract.builder import Sheet, reading, value

CARD = "040085001234||Trần Văn Mẫu|12031985|Nam|Xã Mẫu, Nghệ An|01012022"


def read(sheet: Sheet) -> Extracted:
    return extract(reading(sheet), settings=ExtractSettings())


def card(number: str = "040085001234", name: str = "TRẦN VĂN MẪU", *, symbol: str = "") -> Sheet:
    sheet = Sheet().put("CĂN CƯỚC CÔNG DÂN", 300, center=827)
    for index, row in enumerate(
        (
            f"Số / No.: {number}",
            "Họ và tên / Full name:",
            name,
            "Ngày sinh / Date of birth: 12/03/1985",
            "Giới tính / Sex: Nam",
            "Có giá trị đến: 12/03/2045",
        )
    ):
        sheet.put(row, 480 + 60 * index, left=230)
    if symbol:
        sheet.barcodes.append(Barcode("QRCode", symbol, 1, Box(1400, 100, 1500, 200)))
    return sheet


def test_a_card_without_its_symbol_is_read_from_its_print() -> None:
    extracted = read(card())
    assert value(extracted, "so_dinh_danh") == ("040085001234", "accepted")
    assert value(extracted, "chu_ho_so") == ("TRẦN VĂN MẪU", "accepted")
    assert value(extracted, "ngay_sinh") == ("1985-03-12", "accepted")
    assert value(extracted, "thoi_han") == ("đến 2045-03-12", "accepted")


def test_the_symbol_wins_over_a_print_in_doubt() -> None:
    extracted = read(card("{040085001284}", symbol=CARD))
    assert value(extracted, "so_dinh_danh") == ("040085001234", "accepted")


def test_a_print_that_both_readers_read_otherwise_denies_the_symbol() -> None:
    extracted = read(card("040085001235", symbol=CARD))
    assert value(extracted, "so_dinh_danh") == ("040085001234", "review")
    assert value(extracted, "chu_ho_so") == ("Trần Văn Mẫu", "accepted")


@pytest.mark.parametrize(
    ("number", "status"), [("790123456789", "accepted"), ("79012345678", "review")]
)
def test_a_driving_licence_has_a_number_of_its_own(number: str, status: str) -> None:
    sheet = Sheet().put("GIẤY PHÉP LÁI XE", 300, center=827)
    sheet.put(f"Số/No: {number}", 480, left=230)
    sheet.put("Họ tên/Full name: TRẦN VĂN MẪU", 540, left=230)
    sheet.put("Ngày sinh/Date of birth: 12/03/1985", 600, left=230)
    extracted = read(sheet)
    assert extracted.document_type == "GPLX"
    assert value(extracted, "so_ky_hieu") == (number, status)
    assert value(extracted, "so_dinh_danh") == ("", "absent")
    assert value(extracted, "chu_ho_so") == ("TRẦN VĂN MẪU", "accepted")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("DN 4 01 0123456789", ("DN4010123456789", "accepted")),
        ("0123456789", ("0123456789", "accepted")),
        ("DN 7 01 0123456789", ("DN7010123456789", "review")),
    ],
)
def test_a_health_card_has_a_code(code: str, expected: tuple[str, str]) -> None:
    sheet = Sheet().put("THẺ BẢO HIỂM Y TẾ", 300, center=827)
    sheet.put(f"Mã số: {code}", 480, left=230)
    sheet.put("Họ và tên: TRẦN VĂN MẪU", 540, left=230)
    extracted = read(sheet)
    assert value(extracted, "so_ky_hieu") == expected
    assert value(extracted, "chu_ho_so") == ("TRẦN VĂN MẪU", "accepted")
