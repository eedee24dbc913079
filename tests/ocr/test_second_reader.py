"""Tesseract's network, built again in ONNX, reads as Tesseract does and many lines at once."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import tesserocr
from PIL import Image, ImageFont

from benchmarks.reading.edits import distance
from digitizer.errors import MissingDependency, PageTimedOut
from digitizer.model import Box
from digitizer.ocr.engine import Deadline, Gray
from digitizer.ocr.second_reader import LOOSE, TIGHT, SecondReader, crop_line, normalized
from digitizer.ocr.tessdata import LANGUAGE, tessdata_folder
from digitizer.ocr.traineddata import load_recognizer
from tests.ocr.drawn_page import FONT, LETTER, draw

MODEL = tessdata_folder() / f"{LANGUAGE}.traineddata"


@pytest.fixture(scope="module")
def reader() -> SecondReader:
    return SecondReader()


@pytest.fixture(scope="module")
def page() -> Gray:
    return draw()


@pytest.fixture(scope="module")
def boxes() -> list[Box]:
    """Each drawn line's box."""
    font = ImageFont.truetype(FONT, 54)
    corners = (font.getbbox(text) for _, _, text in LETTER)
    return [
        Box(left + int(x0), top + int(y0), left + math.ceil(x1), top + math.ceil(y1))
        for (left, top, _), (x0, y0, x1, y1) in zip(LETTER, corners, strict=True)
    ]


def texts(reader: SecondReader, page: Gray, boxes: list[Box]) -> list[str]:
    lines = reader.read(page, boxes, deadline=Deadline(60))
    return [" ".join(word.text for word in line) for line in lines]


def test_a_drawn_page_is_read_nearly_without_error(
    reader: SecondReader, page: Gray, boxes: list[Box]
) -> None:
    wanted = [text for _, _, text in LETTER]
    errors = sum(map(distance, texts(reader, page, boxes), wanted))
    assert errors <= 0.03 * sum(map(len, wanted))


def test_it_reads_what_tesseract_reads(reader: SecondReader, page: Gray, boxes: list[Box]) -> None:
    mine = texts(reader, page, boxes)
    theirs = []
    with tesserocr.PyTessBaseAPI(
        path=str(tessdata_folder()), lang=LANGUAGE, psm=tesserocr.PSM.SINGLE_LINE
    ) as tesseract:
        for box in boxes:
            crop = page[box.top - 8 : box.bottom + 8, box.left - 8 : box.right + 8]
            tesseract.SetImage(Image.fromarray(crop))
            theirs.append(tesseract.GetUTF8Text().strip())
    assert sum(map(distance, mine, theirs)) <= 0.03 * sum(map(len, theirs))


def test_a_line_reads_the_same_alone_and_among_others(
    reader: SecondReader, page: Gray, boxes: list[Box]
) -> None:
    together = texts(reader, page, boxes)
    assert [texts(reader, page, [box])[0] for box in boxes] == together


def test_the_order_of_the_boxes_is_kept(reader: SecondReader, page: Gray, boxes: list[Box]) -> None:
    forward = texts(reader, page, boxes)
    assert texts(reader, page, boxes[::-1]) == forward[::-1]


def test_paper_without_ink_has_no_words(reader: SecondReader) -> None:
    paper = np.full((200, 800), 255, np.uint8)
    assert reader.read(paper, [Box(10, 10, 700, 60)], deadline=Deadline(60)) == ((),)


def test_no_lines_are_no_work(reader: SecondReader, page: Gray) -> None:
    assert reader.read(page, [], deadline=Deadline(60)) == ()


def test_time_over_is_said(reader: SecondReader, page: Gray, boxes: list[Box]) -> None:
    with pytest.raises(PageTimedOut):
        reader.read(page, boxes, deadline=Deadline(0))


@pytest.mark.parametrize("framing", [LOOSE, TIGHT])
@pytest.mark.parametrize("size", [(1, 1), (1, 400), (400, 1), (36, 9000)])
def test_every_crop_is_36_pixels_high(framing: object, size: tuple[int, int]) -> None:
    page = np.zeros((500, 9100), np.uint8)
    box = Box(20, 20, 20 + size[1], 20 + size[0])
    crop = crop_line(page, box, framing)  # type: ignore[arg-type]  # parametrized
    assert crop.shape[0] == 36
    assert crop.shape[1] <= 4096 + 6


def test_ink_becomes_minus_one_and_paper_one() -> None:
    line = np.full((36, 60), 200, np.uint8)
    line[:, 10:50:4] = 40
    level = normalized(line)
    assert level.min() == -1
    assert level.max() == 1


def test_the_network_is_the_one_tesseract_describes() -> None:
    network = load_recognizer(MODEL)
    assert network.convolution.weights.shape == (16, 9)
    assert network.output.weights.shape == (len(network.alphabet), network.last.size)
    assert network.alphabet[network.blank] == ""
    assert {"ệ", "Đ", "0", " "} <= set(network.alphabet)


@pytest.mark.parametrize("kept", [0, 3, 100, 5_000, 200_000])
def test_a_damaged_model_says_what_to_install(tmp_path: Path, kept: int) -> None:
    file = tmp_path / "vie.traineddata"
    file.write_bytes(MODEL.read_bytes()[:kept])
    with pytest.raises(MissingDependency, match="tesseract-ocr-vie"):
        load_recognizer(file)


def test_a_lost_model_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(MissingDependency, match="tesseract-ocr-vie"):
        load_recognizer(tmp_path / "vie.traineddata")
