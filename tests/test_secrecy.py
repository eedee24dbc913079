"""The mark of a state secret is found in its place, and only there."""

from dataclasses import replace

import pytest

from digitizer.secrecy import bears_mark, begins_document, find_mark, is_unreadable
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


def test_a_mark_whose_vowel_looks_small_is_found() -> None:
    assert find_mark(decision().put("MậT", 350, center=450).page()) is not None


@pytest.mark.parametrize(("text", "is_mark"), [("TÔIMM", True), ("TUYETMX", True), ("TOM", False)])
@pytest.mark.parametrize("accepted", [True, False])
def test_what_no_reader_is_sure_of_may_be_a_mark_with_letters_lost(
    text: str, is_mark: bool, accepted: bool
) -> None:
    sheet = decision().put(text, 350, center=450)
    line = sheet.lines.pop()
    words = tuple(replace(word, accepted=accepted) for word in line.words)
    sheet.lines.append(replace(line, words=words))
    assert (find_mark(sheet.page()) is not None) is (is_mark and not accepted)


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


@pytest.mark.parametrize(
    "line",
    [
        "TỐI MẬT bảo đảm tiến độ, chất lượng và hiệu quả",
        "TỐI MAWv rà soát phương án bảo đảm an toàn",
        "TTOIMAT 11 KH UBND",
        "TUYỆT MẬT V/v phối hợp thực hiện",
        "MẬT kết quả giải quyết thủ tục hành chính",
    ],
)
def test_a_mark_read_into_the_line_right_of_it_is_found(line: str) -> None:
    assert find_mark(decision().put(line, 620, left=90).page()) is not None


@pytest.mark.parametrize(
    "line",
    [
        "MẬT KHẨU VÀ BẢO MẬT thông tin",
        "TỐI ƯU hóa quy trình giải quyết",
        "TỐI THIỂU mười ngày làm việc",
        "Mật độ xây dựng tối đa",
        "BẢO MẬT thông tin của người dân",
        "TUYỆT ĐỐI không sử dụng",
    ],
)
def test_a_line_that_opens_otherwise_is_no_mark(line: str) -> None:
    assert find_mark(decision().put(line, 620, left=90).page()) is None


@pytest.mark.parametrize(
    "read", ["MẬT", "MAT", "MÂT", "TỐI MẬT", "TÕIMẬ", "T0I MAT", "TUYỆT MẬT", "YỆT MẬT", "A MẬT"]
)
def test_a_framed_mark_is_known_by_most_of_its_letters(read: str) -> None:
    assert bears_mark(Sheet().put(read, 300, left=300).page().lines, is_stamp=True)


@pytest.mark.parametrize(
    "read",
    ["HỎA TỐC", "KHẨN", "THƯỢNG KHẨN", "ĐẾN", "BẢN SAO", "SAO Y", "MẪU", "THU HỒI", "DỰ THẢO",
     "CÔNG VĂN ĐẾN", "XEM XONG TRẢ LẠI", "LƯU HÀNH NỘI BỘ", "Số: 45", "1990", "BẢN CHÍNH",
     "mã", "TĩAT", "rẫy", "hinhphu", "ĐẤT", "CÁT", "MÃ"],
)  # fmt: skip
def test_other_framed_words_are_no_marks(read: str) -> None:
    assert not bears_mark(Sheet().put(read, 300, left=300).page().lines, is_stamp=True)


@pytest.mark.parametrize(
    ("number", "text", "begins"),
    [
        (1, "", True),
        (2, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", True),
        (2, "2. Lệ phí: không", False),
    ],
)
def test_a_mark_is_looked_for_where_a_document_may_begin(
    number: int, text: str, begins: bool
) -> None:
    sheet = Sheet(number)
    if text:
        sheet.put(text, 200, left=600)
    assert begins_document(sheet.page()) is begins


def test_scraps_of_two_rows_do_not_add_up_to_a_short_mark() -> None:
    assert not bears_mark(
        Sheet().put("LA-", 300, left=300).put("2 - T", 350, left=300).page().lines, is_stamp=True
    )


def test_an_empty_frame_bears_no_mark() -> None:
    assert not bears_mark((), is_stamp=True)


@pytest.mark.parametrize(
    ("read", "width_mm", "is_unreadable_"),
    [
        ("", 18.0, True),
        ("I1", 18.0, True),
        ("YTM", 40.0, True),
        ("ĐẾN", 22.0, False),
        ("KH", 22.0, False),
    ],
)
def test_a_stamp_of_which_too_little_can_be_read_may_be_a_mark(
    read: str, width_mm: float, is_unreadable_: bool
) -> None:
    lines = Sheet().put(read, 300, left=300).page().lines if read else ()
    assert is_unreadable(lines, width_mm) is is_unreadable_


def test_strokes_of_letters_that_no_reader_is_sure_of_are_no_reading() -> None:
    (line,) = Sheet().put("IVI MAI", 300, left=300).page().lines
    unsure = replace(line, words=tuple(replace(word, confidence=0.17) for word in line.words))
    assert not is_unreadable([line], 36.0)
    assert is_unreadable([unsure], 36.0)


@pytest.mark.parametrize("is_stamp", [True, False])
def test_a_misread_short_mark_counts_only_in_a_frame_that_is_surely_a_stamp_s(
    is_stamp: bool,
) -> None:
    lines = Sheet().put("MẪI", 300, left=300).page().lines
    assert bears_mark(lines, is_stamp=is_stamp) is is_stamp
