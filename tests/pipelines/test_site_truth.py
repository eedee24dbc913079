"""How far a reading is from the truth a site typed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.site_truth import comparable, distance, errors_against, truth_beside

LETTERS = st.lists(st.sampled_from("abcă"), max_size=14)


def by_table(truth: list[str], read: list[str]) -> int:
    row = list(range(len(read) + 1))
    for i, wanted in enumerate(truth, 1):
        diagonal, row[0] = row[0], i
        for j, got in enumerate(read, 1):
            diagonal, row[j] = row[j], min(diagonal + (wanted != got), row[j] + 1, row[j - 1] + 1)
    return row[-1]


@given(LETTERS, LETTERS)
def test_the_distance_is_that_of_the_plain_table(truth: list[str], read: list[str]) -> None:
    assert distance(truth, read) == by_table(truth, read)


def test_a_long_text_is_no_trouble() -> None:
    text = "Quyết định này có hiệu lực kể từ ngày ký. " * 200
    assert distance(text, text.replace("hiệu lực", "hiệu lưc")) == 200


def test_an_accent_is_an_error_in_letter_and_word() -> None:
    errors = errors_against("đề thi chung", "để thi chung")
    assert (errors.letters, errors.letter_errors, errors.words, errors.word_errors) == (12, 1, 3, 1)
    assert errors.missing == 1


def test_words_in_another_order_are_errors_in_sequence_but_not_missing() -> None:
    errors = errors_against("một hai ba bốn", "ba bốn một hai")
    assert (errors.word_errors, errors.missing) == (4, 0)


def test_leaders_and_forms_of_quotes_are_not_compared() -> None:
    assert comparable("Họ tên: ......... “Mẫu”  –  x") == 'Họ tên: "Mẫu" - x'


@pytest.mark.parametrize("name", ["0001.pdf.txt", "0001.txt"])
def test_truth_is_found_beside_the_scan(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("\ufeffSố: 12/QĐ-UBND\n", "utf-8")
    assert truth_beside(tmp_path / "0001.pdf") == "Số: 12/QĐ-UBND"


def test_a_scan_without_truth_has_none(tmp_path: Path) -> None:
    assert truth_beside(tmp_path / "0001.pdf") is None
