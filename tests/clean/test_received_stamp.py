"""The receiving office's stamp goes; print that runs into it, and every other frame, stays."""

import importlib.util
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitizer.clean import received_stamp
from digitizer.clean.ink import overview

_spec = importlib.util.spec_from_file_location("sheet", Path(__file__).with_name("sheet.py"))
assert _spec and _spec.loader
sheet_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sheet_module)
sheet = sheet_module.sheet

Pixels = NDArray[np.uint8]


def _stamped(tilt_deg: float, left: int) -> tuple[Pixels, Pixels]:
    """Return a page with a stamp at the left of its upper half, and which pixels it covers."""
    stamp = np.full(sheet().shape, 255, np.uint8)
    cv2.rectangle(stamp, (left, 420), (left + 400, 590), (20,), 4)
    cv2.putText(stamp, "DEN", (left + 20, 530), cv2.FONT_HERSHEY_DUPLEX, 1.4, (20,), 3)
    cv2.putText(stamp, "So: 12", (left + 200, 500), cv2.FONT_HERSHEY_DUPLEX, 0.8, (20,), 2)
    matrix = cv2.getRotationMatrix2D((left + 200, 505), tilt_deg, 1.0)
    stamp = np.asarray(cv2.warpAffine(stamp, matrix, stamp.shape[::-1], borderValue=(255,)))
    page = sheet(36)
    page[395:620] = 250
    page[650:] = sheet(36)[650:]
    return np.minimum(page, stamp), stamp < 128


@pytest.mark.parametrize("tilt_deg", [-4.0, 0.0, 3.0])
def test_a_received_stamp_in_the_margin_goes(tilt_deg: float) -> None:
    page, is_stamp = _stamped(tilt_deg, left=40)
    small = overview(page)
    factor = page.shape[1] // small.shape[1]
    frame = received_stamp.find_frame(small, dpi=200 / factor)
    assert frame is not None
    result = received_stamp.erase(page, frame.scaled(factor), dpi=200.0)
    assert (result[is_stamp] > 200).mean() > 0.97
    assert (result[700:] == page[700:]).all()


def test_a_box_inside_the_text_is_no_stamp() -> None:
    page, _ = _stamped(0.0, left=500)
    small = overview(page)
    assert received_stamp.find_frame(small, dpi=200 / (page.shape[1] // small.shape[1])) is None


def test_a_line_of_print_that_runs_into_the_stamp_stays() -> None:
    page = sheet(36)
    cv2.rectangle(page, (30, 640), (380, 800), (20,), 4)
    small = overview(page)
    factor = page.shape[1] // small.shape[1]
    frame = received_stamp.find_frame(small, dpi=200 / factor)
    assert frame is not None
    result = received_stamp.erase(page, frame.scaled(factor), dpi=200.0)
    inside = np.s_[655:785, 225:365]
    was_print = sheet(36)[inside] < 100
    assert (result[inside][was_print] < 160).mean() > 0.9
    assert (result[640:800, 30:36] > 200).all()


def test_a_stamp_over_a_whole_paragraph_stays() -> None:
    page = sheet(36)
    cv2.rectangle(page, (30, 500), (700, 900), (20,), 4)
    small = overview(page)
    factor = page.shape[1] // small.shape[1]
    frame = received_stamp.find_frame(small, dpi=200 / factor)
    assert frame is not None
    assert (received_stamp.erase(page, frame.scaled(factor), dpi=200.0) == page).all()


@pytest.mark.parametrize("tilt_deg", [0.0, 5.0])
@pytest.mark.parametrize("width_mm", [20, 30, 40])
def test_a_mark_of_secrecy_in_the_margin_is_no_received_stamp(
    tilt_deg: float, width_mm: int
) -> None:
    mark = np.full(sheet().shape, 255, np.uint8)
    width, height = (round(side / 25.4 * 200) for side in (width_mm, 8))
    cv2.rectangle(mark, (40, 420), (40 + width, 420 + height), (20,), 4)
    cv2.putText(mark, "MAT", (55, 420 + height - 14), cv2.FONT_HERSHEY_DUPLEX, 1.2, (20,), 3)
    matrix = cv2.getRotationMatrix2D((40 + width / 2, 450), tilt_deg, 1.0)
    mark = np.asarray(cv2.warpAffine(mark, matrix, mark.shape[::-1], borderValue=(255,)))
    page = sheet(36)
    page[380:520] = 250
    page = np.minimum(page, mark)
    small = overview(page)
    assert received_stamp.find_frame(small, dpi=200 / (page.shape[1] // small.shape[1])) is None
