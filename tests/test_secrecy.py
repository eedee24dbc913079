"""The mark of a state secret is found in its place, and only there."""

import pytest

from digitizer.secrecy import find_mark
from tests.extract.builder import Sheet, decision, head, letter


@pytest.mark.parametrize(
    "mark",
    ["MẬT", "TỐI MẬT", "TUYỆT MẬT", "MÂT", "MẠT", "TÓI MẬT", "TOI MAT", "TUYÊT MẬT", "| MẬT |",
     "M Ậ T", "TUYẸT MẬI", "T0I MAT"],
)  # fmt: skip
def test_a_stamp_under_the_number_is_found_even_misread(mark: str) -> None:
    sheet = decision().put(mark, 350, center=450)
    box = find_mark(sheet.page())
    assert box is not None
    assert abs(box.top - 350) < 5


@pytest.mark.parametrize("left", [60, 760, 1350])
def test_a_mark_with_its_circumflex_counts_anywhere_in_the_upper_half(left: int) -> None:
    assert find_mark(decision().put("MẬT", 60, left=left).page()) is not None


def test_a_mark_read_into_the_line_of_the_date_is_found() -> None:
    sheet = head(Sheet(), number="", date="").put("MẬT", 290, center=300)
    sheet.put("Nghệ An, ngày 25 tháng 11 năm 2024", 290, center=1150)
    right = sheet.lines.pop()
    left = sheet.lines.pop()
    both = type(left)((*left.words, *right.words), left.box.union(right.box))
    sheet.lines.append(both)
    box = find_mark(sheet.page())
    assert box is not None
    assert box.right < 600


@pytest.mark.parametrize("declared", ["Độ mật: Mật", "ĐỘ MẬT: TỐI MẬT", "Độ mật: Tuyệt mật."])
def test_a_degree_stated_in_words_is_a_mark(declared: str) -> None:
    assert find_mark(letter().put(declared, 500, left=230).page()) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Độ mật: Thường",
        "Độ mật: Không",
        "Luật Bảo vệ bí mật nhà nước ngày 15 tháng 11 năm 2018",
        "BẢO VỆ BÍ MẬT NHÀ NƯỚC",
        "về bảo mật thông tin",
        "VỀ VIỆC BẢO MẬT",
        "Mật",
        "Nguyễn Văn Mật",
        "NGUYỄN VĂN MẬT",
        "THƯƠNG MẠI",
        "MẠI",
        "MẪU",
        "mật khẩu",
        "HỎA TỐC",
        "TỐI ĐA",
    ],
)
def test_other_words_are_no_marks(text: str) -> None:
    assert find_mark(decision().put(text, 350, center=450).page()) is None


def test_a_name_in_a_table_row_is_no_mark() -> None:
    sheet = Sheet()
    for row in range(12):
        top = 300 + 60 * row
        sheet.put(str(row), top, left=150).put("HOÀNG", top, left=300)
        sheet.put("MẬT", top, left=600).put("1990", top, left=900)
    assert find_mark(sheet.page()) is None


def test_a_word_in_the_lower_half_is_no_mark() -> None:
    assert find_mark(decision().put("MẬT", 1800, center=450).page()) is None


def test_an_ordinary_decision_and_an_empty_page_bear_no_mark() -> None:
    assert find_mark(decision().page()) is None
    assert find_mark(Sheet().page()) is None
