"""A blank in a line is doubtful, unless a printed number fills it."""

from __future__ import annotations

import pytest

from digitizer.extract.layout import Piece, has_wide_gap
from digitizer.model import Box, Hand, Word


def piece(*words: tuple[str, int, Hand]) -> Piece:
    """Lay out words of 20 pixels' height, each so many pixels from the one before."""
    x, made = 0, []
    for text, gap, hand in words:
        x += gap
        made.append(Word(text, Box(x, 0, x + 12 * len(text), 20), 0.99, True, hand))
        x += 12 * len(text)
    return Piece.of(1, made)


@pytest.mark.parametrize(
    ("hand", "is_doubtful"),
    [(Hand.PRINTED, False), (Hand.UNKNOWN, True), (Hand.WRITTEN, True)],
)
def test_a_gap_beside_a_number_counts_unless_it_is_printed(hand: Hand, is_doubtful: bool) -> None:
    filled = piece(("Số:", 0, Hand.UNKNOWN), ("2827", 30, hand), ("/QĐ-BGDĐT", 40, Hand.UNKNOWN))
    assert has_wide_gap(filled) is is_doubtful


def test_a_gap_elsewhere_counts_whatever_the_number_is() -> None:
    plain = Hand.UNKNOWN
    torn = piece(("Số:", 0, plain), ("2827", 8, Hand.PRINTED), ("/QĐ", 8, plain), ("UB", 60, plain))
    assert has_wide_gap(torn)


def test_words_set_as_print_sets_them_leave_no_gap() -> None:
    assert not has_wide_gap(piece(("ngày", 0, Hand.UNKNOWN), ("18", 9, Hand.UNKNOWN)))
