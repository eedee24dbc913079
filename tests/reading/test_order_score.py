"""The order of reading has a ruler of its own, apart from how well the words were read."""

from __future__ import annotations

import pytest

from benchmarks.reading.matching import match
from benchmarks.reading.order import Order, order_score
from benchmarks.reading.truth import TruthLine
from digitizer.model import Box, TextLine, Word

LINES = ("Điều 1. Công bố danh mục", "Điều 2. Hiệu lực từ ngày ký", "Nơi nhận: như Điều 3")


def order_of(*read: str, marked: str = "") -> Order:
    truth = [TruthLine((text,), is_marked=text == marked) for text in LINES]
    return order_score(match(truth, [line(text, row) for row, text in enumerate(read)]))


def line(text: str, row: int, left: int = 0) -> TextLine:
    box = Box(left, 100 * row, left + 900, 100 * row + 50)
    return TextLine(tuple(Word(word, box, 1.0, True) for word in text.split()), box)


def test_a_page_read_from_top_to_end_has_no_fault() -> None:
    order = order_of(*LINES)
    assert (order.followed, order.pairs, order.sequence_errors) == (2, 2, 0)


def test_a_block_in_the_wrong_place_costs_its_letters_in_sequence() -> None:
    order = order_of(LINES[2], LINES[0], LINES[1])
    assert (order.followed, order.pairs) == (1, 2)
    assert order.sequence_errors >= len(LINES[2])


def test_a_lost_line_is_no_fault_of_order_but_is_missed_in_sequence() -> None:
    order = order_of(LINES[0], LINES[2])
    assert (order.followed, order.pairs) == (1, 1)
    assert order.sequence_errors == len(LINES[1]) + 1


def test_debris_between_lines_costs_nothing() -> None:
    assert order_of(LINES[0], "xzq wkp", *LINES[1:]).sequence_errors == 0


def test_what_answers_a_marked_line_is_left_out() -> None:
    order = order_of(LINES[0], LINES[2], LINES[1], marked=LINES[2])
    assert (order.followed, order.pairs, order.sequence_errors) == (1, 1, 0)


def test_two_columns_read_in_one_line_are_told_apart() -> None:
    truth = [TruthLine((text,), is_marked=False) for text in (LINES[0], LINES[2])]
    order = order_score(match(truth, [line(f"{LINES[0]} {LINES[2]}", 0)]))
    assert (order.followed, order.sequence_errors) == (1, 0)


def test_a_line_read_in_two_pieces_counts_where_each_piece_was_read() -> None:
    truth = [TruthLine(("Số: 12/QĐ-UBND",), is_marked=False), TruthLine((LINES[1],), False)]
    pieces = [line("Số:", 0), line(LINES[1], 1), line("12/QĐ-UBND", 0, left=950)]
    together = [pieces[0], pieces[2], pieces[1]]
    assert order_score(match(truth, together)).sequence_errors == 0
    assert order_score(match(truth, pieces)).sequence_errors > 0


@pytest.mark.parametrize("share", ["followed_share", "cer"])
def test_an_empty_page_has_rates(share: str) -> None:
    assert getattr(Order(), share) == 0.0
