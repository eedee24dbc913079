"""A line's box reaches to the top of its letters, and not into the line above."""

from __future__ import annotations

import numpy as np
import pytest

from digitizer.model import Box
from digitizer.ocr.engine import Gray
from digitizer.ocr.line_boxes import with_air, with_tall_letters
from tests.ocr.drawn_page import draw

NAME = "VI HỒNG KIỀU"


def _ink(page: Gray) -> tuple[int, int]:
    rows = np.flatnonzero((page < 150).any(axis=1))
    return int(rows[0]), int(rows[-1]) + 1


def test_a_box_that_cuts_marks_off_grows_to_their_top() -> None:
    page = draw([(300, 200, NAME)], height=400)
    top, bottom = _ink(page)
    (grown,) = with_tall_letters(page, [Box(280, top + 8, 900, bottom + 8)])
    assert grown == Box(280, top, 900, bottom + 8)


def test_a_box_that_holds_its_letters_stays() -> None:
    page = draw([(300, 200, NAME)], height=400)
    top, bottom = _ink(page)
    box = Box(280, top - 3, 900, bottom)
    assert with_tall_letters(page, [box]) == (box,)


def test_tails_of_the_line_above_are_not_taken_in() -> None:
    page = draw([(300, 200, "người ký, ngày"), (300, 262, "của xã")], height=400)
    upper, lower = Box(280, 205, 900, 268), Box(280, 268, 900, 325)
    assert (page[258:268] < 150).any(), "a tail reaches to the lower box"
    assert with_tall_letters(page, [upper, lower])[1] == lower


def test_a_rule_above_is_none_of_the_line() -> None:
    page = draw([(300, 200, "số 12")], height=400).copy()
    top, bottom = _ink(page)
    page[top - 4 : top + 2, 280:900] = 0
    box = Box(280, top, 900, bottom)
    assert with_tall_letters(page, [box]) == (box,)


def test_ink_that_comes_down_from_far_above_is_a_seals() -> None:
    page = draw([(300, 200, "số 12")], height=400).copy()
    top, bottom = _ink(page)
    page[:bottom, 600:604] = 0
    box = Box(280, top, 900, bottom)
    assert with_tall_letters(page, [box]) == (box,)


@pytest.mark.parametrize(("above", "top"), [(Box(0, 0, 50, 60), 90), (Box(0, 0, 250, 97), 97)])
def test_air_is_what_no_other_line_takes(above: Box, top: int) -> None:
    box = Box(200, 100, 600, 200)
    assert with_air([above, box], [1]) == (Box(200, top, 600, 200),)


def test_at_the_edge_of_the_page_nothing_is_to_be_had() -> None:
    assert with_air([Box(0, 0, 10, 40)], [0]) == (Box(0, 0, 10, 40),)
    assert with_tall_letters(np.zeros((40, 10), np.uint8), []) == ()
