"""The words come back, in order, from where their ink is: asked of three readers not ours."""

from __future__ import annotations

import math
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pdfplumber
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from digitizer.assemble.glyphless import Characters, to_unicode_cmap
from digitizer.assemble.stage import assemble
from digitizer.model import Box, Geometry, PdfA, RecognizedPage, TextLine, Word
from digitizer.settings import AssembleSettings
from tests.assemble.paper import DPI, HEIGHT, TEXT, WIDTH, Sheet, document, of_pages

SETTINGS = AssembleSettings()
TURNS = [(0, 0.0), (90, 0.0), (180, 0.0), (270, 0.0), (0, 3.0), (0, -3.0), (90, 3.0), (270, -3.0)]


def assembled(folder: Path, *sheets: Sheet) -> PdfA:
    return assemble(*document(folder, *sheets), folder=folder, settings=SETTINGS)


def with_words(folder: Path, *lines: TextLine) -> PdfA:
    """A page whose reading is `lines`."""
    scan, reading = document(folder, Sheet())
    page = RecognizedPage(1, reading.pages[0].geometry, is_blank=False, lines=lines)
    scan, reading = of_pages(list(scan.pages), [page])
    return assemble(scan, reading, folder=folder, settings=SETTINGS)


def line(*words: tuple[str, int, int], top: int = 200, height: int = 50) -> TextLine:
    """Words as (text, left, right)."""
    boxed = tuple(
        Word(text, Box(left, top, right, top + height), 0.9, accepted=True)
        for text, left, right in words
    )
    return TextLine(boxed, boxed[0].box.union(boxed[-1].box))


def poppler(pdf: PdfA, *options: str) -> str:
    command = ["pdftotext", "-enc", "UTF-8", *options, str(pdf.pdf.path), "-"]
    answer = subprocess.run(command, capture_output=True, check=True, timeout=60)
    return answer.stdout.decode().rstrip("\f\n")


def pdfium(pdf: PdfA) -> str:
    with pypdfium2.PdfDocument(pdf.pdf.path) as opened:
        text: str = opened[0].get_textpage().get_text_range()
    return text.replace("\r\n", "\n")


def pdfminer(pdf: PdfA) -> str:
    """The characters in the order of the content stream; a line's last word has no space."""
    with pdfplumber.open(pdf.pdf.path) as opened:
        return "".join(char["text"] for char in opened.pages[0].chars)


@pytest.mark.parametrize(("rotation_deg", "skew_deg"), TURNS)
def test_lines_and_words_come_back_in_reading_order(
    tmp_path: Path, rotation_deg: int, skew_deg: float
) -> None:
    pdf = assembled(tmp_path, Sheet(rotation_deg=rotation_deg, skew_deg=skew_deg))
    assert poppler(pdf, "-raw") == "\n".join(TEXT)
    assert pdfium(pdf).split() == "\n".join(TEXT).split()
    assert pdfminer(pdf) == "".join(TEXT)


@pytest.mark.parametrize("rotation_deg", [0, 90, 180, 270])
def test_a_level_page_reads_by_layout_too(tmp_path: Path, rotation_deg: int) -> None:
    pdf = assembled(tmp_path, Sheet(rotation_deg=rotation_deg))
    assert [row for row in poppler(pdf, "-layout").splitlines() if row] != []
    assert [" ".join(row.split()) for row in poppler(pdf).splitlines() if row] == list(TEXT)
    with pdfplumber.open(pdf.pdf.path) as opened:
        assert opened.pages[0].extract_text() == "\n".join(TEXT)


def shown_characters(pdf: PdfA) -> Iterator[tuple[str, float, float]]:
    """Each character with its middle, in pixels of the scan as it lies in the PDF."""
    with pypdfium2.PdfDocument(pdf.pdf.path) as opened:
        page = opened[0]
        height_pt = page.get_mediabox()[3]
        text_page = page.get_textpage()
        for index in range(text_page.count_chars()):
            char = text_page.get_text_range(index, 1)
            left, bottom, right, top = text_page.get_charbox(index)
            scale = DPI / 72
            yield char, (left + right) / 2 * scale, (height_pt - (top + bottom) / 2) * scale


