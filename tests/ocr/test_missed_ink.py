"""Print that the line finder passed over is found again; stamps and specks are not taken for it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import ImageFont

from digitizer.model import Box
from digitizer.ocr.engine import Deadline, Gray
from digitizer.ocr.first_reader import FirstReader
from digitizer.ocr.missed_ink import missed_rows
from tests.ocr.drawn_page import DPI, FONT, LETTER, draw


@pytest.fixture(scope="module")
def page() -> Gray:
    return draw()


@pytest.fixture(scope="module")
def boxes() -> list[Box]:
    font = ImageFont.truetype(FONT, 54)
    return [
        Box(left, top, left + int(font.getlength(text)) + 1, top + 70) for left, top, text in LETTER
    ]


def test_nothing_is_missed_where_every_line_has_its_box(page: Gray, boxes: list[Box]) -> None:
    assert missed_rows(page, boxes, dpi=DPI) == ()


@pytest.mark.parametrize("lost", [i for i, line in enumerate(LETTER) if len(line[2]) > 16])
def test_a_lost_line_is_found_again(page: Gray, boxes: list[Box], lost: int) -> None:
    (row,) = missed_rows(page, boxes[:lost] + boxes[lost + 1 :], dpi=DPI)
    there = boxes[lost]
    assert abs(row.left - there.left) < there.height
    assert abs(row.right - there.right) < there.height
    assert there.top <= (row.top + row.bottom) / 2 < there.bottom


def test_specks_rings_and_rules_are_no_lines(boxes: list[Box]) -> None:
    page = np.full((1400, 2480), 255, np.uint8)
    rng = np.random.default_rng(3)
    for x, y in rng.integers(50, 1300, (300, 2)).tolist():
        cv2.circle(page, (x, y), 2, 0, -1)
    cv2.circle(page, (1800, 700), 250, 0, 12)
    cv2.line(page, (100, 1350), (2300, 1350), 0, 4)
    assert missed_rows(page, boxes, dpi=DPI) == ()


def test_with_too_few_lines_there_is_no_measure(page: Gray, boxes: list[Box]) -> None:
    assert missed_rows(page, boxes[:2], dpi=DPI) == ()


class _Forgetful:
    """A line finder that loses the line drawn at `top`."""

    def __init__(self, finder: object, top: int) -> None:
        self._finder = finder
        self._top = top

    def find(self, gray: Gray) -> tuple[Box, ...]:
        found: tuple[Box, ...] = self._finder.find(gray)  # type: ignore[attr-defined]
        return tuple(box for box in found if not box.top - 20 <= self._top <= box.bottom)


def test_a_line_the_finder_loses_is_read_all_the_same(page: Gray) -> None:
    _, top, text = LETTER[10]
    reader = FirstReader()
    reader._finder = _Forgetful(reader._finder, top)  # type: ignore[assignment]
    lines = reader.read(page, dpi=DPI, deadline=Deadline(60))
    assert text in [line.text for line in lines]
