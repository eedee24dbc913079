"""Documents that wait for review, laid out as a run leaves them: one drawn page, three doubts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from digitizer import codec
from digitizer.model import (
    Box,
    Cleaned,
    CleanedPage,
    DocumentId,
    Evidence,
    Extracted,
    Field,
    FieldName,
    FieldStatus,
    Geometry,
    Intake,
    MediaType,
    Recognized,
    RecognizedPage,
    StoredFile,
    TextLine,
    Word,
)
from pipelines.journal import Journal
from pipelines.outcome import State, WaitReason
from pipelines.settings import Settings
from pipelines.worker import journal_path, work_folder
from samples.typeface import at_pixels

WIDTH, HEIGHT, DPI = 1240, 1754, 150.0
AGENCY = "ỦY BAN NHÂN DÂN TỈNH MẪU"
NUMBER, ISSUED, SIGNER = "209/OĐ-UBND", "2025-02-18", "Nguyễn Văn Mẫu"
PRINTED = (
    (FieldName.CO_QUAN_BAN_HANH, AGENCY, 120, 140),
    (FieldName.SO_KY_HIEU, f"Số: {NUMBER}", 160, 220),
    (FieldName.NGAY_BAN_HANH, "ngày 18 tháng 02 năm 2025", 700, 220),
    (FieldName.LOAI_VAN_BAN, "QUYẾT ĐỊNH", 520, 340),
    (FieldName.TRICH_YEU, "Về việc công bố danh mục thủ tục", 400, 400),
    (FieldName.CHU_HO_SO, "Trần Thị Thử", 300, 600),
    (FieldName.CHUC_VU, "CHỦ TỊCH", 820, 1100),
    (FieldName.NGUOI_KY, SIGNER, 800, 1300),
)
VALUES = {
    FieldName.CO_QUAN_BAN_HANH: AGENCY,
    FieldName.SO_KY_HIEU: NUMBER,
    FieldName.NGAY_BAN_HANH: ISSUED,
    FieldName.LOAI_VAN_BAN: "Quyết định",
    FieldName.TRICH_YEU: "Về việc công bố danh mục thủ tục",
    FieldName.CHU_HO_SO: "Trần Thi Thử",
    FieldName.CHUC_VU: "CHỦ TỊCH",
    FieldName.NGUOI_KY: SIGNER,
}


@dataclass(frozen=True, slots=True)
class Printed:
    """One line on the page, and whether its words are vouched for."""

    name: FieldName
    line: TextLine
    is_doubtful: bool


DOUBTFUL = (FieldName.SO_KY_HIEU, FieldName.NGAY_BAN_HANH, FieldName.NGUOI_KY)


def lay_out(
    settings: Settings, name: str, doubtful: tuple[FieldName, ...] = DOUBTFUL
) -> DocumentId:
    """Leave one document waiting for review of its doubtful fields."""
    document_id = DocumentId(hashlib.sha256(name.encode()).hexdigest()[:32])
    folder = work_folder(settings, document_id)
    folder.mkdir(parents=True)
    printed, raster = _draw(folder, doubtful)
    original = folder / "original.png"
    original.write_bytes(name.encode())
    geometry = Geometry(WIDTH, HEIGHT, DPI, 0, 0.0)
    intake = Intake(document_id, f"hop-01/{name}.png", StoredFile.of(original), MediaType.PNG)
    page = RecognizedPage(1, geometry, False, tuple(one.line for one in printed))
    nouns = {
        "clean.json": Cleaned(document_id, (CleanedPage(1, raster, geometry, False),)),
        "ocr.json": Recognized(document_id, "test", (page,)),
        "extract.json": Extracted(document_id, "QĐ", "2026-07-01", _fields(printed)),
    }
    for file, noun in nouns.items():
        (folder / file).write_bytes(codec.encode(noun))
    with Journal(journal_path(settings)) as journal:
        journal.take(intake)
        doubts = ", ".join(one.name for one in printed if one.is_doubtful)
        journal.settle(document_id, State.WAITING, pages=1, code=WaitReason.REVIEW, detail=doubts)
    return document_id


def _draw(folder: Path, doubtful: tuple[FieldName, ...]) -> tuple[tuple[Printed, ...], StoredFile]:
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    draw, face = ImageDraw.Draw(image), at_pixels("regular", 28)
    printed = []
    for name, text, left, top in PRINTED:
        is_doubtful = name in doubtful
        draw.text((left, top), text, font=face, fill=0)
        printed.append(Printed(name, _line(text, left, top, is_doubtful, face), is_doubtful))
    path = folder / "page.png"
    image.save(path)
    return tuple(printed), StoredFile.of(path)


def _line(
    text: str, left: int, top: int, is_doubtful: bool, face: ImageFont.FreeTypeFont
) -> TextLine:
    words, edge = [], left
    for part in text.split():
        width = round(face.getlength(part))
        is_sure = not is_doubtful or part in ("Số:", "ngày", "tháng", "năm", "Nguyễn")
        words.append(Word(part, Box(edge, top, edge + width, top + 34), 0.6, is_sure))
        edge += width + 8
    return TextLine(tuple(words), Box(left, top, edge, top + 34))


def _fields(printed: tuple[Printed, ...]) -> tuple[Field, ...]:
    return tuple(
        Field(
            one.name,
            VALUES[one.name],
            FieldStatus.REVIEW if one.is_doubtful else FieldStatus.ACCEPTED,
            Evidence(1, one.line.box, "header.test", 0.6 if one.is_doubtful else 0.99),
        )
        for one in printed
    )
