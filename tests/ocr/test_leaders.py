"""Leaders are cut off the boxes of lines; words, marks and ellipses are not."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitizer.model import Box
from digitizer.ocr.engine import Gray
from digitizer.ocr.leaders import without_dots, without_leaders, without_marks
from samples.typeface import at_pixels
from tests.ocr.drawn_page import draw

DPI = 200
BOX = Box(20, 30, 1180, 76)


def drawn(text: str) -> Gray:
    image = Image.new("L", (1200, 110), 255)
    font = at_pixels("regular", 13 * DPI / 72)
    ImageDraw.Draw(image).text((20, 66), text, font=font, fill=0, anchor="ls")
    return np.asarray(image)


def width(text: str) -> float:
    return at_pixels("regular", 13 * DPI / 72).getlength(text)


def test_a_leader_at_the_end_is_cut_off_and_told() -> None:
    text = "Số định danh cá nhân: 001203004567"
    (piece,) = without_leaders(drawn(text + "." * 60), [BOX])
    assert piece.leads
    assert piece.box.right == pytest.approx(20 + width(text), abs=4)
    assert (piece.box.left, piece.box.top, piece.box.bottom) == (BOX.left, BOX.top, BOX.bottom)


@pytest.mark.parametrize("leader", ["." * 24, "_" * 8])
def test_a_leader_between_words_parts_them(leader: str) -> None:
    pieces = without_leaders(drawn(f"Dân tộc: Kinh{leader}Quốc tịch: Việt Nam"), [BOX])
    assert [piece.leads for piece in pieces] == [True, False]
    assert pieces[0].box.right == pytest.approx(20 + width("Dân tộc: Kinh"), abs=4)
    assert pieces[1].box.left == pytest.approx(20 + width(f"Dân tộc: Kinh{leader}"), abs=6)


@pytest.mark.parametrize(
    "text",
    [
        "Lưu: VT, KSTT.",
        "v.v. - Như trên;",
        "Độc lập - Tự do - Hạnh phúc",
        "theo quy định./.",
        "1, 2, 3",
    ],
)
def test_marks_of_a_text_are_no_leader(text: str) -> None:
    box = Box(20, 30, round(20 + width(text)), 76)
    (piece,) = without_leaders(drawn(text), [box])
    assert (piece.box, piece.leads) == (box, False)


@pytest.mark.parametrize("text", ["1.", "1.012290.H48", "2. Lệ phí: 0."])
def test_a_box_that_hangs_above_its_line_keeps_its_words(text: str) -> None:
    box = Box(14, 4, round(26 + width(text)), 68)
    (piece,) = without_leaders(drawn(text), [box])
    assert (piece.box, piece.leads) == (box, False)


def test_a_line_of_nothing_but_dots_is_no_line() -> None:
    assert without_leaders(drawn("." * 90), [BOX]) == ()


@pytest.mark.parametrize(
    ("seen", "kept"),
    [("001203004567_.", "001203004567"), ("2025.", "2025"), ("……", ""), ("a-b", "a-b")],
)
def test_what_dots_are_read_as_is_taken_off_a_word(seen: str, kept: str) -> None:
    assert without_marks(seen) == kept


def _dotted(page: Gray, row: int, *, step: int = 13) -> Gray:
    """Return the page with dots to write on below its line, as a form has them."""
    made = page.copy()
    for left in range(280, 1000, step):
        made[row : row + 4, left : left + 4] = 20
    return made


@pytest.mark.parametrize("text", ["PHAN CÔNG KHÁNH", "PHÙNG TRỌNG SƠN", "Lò Thị Lụa"])
def test_dots_to_write_on_are_taken_out_and_no_dot_below_a_letter(text: str) -> None:
    page = draw([(300, 200, text)], height=400)
    rows = np.flatnonzero((page < 150).any(axis=1))
    box = Box(280, int(rows[0]), 1000, 262)
    bare = without_dots(_dotted(page, 253), [box])
    ink = page < 150
    assert np.count_nonzero(ink & (bare >= 150)) <= 0.004 * np.count_nonzero(ink)
    assert np.count_nonzero(~ink & (bare < 150)) <= 40, "of some 850 pixels of dots"


def test_dots_out_of_step_stay() -> None:
    page = draw([(300, 200, "Lò Thị Lụa, Tạ Thị Ngọc, Vũ Ngọc Lộc")], height=400)
    rows = np.flatnonzero((page < 150).any(axis=1))
    assert without_dots(page, [Box(280, int(rows[0]), 1400, int(rows[-1]) + 1)]) is page


def test_a_bare_page_is_returned_as_it_is() -> None:
    page = np.full((200, 400), 255, np.uint8)
    assert without_dots(page, [Box(10, 10, 390, 60), Box(0, 190, 400, 200)]) is page
