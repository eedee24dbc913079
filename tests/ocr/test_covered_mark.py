"""What cleaning takes out of the raster is still searched for the mark of a state secret."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from digitizer.clean import stage
from digitizer.errors import StateSecret
from digitizer.model import (
    Capture,
    Cleaned,
    DocumentId,
    MediaType,
    Origin,
    Recognized,
    Scanned,
    ScannedPage,
    StoredFile,
)
from digitizer.ocr.engines import open_engine
from digitizer.ocr.stage import recognize
from digitizer.settings import CleanSettings, OcrSettings

FONTS = Path("/usr/share/fonts/truetype/croscore")
ID = DocumentId("0" * 32)
Pixels = NDArray[np.uint8]


def _page(mark: str, at: tuple[int, int]) -> Pixels:
    """Return a page with a received stamp in its margin and a framed mark beside or in it."""
    page = Image.new("L", (1654, 2339), 250)
    draw = ImageDraw.Draw(page)
    text = ImageFont.truetype(str(FONTS / "Tinos-Regular.ttf"), 36)
    for number in range(24):
        draw.text((230, 780 + number * 55), "Căn cứ Luật Tổ chức chính quyền địa phương", 25, text)
    draw.rectangle((60, 480, 480, 680), outline=25, width=5)
    draw.text((120, 500), "CÔNG VĂN ĐẾN", 25, text)
    draw.text((80, 610), "Số: 4145", 25, text)
    if mark:
        stamp = ImageFont.truetype(str(FONTS / "Tinos-Bold.ttf"), 46)
        left, top, right, bottom = draw.textbbox(at, mark, stamp)
        draw.rectangle((left - 18, top - 14, right + 18, bottom + 14), outline=25, width=4)
        draw.text(at, mark, 25, stamp)
    return np.asarray(page).copy()


def _cleaned(tmp_path: Path, page: Pixels) -> tuple[Scanned, Cleaned]:
    path, folder = tmp_path / "scan.png", tmp_path / "clean"
    cv2.imwrite(str(path), page)
    folder.mkdir()
    height, width = page.shape
    scan = ScannedPage(
        1, StoredFile.of(path), MediaType.PNG, width, height, 200.0, Capture.LOSSLESS
    )
    scanned = Scanned(ID, Origin.SCAN, 0, (scan,))
    return scanned, stage.clean(scanned, folder=folder, settings=CleanSettings())


def _read(scanned: Scanned, cleaned: Cleaned) -> Recognized:
    return recognize(
        scanned, cleaned, engine=open_engine("fast"), settings=OcrSettings(engine="fast")
    )


@pytest.mark.parametrize("at", [(290, 560), (60, 428)], ids=["in", "joined"])
def test_a_mark_that_went_with_a_received_stamp_stops_the_document(
    tmp_path: Path, at: tuple[int, int]
) -> None:
    scanned, cleaned = _cleaned(tmp_path, _page("MẬT", at))
    with pytest.raises(StateSecret):
        _read(scanned, cleaned)


def test_a_received_stamp_alone_does_not(tmp_path: Path) -> None:
    scanned, cleaned = _cleaned(tmp_path, _page("", (0, 0)))
    assert cleaned.pages[0].uncovered is not None
    assert _read(scanned, cleaned).pages[0].lines


def test_a_mark_too_pale_for_the_cleaning_stops_the_document(tmp_path: Path) -> None:
    pale = np.asarray(250 - (250 - _page("TUYỆT MẬT", (620, 560)).astype(int)) * 0.3, np.uint8)
    pale[470:690, 50:490] = 250
    scanned, cleaned = _cleaned(tmp_path, pale)
    assert cleaned.pages[0].uncovered is not None
    with pytest.raises(StateSecret):
        _read(scanned, cleaned)


def test_a_pale_mark_under_a_hanging_seal_stops_the_document(tmp_path: Path) -> None:
    """Both red, both scanned in grey: the seal's paleness takes the mark with it."""
    page = _page("MẬT", (330, 560))
    page[470:690, 50:490] = np.where(page[470:690, 50:490] < 250, np.uint8(130), np.uint8(250))
    page[470:690, 50:300] = 250
    cv2.circle(page, (220, 560), 140, (130,), 8)
    cv2.circle(page, (220, 560), 100, (130,), 5)
    scanned, cleaned = _cleaned(tmp_path, page)
    assert cleaned.pages[0].uncovered is not None
    with pytest.raises(StateSecret):
        _read(scanned, cleaned)


def test_a_seal_below_the_place_of_marks_is_not_looked_under(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _page("", (0, 0))
    page[470:690, 50:490] = 250
    page[1560:] = 250
    for radius in (140, 100):
        cv2.circle(page, (1100, 1900), radius, (130,), 7)
    scanned, cleaned = _cleaned(tmp_path, page)
    assert cleaned.pages[0].uncovered is not None
    looked = []
    monkeypatch.setattr("digitizer.ocr.stage._with_contrast", looked.append)
    assert _read(scanned, cleaned).pages[0].lines
    assert not looked
