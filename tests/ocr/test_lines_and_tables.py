"""Geometry: words on their ink, cells in their rules, tables in their order."""

from __future__ import annotations

import numpy as np
import pytest

from digitizer.model import Box
from digitizer.ocr.hygiene import tidy
from digitizer.ocr.letterhead import left_half_first, right_half
from digitizer.ocr.letters import Letter, LineLetters
from digitizer.ocr.reading_order import from_above, with_tables
from digitizer.ocr.table_cells import cut_at_cells, find_cells
from digitizer.ocr.words import LetterWord, Span, cut_words, ink_box, snapped, spans

DPI = 300


def ruled(columns: list[int], rows: list[int], *, broken: bool = False) -> np.ndarray:
    page = np.full((1200, 1600), 255, np.uint8)
    for x in columns:
        page[rows[0] : rows[-1], x : x + 3] = 0
    for y in rows:
        page[y : y + 3, columns[0] : columns[-1]] = 0
    if broken:
        page[rows[0] : rows[-1], columns[1] : columns[1] + 3] = 255
    return page


def test_a_ruled_table_gives_its_cells() -> None:
    cells = find_cells(ruled([100, 500, 1400], [200, 400, 800]), dpi=DPI)
    found = sorted((cell.left // 100, cell.top // 100) for cell in cells)
    assert found == [(1, 2), (1, 4), (5, 2), (5, 4)]


def test_a_page_without_rules_has_no_cells() -> None:
    page = np.full((1200, 1600), 255, np.uint8)
    page[300:340, 200:1400:9] = 0
    assert find_cells(page, dpi=DPI) == ()


def test_a_missing_rule_makes_one_cell_of_two() -> None:
    cells = find_cells(ruled([100, 500, 1400], [200, 400, 800], broken=True), dpi=DPI)
    assert len(cells) == 2


def test_a_line_found_across_a_rule_is_cut_there() -> None:
    cells = (Box(100, 200, 500, 400), Box(503, 200, 1400, 400))
    assert cut_at_cells([Box(450, 280, 900, 330)], cells) == (
        Box(450, 280, 501, 330),
        Box(501, 280, 900, 330),
    )


def test_a_line_that_only_grazes_the_next_cell_stays_whole() -> None:
    cells = (Box(100, 200, 500, 400), Box(503, 200, 1400, 400))
    assert cut_at_cells([Box(150, 280, 510, 330)], cells) == (Box(150, 280, 510, 330),)


def test_a_table_is_read_cell_by_cell_row_by_row() -> None:
    cells = find_cells(ruled([100, 500, 1400], [200, 400, 800]), dpi=DPI)
    lines = {
        "title": Box(300, 50, 900, 90),
        "a1": Box(120, 220, 480, 260),
        "a2": Box(120, 300, 480, 340),
        "b1": Box(520, 222, 900, 262),
        "b2": Box(520, 301, 900, 341),
        "c": Box(120, 450, 480, 490),
        "d": Box(520, 450, 900, 490),
        "after": Box(100, 900, 900, 940),
    }
    names, boxes = list(lines), list(lines.values())
    by_row = sorted(range(len(boxes)), key=lambda i: (boxes[i].top // 20, boxes[i].left))
    order = with_tables(by_row, boxes, cells, dpi=DPI)
    assert [names[i] for i in order] == ["title", "a1", "a2", "b1", "b2", "c", "d", "after"]


def test_no_line_is_read_before_one_above_it_over_the_same_columns() -> None:
    left = [Box(100, 100, 400, 130), Box(100, 150, 400, 180)]
    right = [Box(600, 100, 900, 130), Box(600, 150, 900, 180)]
    body = [Box(150, 300, 900, 330), Box(100, 350, 900, 380), Box(150, 400, 900, 430)]
    boxes = [*left, *right, *body]
    # Columns stay as the model read them; the outdented second line of the body does not.
    assert from_above((2, 3, 0, 1, 5, 4, 6), boxes) == (2, 3, 0, 1, 4, 5, 6)
    assert from_above((), ()) == ()


@pytest.mark.parametrize(
    ("line", "begins"),
    [
        ("UBND THÀNH PHỐ ĐÀ NẴNG CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM", 5),
        ("SỞ GIÁO DỤC Độc lập - Tự do - Hạnh phúc", 3),
        ("CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM", None),
        ("của nước Cộng hòa xã hội chủ nghĩa Việt Nam", None),
    ],
)
def test_the_halves_of_a_head_found_as_one_line_are_two(line: str, begins: int | None) -> None:
    assert right_half(line.split()) == begins


def test_the_left_half_of_a_head_is_read_before_the_right_one() -> None:
    lines = {
        "UBND TỈNH MẪU": Box(100, 100, 400, 130),
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM": Box(500, 100, 1000, 130),
        "Độc lập - Tự do - Hạnh phúc": Box(560, 140, 940, 170),
        "Số: 12/UBND": Box(150, 180, 350, 210),
        "Mẫu, ngày 01 tháng 3 năm 2026": Box(560, 180, 960, 210),
        "V/v mẫu": Box(150, 220, 350, 250),
        "Kính gửi:": Box(300, 330, 420, 360),
        "Một dòng suốt trang": Box(100, 370, 1000, 400),
    }
    texts, boxes = list(lines), list(lines.values())
    order = left_half_first(range(8), boxes, texts)
    assert order == (0, 3, 5, 1, 2, 4, 6, 7)
    # Over a form that begins with the nation's name nothing stands on the left.
    alone = (1, 2, 7)
    order = left_half_first((0, 1, 2), [boxes[i] for i in alone], [texts[i] for i in alone])
    assert order == (0, 1, 2)


def test_a_row_with_empty_cells_between_is_still_one_table() -> None:
    cells = tuple(Box(x, 100, x + 190, 300) for x in range(100, 1100, 200))
    boxes = [Box(x, y, x + 100, y + 20) for y in (120, 150) for x in (110, 310, 910)]
    # Line by line across the cells, as they stand on the page.
    order = with_tables(range(6), boxes, cells, dpi=DPI)
    assert order == (0, 3, 1, 4, 2, 5)


def test_without_cells_the_order_is_left_alone() -> None:
    boxes = [Box(0, 0, 10, 10), Box(0, 20, 10, 30), Box(50, 0, 60, 10)]
    assert with_tables((2, 0, 1), boxes, (), dpi=DPI) == (2, 0, 1)


def test_a_line_of_letters_is_cut_at_its_spaces() -> None:
    letters = tuple(Letter(char, 10.0 * i, 0.0) for i, char in enumerate("Số: 27  a"))
    words = cut_words(LineLetters(Box(0, 0, 90, 20), letters))
    assert [word.text for word in words] == ["Số:", "27", "a"]
    assert [(word.left, word.right) for word in words] == [(0, 30), (30, 60), (70, 90)]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("CCCD:_0871", ["CCCD:", "0871"]),
        ("tên: ___", ["tên:"]),
        ("a_b@tinh.gov.vn", ["a_b@tinh.gov.vn"]),
    ],
)
def test_an_underscore_is_a_gap_but_in_a_mail_address(line: str, words: list[str]) -> None:
    letters = tuple(Letter(char, 10.0 * i, 0.0) for i, char in enumerate(line))
    assert [word.text for word in cut_words(LineLetters(Box(0, 0, 200, 20), letters))] == words


def test_a_line_without_letters_has_no_words() -> None:
    assert cut_words(LineLetters(Box(0, 0, 9, 9), (Letter(" ", 4.0, 0.0),))) == ()


def test_a_word_s_confidence_is_that_of_its_least_sure_letter() -> None:
    letters = (Letter("a", 1.0, -0.1), Letter("b", 2.0, np.log(0.25)))
    (word,) = cut_words(LineLetters(Box(0, 0, 9, 9), letters))
    assert word.confidence == pytest.approx(0.25)


def test_a_word_s_box_hugs_its_ink() -> None:
    page = np.full((100, 200), 255, np.uint8)
    page[40:60, 50:70] = 0
    page[40:60, 120:150] = 0
    assert ink_box(page, Box(0, 30, 200, 70), 20, 100) == Box(50, 40, 70, 60)


def test_a_span_without_ink_keeps_its_own_box() -> None:
    page = np.full((100, 200), 255, np.uint8)
    assert ink_box(page, Box(0, 30, 200, 70), 20, 100) == Box(20, 30, 100, 70)


def test_two_words_read_as_one_are_parted_between_their_letters() -> None:
    letters = tuple(
        Letter(char, x, 0.0) for char, x in zip("ố:98/T", range(5, 65, 10), strict=True)
    )
    word = LetterWord(letters, 0.0, 90.0)
    assert list(spans(["ố:", "98/T"], word)) == [(0.0, 20.0, 5.0, 15.0), (20.0, 90.0, 25.0, 55.0)]
    assert list(spans(["ố:98/T"], word)) == [(0.0, 90.0, 5.0, 55.0)]


def test_words_of_other_letters_than_read_share_their_span() -> None:
    word = LetterWord((Letter("m", 30.0, 0.0),), 0.0, 70.0)
    assert list(spans(["ab", "cdef"], word)) == [(0, 20, 0, 20), (30, 70, 30, 70)]


@pytest.mark.parametrize(("seen_at", "cut"), [(60, 70.0), (70, 70.0), (90, 70.0)])
def test_words_are_parted_in_the_paper_between_them(seen_at: int, cut: float) -> None:
    page = np.full((100, 200), 255, np.uint8)
    page[40:60, 20:60] = page[40:60, 80:120] = page[40:60, 122:150] = 0
    row = [Span(10, seen_at, 30, 55), Span(seen_at, 190, 85, 140)]
    assert list(snapped(page, Box(0, 30, 200, 70), row)) == [(10, cut), (cut, 190)]


def test_words_that_touch_are_parted_where_the_reader_saw_it() -> None:
    page = np.full((100, 200), 255, np.uint8)
    page[40:60, 20:150] = 0
    row = [Span(10, 60, 30, 55), Span(60, 190, 85, 140)]
    assert list(snapped(page, Box(0, 30, 200, 70), row)) == [(10, 60), (60, 190)]


@pytest.mark.parametrize(
    ("read", "kept"),
    [
        ("Ðà Nẵng", "Đà Nẵng"),
        ("Họ và tên:........", "Họ và tên:…"),
        ("Họ tên:…………", "Họ tên:…"),
        ("nước,...;", "nước,...;"),
        ("này./.", "này./."),
        ("a\u0302\u0301n", "ấn"),
    ],
)
def test_text_is_put_in_its_normal_form(read: str, kept: str) -> None:
    assert tidy(read) == kept


@pytest.mark.parametrize(
    ("read", "meant"),
    [("lll", "III"), ("ll", "II"), ("lll.", "III."), ("will", "will"), ("l", "l")],
)
def test_a_roman_numeral_is_not_made_of_small_letters(read: str, meant: str) -> None:
    assert tidy(read) == meant
