"""Born-digital decisions: pages that need no eye to type them, drawn at any resolution.

The words are the PDF's own characters in the order its writer put them down, which is the order
of reading: cell by cell in tables, the recipients before the signature. Only the head of a first
page is put in order here (left block, then right), because word processors write it row by row,
or last. Annotations are neither drawn nor read. Nothing of the product is used, so that its own
reading of text layers can't vouch for itself.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from PIL import Image

from benchmarks.reading.truth import TruthLine, comparable

_POINTS: Final = 72
_OVERSAMPLING: Final = 2
_FEWEST_LINES: Final = 5
_TITLE: Final = "QUYẾT ĐỊNH"
_RECIPIENTS: Final = "Nơi nhận"
_MIDDLE: Final = (0.33, 0.5)
"""Where the two blocks of a head part, as shares of the width."""
_BLOCK_GAP: Final = 1.2
"""They stand further apart than this many letter heights."""
_INK: Final = 160
_INK_SCALE: Final = 2.0
_BROKEN_HYPHEN: Final = "\ufffe"
"""pdfium's sign for a hyphen at the end of a line, line feed included."""


@dataclass(frozen=True, slots=True)
class BornPage:
    """One page: where it is, its name, its printed lines in reading order.

    `closing` is where its recipients begin, as a share of its height; None where it has none.
    """

    pdf: Path
    page: int
    name: str
    is_held_out: bool
    lines: tuple[TruthLine, ...]
    closing: float | None


@dataclass(frozen=True, slots=True)
class _Letter:
    """One character and its box in points, y down."""

    char: str
    left: float
    top: float
    right: float
    bottom: float

    def covers(self, other: _Letter) -> bool:
        """Say whether the middle of `other` lies in this box."""
        x, y = (other.left + other.right) / 2, (other.top + other.bottom) / 2
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class _Line:
    """Characters between two line feeds."""

    letters: tuple[_Letter, ...]

    @property
    def text(self) -> str:
        return comparable("".join(letter.char for letter in self.letters))

    @property
    def inked(self) -> tuple[_Letter, ...]:
        return tuple(letter for letter in self.letters if not letter.char.isspace())


def born_pages(shared: Path) -> tuple[BornPage, ...]:
    """Return all pages with text of `born_digital` under `shared`, in file order."""
    papers = sorted((shared / "born_digital").glob("*.pdf"))
    aside = held_out([paper.name for paper in papers])
    return tuple(page for paper in papers for page in _pages(paper, paper.name in aside))


def held_out(names: Sequence[str]) -> frozenset[str]:
    """Return the third of the documents that no rule and no weight may be chosen on.

    The hash of its name decides, not a look at it.
    """
    shuffled = sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())
    return frozenset(shuffled[: len(shuffled) // 3])


def picture(page: BornPage, dpi: int) -> Image.Image:
    """Return the page as RGB at twice `dpi`: marks go on it, then it is averaged down."""
    document = pdfium.PdfDocument(page.pdf)
    try:
        scale = dpi * _OVERSAMPLING / _POINTS
        bitmap = document[page.page - 1].render(
            scale=scale, may_draw_forms=False, draw_annots=False
        )
        drawn: Image.Image = bitmap.to_pil().convert("RGB")
    finally:
        document.close()
    return drawn


def averaged(drawn: Image.Image) -> Image.Image:
    """Return a picture of `picture` at the resolution asked for, as a scanner would see it."""
    return drawn.reduce(_OVERSAMPLING)


def _pages(pdf: Path, is_held_out: bool) -> Iterator[BornPage]:
    document = pdfium.PdfDocument(pdf)
    try:
        for number, page in enumerate(document, 1):
            found = _lines(page)
            texts = _ordered(found, page.get_width())
            if len(texts) >= _FEWEST_LINES:
                lines = tuple(TruthLine((text,), is_marked=False) for text in texts)
                name = f"{pdf.stem[:16]}.p{number}"
                closing = _closing(found, page.get_height())
                yield BornPage(pdf, number, name, is_held_out, lines, closing)
    finally:
        document.close()


def _closing(lines: list[_Line], height: float) -> float | None:
    tops = (line.inked[0].top for line in lines if line.text.startswith(_RECIPIENTS))
    return next((top / height for top in tops), None)


def _lines(page: Any) -> list[_Line]:
    """Return the lines as written and seen; `Any` because pdfium's binding has no types."""
    lines = [line for line in _written(page) if line.text]
    gray = page.render(scale=_INK_SCALE, grayscale=True, draw_annots=False).to_numpy()
    shown = [line for line in lines if _is_seen(line, np.asarray(gray).squeeze())]
    return [line for line in shown if not any(_overprints(line, other) for other in shown)]


def _written(page: Any) -> Iterator[_Line]:
    layer, height = page.get_textpage(), page.get_height()
    letters: list[_Letter] = []
    for index in range(layer.count_chars()):
        char = layer.get_text_range(index, 1)
        left, bottom, right, top = layer.get_charbox(index)
        if char not in ("\r", "\n"):
            shown = "-" if char == _BROKEN_HYPHEN else char
            letters.append(_Letter(shown, left, height - top, right, height - bottom))
        if char in ("\r", "\n", _BROKEN_HYPHEN):
            yield _Line(tuple(letters))
            letters = []
    yield _Line(tuple(letters))


def _is_seen(line: _Line, gray: NDArray[np.uint8]) -> bool:
    """Say whether most letters have ink: some writers leave white page numbers behind."""
    inked = 0
    for letter in line.inked:
        edges = (letter.top, letter.bottom, letter.left, letter.right)
        top, bottom, left, right = (round(edge * _INK_SCALE) for edge in edges)
        inside = gray[max(top, 0) : bottom + 1, max(left, 0) : right + 1]
        inked += bool(inside.size) and bool((inside < _INK).any())
    return inked > len(line.inked) / 2


def _overprints(line: _Line, other: _Line) -> bool:
    """Say whether a line lies on letters of a longer one, as a stray page number does."""
    if len(line.inked) >= len(other.inked):
        return False
    return all(any(below.covers(letter) for below in other.inked) for letter in line.inked)


def _ordered(lines: list[_Line], width: float) -> list[str]:
    """Put the head of a first page first: its left block from top to bottom, then its right."""
    title = next((line for line in lines if line.text == _TITLE), None)
    if title is None:
        return [line.text for line in lines]
    end = title.inked[0].top
    head = [part for line in lines if line.inked[0].top < end for part in _parts(line, width)]
    body = [line for line in lines if line.inked[0].top >= end]
    head.sort(key=lambda part: (part.inked[0].left > width * 0.4, part.inked[0].top))
    return [line.text for line in (*head, *body)]


def _parts(line: _Line, width: float) -> list[_Line]:
    """Cut a line of the head where its two blocks stand apart."""
    latest, end = _MIDDLE[0] * width, _MIDDLE[1] * width
    for before, after in pairwise(line.inked):
        gap = after.left - before.right
        is_middle = before.right < end and after.left > latest
        if is_middle and gap > _BLOCK_GAP * (before.bottom - before.top):
            at = line.letters.index(after)
            return [_Line(line.letters[:at]), _Line(line.letters[at:])]
    return [line]


def plain(name: str) -> str:
    """Return a page's name as a file may be called."""
    return re.sub(r"[^\w.-]", "_", name)
