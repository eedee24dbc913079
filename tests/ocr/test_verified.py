"""When the verified engine believes a word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from digitizer.ocr.first_reader import FirstWord
from digitizer.ocr.letters import Letter
from digitizer.ocr.spelling import Spelling
from digitizer.ocr.verified import VerifiedEngine
from digitizer.ocr.vote import Agreement, VotedWord, either
from digitizer.ocr.words import LetterWord


@pytest.fixture(scope="module")
def engine() -> VerifiedEngine:
    return VerifiedEngine()


def voted(text: str, *, is_agreed: bool = True) -> VotedWord:
    letters = LetterWord(tuple(Letter(char, float(i), -0.01) for i, char in enumerate(text)), 0, 9)
    word = FirstWord(letters, (Spelling(text, 0.0),), text)
    agreement = Agreement.WHOLE if is_agreed else Agreement.NONE
    return VotedWord(word, text, agreement, text if is_agreed else "", 0.9 if is_agreed else 0.0)


def accepted(engine: VerifiedEngine, *texts: str) -> list[bool]:
    words = tuple(voted(text) for text in texts)
    return [word.accepted for word in engine._decided(words)]


def test_agreed_words_are_accepted(engine: VerifiedEngine) -> None:
    assert accepted(engine, "Căn", "cứ", "Luật") == [True, True, True]


@pytest.mark.parametrize("text", ["năm.2025", "ngày,12", "số:07/QĐ-UBND"])
def test_a_syllable_run_into_a_number_is_not_accepted(engine: VerifiedEngine, text: str) -> None:
    assert accepted(engine, text) == [False]


@pytest.mark.parametrize("text", ["1.012290.H48", "NĐ-CP", "07/2021/NĐ-CP", "H48.01"])
def test_codes_are_accepted(engine: VerifiedEngine, text: str) -> None:
    assert accepted(engine, text) == [True]


def test_a_dash_that_ends_a_line_is_not_accepted(engine: VerifiedEngine) -> None:
    assert accepted(engine, "Lưu", "-") == [True, False]


def test_a_word_agreed_on_either_look_is_agreed() -> None:
    first = (voted("Tài", is_agreed=False), voted("chính"))
    again = (voted("Tài"), voted("chính", is_agreed=False))
    assert [word.is_agreed for word in either(first, again)] == [True, True]


def test_a_spelling_only_the_second_look_chose_wins_nothing() -> None:
    (word,) = either((voted("Tài", is_agreed=False),), (voted("Tải"),))
    assert (word.text, word.is_agreed) == ("Tài", False)


def decided(engine: VerifiedEngine, *words: VotedWord) -> list[tuple[bool, bool]]:
    return [(word.accepted, word.letters_accepted) for word in engine._decided(words)]


def seen(text: str, agreement: Agreement, other: str = "") -> VotedWord:
    return replace(voted(text), agreement=agreement, seen=other)


def test_an_accent_is_believed_where_no_other_comes_near_it(engine: VerifiedEngine) -> None:
    words = (voted("Quy"), voted("hoạch"), seen("chi", Agreement.SKELETON), voted("tiết"))
    assert decided(engine, *words)[2][0]


@pytest.mark.parametrize(
    "texts", [("Trần", "Cẩm", "Lan"), ("chi",), ("bán", "chi", "rẻ"), ("năm", "2025", "x")]
)
def test_an_accent_is_not_believed_in_names_alone_or_among_strangers(
    engine: VerifiedEngine, texts: tuple[str, ...]
) -> None:
    words = (seen(text, Agreement.SKELETON) for text in texts)
    assert not any(accepted for accepted, _ in decided(engine, *words))


def test_marks_around_a_word_do_not_cost_its_letters(engine: VerifiedEngine) -> None:
    assert decided(engine, seen("ÁNH", Agreement.LETTERS)) == [(False, True)]


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("Thuỵ", "Thuy"),
        ("Ngọc", "Ngoc"),
        ("THỊNH", "THINH"),
        ("hòa", "hoà"),  # one word, its tone placed otherwise
    ],
)
def test_what_is_no_syllable_speaks_for_the_one_nearest_to_it(
    engine: VerifiedEngine, mine: str, theirs: str
) -> None:
    words = (voted("Trần"), seen(mine, Agreement.SKELETON, theirs))
    assert decided(engine, *words)[1][0]


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("Trọng", "Trong"),  # a word as well
        ("Nhàn", "Nhân"),
        ("Phương", "Phuong"),  # Phượng is not much farther
        ("Thuý", "Thuy"),  # nearer to Thuỵ
    ],
)
def test_what_may_be_another_syllable_does_not(
    engine: VerifiedEngine, mine: str, theirs: str
) -> None:
    words = (voted("Trần"), seen(mine, Agreement.SKELETON, theirs))
    assert not decided(engine, *words)[1][0]
