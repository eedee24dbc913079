"""When the verified engine believes a word."""

from __future__ import annotations

import pytest

from digitizer.ocr.first_reader import FirstWord
from digitizer.ocr.letters import Letter
from digitizer.ocr.spelling import Spelling
from digitizer.ocr.verified import VerifiedEngine
from digitizer.ocr.vote import VotedWord, either
from digitizer.ocr.words import LetterWord


@pytest.fixture(scope="module")
def engine() -> VerifiedEngine:
    return VerifiedEngine()


def voted(text: str, *, is_agreed: bool = True) -> VotedWord:
    letters = LetterWord(tuple(Letter(char, float(i), -0.01) for i, char in enumerate(text)), 0, 9)
    word = FirstWord(letters, (Spelling(text, 0.0),), text)
    return VotedWord(word, text, is_agreed, 0.9 if is_agreed else 0.0)


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
