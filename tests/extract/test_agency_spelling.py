"""A commune's agency and its place of issue are two prints of one name: they must agree."""

import pytest

from digitizer.extract.agency import read_agency
from digitizer.extract.layout import Piece
from digitizer.model import Box, Word


def _piece(text: str, top: int) -> Piece:
    words = tuple(
        Word(word, Box(100 + 60 * index, top, 150 + 60 * index, top + 20), 0.99, True)
        for index, word in enumerate(text.split())
    )
    return Piece.of(1, words)


@pytest.mark.parametrize(
    ("agency", "place", "is_sound"),
    [
        ("ỦY BAN NHÂN DÂN XÃ THÍ ĐIỂM", "Thí Điểm", True),
        ("ỦY BAN NHÂN DÂN XÃ THÍ ĐIẾM", "Thí Điểm", False),
        ("ỦY BAN NHÂN DÂN XÃ THÍ ĐIỂM", "Thí Điếm", False),
        ("ỦY BAN NHÂN DÂN XÃ THÍ ĐIỂM", "Minh Họa", True),
        ("ỦY BAN NHÂN DÂN XÃ THÍ ĐIỂM", "", True),
    ],
)
def test_a_mark_misread_in_one_of_two_prints_is_noticed(
    agency: str, place: str, is_sound: bool
) -> None:
    found = read_agency([_piece(agency, 100)], {}, place=place, page_width=1654)
    assert found.is_sound is is_sound


LISTED = {
    "ubndtinhnghean": "UBND TỈNH NGHỆ AN",
    "sotaichinh": "SỞ TÀI CHÍNH",
    "ubndthanhphobacninh": "UBND THÀNH PHỐ BẮC NINH",
}


def _stacked(*lines: str) -> list[Piece]:
    return [_piece(line, 100 + 40 * row) for row, line in enumerate(lines)]


def test_a_province_may_stand_on_a_line_of_its_own_under_its_department() -> None:
    lines = _stacked("SỞ TÀI CHÍNH", "TỈNH NGHỆ AN", "PHÒNG ĐĂNG KÝ KINH DOANH")
    found = read_agency(lines, LISTED, place="", page_width=10_000)
    assert found.text == "SỞ TÀI CHÍNH TỈNH NGHỆ AN PHÒNG ĐĂNG KÝ KINH DOANH"
    assert found.is_sound


@pytest.mark.parametrize(
    ("city", "is_sound"),
    [
        ("UBND THÀNH PHỐ THÍ ĐIỂM", True),
        ("UBND THÀNH PHŨ THÍ ĐIỂM", False),
        ("UBND THÀNH PHỐ BAC NINH", True),
        ("UBND THÀNH PHỐ BẮC NINK", False),
    ],
)
def test_a_city_of_a_province_is_no_misread_province(city: str, is_sound: bool) -> None:
    lines = _stacked("UBND TỈNH NGHỆ AN", city, "ỦY BAN NHÂN DÂN PHƯỜNG MINH HỌA")
    found = read_agency(lines, LISTED, place="", page_width=10_000)
    assert found.is_sound is is_sound
