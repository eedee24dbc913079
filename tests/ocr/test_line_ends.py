"""A line's box reaches to the ends of its letters, and takes nothing else in."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitizer.model import Box
from digitizer.ocr.engine import Gray
from digitizer.ocr.line_ends import with_whole_lines
from tests.ocr.drawn_page import DPI, draw

TEXT = "Số: 273/2021/QĐ-UBND"


def _drawn(*lines: tuple[int, int, str]) -> Gray:
    return draw(list(lines), height=400).copy()


def _whole(page: Gray) -> Box:
    ink = page < 150
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return Box(int(columns[0]), int(rows[0]) - 6, int(columns[-1]) + 1, int(rows[-1]) + 9)


def _is_near(box: Box, wanted: Box) -> bool:
    return abs(box.left - wanted.left) <= 3 and abs(box.right - wanted.right) <= 3


@pytest.mark.parametrize(("lost_left", "lost_right"), [(0.4, 0.0), (0.0, 0.4), (0.3, 0.3)])
def test_a_box_that_ends_too_soon_grows_to_the_ends(lost_left: float, lost_right: float) -> None:
    page = _drawn((300, 200, TEXT))
    line = _whole(page)
    cut = replace(
        line,
        left=line.left + int(lost_left * line.width),
        right=line.right - int(lost_right * line.width),
    )
    (grown,) = with_whole_lines(page, [cut], dpi=DPI)
    assert _is_near(grown, line)
    assert (grown.top, grown.bottom) == (line.top, line.bottom)


def test_a_box_that_holds_its_letters_stays() -> None:
    page = _drawn((300, 200, TEXT))
    box = _whole(page)
    assert with_whole_lines(page, [box], dpi=DPI) == (box,)


def test_letters_of_another_box_are_not_taken() -> None:
    page = _drawn((300, 200, TEXT))
    line = _whole(page)
    middle = line.left + int(0.45 * line.width)
    halves = [replace(line, right=middle), replace(line, left=middle + 4)]
    assert with_whole_lines(page, halves, dpi=DPI) == tuple(halves)


def test_boxes_of_one_line_that_meet_become_one() -> None:
    page = _drawn((300, 200, TEXT))
    line = _whole(page)
    third = line.width // 3
    parts = [replace(line, right=line.left + third), replace(line, left=line.right - third)]
    (grown,) = with_whole_lines(page, parts, dpi=DPI)
    assert _is_near(grown, line)


def test_what_stands_further_off_than_words_is_another_lines() -> None:
    page = _drawn((300, 200, TEXT), (1000, 200, "ngày 05"))
    box = replace(_whole(_drawn((300, 200, TEXT))), left=300)
    (grown,) = with_whole_lines(page, [box], dpi=DPI)
    assert grown.right < 950


def test_strokes_larger_than_letters_and_rules_are_not_taken() -> None:
    page = _drawn((300, 200, TEXT))
    line = _whole(page)
    cv2.line(page, (line.right + 6, 120), (line.right + 90, 330), (0,), 5)
    cv2.line(page, (line.left - 200, line.bottom - 4), (line.left - 6, line.bottom - 4), (0,), 4)
    assert with_whole_lines(page, [line], dpi=DPI) == (line,)


@pytest.mark.parametrize(("size", "top"), [(54, 186), (26, 225)])
def test_a_seals_lettering_beside_a_line_is_not_taken(size: int, top: int) -> None:
    """It stands off the line's foot, or is smaller."""
    line = _whole(_drawn((300, 200, TEXT)))
    lettering = draw([(line.right + 14, top, "ÔNG")], size=size, height=400)
    page = np.minimum(_drawn((300, 200, TEXT)), lettering)
    assert with_whole_lines(page, [line], dpi=DPI) == (line,)


def test_a_page_without_lines_has_none() -> None:
    assert with_whole_lines(_drawn((300, 200, TEXT)), [], dpi=DPI) == ()


def test_a_piece_no_wider_than_a_few_letters_stays() -> None:
    page = _drawn((300, 200, TEXT))
    line = _whole(page)
    piece = replace(line, right=line.left + 2 * line.height)
    assert with_whole_lines(page, [piece], dpi=DPI) == (piece,)
