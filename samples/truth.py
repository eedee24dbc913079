"""What is really on a sample, for whoever measures against it.

    truth = read(Path("samples/truth/ubnd-xa-thi-diem/hop-01/0001.pdf.json"))
    truth.pages[0].text

Boxes are pixels of the upright, level page: turn the scan clockwise by `rotation_deg`, then
counter-clockwise by `skew_deg` about its center. They hold the ink of the word and nothing else.
Not in the text: dotted leaders, what the seal says, handwriting.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from digitizer import codec
from digitizer.model import Box, FieldName, Sha256
from samples.layout import Sheet, pixel_size, word_box
from samples.paper import Sample

Mark = tuple[str, int, int, int, int]
"""A word and its left, top, right, bottom."""

FOLDER = Path(__file__).resolve().parent
PAPERS = FOLDER / "papers"
TRUTHS = FOLDER / "truth"


@dataclass(frozen=True, slots=True)
class TrueWord:
    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class TruePage:
    """One side as it lies in the file. `lines` are in reading order, cells one by one."""

    number: int
    width: int
    height: int
    dpi: int
    rotation_deg: int
    skew_deg: float
    is_blank: bool
    lines: tuple[tuple[Mark, ...], ...]

    @property
    def words(self) -> tuple[TrueWord, ...]:
        return tuple(TrueWord(mark[0], Box(*mark[1:])) for line in self.lines for mark in line)

    @property
    def text(self) -> str:
        return "\n".join(" ".join(mark[0] for mark in line) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Truth:
    """The truth of one file.

    `state` is where the product must leave it: archived, review, quarantined, secret or
    duplicate; `error` is the code of the refusal, "" otherwise. An `archived` paper can be read
    to the last field, yet a careful reader may ask a person about one.
    """

    path: str
    sha256: Sha256
    size_bytes: int
    purpose: str
    state: str
    error: str
    document_type: str
    fields: dict[FieldName, str]
    barcodes: tuple[str, ...]
    pages: tuple[TruePage, ...]

    @property
    def file(self) -> Path:
        """The sample itself, in the committed collection."""
        return PAPERS / self.path


def page_of(sheet: Sheet, number: int, sample: Sample, *, is_back: bool = False) -> TruePage:
    """Return the truth of one side; a blank back has the size of its front and no words."""
    capture = sample.capture
    width, height = pixel_size(sheet, capture.dpi)
    rotation = 0 if is_back else capture.turned.get(number, capture.wear.rotation_deg)
    lines = () if is_back else tuple(_marks(sheet, capture.dpi))
    skew = capture.wear.skew_deg if capture.form != "pdf_text" else 0.0
    return TruePage(number, width, height, capture.dpi, rotation, skew, is_back, lines)


def _marks(sheet: Sheet, dpi: int) -> Iterator[tuple[Mark, ...]]:
    for line in sheet.lines:
        boxes = [(word.text, word_box(word, dpi)) for word in line.words]
        yield tuple((text, box.left, box.top, box.right, box.bottom) for text, box in boxes)


def truth_of(sample: Sample, data: bytes, pages: tuple[TruePage, ...]) -> Truth:
    """Join the truth of a sample with the bytes made from it."""
    return Truth(
        sample.path,
        Sha256(hashlib.sha256(data).hexdigest()),
        len(data),
        sample.purpose,
        sample.state,
        sample.error,
        sample.document_type,
        dict(sample.fields),
        sample.barcodes,
        pages,
    )


def encode(truth: Truth) -> bytes:
    """Return JSON, one printed line of the paper a line, so that a change can be reviewed."""
    plain = codec.to_plain(truth)
    pages = plain.pop("pages")
    head = json.dumps(plain, ensure_ascii=False, indent=1)[:-2]
    body = ",\n".join(_page_json(page) for page in pages)
    return f'{head},\n "pages": [\n{body}\n ]\n}}\n'.encode()


def _page_json(page: dict[str, object]) -> str:
    lines = page.pop("lines")
    assert isinstance(lines, list)
    rows = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in lines)
    return f'{json.dumps(page)[:-1]}, "lines": [\n{rows}\n]}}'


def read(path: Path) -> Truth:
    """Read one truth file. Raises ValueError when it is not one."""
    return codec.decode(Truth, path.read_bytes())


def all_truths() -> tuple[Truth, ...]:
    """Return the truth of every committed sample, in file order."""
    return tuple(read(path) for path in sorted(TRUTHS.rglob("*.json")))


def truth_path(path: str) -> str:
    return f"{path}.json"
