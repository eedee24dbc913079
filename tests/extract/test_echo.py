"""A word one reader doubts is settled by its second printing, a number never."""

import pytest

from digitizer.extract.echo import is_sentence, listen, settle
from digitizer.extract.layout import Piece, lay_out
from tests.extract.builder import Sheet


def pieces(*lines: str) -> tuple[Piece, ...]:
    sheet = Sheet()
    for index, line in enumerate(lines):
        sheet.put(line, 200 + 46 * index, left=200)
    return lay_out(sheet.page()).pieces


def settled(line: str, *body: str) -> str:
    found = settle(pieces(line)[0].words, listen(pieces(*body)))
    return " ".join(word.text if word.accepted else f"{{{word.text}}}" for word in found)


def test_an_agreed_second_printing_settles_a_word() -> None:
    assert settled("việc công {bô} Danh", "Điều 1. công bố Danh mục") == "việc công bố Danh"


def test_capitals_stay_capitals() -> None:
    assert settled("BAN {CHÍ} ĐẠO", "Trưởng Ban Chỉ đạo tỉnh") == "BAN CHỈ ĐẠO"


def test_a_second_printing_across_a_line_break_counts() -> None:
    assert settled("công {bô} Danh", "thủ tục hành chính công", "bố Danh mục") == "công bố Danh"


def test_a_doubtful_second_printing_settles_nothing() -> None:
    assert settled("công {bô} Danh", "công {bố} Danh") == "công {bô} Danh"


def test_two_spellings_settle_nothing() -> None:
    assert settled("công {bô} Danh", "công bố Danh và công bộ Danh") == "công {bô} Danh"


def test_other_neighbors_settle_nothing() -> None:
    assert settled("công {bô} Danh", "phân bố đều") == "công {bô} Danh"


def test_a_number_is_never_settled() -> None:
    assert settled("số {12} ngày", "số 12 ngày") == "số {12} ngày"


@pytest.mark.parametrize(
    ("body", "is_so"),
    [
        ("Điều 1. Rà soát phương án bảo đảm an toàn giao thông.", True),
        ("Điều 1. Rà soát phương án bảo đảm an toàn giao thông trên địa bàn.", False),
        ("Điều 1. Giao rà soát phương án bảo đảm an toàn giao thông.", False),
        ("Rà soát phương án bảo đảm an toàn giao thông", False),
    ],
)
def test_a_subject_is_whole_where_the_body_prints_it_as_a_sentence(body: str, is_so: bool) -> None:
    words = pieces("rà soát phương án bảo đảm an toàn giao thông")[0].words
    assert is_sentence(words, pieces(body, "Điều 2. Quyết định này")) is is_so


def test_a_few_words_make_no_sentence() -> None:
    assert not is_sentence(
        pieces("an toàn giao thông")[0].words, pieces("1. An toàn giao thông. 2")
    )
