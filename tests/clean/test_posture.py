"""How a page lies, judged by the edges of its letters."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitizer.clean.blank import written_marks
from digitizer.clean.ink import overview
from digitizer.clean.letters import find_letters
from digitizer.clean.orientation import UPRIGHT, Posture, find_posture, turn
from digitizer.clean.skew import level
from digitizer.model import Geometry
from tests.clean.sheet import sheet, turned

Pixels = NDArray[np.uint8]


def _posture(page: Pixels) -> Posture:
    return find_posture(find_letters(overview(page)), limit_deg=8.0)


@pytest.mark.parametrize("had", [0, 90, 180, 270])
@pytest.mark.parametrize("skew_deg", [-5.0, 5.0])
def test_a_skewed_page_that_lies_any_way_is_known_by_its_letters(had: int, skew_deg: float) -> None:
    posture = _posture(turn(turned(sheet(), skew_deg), had))
    assert posture.is_sure
    assert (posture.rotation_deg + had) % 360 == 0
    assert posture.skew_deg == pytest.approx(skew_deg, abs=0.1)


@pytest.mark.parametrize("angle", [0.13, 0.15, 0.18, -0.13, -0.16])
def test_the_pixel_grid_does_not_draw_a_small_skew_to_zero(angle: float) -> None:
    assert _posture(turned(sheet(), angle)).skew_deg == pytest.approx(angle, abs=0.04)


def test_the_rules_of_a_form_laid_askew_do_not_mislead() -> None:
    page = sheet(24)
    for row in range(100, page.shape[0] - 100, 300):
        cv2.line(page, (100, row), (page.shape[1] - 100, row + 60), (20,), 3)
    assert _posture(page).skew_deg == 0.0


def test_the_rows_of_a_table_that_stand_at_different_heights_are_not_one_line() -> None:
    page = sheet(0)
    text = sheet(30)
    for column, shift in enumerate((9, 44, 23, 51)):
        left = 60 + column * 390
        page[shift:, left : left + 330] = text[: len(text) - shift, 300:630]
    assert _posture(turned(page, 1.0)).skew_deg == pytest.approx(1.0, abs=0.3)


def test_a_page_with_one_word_is_left_as_it_lies() -> None:
    page = sheet(0)
    cv2.putText(page, "Trang 2", (700, 160), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (20,), 3)
    assert _posture(page) == UPRIGHT


@pytest.mark.parametrize("skew_deg", [-6.0, 0.5, 3.0])
def test_the_middle_of_a_mark_is_carried_back_to_a_third_of_a_pixel(skew_deg: float) -> None:
    scan = np.full((900, 640), 255, np.uint8)
    scan[700:721, 500:541] = 0
    height, width = scan.shape
    ink = 255.0 - level(scan, skew_deg)
    rows, columns = np.mgrid[0:height, 0:width] + 0.5
    place = ((ink * columns).sum() / ink.sum(), (ink * rows).sum() / ink.sum())
    back = Geometry(width, height, 100.0, 0, skew_deg).to_upright_scan(*place)
    assert back == pytest.approx((520.5, 710.5), abs=0.34)


@pytest.mark.parametrize("had", [0, 90, 180, 270])
def test_letters_turned_are_the_letters_of_the_page_turned(had: int) -> None:
    small = turn(overview(sheet(6)), had)
    letters = find_letters(small).turned_clockwise()
    again = find_letters(turn(small, 90))
    assert sorted(letters.left) == sorted(again.left)
    assert sorted(letters.bottom) == sorted(again.bottom)
    assert (letters.width, letters.height) == (again.width, again.height)


def test_faint_print_is_still_writing() -> None:
    faint = np.asarray(sheet(2) * 0.35 + 250 * 0.65, np.uint8)
    assert written_marks(overview(faint)) > 20


def test_an_overview_keeps_whole_blocks_and_small_pages_stay() -> None:
    assert overview(np.zeros((3508, 2481), np.uint8)).shape == (1169, 827)
    assert overview(np.zeros((1181, 829), np.uint8)).shape == (1181, 829)
