"""`python -m docs.gallery`: what the machine sees, drawn onto ten sample pages (docs/gallery.md).

The papers are this project's own and synthetic, so that nothing of anybody's is shown. They go
through the real stages; green is accepted, orange waits for a person.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from digitizer.clean.stage import clean
from digitizer.extract.stage import extract
from digitizer.model import DocumentId, Extracted, Field, FieldStatus, Intake, MediaType, StoredFile
from digitizer.ocr.engines import open_engine
from digitizer.ocr.stage import recognize
from digitizer.scan.stage import scan
from digitizer.settings import CleanSettings, ExtractSettings, OcrSettings, ScanSettings
from digitizer.vocabulary import name_of
from samples.truth import PAPERS
from samples.typeface import at_pixels

FOLDER: Final = Path(__file__).resolve().parent
HEIGHT: Final = 900
_COLORS: Final = {FieldStatus.ACCEPTED: (0, 130, 60), FieldStatus.REVIEW: (215, 110, 0)}
_TYPES: Final = {
    ".pdf": MediaType.PDF,
    ".jpg": MediaType.JPEG,
    ".tif": MediaType.TIFF,
    ".png": MediaType.PNG,
}
SHOWN: Final = {
    "ubnd-xa-thi-diem/hop-01/0001.pdf": "decision",
    "ubnd-xa-thi-diem/hop-01/0002.tif": "second",
    "ubnd-xa-thi-diem/hop-01/0003.jpg": "third",
    "ubnd-xa-thi-diem/hop-01/0004.jpg": "notice",
    "so-xay-dung-minh-hoa/hop-01/0001.pdf": "plan",
    "so-xay-dung-minh-hoa/hop-01/0002.pdf": "permit",
    "ho-tich-xa-thi-diem/2026-10/0001.pdf": "civil-1",
    "ho-tich-xa-thi-diem/2026-10/0002.jpg": "civil-2",
    "mot-cua-xa-thi-diem/2026-10-13/0001.jpg": "desk-1",
    "mot-cua-xa-thi-diem/2026-10-13/0002.png": "desk-2",
}
"""Sample papers and the names of their pictures."""


def main() -> None:
    """Draw all pictures and write the page that shows them."""
    engine = open_engine("verified")
    parts = []
    for path, name in SHOWN.items():
        with tempfile.TemporaryDirectory() as folder:
            original = StoredFile.of(PAPERS / path)
            document = DocumentId(original.sha256[:32])
            intake = Intake(document, path, original, _TYPES[Path(path).suffix])
            images, rasters = Path(folder, "images"), Path(folder, "rasters")
            images.mkdir()
            rasters.mkdir()
            scanned = scan(intake, folder=images, settings=ScanSettings())
            cleaned = clean(scanned, folder=rasters, settings=CleanSettings())
            read = recognize(scanned, cleaned, engine=engine, settings=OcrSettings())
            found = extract(read, settings=ExtractSettings())
            picture = _drawn(Image.open(cleaned.pages[0].raster.path), found)
        picture.quantize(48).save(FOLDER / "images" / f"gallery-{name}.png", optimize=True)
        parts.append(_section(path, name, found))
    text = (FOLDER / "gallery.md").read_text("utf-8")
    head = text[: text.index("\n## ")] if "\n## " in text else text
    (FOLDER / "gallery.md").write_text("\n\n".join([head.rstrip(), *parts]) + "\n", "utf-8")


def _drawn(page: Image.Image, found: Extracted) -> Image.Image:
    """Return the first page at `HEIGHT` pixels with every field's place and number on it."""
    scale = HEIGHT / page.height
    small = page.convert("RGB").resize((round(page.width * scale), HEIGHT), Image.Resampling.BOX)
    small = Image.fromarray((np.asarray(small) * 0.75 + 63).astype(np.uint8))
    pen = ImageDraw.Draw(small)
    for number, field in _fields(found):
        evidence = field.evidence
        if evidence is None or evidence.page != 1:
            continue
        box = evidence.box
        color = _COLORS[field.status]
        left, top, right, bottom = (
            round(edge * scale) for edge in (box.left, box.top, box.right, box.bottom)
        )
        pen.rectangle((left - 3, top - 2, right + 3, bottom + 2), None, color, 2)
        label = (left - 3, top - 15)
        pen.rectangle((*label, label[0] + 17, label[1] + 14), color)
        pen.text((label[0] + 3, label[1]), str(number), "white", at_pixels("bold", 13))
    return small


def _section(path: str, name: str, found: Extracted) -> str:
    rows = [
        f"| {number} | {name_of(field.ref)} | {field.value or '…'} | "
        f"{'✓' if field.status is FieldStatus.ACCEPTED else 'chờ xem · for review'} |"
        for number, field in _fields(found)
    ]
    role = ", ".join(found.page_roles)
    return "\n".join(
        [
            f"## `{path}`: {found.document_type or '?'}",
            f"![Trang 1 với các trường đã tìm thấy](images/gallery-{name}.png)",
            "",
            "| | trường | đọc được | |",
            "|---|---|---|---|",
            *rows,
            "",
            f"Vai trò trang · page roles: {role}",
        ]
    )


def _fields(found: Extracted) -> Iterator[tuple[int, Field]]:
    return enumerate((f for f in found.fields if f.status is not FieldStatus.ABSENT), 1)


if __name__ == "__main__":
    main()
