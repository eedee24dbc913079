"""Cleaning: upright, level, grey, and blank only when nothing is written."""

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitizer.clean import stage
from digitizer.clean.ink import gray, overview
from digitizer.errors import DamagedFile
from digitizer.model import (
    Box,
    Capture,
    Cleaned,
    DocumentId,
    MediaType,
    Origin,
    Scanned,
    ScannedPage,
    StoredFile,
    TextLine,
    Word,
)
from digitizer.settings import CleanSettings
from tests.clean.sheet import sheet, turned

Pixels = NDArray[np.uint8]


def _clean(tmp_path: Path, pixels: Pixels, text_layer: tuple[TextLine, ...] = ()) -> Cleaned:
    path = tmp_path / "scan.png"
    cv2.imwrite(str(path), pixels)
    height, width = pixels.shape[:2]
    page = ScannedPage(
        1,
        StoredFile.of(path),
        MediaType.PNG,
        width,
        height,
        200.0,
        Capture.LOSSLESS,
        text_layer,
    )
    folder = tmp_path / "clean"
    folder.mkdir()
    scanned = Scanned(DocumentId("0" * 32), Origin.SCAN, 0, (page,))
    return stage.clean(scanned, folder=folder, settings=CleanSettings())


def _raster(cleaned: Cleaned) -> Pixels:
    pixels = cv2.imread(str(cleaned.pages[0].raster.path), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    return np.asarray(pixels, np.uint8)


@pytest.mark.parametrize("had", [0, 90, 180, 270])
def test_a_page_that_lies_any_way_comes_out_upright(tmp_path: Path, had: int) -> None:
    page = np.ascontiguousarray(np.rot90(sheet(), k=-had // 90))
    geometry = _clean(tmp_path, page).pages[0].geometry
    assert (geometry.rotation_deg + had) % 360 == 0
    assert (geometry.width, geometry.height) == sheet().shape[::-1]


@pytest.mark.parametrize("angle", [-8.0, -3.3, -1.0, -0.4, -0.2, 0.2, 0.5, 1.7, 4.9, 7.6])
def test_skew_is_found_to_a_tenth_of_a_degree(tmp_path: Path, angle: float) -> None:
    geometry = _clean(tmp_path, turned(sheet(), angle)).pages[0].geometry
    assert geometry.skew_deg == pytest.approx(angle, abs=0.12)


def test_a_level_page_is_not_resampled(tmp_path: Path) -> None:
    cleaned = _clean(tmp_path, sheet())
    assert cleaned.pages[0].geometry.skew_deg == 0
    assert (_raster(cleaned) == sheet()).all()


def test_a_place_on_the_leveled_page_is_found_again_on_the_scan(tmp_path: Path) -> None:
    page = sheet(12)
    page[1500:1520, 1200:1240] = 0
    cleaned = _clean(tmp_path, turned(page, 4.0))
    rows, columns = np.nonzero(_raster(cleaned)[1400:1700, 1100:1400] < 100)
    center = (columns.mean() + 1100, rows.mean() + 1400)
    x, y = cleaned.pages[0].geometry.to_upright_scan(*center)
    rows, columns = np.nonzero(turned(page, 4.0)[1300:, 1000:] < 100)
    assert (x, y) == pytest.approx((columns.mean() + 1000, rows.mean() + 1300), abs=2)


def test_an_empty_page_is_blank(tmp_path: Path) -> None:
    assert _clean(tmp_path, sheet(0)).pages[0].is_blank


def test_what_shines_through_from_the_back_leaves_a_page_blank(tmp_path: Path) -> None:
    ghost = 255 - (255 - np.fliplr(sheet())) // 6
    assert _clean(tmp_path, np.ascontiguousarray(ghost)).pages[0].is_blank


def test_dust_holes_and_a_shadow_at_the_edge_leave_a_page_blank(tmp_path: Path) -> None:
    page = sheet(0)
    rng = np.random.default_rng(1)
    for x, y in rng.integers(50, 1500, (60, 2)):
        page[y : y + 3, x : x + 3] = 30
    cv2.circle(page, (60, 800), 24, 20, -1)
    page[:, :9] = 10
    assert _clean(tmp_path, page).pages[0].is_blank


def test_a_page_that_bears_only_its_number_is_not_blank(tmp_path: Path) -> None:
    page = sheet(0)
    cv2.putText(page, "2", (820, 160), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 20, 3)
    assert not _clean(tmp_path, page).pages[0].is_blank


def test_red_ink_is_gone_and_black_print_stays() -> None:
    page = np.full((10, 10, 3), 255, np.uint8)
    page[2, :] = (40, 30, 200)
    page[5, :] = (30, 30, 30)
    result = gray(page)
    assert (result[2].min(), result[5].max()) == (200, 30)


def test_a_full_page_behind_six_lines_goes_and_does_not_make_them_faint(tmp_path: Path) -> None:
    ghost = cv2.GaussianBlur(250 - np.fliplr(sheet()), (0, 0), 2.0).astype(np.float32) / 4
    page = np.clip(sheet(6) - ghost, 0, 255).astype(np.uint8)
    raster = _raster(_clean(tmp_path, page))
    assert (raster[900:] == 255).all()
    assert (raster[sheet(6) < 60] == page[sheet(6) < 60]).all()


def test_faint_print_is_darkened_and_not_taken_for_a_blank_page(tmp_path: Path) -> None:
    page = (250 - (250 - sheet().astype(np.float32)) * 0.25).astype(np.uint8)
    cleaned = _clean(tmp_path, page)
    assert not cleaned.pages[0].is_blank
    assert np.percentile(_raster(cleaned)[sheet() < 60], 50) < 110
    uncovered = cleaned.pages[0].uncovered
    assert uncovered is not None
    kept = cv2.imread(str(uncovered.path), cv2.IMREAD_GRAYSCALE)
    assert kept is not None
    assert np.percentile(kept[sheet() < 60], 50) > 180


def test_a_page_without_its_seal_is_also_kept_as_it_is(tmp_path: Path) -> None:
    page = sheet(12)
    cv2.circle(page, (1100, 1200), 140, (150,), 7)
    cv2.circle(page, (1100, 1200), 100, (150,), 5)
    cleaned = _clean(tmp_path, page).pages[0]
    assert cleaned.uncovered == cleaned.as_scanned
    assert cleaned.as_scanned != cleaned.raster
    kept = cv2.imread(str(cleaned.as_scanned.path), cv2.IMREAD_GRAYSCALE)
    assert kept is not None
    assert (kept[page == 150] < 160).mean() > 0.99
    bare = cv2.imread(str(cleaned.raster.path), cv2.IMREAD_GRAYSCALE)
    assert bare is not None
    assert (bare[page == 150] > 200).mean() > 0.97


def test_a_clear_page_needs_no_second_raster(tmp_path: Path) -> None:
    page = _clean(tmp_path, sheet()).pages[0]
    assert page.uncovered is None
    assert page.as_scanned == page.raster


@pytest.mark.parametrize("angle", [0.0, 2.0])
def test_a_received_stamp_is_gone_from_the_raster(tmp_path: Path, angle: float) -> None:
    page = sheet()
    page[395:620] = 250
    cv2.rectangle(page, (40, 420), (440, 590), (20,), 4)
    cv2.putText(page, "DEN", (80, 530), cv2.FONT_HERSHEY_DUPLEX, 1.4, (20,), 3)
    cleaned = _clean(tmp_path, turned(page, angle))
    assert (_raster(cleaned)[430:585, 60:430] > 200).mean() > 0.99
    uncovered = cleaned.pages[0].uncovered
    assert uncovered is not None
    kept = cv2.imread(str(uncovered.path), cv2.IMREAD_GRAYSCALE)
    assert kept is not None
    assert (kept[430:585, 60:430] < 60).sum() > 1000


def test_a_born_digital_page_is_left_as_it_was_drawn(tmp_path: Path) -> None:
    word = Word("Số", Box(10, 10, 50, 30), 1.0, True)
    page = turned(sheet(), 3.0)
    geometry = _clean(tmp_path, page, (TextLine((word,), word.box),)).pages[0].geometry
    assert (geometry.rotation_deg, geometry.skew_deg) == (0, 0)


def test_an_image_that_can_not_be_decoded_is_named(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    page = ScannedPage(7, StoredFile.of(path), MediaType.PNG, 10, 10, 200.0, Capture.LOSSLESS)
    with pytest.raises(DamagedFile) as refusal:
        stage.clean(
            Scanned(DocumentId("0" * 32), Origin.SCAN, 0, (page,)),
            folder=tmp_path,
            settings=CleanSettings(),
        )
    assert refusal.value.page == 7


def test_one_thread_a_page_is_settled_before_tesseract_is_loaded() -> None:
    code = (
        "import os, sys; import digitizer.clean.osd; "
        "print(os.environ.get('OMP_THREAD_LIMIT'), 'tesserocr' in sys.modules)"
    )
    variables = {key: value for key, value in os.environ.items() if key != "OMP_THREAD_LIMIT"}
    for given, limit in (({}, "1"), ({"OMP_THREAD_LIMIT": "2"}, "2")):
        found = subprocess.run(
            [sys.executable, "-c", code],
            env=variables | given,
            capture_output=True,
            text=True,
            check=True,
        )
        assert found.stdout.split() == [limit, "False"]


SIDEWAYS = {("qng_2025_237-QD", 3): 270, ("qng_2025_237-QD", 4): 90, ("qng_2025_237-QD", 5): 270}
BLANK = {("qn_2025_574-UBND", 2)}


@pytest.mark.shared
@pytest.mark.slow
def test_every_real_page_is_turned_and_judged_blank_as_a_person_would(shared: Path) -> None:
    import pypdfium2 as pdfium

    for path in sorted((shared / "scans").glob("*.pdf")):
        document = pdfium.PdfDocument(path)
        for number in range(1, len(document) + 1):
            bitmap = document[number - 1].render(
                scale=150 / 72, may_draw_forms=False, draw_annots=False
            )
            pixels = gray(np.asarray(bitmap.to_numpy()))
            posture, is_blank = stage._judge(pixels, overview(pixels), CleanSettings())
            key = (path.stem, number)
            assert is_blank == (key in BLANK), key
            if key not in BLANK:
                turn = posture.rotation_deg
                assert turn == SIDEWAYS.get(key, 0), key
        document.close()
