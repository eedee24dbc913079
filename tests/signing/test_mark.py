"""The visible mark: its words and its place."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.errors import ConfigError, PageTooSmall
from signing.mark import MM, PageFrame, mark_lines
from signing.placement import place
from signing.settings import SigningSettings
from signing.typeface import embed, width_em

MOMENT = datetime(2026, 11, 21, 1, 15, 30, tzinfo=UTC)
A4 = (595.28, 841.89)
SIZE_PT = 10.0
BOTTOM_MM = 18.5
LINES = ("SAO Y", "Ủy ban nhân dân xã Thử Nghiệm", "2026-11-21T08:15:30+07:00")


def frame(width: float, height: float, rotation_deg: int) -> PageFrame:
    """A page that a viewer shows `width` by `height`."""
    if rotation_deg % 180:
        width, height = height, width
    return PageFrame(10, 20, 10 + width, 20 + height, rotation_deg)


def test_a_copy_says_sao_y_agency_and_time_in_vietnam() -> None:
    settings = SigningSettings(mark="sao_y", agency="UBND xã Thử Nghiệm")
    lines = mark_lines(settings, now=MOMENT, is_throwaway=False)
    assert lines == ("SAO Y", "UBND xã Thử Nghiệm", "2026-11-21T08:15:30+07:00")


def test_an_archival_document_says_agency_and_time_only() -> None:
    settings = SigningSettings(agency="UBND xã Thử Nghiệm")
    lines = mark_lines(settings, now=MOMENT, is_throwaway=False)
    assert lines == ("UBND xã Thử Nghiệm", "2026-11-21T08:15:30+07:00")


def test_a_conversion_names_the_person() -> None:
    settings = SigningSettings(mark="chuyen_doi", agency="UBND xã", converted_by="Nguyễn Văn Thử")
    lines = mark_lines(settings, now=MOMENT, is_throwaway=False)
    assert lines[:2] == ("ĐÃ CHUYỂN ĐỔI TỪ VĂN BẢN GIẤY", "UBND xã – Nguyễn Văn Thử")


def test_a_conversion_without_a_person_is_refused() -> None:
    with pytest.raises(ConfigError, match="converted_by"):
        mark_lines(SigningSettings(mark="chuyen_doi"), now=MOMENT, is_throwaway=False)


def test_a_throwaway_identity_says_so() -> None:
    lines = mark_lines(SigningSettings(), now=MOMENT, is_throwaway=True)
    assert lines[-1] == "BẢN DÙNG THỬ"


def test_decomposed_text_is_written_composed() -> None:
    agency = unicodedata.normalize("NFD", "Ủy ban nhân dân xã Thử Nghiệm")
    lines = mark_lines(SigningSettings(agency=agency), now=MOMENT, is_throwaway=False)
    assert lines[0] == "Ủy ban nhân dân xã Thử Nghiệm"


def test_a_letter_without_a_glyph_is_an_error_not_a_box() -> None:
    with pytest.raises(ConfigError, match=r"U\+6F22"):
        place(("漢", "2026"), frame(*A4, 0))


def test_every_vietnamese_letter_can_be_written() -> None:
    letters = "".join(
        unicodedata.normalize("NFC", base + tone)
        for base in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
        for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    )
    assert width_em(letters + "đĐ") > 0
    assert embed(frozenset(letters)).encode("Ễ")


def test_on_a4_the_mark_has_size_10() -> None:
    assert place(LINES, frame(*A4, 0)).size == pytest.approx(SIZE_PT)


@pytest.mark.parametrize("rotation_deg", [0, 90, 180, 270])
def test_the_mark_is_in_the_upper_right_corner_as_shown(rotation_deg: int) -> None:
    page = frame(*A4, rotation_deg)
    mark = place(LINES, page)
    corner = page.to_user(page.width, page.height)
    near = min(
        abs(x - corner[0]) + abs(y - corner[1]) for x in mark.rect[::2] for y in mark.rect[1::2]
    )
    assert near < 16 * MM


@given(
    u=st.floats(0, 500),
    v=st.floats(0, 700),
    rotation_deg=st.sampled_from([0, 90, 180, 270]),
)
def test_a_point_carried_there_and_back_is_the_same(u: float, v: float, rotation_deg: int) -> None:
    page = frame(*A4, rotation_deg)
    assert page.to_shown(*page.to_user(u, v)) == pytest.approx((u, v))


def test_a_long_name_is_broken_between_words_then_set_smaller() -> None:
    agency = "Trung tâm Phục vụ hành chính công và Kiểm soát thủ tục hành chính " * 3
    lines = mark_lines(SigningSettings(agency=agency), now=MOMENT, is_throwaway=True)
    mark = place(lines, frame(*A4, 0))
    assert len(mark.lines) > len(lines)
    assert mark.size < SIZE_PT
    assert " ".join(mark.lines) == " ".join(lines)


def test_a_name_that_cannot_fit_is_refused() -> None:
    with pytest.raises(ConfigError, match="too long"):
        place(("W" * 500,), frame(*A4, 0))


@pytest.mark.parametrize("sides", [(24.0, 9.6), (20.0, 20.0), (1.0, 1.0)])
def test_a_scrap_of_a_page_is_that_documents_trouble(sides: tuple[float, float]) -> None:
    with pytest.raises(PageTooSmall) as caught:
        place(LINES, frame(*sides, 0))
    assert caught.value.page == 1


def test_a_user_unit_keeps_the_printed_size() -> None:
    plain = place(LINES, frame(*A4, 0))
    double = place(LINES, replace(PageFrame(0, 0, A4[0] / 2, A4[1] / 2), points_per_unit=2.0))
    assert double.size * 2 == pytest.approx(plain.size)


@given(
    width=st.floats(200, 3000),
    height=st.floats(200, 3000),
    rotation_deg=st.sampled_from([0, 90, 180, 270]),
)
def test_the_mark_never_leaves_the_top_strip(
    width: float, height: float, rotation_deg: int
) -> None:
    page = frame(width, height, rotation_deg)
    mark = place(LINES, page)
    left, bottom, right, top = mark.rect
    assert page.left <= left < right <= page.right
    assert page.bottom <= bottom < top <= page.top
    strip = min(BOTTOM_MM * MM, page.height / 8)
    depth = {
        0: page.top - bottom,
        90: right - page.left,
        180: top - page.bottom,
        270: page.right - left,
    }
    # At 90° the upper edge as shown is the left edge of the unturned page, and so on round.
    assert depth[rotation_deg] <= strip + 1e-6
