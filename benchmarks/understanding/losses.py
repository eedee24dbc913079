"""What extraction accepts when the reading lost something: every line, every outer word in turn.

A lost line or a clipped word is the one fault that agreement of two readers cannot notice,
because both read from the same line box.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce

from digitizer.model import Box, Recognized, RecognizedPage, TextLine

_PAGES = 3
_BODY_TOP = 0.35
_BODY_LEFT = 0.42


def without_a_line(reading: Recognized) -> Iterator[Recognized]:
    """Yield the reading without one of its lines: heads, titles and signatures, not the body."""
    for page, index in _targets(reading):
        lines = (*page.lines[:index], *page.lines[index + 1 :])
        yield _with_page(reading, replace(page, lines=lines))


def without_a_word(reading: Recognized) -> Iterator[Recognized]:
    """Yield the reading with the first or the last word of such a line clipped off."""
    for page, index in _targets(reading):
        words = page.lines[index].words
        for kept in (words[1:], words[:-1]):
            if not kept:
                continue
            line = TextLine(kept, reduce(Box.union, (word.box for word in kept)))
            lines = (*page.lines[:index], line, *page.lines[index + 1 :])
            yield _with_page(reading, replace(page, lines=lines))


def _targets(reading: Recognized) -> Iterator[tuple[RecognizedPage, int]]:
    for page in reading.pages[:_PAGES]:
        for index, line in enumerate(page.lines):
            is_upper = page.number == 1 and line.box.top < _BODY_TOP * page.geometry.height
            if is_upper or line.box.left > _BODY_LEFT * page.geometry.width:
                yield page, index


def _with_page(reading: Recognized, page: RecognizedPage) -> Recognized:
    pages = tuple(page if old.number == page.number else old for old in reading.pages)
    return replace(reading, pages=pages)
