"""A day's scans: stacks of decisions, separator sheets between them, here and there a bad file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import pypdfium2
from PIL import Image

from digitizer.separator import Separator
from pipelines.separator_sheets import Printing, closed_set, new_set_id, print_sheets
from samples import containers, decree30, layout
from samples.decree30 import COMMUNE, Signing
from samples.writer import Writer

DPI = 200
_ONE_BAD_IN = 20
_IN_A_STACK = 4
_QUALITY = 70
_FULL_MM = 120
_CLAUSE = (
    "**Khoản {number}.** Văn phòng Hội đồng nhân dân và Ủy ban nhân dân xã tiếp nhận, quét, kiểm "
    "tra và ký số giấy tờ của tổ chức, cá nhân trong ngày làm việc; giấy tờ đã số hóa được lưu "
    "trữ, khai thác và tái sử dụng theo quy định của pháp luật về lưu trữ."
)


@dataclass(frozen=True, slots=True)
class Day:
    """What was put into the inbox. `bad` files can't be read to their end."""

    documents: int
    pages: int
    bad: int
    files: int
    megabytes: float


def make(inbox: Path, documents: int, pages: int) -> Day:
    """Write stacks of `documents` papers of `pages` pages each, one file in twenty cut short."""
    inbox.mkdir(parents=True)
    stack: list[list[Image.Image]] = []
    bad = files = 0
    for number in range(1, documents + 1):
        sheets = _paper(number, pages)
        if number % _ONE_BAD_IN == 0:
            whole = containers.pdf_of_jpegs(sheets, _QUALITY, DPI)
            _put(inbox, f"le-{number:04}.pdf", whole[: len(whole) * 6 // 10])
            bad, files = bad + 1, files + 1
            continue
        stack.append(sheets)
        if len(stack) == _IN_A_STACK:
            files += 1
            _put(inbox, f"hop-{files // 10 + 1:02}/tap-{files:03}.pdf", _stack(stack))
            stack = []
    if stack:
        files += 1
        _put(inbox, f"hop-{files // 10 + 1:02}/tap-{files:03}.pdf", _stack(stack))
    size = sum(path.stat().st_size for path in inbox.rglob("*.pdf")) / 1e6
    good = documents - bad
    return Day(good, good * pages, bad, files, round(size, 1))


def _put(inbox: Path, name: str, data: bytes) -> None:
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _stack(documents: list[list[Image.Image]]) -> bytes:
    """Return one PDF: before each document a sheet that declares its pages."""
    common = Separator(new_set_id(), 1, 0, 0, 0, False, "H41.05", "", "", "", "QĐ")
    sheets = closed_set([replace(common, pages=len(pages)) for pages in documents])
    printed = print_sheets(sheets, Printing("UBND xã Thí Điểm", {"QĐ": "Quyết định"}, date.today()))
    with pypdfium2.PdfDocument(printed) as drawn:
        separators = [page.render(scale=DPI / 72).to_pil().convert("L") for page in drawn]
    images = [
        image
        for separator, pages in zip(separators, documents, strict=True)
        for image in (separator, *pages)
    ]
    return containers.pdf_of_jpegs(images, _QUALITY, DPI)


def _paper(number: int, pages: int) -> list[Image.Image]:
    """Return a decision of exactly so many pages; all but the first are alike in every paper."""
    return [_drawn(_sheets(number, 2)[0]), *_others(pages)]


@cache
def _others(pages: int) -> tuple[Image.Image, ...]:
    return tuple(_drawn(sheet) for sheet in _sheets(0, pages)[1:pages])


def _drawn(sheet: layout.Sheet) -> Image.Image:
    return layout.render(sheet, DPI).convert("L")


def _sheets(number: int, pages: int) -> list[layout.Sheet]:
    writer = Writer()
    decree30.heading(writer, COMMUNE)
    decree30.number_and_date(writer, COMMUNE, f"{number}/QĐ-UBND", date(2026, 3, 2))
    rows = ("Về việc ban hành Quy chế tiếp nhận và số hóa giấy tờ",)
    decree30.title(writer, "QUYẾT ĐỊNH", rows)
    clause = 0
    while len(writer.sheets) < pages or writer.y_mm < _FULL_MM:
        clause += 1
        writer.paragraph(_CLAUSE.format(number=clause))
    decree30.closing(writer, COMMUNE, Signing(("CHỦ TỊCH",), "Nguyễn Văn Mẫu", ("- Lưu: VT.",), 7))
    return writer.sheets
