"""A secrecy stamp is red, and red is dropped for the reading: it is read by itself first."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from digitizer.errors import StateSecret
from digitizer.model import (
    Capture,
    Cleaned,
    CleanedPage,
    DocumentId,
    Geometry,
    MediaType,
    Origin,
    Recognized,
    Scanned,
    ScannedPage,
    StoredFile,
)
from digitizer.ocr.engines import open_engine
from digitizer.ocr.stage import recognize
from digitizer.settings import OcrSettings

FONTS = Path("/usr/share/fonts/truetype/croscore")
ID = DocumentId("0" * 32)
RED = (200, 40, 45)
PALE = (243, 205, 208)


def _read(
    tmp_path: Path,
    mark: str,
    *,
    rotation_deg: int = 0,
    ink: tuple[int, int, int] = RED,
    across: str = "",
) -> Recognized:
    page = Image.new("RGB", (1654, 2339), "white")
    draw = ImageDraw.Draw(page)
    text = ImageFont.truetype(str(FONTS / "Tinos-Regular.ttf"), 36)
    for number in range(20):
        draw.text((230, 900 + number * 55), "Căn cứ Luật Tổ chức chính quyền địa phương", 0, text)
    if mark:
        stamp = ImageFont.truetype(str(FONTS / "Tinos-Bold.ttf"), 52)
        left, top, right, bottom = draw.textbbox((300, 520), mark, stamp)
        draw.rectangle((left - 20, top - 14, right + 20, bottom + 14), outline=ink, width=4)
        draw.text((300, 520), mark, ink, stamp)
    draw.text((270, 540), across, 0, text)
    scan, raster = tmp_path / "scan.jpg", tmp_path / "raster.png"
    page.rotate(rotation_deg, expand=True).save(scan, quality=60)
    bgr = np.asarray(page)[:, :, ::-1]
    cv2.imwrite(str(raster), cv2.max(bgr[:, :, 2].copy(), bgr[:, :, 1].copy()))
    with Image.open(scan) as image:
        width, height = image.size
    scanned = ScannedPage(
        1, StoredFile.of(scan), MediaType.JPEG, width, height, 200.0, Capture.NATIVE
    )
    cleaned = CleanedPage(
        1, StoredFile.of(raster), Geometry(1654, 2339, 200.0, rotation_deg, 0.0), False
    )
    return recognize(
        Scanned(ID, Origin.SCAN, 0, (scanned,)),
        Cleaned(ID, (cleaned,)),
        engine=open_engine("fast"),
        settings=OcrSettings(engine="fast"),
    )


@pytest.mark.parametrize("mark", ["MẬT", "TỐI MẬT", "TUYỆT MẬT"])
def test_a_red_secrecy_stamp_stops_the_document(tmp_path: Path, mark: str) -> None:
    with pytest.raises(StateSecret):
        _read(tmp_path, mark)


def test_a_red_secrecy_stamp_on_a_page_that_lay_sideways_stops_it_too(tmp_path: Path) -> None:
    with pytest.raises(StateSecret):
        _read(tmp_path, "MẬT", rotation_deg=90)


@pytest.mark.parametrize("across", ["", "Căn"])
def test_a_pale_red_stamp_is_read_also_where_print_crosses_it(tmp_path: Path, across: str) -> None:
    with pytest.raises(StateSecret):
        _read(tmp_path, "TUYỆT MẬT", ink=PALE, across=across)


@pytest.mark.parametrize("mark", ["", "ĐẾN", "HỎA TỐC", "BẢN SAO"])
def test_no_stamp_and_other_red_stamps_do_not(tmp_path: Path, mark: str) -> None:
    assert _read(tmp_path, mark).pages[0].lines
