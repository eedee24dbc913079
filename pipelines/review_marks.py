"""How a doubtful value is put before a person: as clerks write it, its uncertain letters marked.

The two engines vouch for whole words. A word of the value that they do not vouch for is marked
from its first letter to its last; where the place of a value has no such word, nothing is marked
and the doubt is about the rule, not the letters. Of a number and code only that part is marked
which is no number, or no symbol of the decree, where one of them is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from digitizer.model import Box, Field, FieldName, Recognized, Word
from pipelines.completion import is_symbol

_DATES = frozenset({FieldName.NGAY_BAN_HANH, FieldName.NGAY_SINH})

Span = tuple[int, int]


def shown(name: FieldName, value: str) -> str:
    """Return a value as people read and type it: dates as 05/01/2022."""
    if name in _DATES and value:
        try:
            return date.fromisoformat(value).strftime("%d/%m/%Y")
        except ValueError:
            return value
    return value


def uncertain(field: Field, recognized: Recognized) -> tuple[Span, ...]:
    """Return the letters of the shown value that were not read for sure, as [start, end) spans."""
    if field.evidence is None or not field.value:
        return ()
    text = shown(field.name, field.value)
    words = _words_in(recognized, field.evidence.page, field.evidence.box)
    spans = tuple(_located(text, words))
    return _narrowed(text, spans) if field.name is FieldName.SO_KY_HIEU else spans


def _narrowed(text: str, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return of a number and code in doubt only the part that can't be right, if one can't."""
    number, slash, code = text.partition("/")
    if not spans or not slash:
        return spans
    cut = len(number)
    wrong = [] if number.isdigit() else [(0, cut)]
    if not is_symbol(code):
        wrong.append((cut + 1, len(text)))
    return tuple(wrong) or spans


def _words_in(recognized: Recognized, page: int, box: Box) -> tuple[Word, ...]:
    words = (word for one in recognized.pages if one.number == page for word in one.words)
    return tuple(word for word in words if _is_inside(word.box, box))


def _is_inside(word: Box, box: Box) -> bool:
    across, down = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    return box.left <= across < box.right and box.top <= down < box.bottom


def _located(text: str, words: tuple[Word, ...]) -> Iterator[Span]:
    """Yield where each uncertain word stands in the text, going forward with every word found."""
    lowered, place = text.lower(), 0
    for word in words:
        bare = word.text.strip(".,;:()“”\"'").lower()
        start = lowered.find(bare, place) if bare else -1
        if start < 0:
            continue
        place = start + len(bare)
        if not word.accepted:
            yield start, place
