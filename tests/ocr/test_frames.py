"""Small frames are found leaning, pale or across print, and cells of tables are none."""

import cv2
import numpy as np
import pytest

from digitizer.ocr.engine import Gray
from digitizer.ocr.frames import framed_words, stamped_words

DPI = 200.0
PER_MM = DPI / 25.4


def sheet() -> Gray:
    return np.full((2339, 1654), 255, np.uint8)


def stamped(
    page: Gray,
    center: tuple[float, float],
    *,
    tilt_deg: float = 0.0,
    ink: int = 0,
    size_mm: tuple[float, float] = (24.0, 8.0),
) -> Gray:
    """Draw a frame with three bars for letters in it; `center` in millimeters."""
    width, height = (side * PER_MM for side in size_mm)
    layer = np.full_like(page, 255)
    x, y = (side * PER_MM for side in center)
    corner = (round(x - width / 2), round(y - height / 2))
    cv2.rectangle(layer, corner, (round(x + width / 2), round(y + height / 2)), ink, 5)
    for step in (-1, 0, 1):
        left, top = round(x + step * 0.25 * width), round(y - 0.2 * height)
        cv2.rectangle(layer, (left - 8, top), (left + 8, round(y + 0.2 * height)), ink, -1)
    turn = cv2.getRotationMatrix2D((x, y), tilt_deg, 1.0)
    layer = cv2.warpAffine(layer, turn, (page.shape[1], page.shape[0]), borderValue=255)
    return np.minimum(page, layer)


def lines(page: Gray, top_mm: float) -> Gray:
    """Draw rows of words, as print gives them."""
    page = page.copy()
    for row in range(8):
        y = round((top_mm + 6 * row) * PER_MM)
        for word in range(9):
            left = round((35 + 17 * word) * PER_MM)
            for letter in range(6):
                x = left + round(2.2 * letter * PER_MM)
                cv2.rectangle(page, (x, y), (x + 9, y + 18), 0, 3)
    return page


@pytest.mark.parametrize("tilt_deg", [0.0, 3.0, -5.0, 7.0])
@pytest.mark.parametrize("ink", [0, 150])
def test_a_frame_is_cut_out_and_set_level(tilt_deg: float, ink: int) -> None:
    (word,) = framed_words(stamped(sheet(), (55, 60), tilt_deg=tilt_deg, ink=ink), dpi=DPI)
    rows, columns = np.nonzero(word.image < 90)
    height_mm = (rows.max() - rows.min()) / 300 * 25.4
    width_mm = (columns.max() - columns.min()) / 300 * 25.4
    assert height_mm == pytest.approx(0.4 * 8, abs=1.3)
    assert width_mm == pytest.approx(0.5 * 24 + 2, abs=2.5)
    assert word.image[0].min() == 255
    assert word.width_mm == pytest.approx(24, abs=2)
    assert word.is_stamp


def test_a_frame_with_a_gap_in_one_side_is_found_whole_but_is_not_surely_a_stamp() -> None:
    page = stamped(sheet(), (55, 60))
    bottom = round(64 * PER_MM)
    page[bottom - 8 : bottom + 8, round(48 * PER_MM) : round(53 * PER_MM)] = 255
    (word,) = framed_words(page, dpi=DPI)
    assert word.width_mm == pytest.approx(24, abs=2)
    assert not word.is_stamp


@pytest.mark.parametrize(
    ("blots", "is_stamp"),
    [((), True), ((44.5,), False), ((65.5,), False)],
    ids=["clear", "left", "right"],
)
def test_a_frame_with_a_small_gap_is_a_stamp_where_blank_paper_parts_the_word_from_it(
    blots: tuple[float, ...], is_stamp: bool
) -> None:
    page = stamped(sheet(), (55, 60))
    bottom = round(64 * PER_MM)
    page[bottom - 8 : bottom + 8, round(48 * PER_MM) : round(51 * PER_MM)] = 255
    for x_mm in blots:
        x = round(x_mm * PER_MM)
        page[round(59 * PER_MM) : round(61 * PER_MM), x - 18 : x + 18] = 0
    (word,) = framed_words(page, dpi=DPI)
    assert word.is_stamp is is_stamp


