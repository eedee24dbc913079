"""What every reading engine promises, tried on each of them."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from benchmarks.reading.edits import distance
from benchmarks.reading.score import score_page, total
from benchmarks.reading.truth import TruthLine, comparable
from digitizer.errors import PageTimedOut
from digitizer.model import TextLine
from digitizer.ocr.engine import Gray, OcrEngine
from digitizer.ocr.engines import open_engine
from digitizer.settings import EngineName
from tests.ocr.drawn_page import DPI, LETTER, draw


@pytest.fixture(scope="module", params=get_args(EngineName))
def engine(request: pytest.FixtureRequest) -> OcrEngine:
    return open_engine(request.param)


@pytest.fixture(scope="module")
def letter() -> Gray:
    return draw()


@pytest.fixture(scope="module")
def lines(engine: OcrEngine, letter: Gray) -> tuple[TextLine, ...]:
    return engine.read(letter, dpi=DPI, timeout_s=120)


def test_a_clean_page_is_read_nearly_without_error(lines: tuple[TextLine, ...]) -> None:
    truth = [TruthLine((comparable(text),), is_marked=False) for _, _, text in LETTER]
    score = total(score_page(truth, lines))
    assert score.cer <= 0.03


def test_the_body_is_read_in_order(lines: tuple[TextLine, ...]) -> None:
    body = " ".join(comparable(text) for _, top, text in LETTER if 600 <= top < 1000)
    read = " ".join(comparable(line.text) for line in lines if 550 <= line.box.top < 1000)
    assert distance(body, read) <= 0.03 * len(body)


def test_words_of_a_line_go_left_to_right(lines: tuple[TextLine, ...]) -> None:
    lefts = [[word.box.left for word in line.words] for line in lines]
    assert lefts == [sorted(line) for line in lefts]


def test_every_box_lies_on_the_page_and_over_ink(lines: tuple[TextLine, ...], letter: Gray) -> None:
    height, width = letter.shape
    for word in (word for line in lines for word in line.words):
        box = word.box
        assert 0 <= box.left < box.right <= width
        assert 0 <= box.top < box.bottom <= height
        assert (letter[box.top : box.bottom, box.left : box.right] < 128).any(), word


def test_nearly_all_ink_lies_in_some_word(lines: tuple[TextLine, ...], letter: Gray) -> None:
    ink = letter < 128
    left = ink.copy()
    for word in (word for line in lines for word in line.words):
        # Tesseract cuts hooks and dots off its boxes.
        grown = slice(max(0, word.box.top - 8), word.box.bottom + 8)
        left[grown, max(0, word.box.left - 4) : word.box.right + 4] = False
    assert left.sum() <= 0.02 * ink.sum()


def test_confidence_is_a_share_and_most_words_are_accepted(lines: tuple[TextLine, ...]) -> None:
    words = [word for line in lines for word in line.words]
    assert all(0 <= word.confidence <= 1 for word in words)
    assert sum(word.accepted for word in words) >= 0.6 * len(words)


def test_no_word_holds_a_space_or_is_empty(lines: tuple[TextLine, ...]) -> None:
    assert all(word.text and " " not in word.text for line in lines for word in line.words)


def test_a_blank_page_gives_no_lines(engine: OcrEngine) -> None:
    blank = np.full((1400, 1000), 255, np.uint8)
    assert engine.read(blank, dpi=DPI, timeout_s=60) == ()


def test_reading_twice_gives_the_same(
    engine: OcrEngine, letter: Gray, lines: tuple[TextLine, ...]
) -> None:
    assert engine.read(letter, dpi=DPI, timeout_s=120) == lines


def test_a_page_that_takes_too_long_is_an_error_not_an_empty_text(
    engine: OcrEngine, letter: Gray
) -> None:
    with pytest.raises(PageTimedOut):
        engine.read(letter, dpi=DPI, timeout_s=0.001)


def test_the_name_tells_program_and_version(engine: OcrEngine) -> None:
    assert any(char.isdigit() for char in engine.name)
