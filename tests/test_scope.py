"""A certified paper copy is told by two signs of its certificate, never by one noisy word."""

import pytest

from digitizer.scope import find_certification
from tests.extract.builder import Sheet, birth_certificate, decision, letter

ENTRY = "Số chứng thực: 1234 Quyển số: 01/2024 - SCT/BS"


@pytest.mark.parametrize(
    "formula",
    [
        "CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH",
        "Chứng thực bản sao đúng với bản chính",
        "CHUNG THỰC BẢN SA0 ĐUNG VỚI BẢN CHÍNH",
        "|CHỨNG THỰC BẢN SAO ĐÚNG VỚI BAN CHÍNI",
    ],
)
@pytest.mark.parametrize("entry", [ENTRY, "Số chứng thực ........", "quyển số 02 - SCT/BS"])
def test_a_certificate_is_found_even_misread(formula: str, entry: str) -> None:
    sheet = decision(sign=False).put(formula, 1900, left=300).put(entry, 1950, left=300)
    box = find_certification(sheet.page())
    assert box is not None
    assert (box.left, box.top) == (300, 1900)


def test_a_formula_on_two_lines_is_found() -> None:
    sheet = birth_certificate().put("CHỨNG THỰC BẢN SAO", 1700, center=827)
    sheet.put("ĐÚNG VỚI BẢN CHÍNH", 1745, center=827).put(ENTRY, 1790, center=827)
    assert find_certification(sheet.page()) is not None


@pytest.mark.parametrize(
    "lines",
    [
        ("CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH",),
        (ENTRY,),
        ("Về việc chứng thực bản sao đúng với bản chính theo quy định", ENTRY),
        ("CHỨNG THỰC BẢN SAO TỪ BẢN CHÍNH", ENTRY),
        ("CHỨNG THỰC CHỮ KÝ", ENTRY),
        ("TRÍCH LỤC KHAI SINH (BẢN SAO)", "Số: 45/TLKS-BS"),
        ("SAO Y", "Số: 12/SY-UBND"),
    ],
)
def test_one_sign_alone_or_another_wording_stops_nothing(lines: tuple[str, ...]) -> None:
    sheet = letter()
    for index, line in enumerate(lines):
        sheet.put(line, 1700 + 46 * index, left=250)
    assert find_certification(sheet.page()) is None


def test_an_entry_far_away_is_another_matter() -> None:
    sheet = Sheet().put("CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH", 300, left=300)
    assert find_certification(sheet.put(ENTRY, 1900, left=300).page()) is None


def test_an_ordinary_page_and_an_empty_one_are_no_copies() -> None:
    assert find_certification(decision().page()) is None
    assert find_certification(Sheet().page()) is None
