"""Confidence that is honest has no error, and the picture of it can be opened."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from benchmarks.reading.reliability import reliability, wilson
from benchmarks.reading.reliability_plot import svg
from benchmarks.reading.score import JudgedWord


def words(confidence: float, right: int, wrong: int) -> list[JudgedWord]:
    verdicts = [True] * right + [False] * wrong
    return [JudgedWord("chữ", confidence, True, is_right) for is_right in verdicts]


def test_confidence_that_keeps_its_word_has_no_error() -> None:
    found = reliability(words(0.9, 90, 10) + words(1.0, 50, 0))
    assert found.expected_error == pytest.approx(0.0)
    assert [(each.low, each.words, each.right) for each in found.bins] == [
        (0.9, 100, 90),
        (0.999, 50, 50),
    ]


def test_the_error_is_weighed_by_words() -> None:
    found = reliability(words(0.9, 100, 0) + words(0.6, 0, 300))
    assert found.expected_error == pytest.approx((100 * 0.1 + 300 * 0.6) / 400)


def test_every_word_falls_into_one_bin() -> None:
    edges = [word for share in (0.0, 0.5, 0.95, 0.999, 1.0) for word in words(share, 1, 1)]
    assert sum(each.words for each in reliability(edges).bins) == len(edges)


def test_no_words_are_no_trouble() -> None:
    assert reliability([]).expected_error == 0.0


def test_the_interval_is_wilson_s() -> None:
    # Worked by hand for 9 of 10, z = 1.96.
    assert wilson(9, 10) == pytest.approx((0.5958, 0.9821), abs=1e-4)


def test_the_plot_is_well_formed_and_names_its_curves() -> None:
    curve = reliability(words(0.97, 96, 4) + words(1.0, 999, 1))
    root = ElementTree.fromstring(svg({"fast & real": curve}))
    space = "{http://www.w3.org/2000/svg}"
    texts = [element.text or "" for element in root.iter(f"{space}text")]
    assert any(text.startswith("fast & real: 1100 words") for text in texts)
    assert len(list(root.iter(f"{space}circle"))) == 2
