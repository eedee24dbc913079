"""The receiving office's stamp goes; print that runs into it, and every other frame, stays."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from digitizer.clean import received_stamp
from digitizer.clean.ink import overview
from tests.clean.sheet import FONT, sheet

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


def _erased(page: Pixels) -> Pixels:
    small = overview(page)
    factor = page.shape[1] // small.shape[1]
    frame = next(received_stamp.find_frames(small, dpi=200 / factor))
    return received_stamp.erase(page, frame.scaled(factor), dpi=200.0)


@pytest.mark.parametrize("tilt_deg", [-4.0, 0.0, 3.0])
def test_a_received_stamp_in_the_margin_goes(tilt_deg: float) -> None:
    page, is_stamp = _stamped(tilt_deg, left=40)
    result = _erased(page)
    assert (result[is_stamp] > 200).mean() > 0.97
    assert (result[700:] == page[700:]).all()


def _crossed(*tops: int) -> tuple[Pixels, Pixels]:
    """Return a page with a stamp within the text, lines across its right side; and the stamp."""
    page, is_stamp = _stamped(0.0, left=500)
    picture = Image.fromarray(page)
    font = ImageFont.truetype(str(FONT), 36)
    for top in tops:
        ImageDraw.Draw(picture).text((780, top), "thủ tục hành chính", font=font, fill=25)
    return np.asarray(picture).copy(), is_stamp


@pytest.mark.parametrize("tops", [(440, 510), (475,)])
def test_of_a_stamp_within_the_text_only_the_sides_go(tops: tuple[int, ...]) -> None:
    page, is_stamp = _crossed(*tops)
    result = _erased(page)
    inside = np.s_[426:584, 506:892]
    assert (result[inside] == page[inside]).all()
    is_side = is_stamp.copy()
    is_side[inside] = False
    is_side[430:560, 880:920] = False
    assert (result[is_side] > 200).mean() > 0.97


def test_a_box_that_no_print_crosses_stays() -> None:
    page, _ = _stamped(0.0, left=500)
    assert (_erased(page) == page).all()


def test_three_sides_of_a_box_inside_the_text_stay() -> None:
    page, _ = _crossed(440, 510)
    page[400:610, 490:510] = 250
    assert (_erased(page) == page).all()


def test_a_line_of_print_that_runs_into_the_stamp_stays() -> None:
    page = sheet(36)
    cv2.rectangle(page, (30, 640), (380, 800), (20,), 4)
    result = _erased(page)
    inside = np.s_[655:785, 225:365]
    was_print = sheet(36)[inside] < 100
    assert (result[inside][was_print] < 160).mean() > 0.97
    assert (result[640:800, 30:36] > 200).all()


def test_descenders_and_capitals_of_a_line_in_the_stamp_stay() -> None:
    page = np.full(sheet().shape, 250, np.uint8)
    page[900:] = sheet(36)[900:]
    picture = Image.fromarray(page)
    font = ImageFont.truetype(str(FONT), 40)
    ImageDraw.Draw(picture).text((160, 480), "Tăng cường Tổ công tác, gạch nợ", font=font, fill=25)
    printed = np.asarray(picture).copy()
    stamped = printed.copy()
    cv2.rectangle(stamped, (30, 430), (430, 590), (20,), 4)
    cv2.putText(stamped, "DEN", (60, 470), cv2.FONT_HERSHEY_DUPLEX, 0.7, (20,), 2)
    result = _erased(stamped)
    was_print = printed[500:545, 160:420] < 100
    assert (result[500:545, 160:420][was_print] < 160).mean() > 0.97
    assert (result[440:475, 60:140] > 200).all()


def test_of_a_stamp_over_a_whole_paragraph_only_the_sides_go() -> None:
    page = sheet(36)
    cv2.rectangle(page, (30, 500), (700, 900), (20,), 4)
    result = _erased(page)
    was_print = sheet(36) < 100
    was_print[490:930, 694:706] = False
    was_print[[*range(494, 508), *range(894, 908)]] = False
    assert (result[was_print] == page[was_print]).all()
    assert (result[520:880, 27:34] > 200).all()


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
    assert not list(received_stamp.find_frames(small, dpi=200 / (page.shape[1] // small.shape[1])))
