"""The synthetic papers as if read without a fault: what the rules can do at best."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from digitizer.model import (
    Box,
    DocumentId,
    FieldName,
    Geometry,
    Recognized,
    RecognizedPage,
    TextLine,
    Word,
)
from samples.truth import TruePage, all_truths


def perfect_readings() -> Iterator[tuple[str, Recognized, str, Mapping[FieldName, str]]]:
    """Yield (name, reading made of the printed words, type, true fields) of each sample."""
    for truth in all_truths():
        pages = tuple(_page(page) for page in truth.pages)
        reading = Recognized(DocumentId(truth.sha256[:32]), "the printed words", pages)
        yield truth.path, reading, truth.document_type, truth.fields


def _page(page: TruePage) -> RecognizedPage:
    lines = tuple(_line(line) for line in page.lines if line)
    geometry = Geometry(page.width, page.height, float(page.dpi), 0, 0.0)
    return RecognizedPage(page.number, geometry, page.is_blank, lines)


def _line(marks: tuple[tuple[str, int, int, int, int], ...]) -> TextLine:
    words = tuple(Word(mark[0], Box(*mark[1:]), 1.0, True) for mark in marks)
    left, top = min(mark[1] for mark in marks), min(mark[2] for mark in marks)
    right, bottom = max(mark[3] for mark in marks), max(mark[4] for mark in marks)
    return TextLine(words, Box(left, top, right, bottom))