def test_an_empty_frame_with_a_small_gap_is_no_stamp() -> None:
    page = stamped(sheet(), (55, 60))
    page[round(57 * PER_MM) : round(63 * PER_MM), round(45 * PER_MM) : round(65 * PER_MM)] = 255
    bottom = round(64 * PER_MM)
    page[bottom - 8 : bottom + 8, round(48 * PER_MM) : round(51 * PER_MM)] = 255
    (word,) = framed_words(page, dpi=DPI)
    assert not word.is_stamp


def test_a_patch_of_stamping_ink_is_cut_out_where_its_frame_is_broken() -> None:
    page = stamped(sheet(), (55, 60), tilt_deg=5)
    page[:, round(50 * PER_MM) : round(52 * PER_MM)] = 255
    (word,) = stamped_words(page, dpi=DPI)
    assert word.width_mm == pytest.approx(24, abs=2)
    assert word.is_stamp


def test_a_round_seal_is_no_patch_of_a_framed_word() -> None:
    page = sheet()
    cv2.circle(page, (600, 500), round(18 * PER_MM), 0, 6)
    assert list(stamped_words(page, dpi=DPI)) == []


@pytest.mark.parametrize("middle_mm", range(150, 200, 5))
def test_no_part_of_a_round_seal_is_a_patch_wherever_it_stands(middle_mm: int) -> None:
    page = sheet()
    for radius_mm in (18, 16, 10):
        middle = (round(125 * PER_MM), round(middle_mm * PER_MM))
        cv2.circle(page, middle, round(radius_mm * PER_MM), 0, 6)
    assert list(stamped_words(page, dpi=DPI)) == []


@pytest.mark.parametrize("middle_mm", [150, 155, 160])
def test_a_patch_is_found_whole_down_to_the_middle_of_the_page(middle_mm: int) -> None:
    (word,) = stamped_words(stamped(sheet(), (55, middle_mm), tilt_deg=-6), dpi=DPI)
    assert word.width_mm == pytest.approx(24, abs=2)


def test_a_frame_that_lies_over_print_is_found() -> None:
    page = lines(sheet(), 62)
    assert len(list(framed_words(stamped(page, (38, 62), tilt_deg=4), dpi=DPI))) == 1


def test_two_stamps_are_two_frames() -> None:
    page = stamped(stamped(sheet(), (50, 60)), (120, 40), tilt_deg=-4)
    assert len(list(framed_words(page, dpi=DPI))) == 2


@pytest.mark.parametrize("size_mm", [(50.0, 24.0), (8.0, 8.0), (90.0, 9.0), (30.0, 3.0)])
def test_boxes_of_another_size_are_none(size_mm: tuple[float, float]) -> None:
    assert list(framed_words(stamped(sheet(), (80, 60), size_mm=size_mm), dpi=DPI)) == []


def test_print_rules_and_tables_are_none() -> None:
    page = lines(sheet(), 40)
    cv2.line(page, (300, 270), (520, 270), 0, 3)
    for row in range(6):
        y = round((100 + 8 * row) * PER_MM)
        cv2.line(page, (200, y), (1450, y), 0, 3)
    for x in (200, 400, 700, 1100, 1450):
        cv2.line(page, (x, round(100 * PER_MM)), (x, round(140 * PER_MM)), 0, 3)
    assert list(framed_words(page, dpi=DPI)) == []


def test_the_lower_half_is_not_searched() -> None:
    assert list(framed_words(stamped(sheet(), (60, 230)), dpi=DPI)) == []


def test_a_bar_code_on_its_side_is_none() -> None:
    page = sheet()
    for bar in range(16):
        y = 400 + 14 * bar
        cv2.rectangle(page, (300, y), (480, y + 4 + bar % 3), 0, -1)
    assert list(framed_words(page, dpi=DPI)) == []
