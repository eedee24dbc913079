"""Each page is told by what stands on it, and else by where the main text ended."""

from pathlib import Path

import pytest

from benchmarks.reading.trial import staged
from digitizer.extract.stage import extract
from digitizer.model import MediaType, PageRole
from digitizer.ocr.engine import OcrEngine
from digitizer.ocr.engines import open_engine
from digitizer.ocr.stage import recognize
from digitizer.settings import ExtractSettings, OcrSettings
from tests.extract.builder import Sheet, birth_certificate, decision, head, reading, signature
from tests.extract.truth_roles import LETTERS, ROLES


def roles(*sheets: Sheet) -> str:
    extracted = extract(reading(*sheets), settings=ExtractSettings())
    letters = {role: letter for letter, role in LETTERS.items()} | {PageRole.CERTIFIED_COPY: "K"}
    return "".join(letters[role] for role in extracted.page_roles)


def running(number: int, text: str = "c) Các cơ quan, đơn vị phối hợp thực hiện") -> Sheet:
    sheet = Sheet(number).put(str(number), 120, center=827)
    for row in range(12):
        sheet.put(f"{text} theo quy định tại mục này", 220 + 46 * row, left=220)
    return sheet


def annex(number: int) -> Sheet:
    sheet = Sheet(number).put("PHỤ LỤC", 200, center=827)
    sheet.put("(Kèm theo Quyết định số 105/QĐ-UBND ngày 25/11/2024)", 260, center=827)
    return sheet.put("1. Sở Nội vụ chủ trì thực hiện các nội dung sau đây", 400, left=220)


def form(number: int, filled: str = "......") -> Sheet:
    sheet = Sheet(number).put("PHIẾU ĐĂNG KÝ", 300, center=827)
    for row, label in enumerate(("Họ và tên", "Ngày sinh", "Nơi cư trú", "Điện thoại")):
        sheet.put(f"{label}: {filled}", 420 + 60 * row, left=220)
    return sheet


def last(number: int) -> Sheet:
    sheet = running(number)
    return signature(sheet, 1100)


def test_one_page_with_everything_is_the_first_page() -> None:
    assert roles(decision()) == "F"
    assert roles(birth_certificate()) == "F"


def test_main_text_signature_and_annex_are_told_apart() -> None:
    first = decision(sign=False)
    assert roles(first, running(2), last(3), annex(4), running(5)) == "FCSXX"


def test_what_follows_the_signature_is_an_annex_without_a_heading_too() -> None:
    assert roles(decision(), running(2, "Thủ tục số 12 của Sở Nội vụ")) == "FX"


def test_another_head_begins_another_paper_and_stays_with_it() -> None:
    draft = decision(head(Sheet(2), agency=("HỘI ĐỒNG NHÂN DÂN", "TỈNH NGHỆ AN")), sign=False)
    assert roles(decision(), draft, running(3)) == "FTT"


def test_a_blank_page_is_blank_and_does_not_move_the_others() -> None:
    assert roles(decision(sign=False), Sheet(2), last(3)) == "FBS"


def test_a_form_is_one_only_while_it_is_empty() -> None:
    assert roles(decision(), form(2)) == "FM"
    assert roles(decision(), form(2, "Trần Thị Mẫu")) == "FX"


def test_a_page_with_a_certificate_is_a_certified_copy() -> None:
    sheet = birth_certificate().put("CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH", 1700, center=827)
    sheet.put("Số chứng thực: 12 Quyển số: 1 - SCT/BS", 1750, center=827)
    assert roles(sheet) == "K"


def test_a_document_on_which_nothing_was_read_is_blank_throughout() -> None:
    assert roles(Sheet(1), Sheet(2)) == "BB"


@pytest.fixture(scope="module")
def engine() -> OcrEngine:
    return open_engine("fast")


@pytest.mark.parametrize("name", sorted(ROLES))
def test_the_roles_of_real_pages_are_those_a_person_sees(
    shared: Path, engine: OcrEngine, name: str
) -> None:
    with staged(shared / "scans" / name, MediaType.PDF) as (scanned, cleaned):
        recognized = recognize(scanned, cleaned, engine=engine, settings=OcrSettings())
    extracted = extract(recognized, settings=ExtractSettings())
    assert list(extracted.page_roles) == [LETTERS[letter] for letter in ROLES[name]]
