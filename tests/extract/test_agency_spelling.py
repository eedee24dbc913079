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