@pytest.mark.parametrize(("rotation_deg", "skew_deg"), TURNS)
def test_every_character_stands_on_the_ink_of_its_word(
    tmp_path: Path, rotation_deg: int, skew_deg: float
) -> None:
    pdf = assembled(tmp_path, Sheet(rotation_deg=rotation_deg, skew_deg=skew_deg))
    with Image.open(tmp_path / "scan-1.jpg") as scan:
        ink = np.asarray(scan)
    letters, spaces = [], []
    for char, x, y in shown_characters(pdf):
        if char.strip():
            letters.append(ink[round(y), round(x)])
        elif char == " ":
            spaces.append(ink[round(y), round(x)])
    assert len(letters) == len("".join(TEXT).replace(" ", ""))
    assert max(letters) < 100
    # PDFium makes up a space of its own where it misses a line's end: those are few.
    assert np.mean(np.array(spaces) > 200) > 0.85


@pytest.mark.parametrize("rotation_deg", [0, 90, 180, 270])
def test_word_boxes_are_within_two_pixels(tmp_path: Path, rotation_deg: int) -> None:
    scan, reading = document(tmp_path, Sheet(rotation_deg=rotation_deg))
    pdf = assemble(scan, reading, folder=tmp_path, settings=SETTINGS)
    with pdfplumber.open(pdf.pdf.path) as opened:
        found = opened.pages[0].extract_words(x_tolerance=1)
    words = reading.pages[0].words
    assert [word["text"] for word in found] == [word.text for word in words]
    for got, word in zip(found, words, strict=True):
        edges = [got[name] * DPI / 72 for name in ("x0", "top", "x1", "bottom")]
        box = word.box
        assert edges == pytest.approx([box.left, box.top, box.right, box.bottom], abs=2)


def test_a_skewed_word_starts_and_ends_where_it_was_printed(tmp_path: Path) -> None:
    pdf = with_words_on_skewed_page(tmp_path, skew_deg=3.0)
    with pdfplumber.open(pdf.pdf.path) as opened:
        chars = opened.pages[0].chars
    # The word runs from 200 to 1200 at a baseline of 300 on the level page. A page laid on the
    # glass 3° clockwise shows that point turned about its center.
    angle = math.radians(3.0)
    for char, level_x in ((chars[0], 200), (chars[-1], 1200 - 100)):
        dx, dy = level_x - WIDTH / 2, 300 - HEIGHT / 2
        x = WIDTH / 2 + dx * math.cos(angle) - dy * math.sin(angle)
        y = HEIGHT / 2 + dx * math.sin(angle) + dy * math.cos(angle)
        matrix = char["matrix"]
        got = (matrix[4] * DPI / 72, HEIGHT - matrix[5] * DPI / 72)
        assert got == pytest.approx((x, y), abs=1)


def with_words_on_skewed_page(folder: Path, skew_deg: float) -> PdfA:
    scan, _ = document(folder, Sheet(lines=(), skew_deg=skew_deg))
    geometry = Geometry(WIDTH, HEIGHT, DPI, 0, skew_deg)
    lines = (line(("mườichữcái", 200, 1200), top=250),)
    page = RecognizedPage(1, geometry, is_blank=False, lines=lines)
    return assemble(*of_pages(list(scan.pages), [page]), folder=folder, settings=SETTINGS)


def test_a_reading_at_another_resolution_lands_in_the_same_place(tmp_path: Path) -> None:
    scan, reading = document(tmp_path, Sheet(rotation_deg=90))
    page = reading.pages[0]
    finer = tuple(
        TextLine(
            tuple(scaled(word) for word in row.words),
            scaled(row.words[0]).box.union(scaled(row.words[-1]).box),
        )
        for row in page.lines
    )
    geometry = Geometry(2 * WIDTH, 2 * HEIGHT, 2 * DPI, 90, 0.0)
    reading = of_pages([], [RecognizedPage(1, geometry, is_blank=False, lines=finer)])[1]
    pdf = assemble(scan, reading, folder=tmp_path, settings=SETTINGS)
    with pdfplumber.open(pdf.pdf.path) as opened:
        first = opened.pages[0].extract_words(x_tolerance=1)[0]
    box = page.words[0].box
    edges = [first[name] * DPI / 72 for name in ("x0", "top", "x1", "bottom")]
    assert edges == pytest.approx([box.left, box.top, box.right, box.bottom], abs=2)


