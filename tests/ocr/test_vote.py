"""Two readings of one line: which words are the same, and who is believed in what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.ocr.alignment import align, likeness
from digitizer.ocr.first_reader import FirstWord
from digitizer.ocr.language_model import load_language_model
from digitizer.ocr.letters import Letter
from digitizer.ocr.second_reader import SecondWord
from digitizer.ocr.spelling import Spelling
from digitizer.ocr.vote import Agreement, VotedWord, may_be_misread, settled, vote
from digitizer.ocr.words import LetterWord


def first(text: str, *others: tuple[str, float]) -> FirstWord:
    letters = tuple(Letter(char, float(i), 0.0) for i, char in enumerate(text))
    options = (Spelling(text, 0.0), *(Spelling(other, cost) for other, cost in others))
    return FirstWord(LetterWord(letters, 0.0, 10.0), options, text)


def voted(mine: list[FirstWord], theirs: str) -> tuple[VotedWord, ...]:
    second = [SecondWord(text, 0.9) for text in theirs.split()]
    return vote(mine, second, load_language_model())


def test_words_are_aligned_across_a_lost_word() -> None:
    pairs = align(["Căn", "cứ", "Nghị", "định", "số"], ["Căn", "Nghị", "định", "số"])
    assert [(a.start, b.start) for a, b in pairs if b.stop > b.start] == [
        (0, 0),
        (2, 1),
        (3, 2),
        (4, 3),
    ]


def test_a_joined_word_is_aligned_with_both_its_halves() -> None:
    pairs = align(["Nghịđịnh", "này"], ["Nghị", "định", "này"])
    assert [(a.stop - a.start, b.stop - b.start) for a, b in pairs] == [(1, 2), (1, 1)]


def test_two_halves_are_aligned_with_the_joined_word() -> None:
    pairs = align(["Nghị", "định", "này"], ["Nghịđịnh", "này"])
    assert [(a.stop - a.start, b.stop - b.start) for a, b in pairs] == [(2, 1), (1, 1)]


WORDS = st.lists(st.text("aăâbđ.,1", min_size=1, max_size=5), max_size=7)


@given(WORDS, WORDS)
def test_every_first_word_stands_in_exactly_one_pair(mine: list[str], theirs: list[str]) -> None:
    covered = [i for pair, _ in align(mine, theirs) for i in range(pair.start, pair.stop)]
    assert covered == list(range(len(mine)))


@given(WORDS, WORDS)
def test_no_second_word_stands_in_two_pairs(mine: list[str], theirs: list[str]) -> None:
    covered = [i for _, pair in align(mine, theirs) for i in range(pair.start, pair.stop)]
    assert covered == sorted(set(covered))


@given(st.text(max_size=8), st.text(max_size=8))
def test_likeness_is_a_share_and_the_same_both_ways(left: str, right: str) -> None:
    assert 0 <= likeness(left, right) <= 1
    assert likeness(left, right) == likeness(right, left)


def test_words_read_alike_are_agreed() -> None:
    words = voted([first("thủ"), first("tục")], "thủ tục")
    assert [(word.text, word.is_agreed) for word in words] == [("thủ", True), ("tục", True)]


def test_words_read_differently_are_not_agreed() -> None:
    (word,) = voted([first("Hiệu")], "Hiện")
    assert (word.text, word.is_agreed) == ("Hiệu", False)


def test_what_only_the_second_reader_saw_is_dropped() -> None:
    words = voted([first("hồ"), first("sơ")], "| hồ sơ |")
    assert [word.text for word in words] == ["hồ", "sơ"]


def test_what_only_the_first_reader_saw_stays_unproven() -> None:
    words = voted([first("hồ"), first("sơ")], "hồ")
    assert [(word.text, word.is_agreed) for word in words] == [("hồ", True), ("sơ", False)]


def test_digits_are_the_first_readers() -> None:
    words = voted([first("số"), first("209/QĐ-UBND")], "số 289/QĐ-UBND")
    assert [(word.text, word.is_agreed) for word in words] == [
        ("số", True),
        ("209/QĐ-UBND", False),
    ]


def test_the_second_reader_tips_a_doubtful_accent() -> None:
    mine = [first("Bộ"), first("trường,", ("trưởng,", 3.0)), first("Chủ"), first("nhiệm")]
    assert voted(mine, "Bộ trưởng, Chủ nhiệm")[1].text == "trưởng,"


def test_the_second_reader_alone_can_set_an_accent_the_language_supports() -> None:
    words = voted([first("hỗ"), first("sơ")], "hồ sơ")
    assert (words[0].text, words[0].is_agreed) == ("hồ", True)


def test_the_second_reader_brings_back_a_period() -> None:
    (word,) = voted([first("ký", ("ký.", 1.5))], "ký.")
    assert (word.text, word.is_agreed) == ("ký.", True)


def test_the_second_reader_s_colon_is_not_believed() -> None:
    (word,) = voted([first("Xây;", ("Xây:", 3.0))], "Xây:")
    assert (word.text, word.is_agreed) == ("Xây;", False)


def test_one_form_of_quote_or_slash_is_no_disagreement() -> None:
    words = voted([first("“Mẫu”"), first("NĐ-CP")], '"Mẫu" NĐ–CP')
    assert all(word.is_agreed for word in words)


def test_the_second_reader_makes_a_doubtful_small_letter_a_capital() -> None:
    words = voted([first("Xã", ("XÃ", 2.0)), first("HỘI")], "XÃ HỘI")
    assert (words[0].text, words[0].is_agreed) == ("XÃ", True)


def test_a_capital_d_with_stroke_that_the_second_reader_sees_twice_is_one() -> None:
    (word,) = voted([first("84/QĐ-TTDVVL")], "84/QĐĐ-TTDVVL")
    assert (word.text, word.is_agreed) == ("84/QĐ-TTDVVL", True)


@pytest.mark.parametrize(
    ("mine", "theirs", "agreement"),
    [
        ("ÁNH", "ÁNH,", Agreement.LETTERS),
        ("CÔNG", '"CÔNG', Agreement.LETTERS),
        ("22/01/2023", "22/01/2023.", Agreement.LETTERS),
        ("22/01/2023", "22/01.2023", Agreement.NONE),
        ("chi", "chỉ", Agreement.SKELETON),
        ("ÁNH", "ẢNH,", Agreement.NONE),
        ("12", "121", Agreement.NONE),
        (".", ",", Agreement.NONE),
    ],
)
def test_how_much_of_a_word_both_readers_see(mine: str, theirs: str, agreement: Agreement) -> None:
    (word,) = voted([first(mine)], theirs)
    assert word.agreement is agreement


def _agreed(text: str) -> tuple[VotedWord, ...]:
    return voted([first(word) for word in text.split()], text)


def _differing(mine: str, theirs: str) -> tuple[VotedWord, ...]:
    return voted([first(word) for word in mine.split()], theirs)


def _texts(words: tuple[VotedWord, ...]) -> list[tuple[str, bool]]:
    return [(word.text, word.is_agreed) for word in words]


def test_a_word_that_both_read_anew_alike_is_taken() -> None:
    found = settled(_differing("VI HONG MY", "VI HỘNG MY"), _agreed("VI HỒNG MY"))
    assert _texts(found) == [("VI", True), ("HỒNG", True), ("MY", True)]


def test_a_word_agreed_before_stays_as_it_was() -> None:
    found = settled(_differing("MAI LÒ", "MAI LỞ"), _agreed("MÃI LÒ"))
    assert _texts(found) == [("MAI", True), ("LÒ", True)]


def test_other_digits_are_never_taken_up() -> None:
    found = settled(_differing("số 14/QĐ", "số 74/QĐ"), _agreed("số 74/QĐ"))
    assert _texts(found) == [("số", True), ("14/QĐ", False)]


def test_a_line_cut_into_other_words_is_taken_where_its_letters_are_the_same() -> None:
    before = _differing("THỊNHÀN", "THỊ NHAN")
    assert _texts(settled(before, _agreed("THỊ NHÀN"))) == [("THỊ", True), ("NHÀN", True)]
    assert settled(before, _agreed("THỊ NHÀNH")) == before
    assert settled(_differing("số1", "sô 1"), _agreed("số 1")) != _agreed("số 1")


def test_the_letter_that_both_misread_is_put_right_by_another_look() -> None:
    found = settled(_agreed("Thạch Cấm Mai"), _agreed("Thạch Cẩm Mai"))
    assert _texts(found)[1] == ("Cẩm", True)
    assert settled(_agreed("giấy phép"), _agreed("giẩy phép"))[0].text == "giấy"
    assert settled(_agreed("Cẩm Mai"), _agreed("Cấm Mai"))[0].text == "Cẩm"


def test_only_where_the_other_letter_can_stand_is_it_in_doubt() -> None:
    words = ("Cấm", "ẤN", "cấp", "Nhất", "giấy")
    assert [may_be_misread(word) for word in words] == [True, True, False, False, False]


def test_a_space_lost_beside_digits_costs_nothing() -> None:
    assert _texts(_differing("ngày 24 tháng 9", "ngày24_ tháng9")) == [
        ("ngày", True),
        ("24", True),
        ("tháng", True),
        ("9", True),
    ]
    assert not all(agreed for _, agreed in _texts(_differing("ngày24 tháng", "ngày 24 tháng")))
    assert not all(agreed for _, agreed in _texts(_differing("th ẩm", "thẩm")))


def test_the_same_digits_read_anew_without_their_space_are_agreed() -> None:
    before = _differing("ngày 11 tháng", "ngày ]] tháng")
    assert _texts(settled(before, _agreed("ngày11 tháng"))) == [
        ("ngày", True),
        ("11", True),
        ("tháng", True),
    ]
    assert settled(before, _agreed("ngày17 tháng")) == before


def test_a_one_taken_for_a_letter_is_the_same_stroke() -> None:
    (word,) = _differing("16/QĐ", "l6/QĐ")
    assert word.agreement is Agreement.LETTERS
    (other,) = _differing("76/QĐ", "l6/QĐ")
    assert other.agreement is Agreement.NONE


@pytest.mark.parametrize(
    ("mine", "theirs", "agreement"),
    [
        ("NhưNgọc", "Như Ngọc", Agreement.LETTERS),
        ("THỊNHÀN", "THỊ NHÀN", Agreement.NONE),  # nothing would part them again
        ("thấp", "th ấp", Agreement.NONE),
    ],
)
def test_two_names_run_together_are_letters_that_both_see(
    mine: str, theirs: str, agreement: Agreement
) -> None:
    (word,) = _differing(mine, theirs)
    assert word.agreement is agreement
