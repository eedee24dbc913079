"""Worn pages are made by seed alone, and a mark never hides what lies below it."""

from __future__ import annotations

import dataclasses
import io

import numpy as np
import pytest
from PIL import Image

from benchmarks.reading.born_digital import held_out
from benchmarks.reading.grades import GRADES, Conditions, GradeName, conditions, scanned
from benchmarks.reading.marks import Place, received, sealed
from samples import layout
from samples.degrade import Wear
from samples.papers import COLLECTION

DPI = 100
PAGE = Place(is_first=True, closing=0.7)


@pytest.fixture(scope="module")
def drawn() -> Image.Image:
    return layout.render(COLLECTION[3].draw()[0], DPI * 2)


def plain(wear: Wear, *, marked: bool = False, ink: float = 1.0) -> Conditions:
    return Conditions(DPI, wear, 60, ink, 0.0, is_sealed=marked, is_received=marked)


@pytest.mark.parametrize("grade", GRADES)
def test_the_same_seed_gives_the_same_file(grade: GradeName, drawn: Image.Image) -> None:
    chosen = conditions(grade, 7)
    assert conditions(grade, 7) == chosen
    assert scanned(drawn, chosen, 7, None, PAGE) == scanned(drawn, chosen, 7, None, PAGE)
    assert scanned(drawn, chosen, 7, None, PAGE) != scanned(drawn, chosen, 8, None, PAGE)


@pytest.mark.parametrize("grade", GRADES)
def test_conditions_stay_within_what_offices_scan(grade: GradeName) -> None:
    drawn = [conditions(grade, seed) for seed in range(200)]
    assert {each.dpi for each in drawn} <= {150, 200, 300}
    assert all(0.2 <= abs(each.wear.skew_deg) <= 3.0 for each in drawn)
    assert all(each.dpi >= 200 for each in drawn if each.wear.mode == "bilevel")
    assert (
        {each.is_sealed for each in drawn} == {each.is_received for each in drawn} == {True, False}
    )


def test_a_worse_grade_is_worse() -> None:
    means = {
        grade: np.mean(
            [
                [one.ink, -one.erosion, -one.wear.noise, -one.wear.ghost, one.quality]
                for one in (conditions(grade, seed) for seed in range(100))
            ],
            axis=0,
        )
        for grade in GRADES
    }
    assert (means["office"] > means["worn"]).all()
    assert (means["worn"] > means["bad"]).all()


def test_a_scan_states_its_resolution_and_keeps_two_levels_without_loss(
    drawn: Image.Image,
) -> None:
    data, suffix = scanned(drawn, plain(Wear("bilevel")), 1, None, None)
    with Image.open(io.BytesIO(data)) as image:
        assert (suffix, image.mode, image.info["compression"]) == (".tif", "1", "group4")
        assert image.info["dpi"] == (DPI, DPI)
    data, suffix = scanned(drawn, plain(Wear("color")), 1, None, None)
    with Image.open(io.BytesIO(data)) as image:
        assert (suffix, image.mode, image.info["dpi"]) == (".jpg", "RGB", (DPI, DPI))


def test_marks_darken_and_hide_nothing(drawn: Image.Image) -> None:
    before, page = np.asarray(drawn), drawn.copy()
    chance = np.random.default_rng(3)
    scale = DPI * 2 / 25.4
    for draw in (*sealed((210, 297), PAGE, chance), received((210, 297), chance)):
        draw(page, scale)
    after = np.asarray(page)
    assert (after <= before).all()
    assert (after < before).any(axis=2).sum() > 1000


def test_stamps_are_put_on_only_where_they_belong(drawn: Image.Image) -> None:
    marked = plain(Wear("gray", noise=0), marked=True)
    bare = scanned(drawn, plain(Wear("gray", noise=0)), 5, None, PAGE)
    assert scanned(drawn, marked, 5, None, None) == bare
    assert scanned(drawn, marked, 5, None, PAGE) != bare
    # Nobody signs a first page that does not close, and a second page has no received stamp.
    assert len(sealed((210, 297), Place(True, None), np.random.default_rng(1))) == 1
    second = dataclasses.replace(marked, is_sealed=False)
    assert scanned(drawn, second, 5, None, Place(False, 0.7)) == bare


def test_faint_ink_is_paler_and_the_other_side_shows_through(drawn: Image.Image) -> None:
    def mean(chosen: Conditions, behind: Image.Image | None) -> float:
        data, _ = scanned(drawn, chosen, 1, behind, None)
        return float(np.mean(Image.open(io.BytesIO(data))))

    fresh = mean(plain(Wear("gray")), None)
    assert mean(plain(Wear("gray"), ink=0.5), None) > fresh + 2
    assert mean(plain(Wear("gray", ghost=0.2)), drawn) < fresh - 1


def test_a_third_of_the_papers_is_kept_aside_whatever_order_they_are_listed_in() -> None:
    names = [f"{number}.pdf" for number in range(9)]
    assert len(held_out(names)) == 3
    assert held_out(names[::-1]) == held_out(names)
