"""The reading stage: pages in, words out, and never an empty text where there was one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from digitizer.errors import CertifiedCopy, DocumentError, PageTimedOut, StateSecret, UnreadableScan
from digitizer.model import (
    Box,
    Capture,
    Cleaned,
    CleanedPage,
    DocumentId,
    Geometry,
    MediaType,
    Origin,
    Scanned,
    ScannedPage,
    StoredFile,
    TextLine,
    Word,
)
from digitizer.ocr.engine import Gray
from digitizer.ocr.stage import recognize
from digitizer.settings import OcrSettings
from tests.ocr.drawn_page import DPI, draw

DOCUMENT = DocumentId("0" * 32)
SETTINGS = OcrSettings(page_timeout_s=7.0)


@dataclass
class ScriptedEngine:
    """Answers pages with the lines it was given, one after the other, or fails."""

    answers: list[tuple[TextLine, ...] | Exception]
    name: str = "scripted 1.0"
    timeouts_s: list[float] = field(default_factory=list)

    def read(self, gray: Gray, *, dpi: float, timeout_s: float) -> tuple[TextLine, ...]:
        self.timeouts_s.append(timeout_s)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def line(text: str, top: int = 600) -> TextLine:
    words = tuple(
        Word(each, Box(100 + 200 * i, top, 250 + 200 * i, top + 40), 0.9, True)
        for i, each in enumerate(text.split())
    )
    return TextLine(words, Box(100, top, 1000, top + 40))


def document(
    folder: Path, *grays: Gray, blank: tuple[int, ...] = (), layer: tuple[TextLine, ...] = ()
) -> tuple[Scanned, Cleaned]:
    scans, pages = [], []
    for number, gray in enumerate(grays, 1):
        path = folder / f"page-{number:04}.png"
        Image.fromarray(gray).save(path)
        stored = StoredFile.of(path)
        height, width = gray.shape
        scans.append(
            ScannedPage(number, stored, MediaType.PNG, width, height, DPI, Capture.LOSSLESS, layer)
        )
        geometry = Geometry(width, height, DPI, 0, 0.0)
        pages.append(CleanedPage(number, stored, geometry, number in blank))
    scanned = Scanned(DOCUMENT, Origin.SCAN, 0, tuple(scans))
    return scanned, Cleaned(DOCUMENT, tuple(pages))


def blank_page() -> Gray:
    return np.full((1400, 1000), 255, np.uint8)


def black_page() -> Gray:
    page = blank_page()
    page[200:900, 100:900] = 0
    return page


def test_lines_and_engine_are_kept(tmp_path: Path) -> None:
    scanned, cleaned = document(tmp_path, draw(), draw())
    engine = ScriptedEngine([(line("Điều 1."),), (line("Điều 2."),)])
    recognized = recognize(scanned, cleaned, engine=engine, settings=SETTINGS)
    assert recognized.engine == "scripted 1.0"
    assert [page.text for page in recognized.pages] == ["Điều 1.", "Điều 2."]
    assert engine.timeouts_s == [7.0, 7.0]


def test_each_page_is_announced_before_it_is_read(tmp_path: Path) -> None:
    scanned, cleaned = document(tmp_path, draw(), draw())
    seen: list[int] = []
    engine = ScriptedEngine([(line("Điều 1."),), PageTimedOut("slow")])
    with pytest.raises(PageTimedOut):
        recognize(scanned, cleaned, engine=engine, settings=SETTINGS, on_page=seen.append)
    assert seen == [1, 2]


def test_a_blank_page_is_not_read(tmp_path: Path) -> None:
    scanned, cleaned = document(tmp_path, blank_page(), blank=(1,))
    recognized = recognize(scanned, cleaned, engine=ScriptedEngine([]), settings=SETTINGS)
    assert recognized.pages[0].is_blank
    assert recognized.pages[0].lines == ()


def test_a_text_layer_is_taken_as_it_is(tmp_path: Path) -> None:
    scanned, cleaned = document(tmp_path, draw(), layer=(line("Điều 1."),))
    recognized = recognize(scanned, cleaned, engine=ScriptedEngine([]), settings=SETTINGS)
    assert recognized.pages[0].lines == (line("Điều 1."),)


def test_a_page_out_of_time_is_named(tmp_path: Path) -> None:
    scanned, cleaned = document(tmp_path, draw(), draw())
    engine = ScriptedEngine([(line("Điều 1."),), PageTimedOut("slow")])
    with pytest.raises(PageTimedOut) as caught:
        recognize(scanned, cleaned, engine=engine, settings=SETTINGS)
    assert caught.value.page == 2


def test_much_ink_and_no_word_is_unreadable(tmp_path: Path) -> None:
    scanned, cleaned = document(tmp_path, black_page())
    with pytest.raises(UnreadableScan) as caught:
        recognize(scanned, cleaned, engine=ScriptedEngine([()]), settings=SETTINGS)
    assert caught.value.page == 1


def test_a_few_specks_and_no_word_are_no_error(tmp_path: Path) -> None:
    page = blank_page()
    page[300:310, 300:310] = 0
    scanned, cleaned = document(tmp_path, page)
    recognized = recognize(scanned, cleaned, engine=ScriptedEngine([()]), settings=SETTINGS)
    assert recognized.pages[0].lines == ()


def test_a_secrecy_mark_stops_the_reading_at_once(tmp_path: Path) -> None:
    scanned, cleaned = document(tmp_path, draw(), draw())
    engine = ScriptedEngine([(line("TUYỆT MẬT", top=200),), (line("Điều 2."),)])
    with pytest.raises(StateSecret) as caught:
        recognize(scanned, cleaned, engine=engine, settings=SETTINGS)
    assert caught.value.page == 1
    assert len(engine.answers) == 1, "the second page was still read"
    assert "MẬT" not in caught.value.detail


def test_a_secrecy_mark_in_a_text_layer_stops_too(tmp_path: Path) -> None:
    scanned, cleaned = document(tmp_path, draw(), layer=(line("TỐI MẬT", top=200),))
    with pytest.raises(StateSecret):
        recognize(scanned, cleaned, engine=ScriptedEngine([]), settings=SETTINGS)


CERTIFIED = (
    line("CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH", top=200),
    line("Số chứng thực: 12, quyển số: 01 - SCT/BS", top=260),
)


def test_a_certified_copy_is_refused_at_its_page(tmp_path: Path) -> None:
    scanned, cleaned = document(tmp_path, draw(), draw())
    engine = ScriptedEngine([(line("Điều 1."),), CERTIFIED])
    with pytest.raises(CertifiedCopy) as caught:
        recognize(scanned, cleaned, engine=engine, settings=SETTINGS)
    assert caught.value.page == 2


def test_a_site_can_keep_certified_copies(tmp_path: Path) -> None:
    scanned, cleaned = document(tmp_path, draw())
    settings = replace(SETTINGS, certified_copies="keep")
    engine = ScriptedEngine([CERTIFIED])
    recognized = recognize(scanned, cleaned, engine=engine, settings=settings)
    assert recognized.pages[0].lines == CERTIFIED


def test_a_lost_raster_is_the_document_s_trouble(tmp_path: Path) -> None:
    scanned, cleaned = document(tmp_path, draw())
    cleaned.pages[0].raster.path.write_bytes(b"no png")
    with pytest.raises(DocumentError) as caught:
        recognize(scanned, cleaned, engine=ScriptedEngine([]), settings=SETTINGS)
    assert caught.value.page == 1


@pytest.mark.parametrize("name", ["QRCode", "Code128", "DataMatrix"])
@pytest.mark.parametrize("turns", [0, 1])
def test_a_bar_code_is_read_with_its_place(tmp_path: Path, name: str, turns: int) -> None:
    form = getattr(zxingcpp.BarcodeFormat, name)
    symbol = zxingcpp.create_barcode("000.01.H05-250101-0001", form)
    pixels = np.rot90(np.array(zxingcpp.write_barcode_to_image(symbol, scale=5)), turns)
    page = blank_page()
    page = np.pad(page, ((0, 400), (0, 1000)), constant_values=255)
    page[200 : 200 + pixels.shape[0], 300 : 300 + pixels.shape[1]] = pixels
    scanned, cleaned = document(tmp_path, page)
    engine = ScriptedEngine([(line("Điều 1."),)])
    (found,) = recognize(scanned, cleaned, engine=engine, settings=SETTINGS).pages[0].barcodes
    assert (found.format, found.text, found.page) == (name, "000.01.H05-250101-0001", 1)
    assert 290 <= found.box.left < found.box.right <= 310 + pixels.shape[1]
    assert 190 <= found.box.top < found.box.bottom <= 210 + pixels.shape[0]
