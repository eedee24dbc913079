"""The sides of a frame are told from the strokes of letters that cross them."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitizer.clean.frame_rules import sides
from tests.clean.sheet import sheet

Mask = NDArray[np.uint8]
DPI = 200.0


def _frame(tilt_deg: float) -> tuple[Mask, NDArray[np.float32]]:
    """Return the ink of a frame that leans, and its corners a little off."""
    corners = cv2.boxPoints(((600.0, 700.0), (420.0, 190.0), tilt_deg))
    ink = np.zeros(sheet().shape, np.uint8)
    cv2.polylines(ink, [np.rint(corners).astype(np.int32)], True, (1,), 5)
    outwards = np.sign(corners - corners.mean(axis=0)) * np.array((14.0, 6.0))
    return ink, np.asarray(corners + outwards, np.float32)


@pytest.mark.parametrize("tilt_deg", [-4.0, 0.0, 1.0, 5.0])
def test_the_sides_of_a_frame_over_print_are_found_and_no_print_beside_them(
    tilt_deg: float,
) -> None:
    frame, corners = _frame(tilt_deg)
    text = (sheet(36) < 128).astype(np.uint8)
    found = sides(frame | text, corners, DPI)
    assert len(found) == 4
    rules = np.any([side.rule for side in found], axis=0)
    assert rules[(frame > 0) & (text == 0)].mean() > 0.88
    assert rules[(text > 0) & (frame == 0)].mean() < 0.004


@pytest.mark.parametrize("tilt_deg", [-4.0, 0.0, 1.0, 5.0])
def test_strokes_that_go_through_a_side_are_not_the_frames(tilt_deg: float) -> None:
    frame, corners = _frame(tilt_deg)
    strokes = np.zeros_like(frame)
    for x in (470, 560, 650, 740):
        cv2.line(strokes, (x, 560), (x, 640), (1,), 6)
        cv2.line(strokes, (x - 20, 850), (x + 20, 740), (1,), 6)
    for y in (660, 700, 740):
        cv2.line(strokes, (770, y), (860, y + 10), (1,), 6)
    found = sides(frame | strokes, corners, DPI)
    rules = np.any([side.rule for side in found], axis=0)
    assert 9 <= sum(side.crossings for side in found) <= 14
    assert rules[(frame > 0) & (strokes > 0)].mean() < 0.25
    assert rules[(frame > 0) & (strokes == 0)].mean() > 0.95


def test_of_a_frame_that_is_not_there_no_side_is_found() -> None:
    _, corners = _frame(0.0)
    assert sides((sheet(36) < 128).astype(np.uint8), corners, DPI) == ()


def test_an_open_frame_has_three_sides() -> None:
    frame, corners = _frame(0.0)
    frame[:, 780:] = 0
    assert len(sides(frame, corners, DPI)) == 3


def test_a_frame_whose_corners_lie_beyond_the_edge_keeps_its_sides() -> None:
    frame, corners = _frame(0.0)
    frame = np.ascontiguousarray(frame[:, 392:])
    beyond = corners - np.array((392, 0), np.float32)
    assert beyond[:, 0].min() < -10
    frame[:, 8:10] = 0
    assert len(sides(frame, beyond, DPI)) == 3


def test_a_side_with_a_line_of_print_along_it_is_found() -> None:
    frame, corners = _frame(0.0)
    text = np.zeros_like(frame)
    for x in range(440, 800, 12):
        cv2.line(text, (x, 590), (x, 622), (1,), 9)
    found = sides(frame | text, corners, DPI)
    assert len(found) == 4
    rules = np.any([side.rule for side in found], axis=0)
    assert rules[(text > 0) & (frame == 0)].mean() < 0.01
