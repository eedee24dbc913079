"""The ruler itself: a benchmark that flatters is worse than none."""

from __future__ import annotations

from benchmarks.reading.score import Score, score_page, total
from benchmarks.reading.truth import TruthLine
from digitizer.model import Box, TextLine, Word


def truth(*texts: str, marked: bool = False) -> list[TruthLine]:
    return [TruthLine((text,), marked) for text in texts]


def read(*texts: str, accepted: bool = True) -> list[TextLine]:
    lines = []
    for row, text in enumerate(texts):
        box = Box(0, 100 * row, 900, 100 * row + 50)
        lines.append(TextLine(tuple(Word(word, box, 1.0, accepted) for word in text.split()), box))
    return lines


def scored(wanted: list[TruthLine], lines: list[TextLine]) -> Score:
    return total(score_page(wanted, lines))


def test_lines_are_found_in_any_order() -> None:
    score = scored(truth("Điều một này", "Khoản hai kia"), read("Khoản hai kia", "Điều một này"))
    assert (score.letter_errors, score.word_errors) == (0, 0)


def test_a_lost_line_costs_all_its_letters() -> None:
    score = scored(truth("Điều một này", "Khoản hai kia"), read("Điều một này"))
    assert score.letter_errors == len("Khoản hai kia")


def test_one_reading_serves_only_one_of_two_equal_lines() -> None:
    assert scored(truth("hồ sơ", "hồ sơ"), read("hồ sơ")).letter_errors == len("hồ sơ")


def test_a_code_is_not_charged_with_its_neighbor_s_misreading() -> None:
    score = scored(truth("1.012290.H48", "1.012291.H48"), read("1.012291.H48", "1012290149"))
    wrong = [
        line
        for line in score_page(
            truth("1.012290.H48", "1.012291.H48"), read("1.012291.H48", "1012290149")
        )
        if line.score.letter_errors
    ]
    assert [(line.truth, line.read) for line in wrong] == [("1.012290.H48", "1012290149")]
    assert score.wrong_lines == 1


def test_an_accent_counts_and_a_wrong_accepted_word_is_told() -> None:
    score = scored(truth("đề thi chung"), read("để thi chung"))
    assert (score.letter_errors, score.word_errors, score.accepted_wrong) == (1, 1, 1)


def test_a_wrong_word_that_was_not_accepted_is_no_false_acceptance() -> None:
    score = scored(truth("đề thi chung"), read("để thi chung", accepted=False))
    assert (score.word_errors, score.accepted, score.accepted_wrong) == (1, 0, 0)


def test_marked_lines_are_out_of_the_score() -> None:
    assert scored(truth("ngày 19 tháng 02", marked=True), read("ngày 19 tháng 02")) == Score()


def test_debris_is_counted_apart() -> None:
    score = scored(truth("Điều một này"), read("Điều một này", "xzwqf kkpw"))
    assert (score.letter_errors, score.debris) == (0, 9)
