"""The counted language model, and the spellings chosen by it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from digitizer.ocr.accent_gate import AccentGate
from digitizer.ocr.language_model import TABLE, key, keys, load_language_model
from digitizer.ocr.letters import Letter
from digitizer.ocr.spelling import Spelling, choose, spellings
from digitizer.ocr.words import LetterWord


def word(*letters: Letter, tail: tuple[tuple[str, float], ...] = ()) -> LetterWord:
    return LetterWord(letters, 0.0, 100.0, tail)


def plain(text: str) -> list[Letter]:
    return [Letter(char, float(i), 0.0) for i, char in enumerate(text)]


def test_both_tone_placements_count_as_one_syllable() -> None:
    assert key("hòa") == key("hoà") == key("HOÀ")
    assert key("hòa") != key("hoa") != key("hóa")


def test_a_vowel_mark_is_not_a_tone() -> None:
    assert len({key(text) for text in ("hơ", "hô", "ho", "đo", "do")}) == 5


def test_whatever_holds_a_digit_is_one_number() -> None:
    assert list(keys("số 209/QĐ-UBND, 15a")) == [key("số"), "#", "qđ", "ubnd", "#"]


def test_the_table_is_small_and_holds_counts_only() -> None:
    assert TABLE.stat().st_size < 1_500_000
    model = load_language_model()
    assert max(len(key) for key in model.single) <= 24
    assert min(count for row in model.pairs.values() for count in row.values()) >= 3


def test_the_chances_of_all_followers_add_up_to_less_than_one() -> None:
    model = load_language_model()
    followers = sum(math.exp(model.log_prob(each, key("hành"))) for each in model.single)
    assert 0.9 < followers <= 1.001


def test_a_usual_pair_is_likelier_than_a_rare_one() -> None:
    model = load_language_model()
    assert model.log_prob(key("chính"), key("hành")) > model.log_prob(key("chinh"), key("hành")) + 5


def test_a_missing_table_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        load_language_model(tmp_path / "none.tsv.gz")


def test_the_language_corrects_an_unsure_accent() -> None:
    doubtful = [*plain("chín"), Letter("h", 4.0, 0.0)]
    doubtful[2] = Letter("ì", 2.0, -0.5, (("í", 1.2),))
    slots = [spellings(word(*plain("hành"))), spellings(word(*doubtful))]
    chosen = choose(slots, load_language_model())
    assert [slot[i].text for slot, i in zip(slots, chosen, strict=True)] == ["hành", "chính"]


def test_a_letter_beside_a_digit_is_never_respelled() -> None:
    doubtful = word(Letter("2", 0.0, 0.0), Letter("o", 1.0, -0.1, (("ô", 0.1),)))
    assert [spelling.text for spelling in spellings(doubtful)] == ["2o"]


def test_the_language_alone_changes_no_capital() -> None:
    doubtful = word(Letter("Đ", 0.0, -0.1, (("đ", 0.1), ("d", 0.2))), *plain("iều"))
    slots = [spellings(doubtful)]
    assert [spelling.text for spelling in slots[0]] == ["Điều", "điều"]
    assert choose(slots, load_language_model()) == (0,)


def test_the_formula_that_ends_a_text_gets_its_period_back() -> None:
    assert spellings(word(*plain("này./"), tail=((".", 2.9),)))[0].text == "này./."


def test_two_words_run_together_are_parted_where_a_space_nearly_stood() -> None:
    joined = [*plain("Nghịđịnh")]
    joined[4] = Letter("đ", 4.0, 0.0, before=((" ", 2.0),))
    slots = [spellings(word(*joined))]
    assert slots[0][choose(slots, load_language_model())[0]].text == "Nghị định"


def test_a_word_is_not_parted_where_both_halves_make_no_sense() -> None:
    whole = [*plain("thuộc")]
    whole[3] = Letter("ộ", 3.0, 0.0, before=((" ", 2.0),))
    slots = [spellings(word(*whole))]
    assert slots[0][choose(slots, load_language_model())[0]].text == "thuộc"


def test_the_space_after_a_comma_comes_back() -> None:
    joined = [*plain("tỉnh,Giám")]
    joined[5] = Letter("G", 5.0, 0.0, before=((" ", 4.0),))
    assert spellings(word(*joined))[0].text == "tỉnh, Giám"


def test_a_final_period_is_only_an_offer() -> None:
    offered = spellings(word(*plain("ký"), tail=((".", 1.0),)))
    assert offered == (Spelling("ký", 0.0), Spelling("ký.", 1.0))


def test_the_gate_doubts_an_accent_that_does_not_fit() -> None:
    gate = AccentGate(load_language_model())
    assert gate.passes(["thủ", "tục", "hành", "chính"]) == (True, True, True, True)
    assert gate.passes(["thủ", "túc", "hành", "chính"])[1] is False


def test_the_gate_has_nothing_to_say_about_numbers() -> None:
    gate = AccentGate(load_language_model())
    assert gate.passes(["27/QĐ", "2025"]) == (True, True)


def test_the_gate_has_nothing_to_say_about_the_letters_of_a_code() -> None:
    gate = AccentGate(load_language_model())
    assert gate.passes(["Số:", "8884/CAT-LLTP"]) == (True, True)
