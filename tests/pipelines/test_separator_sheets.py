"""The printed sheet: read back however it was scanned, and legible to people."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from random import Random

import numpy as np
import pdfplumber
import pytest
import zxingcpp
from PIL import Image

from benchmarks.separators.pile import PRINTING, printed, scanned
from digitizer.errors import ConfigError
from digitizer.model import (
    Capture,
    DocumentId,
    MediaType,
    Origin,
    Scanned,
    ScannedPage,
    StoredFile,
)
from digitizer.separator import Separator, StackPage
from digitizer.stack import look_through
from pipelines.separator_sheets import closed_set, loose_set, new_set_id, print_sheets
from samples import degrade, layout, letters

SHEET = Separator(
    "7K3F9Q", 3, 12, 4, 57, False, "H41.05", "Hộp 12", "H41.05-260118-0042", "1.004873", "QĐ"
)


def looked_at(image: Image.Image, dpi: int, folder: Path) -> StackPage:
    path = folder / "page.png"
    image.save(path)
    stored = StoredFile.of(path)
    page = ScannedPage(
        1, stored, MediaType.PNG, image.width, image.height, float(dpi), Capture.LOSSLESS
    )
    return look_through(Scanned(DocumentId("a"), Origin.SCAN, 0, (page,)))[0]


@pytest.mark.parametrize(("dpi", "turn"), [(100, 0), (150, 90), (200, 180), (300, 270)])
def test_a_sheet_is_read_at_any_resolution_and_either_way_up(
    tmp_path: Path, dpi: int, turn: int
) -> None:
    image = scanned(printed([SHEET], dpi)[0], Random(dpi + turn))
    assert looked_at(image.rotate(turn, expand=True), dpi, tmp_path).sheet == SHEET


@pytest.mark.parametrize(
    "wear",
    [
        degrade.Wear(mode="bilevel", skew_deg=3.0, noise=8.0),
        degrade.Wear(mode="color", yellow=0.3, shading=0.3, skew_deg=-8.0),
        degrade.Wear(blur_px=2.0, noise=12.0, skew_deg=15.0),
    ],
    ids=["bilevel", "yellow", "blurred"],
)
def test_a_sheet_is_read_off_bad_scans(tmp_path: Path, wear: degrade.Wear) -> None:
    image = degrade.scan(printed([SHEET], 200)[0], wear, 1)
    assert looked_at(image, 200, tmp_path).sheet == SHEET


def test_one_code_is_enough(tmp_path: Path) -> None:
    image = printed([SHEET], 150)[0]
    width, height = image.size
    image.paste((90, 90, 90), (0, 0, width, height // 2))
    assert looked_at(image, 150, tmp_path).sheet == SHEET


def test_a_sheet_that_shines_through_from_the_other_side_is_none(tmp_path: Path) -> None:
    front = printed([SHEET], 150)[0]
    empty = Image.new("RGB", front.size, layout.PAPER)
    back = degrade.scan(empty, degrade.Wear(ghost=0.2), 1, front)
    seen = looked_at(back, 150, tmp_path)
    assert (seen.sheet, seen.is_spoiled) == (None, False)


def test_a_page_of_a_document_is_none_and_not_blank(tmp_path: Path) -> None:
    page = layout.render(letters.letter()[0], 150)
    seen = looked_at(page, 150, tmp_path)
    assert (seen.sheet, seen.is_spoiled, seen.is_blank) == (None, False, False)
    assert seen.size_mm == pytest.approx((210.0, 297.0), abs=0.5)


@pytest.mark.parametrize("kind", ["QRCode", "Code128"])
def test_a_receipts_code_is_found(tmp_path: Path, kind: str) -> None:
    page = layout.render(letters.letter()[0], 150)
    made = getattr(zxingcpp.BarcodeFormat, kind)
    code = zxingcpp.create_barcode("H41.05-260118-0042", made)
    pixels = np.array(zxingcpp.write_barcode_to_image(code, scale=3))
    page.paste(Image.fromarray(pixels), (60, 60))
    seen = looked_at(scanned(page, Random(1)), 150, tmp_path)
    assert (seen.sheet, seen.case_code) == (None, "H41.05-260118-0042")


def test_two_sheets_on_one_page_are_believed_neither(tmp_path: Path) -> None:
    upper, lower = printed([SHEET, replace(SHEET, number=4)], 150)
    middle = upper.height // 2
    upper.paste(lower.crop((0, middle, lower.width, lower.height)), (0, middle))
    seen = looked_at(upper, 150, tmp_path)
    assert (seen.sheet, seen.is_spoiled) == (None, True)


def test_people_read_the_same_from_it() -> None:
    with pdfplumber.open(BytesIO(print_sheets([SHEET], PRINTING))) as pdf:
        assert (round(pdf.pages[0].width), round(pdf.pages[0].height)) == (595, 842)
        text = pdf.pages[0].extract_text()
    for part in (
        "TỜ PHÂN CÁCH",
        "ỦY BAN NHÂN DÂN XÃ THÍ ĐIỂM",
        "3 / 12",
        "H41.05-260118-0042",
        "1.004873",
        "Quyết định (QĐ)",
        "Hộp 12",
        "Cả bộ: 12 tài liệu, 57 trang",
    ):
        assert part in text


def test_equal_sheets_are_printed_alike() -> None:
    assert print_sheets([SHEET], PRINTING) == print_sheets([SHEET], PRINTING)


def test_a_closed_set_counts_its_sheets_and_pages() -> None:
    asked = [Separator("AAAAAA", 1, pages=pages) for pages in (2, 3)]
    assert [(s.number, s.documents, s.all_pages) for s in closed_set(asked)] == [
        (1, 2, 5),
        (2, 2, 5),
    ]
    assert closed_set([*asked, Separator("AAAAAA", 1)])[0].all_pages == 0
    assert [(s.number, s.documents) for s in loose_set(asked[0], 3)] == [(1, 0), (2, 0), (3, 0)]


def test_what_can_not_be_printed_is_refused() -> None:
    with pytest.raises(ConfigError):
        print_sheets([replace(SHEET, box="中")], PRINTING)
    assert len({new_set_id() for _ in range(200)}) == 200
