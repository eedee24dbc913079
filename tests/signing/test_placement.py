"""The mark finds free room: in its corner, along the upper margin, then a little smaller."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from digitizer.ink import InkMap, Region, first_page_ink, inked
from digitizer.legal_profile.marks import MarkTemplate, Place, mark_in_force, mark_templates
from digitizer.model import PdfA
from signing.mark import Mark, PageFrame, template
from signing.placement import place
from signing.seal import seal, sign_as_operator
from signing.settings import SigningSettings
from signing.signer import Signer
from tests.signing.conftest import DPI, paper
from tests.signing.test_two_signatures import rendered

MOMENT = datetime(2026, 11, 21, 1, 15, 30, tzinfo=UTC)
LINES = ("SAO Y", "Ủy ban nhân dân xã Thử Nghiệm", "2026-11-21T08:15:30+07:00")
PAGE = PageFrame(0, 0, 595, 842)
AGENCY, OFFICER = template("sao_y", MOMENT), template("nguoi_quet", MOMENT)


def ink(*boxes: tuple[int, int, int, int], size: tuple[int, int] = (595, 842)) -> InkMap:
    """A page with ink in `boxes`: left, top, right, bottom, one cell a point."""
    grid = np.zeros((size[1], size[0]), np.bool_)
    for left, top, right, bottom in boxes:
        grid[top:bottom, left:right] = True
    return InkMap.of(grid)


def box(mark: Mark) -> tuple[float, float, float, float]:
    """Left, top, right, bottom in points from the upper left corner of an unturned A4 page."""
    left, bottom, right, top = mark.rect
    return left, PAGE.height - top, right, PAGE.height - bottom


def clear_of(mark: Mark, printed: InkMap) -> bool:
    left, top, right, bottom = (round(side) for side in box(mark))
    sums = printed.sums
    return int(sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]) == 0


def test_on_an_empty_page_the_agencys_mark_stands_10_mm_from_the_right() -> None:
    mark = place(LINES, PAGE, AGENCY, ink=ink())
    assert (mark.size, mark.covers_print) == (10.0, False)
    assert PAGE.width - box(mark)[2] == pytest.approx(28.35, abs=0.01)
    assert box(mark)[1] == pytest.approx(14.17, abs=0.01)


def test_on_an_empty_page_the_officers_mark_stands_10_mm_from_the_left() -> None:
    mark = place(LINES, PAGE, OFFICER, ink=ink())
    assert box(mark)[0] == pytest.approx(28.35, abs=0.01)
    assert box(mark)[1] == pytest.approx(14.17, abs=0.01)


def test_it_slides_inside_its_corner_first() -> None:
    printed = ink((540, 0, 595, 60))
    mark = place(LINES, PAGE, AGENCY, ink=printed)
    assert mark.size == 10.0 and clear_of(mark, printed)
    assert box(mark)[0] > PAGE.width / 2


def test_then_it_slides_along_the_upper_margin() -> None:
    printed = ink((290, 0, 595, 120))
    mark = place(LINES, PAGE, AGENCY, ink=printed)
    assert mark.size == 10.0 and clear_of(mark, printed)
    assert box(mark)[2] < 290 and box(mark)[3] <= 53


def test_then_it_shrinks_but_not_below_its_least_size() -> None:
    printed = ink((0, 0, 595, 16), (0, 43, 595, 842))
    mark = place(LINES, PAGE, AGENCY, ink=printed)
    assert AGENCY.least_size_pt <= mark.size < 10.0
    assert clear_of(mark, printed) and not mark.covers_print


def test_without_any_room_it_keeps_its_corner_and_says_so() -> None:
    printed = ink((0, 0, 595, 842))
    for chosen in (AGENCY, OFFICER):
        mark = place(LINES, PAGE, chosen, ink=printed)
        assert mark.covers_print
        assert mark.size == chosen.least_size_pt
        is_left = box(mark)[2] < PAGE.width / 2
        assert is_left is (chosen.place is Place.TOP_LEFT)


def test_without_any_room_it_lies_where_it_covers_least() -> None:
    grid = np.ones((842, 595), np.bool_)
    grid[40:60:2, 320:560] = False
    mark = place(LINES, PAGE, AGENCY, ink=InkMap.of(grid))
    assert mark.covers_print
    assert box(mark)[1] > 30 and box(mark)[3] < 70


@settings(deadline=None, max_examples=60)
@given(
    boxes=st.lists(
        st.tuples(
            st.integers(0, 560), st.integers(0, 120), st.integers(5, 300), st.integers(3, 60)
        ),
        max_size=12,
    ),
    chosen=st.sampled_from([AGENCY, OFFICER]),
)
def test_whatever_is_printed_the_mark_is_clear_of_it_or_says_so(
    boxes: list[tuple[int, int, int, int]], chosen: MarkTemplate
) -> None:
    printed = ink(*((x, y, min(595, x + w), y + h) for x, y, w, h in boxes))
    mark = place(LINES, PAGE, chosen, ink=printed)
    assert mark.covers_print or clear_of(mark, printed)
    left, top, right, bottom = box(mark)
    assert left >= 0 and top >= 0 and right <= PAGE.width and bottom <= 114


@settings(deadline=None, max_examples=60)
@given(
    width=st.integers(20, 200),
    height=st.integers(5, 40),
    where=st.tuples(st.integers(0, 300), st.integers(0, 200)),
    dots=st.lists(st.tuples(st.integers(0, 399), st.integers(0, 299)), max_size=40),
)
def test_the_clearest_spot_is_the_one_a_plain_search_finds(
    width: int,
    height: int,
    where: tuple[int, int],
    dots: list[tuple[int, int]],
) -> None:
    grid = np.zeros((300, 400), np.bool_)
    for x, y in dots:
        grid[y, x] = True
    spot = InkMap.of(grid).clearest(
        (width / 400, height / 300), Region(0, 0, 1, 1), (where[0] / 400, where[1] / 300)
    )
    assert spot is not None
    left, top = round(spot.left * 400), round(spot.top * 300)
    found = grid[top : top + height, left : left + width].sum()
    assert found == spot.covered * width * height
    least = min(
        grid[y : y + height, x : x + width].sum()
        for y in range(0, 301 - height, 7)
        for x in range(0, 401 - width, 7)
    )
    assert found <= least


def test_a_block_larger_than_its_region_has_no_spot() -> None:
    assert ink().clearest((0.6, 0.1), Region(0.5, 0, 1, 1), (0.5, 0)) is None


def test_red_stamps_pencil_and_rules_are_ink_but_yellow_paper_is_not() -> None:
    page = Image.new("RGB", (300, 200), (236, 224, 190))
    draw = ImageDraw.Draw(page)
    draw.rectangle((20, 20, 80, 60), outline=(215, 60, 60), width=2)
    draw.line((100, 50, 280, 50), fill=(150, 150, 150), width=1)
    draw.line((100, 90, 200, 120), fill=(60, 70, 180), width=2)
    found = inked(np.asarray(page))
    assert found[20, 20:80].all() and found[50, 100:280].all() and found[105, 140:160].any()
    assert not found[130:, :].any() and not found[:15, :].any()


def test_dust_is_no_ink_and_a_dark_picture_is() -> None:
    page = Image.new("L", (300, 200), 245)
    draw = ImageDraw.Draw(page)
    draw.point([(40, 40), (90, 20)], fill=60)
    draw.rectangle((150, 50, 299, 199), fill=70)
    found = inked(np.asarray(page))
    assert not found[:45, :].any()
    assert found[60:, 160:].all()


def stamped_paper() -> Image.Image:
    """A page with a received stamp and a form number where the marks belong."""
    page = paper(210, 297)
    draw = ImageDraw.Draw(page)
    draw.rectangle((30, 15, 330, 95), outline=(200, 40, 40), width=4)
    draw.text((560, 22), "Mẫu số 01 (ban hành kèm theo Thông tư)", "black", font_size=16)
    return page


@pytest.mark.parametrize("rotation_deg", [0, 90, 180, 270])
def test_real_marks_leave_stamps_and_print_alone(
    make_pdf_a: Callable[..., PdfA],
    throwaway: Signer,
    tmp_path: Path,
    now: datetime,
    rotation_deg: int,
) -> None:
    pdf_a = make_pdf_a(image=stamped_paper(), rotation_deg=rotation_deg)
    agency = SigningSettings(agency="Ủy ban nhân dân xã Thử Nghiệm")
    operated = sign_as_operator(pdf_a, signer=throwaway, folder=tmp_path, now=now)
    signed = seal(operated, signer=throwaway, settings=agency, folder=tmp_path, now=now)
    assert not signed.mark_covers_print
    before, one, two = (rendered(item.pdf.path) for item in (pdf_a, operated, signed))
    printed = ImageChops.invert(before.convert("L")).point(lambda ink: 255 if ink > 60 else 0)
    for earlier, later in ((before, one), (one, two)):
        found = ImageChops.difference(earlier, later).getbbox()
        assert found is not None
        assert printed.crop(found).getbbox() is None
        assert found[3] < 45 / 25.4 * DPI


def test_the_second_mark_keeps_off_the_first(
    make_pdf_a: Callable[..., PdfA], throwaway: Signer, tmp_path: Path, now: datetime
) -> None:
    """The right third is full, so the seal has to move left, where the officer's mark stands."""
    page = paper(210, 297)
    free = round(page.width * 0.72)
    ImageDraw.Draw(page).rectangle((free, 0, page.width, 300), fill=(90, 90, 90))
    pdf_a = make_pdf_a(image=page)
    operated = sign_as_operator(pdf_a, signer=throwaway, folder=tmp_path, now=now)
    signed = seal(operated, signer=throwaway, settings=SigningSettings(), folder=tmp_path, now=now)
    before, one, two = (rendered(item.pdf.path) for item in (pdf_a, operated, signed))
    first = ImageChops.difference(before, one).getbbox()
    second = ImageChops.difference(one, two).getbbox()
    assert first is not None and second is not None
    assert not signed.mark_covers_print
    assert second[2] < free
    assert second[0] >= first[2] or second[1] >= first[3]


