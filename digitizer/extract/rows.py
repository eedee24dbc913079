"""Rows of a form, word by word: what was read as one word across dots is taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from digitizer.extract.layout import Layout
from digitizer.model import Box, Word
from digitizer.vietnamese import nfc

_LEADERS: Final = re.compile(r"[.…_·]{2,}|_")
_SEAM: Final = re.compile(
    r"_+|(?<=\d)(?=[^\W\d_][a-zà-ỹ])|(?<=[^\W\d_]:)(?=[^\W_])|(?<=[^\W\d_]:)(?=_)|"
    r"(?<=^\d[.)])(?=[^\W\d_])|(?<=^\d)(?=[^\W\d_][^\W\d_])"
)
"""Where two words were glued: at a leader, between a number and a label, after a label's colon."""


@dataclass(frozen=True, slots=True)
class Row:
    """The words of one printed row, left to right, whatever blocks they were read in.

    `is_clear` is False where the row was cut in two and a word may belong to either half.
    """

    page: int
    words: tuple[Word, ...]
    is_clear: bool = True


def rows_of(layout: Layout) -> tuple[Row, ...]:
    """Return a page's rows from top to bottom."""
    rows: list[list[Word]] = []
    middles: list[float] = []
    for piece in layout.pieces:
        middle = (piece.box.top + piece.box.bottom) / 2
        if rows and abs(middle - middles[-1]) < 0.5 * layout.line_height:
            rows[-1].extend(piece.words)
        else:
            rows.append(list(piece.words))
            middles.append(middle)
    number = layout.page.number
    return tuple(
        Row(number, tuple(part for word in sorted(row, key=_left) for part in unglue(word)))
        for row in rows
    )


def _left(word: Word) -> int:
    return word.box.left


def unglue(word: Word) -> Iterator[Word]:
    """Yield the words that were read as one, with shares of its box by their letters."""
    text = nfc(word.text)
    parts = [part for part in _SEAM.split(text) if part]
    if len(parts) < 2:
        yield word if "_" not in text or not parts else replace(word, text=parts[0])
        return
    at, scale = 0, word.box.width / len(text)
    for part in parts:
        start = text.index(part, at)
        at = start + len(part)
        left = word.box.left + int(start * scale)
        right = word.box.left + int(at * scale)
        yield replace(word, text=part, box=replace_sides(word.box, left, right))


def replace_sides(box: Box, left: int, right: int) -> Box:
    """Return the box between other sides, one pixel wide at least."""
    return Box(left, box.top, max(left + 1, right), box.bottom)


def bare_text(words: Sequence[Word]) -> str:
    """Return the text of the words without dots to write on and without outer punctuation."""
    text = _LEADERS.sub(" ", nfc(" ".join(word.text for word in words)))
    return re.sub(r"\s+", " ", text).strip(" .:;,-…")