def scaled(word: Word) -> Word:
    box = word.box
    doubled = Box(2 * box.left, 2 * box.top, 2 * box.right, 2 * box.bottom)
    return Word(word.text, doubled, word.confidence, word.accepted)


def test_words_that_touch_or_overlap_stay_two_words(tmp_path: Path) -> None:
    touching = line(("chạm", 200, 300), ("nhau", 300, 400), ("đè", 395, 440), ("lên", 430, 500))
    pdf = with_words(tmp_path, touching)
    assert poppler(pdf, "-raw") == "chạm nhau đè lên"
    assert pdfium(pdf) == "chạm nhau đè lên"


def test_two_blocks_side_by_side_keep_their_order(tmp_path: Path) -> None:
    left = line(("ỦY", 100, 180), ("BAN", 192, 270), top=200)
    right = line(("CỘNG", 900, 1000), ("HÒA", 1012, 1090), top=202)
    below = line(("XÃ", 100, 180), top=270)
    pdf = with_words(tmp_path, left, below, right)
    assert poppler(pdf, "-raw").split() == ["ỦY", "BAN", "XÃ", "CỘNG", "HÒA"]


def test_words_without_width_or_height_are_still_found(tmp_path: Path) -> None:
    flat = line(("phẳng", 200, 200), top=300, height=0)
    pdf = with_words(tmp_path, line(("có", 200, 260)), flat)
    assert pdfminer(pdf) == "cóphẳng"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a\x00b", "ab"),
        ("tab\tnl\n", "tabnl"),
        ("\ufeffbom\ufffe\uffff", "bom"),
        ("nửa\ud800vời", "nửavời"),
        ("toàn\U0001f600cầu\U00020000", "toàn\U0001f600cầu\U00020000"),
        ("ho\u0300a", "hòa"),
        ("(\\)<>[]{}/%", "(\\)<>[]{}/%"),
    ],
)
def test_odd_characters_are_kept_or_dropped_but_never_break_the_page(
    tmp_path: Path, text: str, read: str
) -> None:
    pdf = with_words(tmp_path, line((text, 200, 400), ("sau", 420, 500)))
    assert poppler(pdf, "-raw") == f"{read} sau"
    assert pdfium(pdf) == f"{read} sau"


def test_a_word_of_nothing_but_controls_leaves_no_trace(tmp_path: Path) -> None:
    pdf = with_words(tmp_path, line(("\x01", 100, 120), ("còn", 200, 300)), line(("\x02", 1, 9)))
    assert poppler(pdf, "-raw") == "còn"


@given(st.text())
def test_text_survives_the_font_in_nfc(text: str) -> None:
    characters = Characters()
    cids = characters.encode(text)
    meanings = characters.to_unicode()
    back = "".join(meanings[int.from_bytes(cids[i : i + 2], "big")] for i in range(0, len(cids), 2))
    kept = (
        char
        for char in unicodedata.normalize("NFC", text)
        if unicodedata.category(char) not in ("Cc", "Cs")
        and char != "\ufeff"
        and not (unicodedata.category(char) == "Cn" and is_noncharacter(ord(char)))
    )
    assert back == "".join(kept)


def is_noncharacter(code: int) -> bool:
    return 0xFDD0 <= code <= 0xFDEF or code % 0x10000 >= 0xFFFE


def test_more_rare_characters_than_the_font_has_room_for_become_one_replacement() -> None:
    characters = Characters()
    rare = "".join(chr(0x20000 + i) for i in range(2050))
    cids = characters.encode(rare)
    assert cids[-2:] == cids[-4:-2] == b"\xff\xfd"
    assert len(characters.to_unicode()) == 2048 + 2  # with the space and the replacement


def test_no_block_of_the_unicode_map_is_longer_than_a_hundred() -> None:
    cmap = to_unicode_cmap({code: chr(code) for code in range(0x41, 0x41 + 250)}).decode()
    counts = [int(row.split()[0]) for row in cmap.splitlines() if row.endswith(" beginbfchar")]
    assert counts == [100, 100, 50]