def test_a_page_without_room_is_sealed_all_the_same_and_the_outcome_says_so(
    make_pdf_a: Callable[..., PdfA], throwaway: Signer, tmp_path: Path, now: datetime
) -> None:
    page = Image.effect_noise((827, 1169), 90).convert("RGB")
    signed = seal(
        make_pdf_a(image=page),
        signer=throwaway,
        settings=SigningSettings(),
        folder=tmp_path,
        now=now,
    )
    assert signed.mark_covers_print


def test_the_ink_of_a_turned_page_is_that_of_the_page_as_shown(
    make_pdf_a: Callable[..., PdfA],
) -> None:
    page = Image.new("RGB", (827, 1169), "white")
    ImageDraw.Draw(page).rectangle((500, 20, 800, 60), fill="black")
    for rotation_deg in (0, 90, 180, 270):
        found = first_page_ink(make_pdf_a(image=page, rotation_deg=rotation_deg).pdf.path)
        rows, columns = found.sums.shape
        assert found.sums[rows // 10, -1] == found.sums[-1, -1] > 0
        assert found.sums[-1, columns // 2] == 0


def test_every_mark_has_a_basis_a_date_and_a_place() -> None:
    marks = mark_templates()
    assert {mark.name for mark in marks} == {
        "so_hoa_luu_tru",
        "sao_y",
        "chuyen_doi",
        "nguoi_quet",
    }
    for mark in marks:
        assert mark.legal.basis and mark.legal.valid_from
        assert mark.size_pt == 10.0
        assert mark.lines[-1] == "{time}"
        is_officers = mark.name == "nguoi_quet"
        assert (mark.place is Place.TOP_LEFT) is is_officers


def test_a_mark_is_in_force_from_its_day_on() -> None:
    circular = mark_in_force("so_hoa_luu_tru", datetime(2025, 7, 1, tzinfo=UTC).date())
    assert circular is not None
    assert mark_in_force("so_hoa_luu_tru", datetime(2025, 6, 30, tzinfo=UTC).date()) is None
    assert mark_in_force("khong_co", MOMENT.date()) is None
