"""Pale print is darkened; what is not print is not."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitizer.clean import faint
from digitizer.clean.ink import overview
from tests.clean.sheet import sheet

Pixels = NDArray[np.uint8]


def _pale(share: float, lines: int = 36) -> Pixels:
    return (250 - (250 - sheet(lines).astype(np.float32)) * share).astype(np.uint8)


def _behind(page: Pixels, share: float) -> Pixels:
    ghost = cv2.GaussianBlur(250 - np.fliplr(sheet()), (0, 0), 2.0).astype(np.float32) * share
    return np.clip(page - ghost, 0, 255).astype(np.uint8)


def _deepened(page: Pixels) -> Pixels:
    small = overview(page)
    return faint.deepen(page, small, faint.darkness(small))


def test_ordinary_print_is_not_faint() -> None:
    soft = np.asarray(cv2.GaussianBlur(sheet(), (0, 0), 0.7), np.uint8)
    assert not faint.is_faint(faint.darkness(overview(soft)))


@pytest.mark.parametrize("share", [0.2, 0.3, 0.5])
def test_faint_print_becomes_dark_and_its_paper_white(share: float) -> None:
    page = _pale(share)
    assert faint.is_faint(faint.darkness(overview(page)))
    result = _deepened(page)
    assert np.percentile(result[sheet() < 60], 50) < 100
    assert result[sheet() == 250].min() > 250


def test_faint_print_on_shaded_paper_does_not_drown() -> None:
    light = np.linspace(1.0, 0.6, sheet().shape[1], dtype=np.float32)
    result = _deepened(np.asarray(_pale(0.3) * light, np.uint8))
    assert np.percentile(result[sheet() == 250], 1) > 200
    assert np.percentile(result[sheet() < 60], 50) < 120


def test_what_shows_through_a_faint_page_is_not_darkened_with_it() -> None:
    page = _behind(_pale(0.4, lines=12), 0.08)
    assert faint.is_faint(faint.darkness(overview(page)))
    result = _deepened(page)
    assert (result[1200:] == 255).all()
    assert np.percentile(result[sheet(12) < 60], 50) < 100


@pytest.mark.parametrize("share", [0.25, 0.5])
def test_the_marks_of_faint_letters_stay(share: float) -> None:
    page = np.full((1200, 850), 250, np.uint8)
    for number in range(12):
        text = "a, b. o; i: 12.05/QD-UBND."
        cv2.putText(page, text, (80, 90 + 80 * number), cv2.FONT_HERSHEY_COMPLEX, 0.8, (20,), 2)
    pale = (250 - (250 - page.astype(np.float32)) * share).astype(np.uint8)
    result = _deepened(pale)
    assert np.percentile(result[page < 60], 99) < 160


def test_a_page_without_ink_is_not_faint() -> None:
    assert not faint.is_faint(faint.darkness(np.full((1000, 700), 250, np.uint8)))


def test_an_empty_page_that_shows_through_is_not_made_to_look_written() -> None:
    ghost = np.ascontiguousarray(255 - (255 - np.fliplr(sheet())) // 6)
    assert not faint.is_faint(faint.darkness(overview(ghost)))
