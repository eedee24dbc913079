"""Print of the other side goes, and nothing of this side's."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitizer.clean import show_through
from digitizer.clean.ink import overview
from tests.clean.sheet import sheet

Pixels = NDArray[np.uint8]


def _behind(page: Pixels, share: float) -> Pixels:
    ghost = cv2.GaussianBlur(250 - np.fliplr(sheet()), (0, 0), 2.0).astype(np.float32) * share
    return np.clip(page - ghost, 0, 255).astype(np.uint8)


def test_the_other_sides_print_goes_and_this_sides_stays() -> None:
    page = _behind(sheet(12), 0.25)
    near = show_through.print_of_this_side(overview(page))
    assert near is not None
    result = show_through.whiten(page, near)
    is_print = sheet(12) < 200
    assert (result[is_print] == page[is_print]).all()
    assert (result[1200:] == 255).all()


def test_small_marks_of_this_side_stay() -> None:
    marks = sheet(12)
    for number in range(8):
        cv2.putText(marks, ".,:;'", (250, 1300 + 90 * number), 0, 1.0, (20,), 3)
    page = _behind(marks, 0.25)
    near = show_through.print_of_this_side(overview(page))
    assert near is not None
    is_mark = marks < 60
    assert (show_through.whiten(page, near)[is_mark] == page[is_mark]).all()


@pytest.mark.parametrize("share", [0.0, 0.1])
def test_a_page_with_little_or_nothing_behind_it_is_left_alone(share: float) -> None:
    assert show_through.print_of_this_side(overview(_behind(sheet(), share))) is None


def test_a_page_all_pale_is_not_taken_for_the_other_side() -> None:
    pale = (250 - (250 - sheet().astype(np.float32)) * 0.15).astype(np.uint8)
    assert show_through.print_of_this_side(overview(pale)) is None


@pytest.mark.parametrize("shape", [(1, 1), (3, 40), (29, 29), (40, 3)])
def test_a_scrap_of_a_few_pixels_has_no_other_side(shape: tuple[int, int]) -> None:
    assert show_through.print_of_this_side(np.full(shape, 90, np.uint8)) is None
