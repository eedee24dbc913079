"""A round seal paler than the print goes, what it lies over stays; nothing else is touched."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitizer.clean.seal import without_seals
from tests.clean.sheet import sheet

Pixels = NDArray[np.uint8]
DPI = 200.0
PER_MM = DPI / 25.4


def _seal(ink: int, *, radius_mm: float = 18.0, center: tuple[int, int] = (900, 700)) -> Pixels:
    """Return a page with nothing but a seal: two circles and letters in its middle."""
    page = np.full(sheet().shape, 250, np.uint8)
    radius = round(radius_mm * PER_MM)
    cv2.circle(page, center, radius, (ink,), 7)
    cv2.circle(page, center, radius - 40, (ink,), 4)
    for row in range(-2, 3):
        place = (center[0] - radius // 2, center[1] + row * 38 + 10)
        cv2.putText(page, "CON DAU MAU", place, cv2.FONT_HERSHEY_DUPLEX, 0.7, (ink,), 2)
    return page


def _closing() -> Pixels:
    """Return a page of text with a post and a name, far apart, where a seal lies."""
    page = sheet(8)
    lines = sheet(36)
    page[560:610] = lines[560:610]
    page[830:880] = lines[830:880]
    page[:, 1200:] = 250
    return page


@pytest.mark.parametrize("ink", [110, 150, 195])
@pytest.mark.parametrize("radius_mm", [16.0, 21.0])
def test_a_seal_over_print_goes_and_the_print_stays(ink: int, radius_mm: float) -> None:
    seal, page = _seal(ink, radius_mm=radius_mm), _closing()
    cleaned = without_seals(np.minimum(page, seal), dpi=DPI)
    is_print, is_paper = page < 60, cv2.erode(page, np.ones((7, 7), np.uint8)) == 250
    assert (cleaned[(seal < 200) & is_paper] > 200).mean() > 0.995
    assert (cleaned[is_print] < 90).mean() > 0.995


def test_the_darkest_bits_of_a_seal_go_with_it() -> None:
    seal, page = _seal(150), sheet(6)
    for angle in range(0, 360, 60):
        cv2.ellipse(seal, (900, 700), (142, 142), 0, angle, angle + 8, (92,), 7)
    cleaned = without_seals(np.minimum(page, seal), dpi=DPI)
    assert (cleaned[seal == 92] > 200).all()


def test_a_stroke_of_the_pen_through_a_seal_stays() -> None:
    seal, page = _seal(150), sheet(12)
    cv2.line(page, (760, 830), (1180, 640), (60,), 5)
    is_pen = page == 60
    cleaned = without_seals(np.minimum(page, seal), dpi=DPI)
    assert (cleaned[is_pen] < 90).all()


def test_a_seal_as_dark_as_the_print_stays() -> None:
    page = np.minimum(sheet(36), _seal(25))
    assert (without_seals(page, dpi=DPI) == page).all()


def test_a_seal_on_a_page_with_print_as_pale_stays() -> None:
    page = np.minimum(sheet(36), _seal(150))
    page[1200:] = np.where(page[1200:] < 200, np.uint8(150), page[1200:])
    assert (without_seals(page, dpi=DPI) == page).all()


@pytest.mark.parametrize("size_mm", [(36, 36), (50, 20), (12, 12), (80, 80)])
def test_pale_print_in_a_block_is_no_seal(size_mm: tuple[int, int]) -> None:
    page = sheet(12)
    width, height = (round(side * PER_MM) for side in size_mm)
    block = np.where(sheet(36)[300 : 300 + height, 300 : 300 + width] < 128, 150, 250)
    page[1100 : 1100 + height, 300 : 300 + width] = block
    assert (without_seals(page, dpi=DPI) == page).all()


def test_a_page_with_next_to_nothing_on_it_stays() -> None:
    page = sheet(0)
    page[1000:1004, 500:540] = 150
    assert (without_seals(page, dpi=DPI) == page).all()
