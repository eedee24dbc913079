"""Terms counted in months from the day of issue."""

import pytest

from digitizer.extract.stage import extract
from digitizer.settings import ExtractSettings
from tests.extract.builder import Sheet, head, reading, value


def single(clause: str, *, date: str = "Nghệ An, ngày 25 tháng 11 năm 2024") -> Sheet:
    sheet = head(Sheet(), ("UBND TỈNH NGHỆ AN",), number="Số: 12/UBND-XNTTHN", date=date)
    sheet.put("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", 420, center=860)
    sheet.put("Họ, chữ đệm, tên: TRẦN VĂN MẪU", 560, left=230)
    sheet.paragraph(clause, 700)
    return sheet


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("Giấy này có giá trị 6 tháng kể từ ngày cấp.", ("đến 2025-05-24", "accepted")),
        (
            "Giấy này có giá trị sử dụng trong thời hạn 06 tháng, kể từ ngày cấp.",
            ("đến 2025-05-24", "accepted"),
        ),
        ("Giấy này có giá trị sáu tháng kể từ ngày cấp.", ("đến 2025-05-24", "accepted")),
        ("Giấy này có giá trị {6} tháng kể từ ngày cấp.", ("đến 2025-05-24", "review")),
        ("Giấy này có giá trị 8 tháng kể từ ngày cấp.", ("", "review")),
        ("Giấy này được cấp 6 tháng kể từ ngày nộp.", ("", "absent")),
    ],
)
def test_a_clause_that_the_law_proves_gives_the_last_day(
    clause: str, expected: tuple[str, str]
) -> None:
    extracted = extract(reading(single(clause)), settings=ExtractSettings())
    assert value(extracted, "thoi_han") == expected


def test_without_a_sure_day_of_issue_nothing_is_counted() -> None:
    sheet = single(
        "Giấy này có giá trị 6 tháng kể từ ngày cấp.", date="Nghệ An, ngày {25} tháng 11 năm 2024"
    )
    extracted = extract(reading(sheet), settings=ExtractSettings())
    assert value(extracted, "thoi_han") == ("", "absent")
