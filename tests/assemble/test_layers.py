"""A page taken apart: ink, paper, colored ink, each where it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.assemble.colored_ink import colored_regions
from digitizer.assemble.ink_mask import find_ink
from digitizer.assemble.layers import ink_color, paper_color
from digitizer.assemble.likeness import cells_of, similarity, worst_place
from digitizer.assemble.resampling import luma
from digitizer.model import Box
from tests.assemble.sealed import DPI, PRINT, SEAL, SEAL_RED, SIGNATURE, sealed_pixels

SHEET = sealed_pixels()


def paper(width: int = 400, height: int = 300, gray: int = 240) -> np.ndarray:
    return np.full((height, width), gray, np.uint8)


def test_print_is_ink_and_shaded_paper_is_not() -> None:
    ink = find_ink(luma(SHEET), DPI)
    dark = luma(SHEET) < 110
    assert ink.mask[dark].mean() > 0.995
    assert ink.mask[luma(SHEET) > 215].mean() < 0.002
    assert ink.mask.mean() < 0.2


@pytest.mark.parametrize("gray", [20, 120, 190])
def test_a_dot_of_half_a_millimeter_is_ink_however_faint(gray: int) -> None:
    page = paper()
    page[100:104, 200:204] = gray
    assert find_ink(page, DPI).mask[100:104, 200:204].all()


def test_a_single_pixel_of_dust_is_left_to_the_paper() -> None:
    page = paper()
    page[100, 200] = 0
    assert not find_ink(page, DPI).mask.any()


def test_a_flat_gray_field_is_no_ink_inside() -> None:
    page = paper()
    page[100:200, 100:300] = 150
    assert not find_ink(page, DPI).mask[130:170, 130:270].any()


@pytest.mark.parametrize(("dpi", "factor"), [(100, 3), (150, 2), (200, 2), (240, 1), (300, 1)])
def test_letters_of_coarse_scans_get_finer_edges(dpi: int, factor: int) -> None:
    page = paper()
    page[100:105, 50:350] = 30
    ink = find_ink(page, dpi)
    assert ink.stencil.shape == (300 * factor, 400 * factor)
    assert ink.mask.shape == page.shape
    assert ink.stencil.mean() == pytest.approx(ink.mask.mean(), rel=0.15)


def test_ink_can_be_left_out_where_it_is_not_wanted() -> None:
    everywhere = find_ink(luma(SHEET), DPI)
    without = find_ink(luma(SHEET), DPI, elsewhere=(Box(*SEAL),))
    inside = np.s_[SEAL[1] : SEAL[3], SEAL[0] : SEAL[2]]
    assert everywhere.mask[inside].any()
    assert not without.mask[inside].any()
    assert (without.mask[:800] == everywhere.mask[:800]).all()


def test_the_paper_shows_no_trace_of_the_print() -> None:
    ink = find_ink(luma(SHEET), DPI)
    seen = paper_color(SHEET, ink, (500, 700)).astype(int)
    assert seen.min() > 215
    # The shade from top to bottom stays.
    assert seen[20].mean() - seen[-20].mean() == pytest.approx(17, abs=2)


def test_the_ink_has_the_color_of_the_strokes_cores() -> None:
    ink = find_ink(luma(SHEET), DPI)
    color = ink_color(SHEET, ink, (250, 350)).astype(int)
    assert np.abs(color[40:180, 30:200] - PRINT).mean() < 12
    ring = color[round(SEAL[1] / 4) + 1, round((SEAL[0] + SEAL[2]) / 8)]
    assert np.abs(ring - SEAL_RED).max() < 30


def test_a_page_all_ink_or_all_paper_can_be_taken_apart() -> None:
    for gray in (0, 255):
        page = paper(gray=gray)
        ink = find_ink(page, DPI)
        assert (paper_color(page, ink, (40, 30)) == gray).all()
        assert ink_color(page, ink, (40, 30)).shape == (30, 40)


def test_seal_and_signature_are_one_region() -> None:
    (box,) = colored_regions(SHEET, DPI)
    xs, ys = zip(*SIGNATURE, strict=True)
    assert box.left <= SEAL[0] and box.right >= max(*xs, SEAL[2])
    assert box.top <= SEAL[1] and box.bottom >= max(*ys, SEAL[3])
    assert box.width < 420 and box.height < 330


def test_gray_pages_have_no_colored_ink() -> None:
    assert colored_regions(luma(SHEET), DPI) == ()
    assert colored_regions(np.repeat(luma(SHEET)[:, :, np.newaxis], 3, 2), DPI) == ()


def test_tinted_paper_is_no_colored_ink() -> None:
    tinted = np.clip(SHEET.astype(int) - (0, 0, 60), 0, 255).astype(np.uint8)
    assert len(colored_regions(tinted, DPI)) <= 1


def test_a_colored_frame_does_not_swallow_the_seal_inside() -> None:
    framed = SHEET.copy()
    for side in (framed[10:22], framed[-22:-10], framed[:, 10:22], framed[:, -22:-10]):
        side[:] = SEAL_RED
    (box,) = colored_regions(framed, DPI)
    assert box.left > 500 and box.top > 800


spots = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 1300)), max_size=8)


@given(spots)
def test_regions_hold_the_color_and_do_not_overlap(places: list[tuple[int, int]]) -> None:
    page = np.full((1400, 1000, 3), 245, np.uint8)
    for x, y in places:
        page[y : y + 60, x : x + 60] = SEAL_RED
    boxes = colored_regions(page, DPI)
    covered = np.zeros((1400, 1000), int)
    for box in boxes:
        covered[box.top : box.bottom, box.left : box.right] += 1
    assert covered.max() <= 1
    if sum(box.width * box.height for box in boxes) and len(places) == 1:
        assert covered[page[:, :, 1] < 100].all()


def test_similarity_of_one_window_is_the_papers_formula() -> None:
    random = np.random.default_rng(3)
    one, other = (random.integers(0, 256, (11, 11)).astype(np.uint8) for _ in range(2))
    axis = np.exp(-(np.arange(-5, 6) ** 2) / (2 * 1.5**2))
    weight = np.outer(axis, axis) / axis.sum() ** 2
    x, y = one.astype(float), other.astype(float)
    mean_x, mean_y = (weight * x).sum(), (weight * y).sum()
    variance_x, variance_y = ((weight * (v - m) ** 2).sum() for v, m in ((x, mean_x), (y, mean_y)))
    together = (weight * (x - mean_x) * (y - mean_y)).sum()
    c1, c2 = 6.5025, 58.5225
    expected = (2 * mean_x * mean_y + c1) * (2 * together + c2)
    expected /= (mean_x**2 + mean_y**2 + c1) * (variance_x + variance_y + c2)
    assert similarity(one, other) == pytest.approx(expected, abs=1e-4)


def test_a_picture_is_wholly_like_itself_and_less_like_its_blur() -> None:
    gray = luma(SHEET)
    assert similarity(gray, gray) == pytest.approx(1, abs=1e-5)
    assert similarity(gray, np.roll(gray, 3, axis=1)) < 0.9


@pytest.mark.parametrize("shape", [(10, 40), (40, 40)])
def test_pictures_that_can_not_be_compared_are_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="can't be compared"):
        similarity(np.zeros(shape, np.uint8), np.zeros((10, 40), np.uint8))


def test_a_lost_word_is_seen_at_its_place_though_the_mean_hardly_moves() -> None:
    cells = cells_of(SHEET.shape[1], SHEET.shape[0], DPI)
    lost = SHEET.copy()
    lost[95:135, 85:160] = 240
    assert worst_place(SHEET, SHEET, cells) == 0
    assert worst_place(SHEET, lost, cells) > 40
    assert similarity(luma(SHEET), luma(lost)) > 0.98


def test_a_seal_that_lost_its_color_is_seen() -> None:
    gray = np.repeat(luma(SHEET)[:, :, np.newaxis], 3, 2)
    cells = cells_of(SHEET.shape[1], SHEET.shape[0], DPI)
    assert worst_place(SHEET, gray, cells) > 20
