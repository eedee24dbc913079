"""Known angles are found, real pages come out upright, and the one blank page is the one."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import numpy as np
import pytest

from benchmarks.reading.posture import (
    ANGLES_DEG,
    BLANK,
    SIDEWAYS,
    Turned,
    drawn_pages,
    lean,
    real_pages,
    turn_all_ways,
)
from samples import layout
from samples.papers import COLLECTION


def test_known_angles_are_found_on_a_sample() -> None:
    page = np.asarray(layout.render(COLLECTION[3].draw()[0], 150).convert("L"))
    trials = lean("sample", page, own_deg=0.0)
    assert [trial.angle_deg for trial in trials] == list(ANGLES_DEG)
    errors = [abs(trial.error_deg) for trial in trials]
    assert (median(errors) <= 0.1, max(errors) <= 0.3) == (True, True)


def test_a_sample_turned_any_way_comes_out_upright() -> None:
    page = np.asarray(layout.render(COLLECTION[3].draw()[0], 150).convert("L"))
    turned = list(turn_all_ways("sample", page))
    assert [one.expected_deg for one in turned] == [0, 270, 180, 90]
    assert [one for one in turned if not one.is_right] == []


def test_a_written_page_called_blank_is_wrong_and_a_blank_one_has_no_way_up() -> None:
    assert not Turned("page", 0, 0, is_blank=True).is_right
    assert not Turned(next(iter(BLANK)), 0, 0, is_blank=False).is_right
    assert Turned(next(iter(BLANK)), 0, 90, is_blank=True).is_right


@pytest.mark.slow
def test_drawn_decisions_leaned_by_known_angles_are_made_level(shared: Path) -> None:
    errors = [
        abs(trial.error_deg)
        for name, page in drawn_pages(shared)
        for trial in lean(name, page, own_deg=0.0)
    ]
    assert median(errors) <= 0.1
    assert max(errors) <= 0.3


@pytest.mark.slow
def test_every_real_page_comes_out_upright_and_only_the_blank_one_is_blank(shared: Path) -> None:
    names, wrong = set(), []
    for name, page in real_pages(shared):
        names.add(name)
        wrong += [one for one in turn_all_ways(name, page) if not one.is_right]
    assert names >= {*BLANK, *SIDEWAYS}
    assert wrong == []
